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

/// An object; a name that ends in `?` may be left out.
pub(crate) fn object(fields: &[(&str, Value)]) -> Value {
    let name = |written: &str| written.trim_end_matches('?').to_owned();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(written, of)| (name(written), of.clone()))
        .collect();
    let needed: Vec<&str> = fields
        .iter()
        .map(|(written, _)| *written)
        .filter(|written| !written.ends_with('?'))
        .collect();
    let mut object = json!({"type": "object", "properties": properties});
    if let (false, Some(fields)) = (needed.is_empty(), object.as_object_mut()) {
        fields.insert("required".to_owned(), needed.into());
    }
    object
}

/// An answer: its body, and what stands in every answer.
pub(crate) fn answer(body: &[(&str, Value)]) -> Value {
    let mut fields = body.to_vec();
    fields.extend([
        (
            "page",
            object(&[
                ("returned", whole()),
                ("total?", whole()),
                ("next_cursor?", text()),
            ]),
        ),
        (
            "coverage?",
            object(&[
                ("source", text()),
                ("synced_through?", text()),
                ("calls_considered", whole()),
                ("calls_without_transcript?", whole()),
            ]),
        ),
        ("truncated", flag()),
        ("notes", list(&text())),
    ]);
    object(&fields)
}

/// The words of somebody in a call, and where they can be checked.
pub(crate) fn quote() -> Value {
    object(&[
        ("at", text()),
        ("start_ms", whole()),
        ("end_ms", whole()),
        ("speaker?", text()),
        ("side", text()),
        ("quote?", text()),
        ("url?", text()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_out_is_not_required() {
        assert_eq!(
            object(&[("a", text()), ("b?", whole())]),
            json!({
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
                "required": ["a"]
            })
        );
    }
}
