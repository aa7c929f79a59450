//! Whether an answer is what was declared.

use serde_json::Value;

/// Checks what our schemas use: types, properties, what is required, items. An object without declared
/// properties is open.
pub(crate) fn fits(value: &Value, schema: &Value, place: &str) {
    let is_type = match schema["type"].as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic_at(place, other),
    };
    assert!(is_type, "{place}: {value} is no {}", schema["type"]);
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            assert!(fields.contains_key(name), "{place}: {name} is missing");
        }
        let is_open = schema["properties"].is_null();
        for (name, field) in fields.iter().filter(|_| !is_open) {
            let known = &schema["properties"][name];
            assert!(known.is_object(), "{place}: {name} is not declared");
            fits(field, known, &format!("{place}.{name}"));
        }
    }
    for one in value.as_array().into_iter().flatten() {
        fits(one, &schema["items"], place);
    }
}

fn panic_at(place: &str, other: &str) -> bool {
    assert!(other.is_empty(), "{place}: an unknown type {other}");
    false
}
