//! Lists that may be null and hold nulls, and the one flag that fails closed.
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A list; null is an empty one, and a null element is an empty element, so that the others keep
/// their places (places in a transcript are cited).
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let elements = Option::<Vec<Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(elements
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect())
}

/// A flag that guards something: what is neither yes, no nor null counts as yes.
pub(crate) fn fail_closed<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(match json.get() {
        "null" => None,
        "false" | "0" | "\"false\"" => Some(false),
        _ => Some(true),
    })
}
