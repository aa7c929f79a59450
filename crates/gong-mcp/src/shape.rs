//! What answers look like, as JSON Schemas: short ones, because a model reads all of them.

use serde_json::{Map, Value, json};

pub(crate) fn text() -> Value {
    json!({"type": "string"})
}

pub(crate) fn whole() -> Value {
    json!({"type": "integer"})
}

pub(crate) fn number() -> Value {
    json!({"type": "number"})
}

pub(crate) fn flag() -> Value {
    json!({"type": "boolean"})
}

pub(crate) fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

/// An object inside an answer. What may be left out in it is not told: that would cost more than it says.
pub(crate) fn object(fields: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, of)| ((*name).to_owned(), of.clone()))
        .collect();
    json!({"type": "object", "properties": properties})
}

/// An object whose fields say themselves what they are.
pub(crate) fn open() -> Value {
    json!({"type": "object"})
}

/// An answer: its body, and what stands in every answer. A name that ends in `?` may be left out.
pub(crate) fn answer(body: &[(&str, Value)]) -> Value {
    let mut fields = body.to_vec();
    fields.extend([
        ("page", open()),
        ("coverage?", open()),
        ("truncated", flag()),
        ("notes", list(&text())),
    ]);
    let needed: Vec<&str> = fields
        .iter()
        .map(|(written, _)| *written)
        .filter(|written| !written.ends_with('?'))
        .collect();
    let fields: Vec<(&str, Value)> = fields
        .iter()
        .map(|(written, of)| (written.trim_end_matches('?'), of.clone()))
        .collect();
    let mut answer = object(&fields);
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("required".to_owned(), needed.into());
    }
    answer
}

/// The words of somebody in a call, and where they can be checked.
pub(crate) fn quote() -> Value {
    object(&[
        ("at", text()),
        ("start_ms", whole()),
        ("end_ms", whole()),
        ("speaker", text()),
        ("side", text()),
        ("quote", text()),
        ("url", text()),
    ])
}

/// The same with the call that it stands in, and more texts that may be left out.
pub(crate) fn cited_with(more: &[&str]) -> Value {
    let mut cited = quote();
    if let Some(fields) = cited["properties"].as_object_mut() {
        for name in ["call_id", "started_at"].iter().chain(more) {
            fields.insert((*name).to_owned(), text());
        }
    }
    cited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_out_is_not_required() {
        let shape = answer(&[("a", text()), ("b?", whole())]);
        assert_eq!(
            shape["required"],
            json!(["a", "page", "truncated", "notes"])
        );
        assert_eq!(shape["properties"]["b"], json!({"type": "integer"}));
        assert!(shape["properties"].get("b?").is_none());
    }
}
