//! Lists and maps that may be null and hold nulls, and the one flag that fails closed.
use std::collections::BTreeMap;

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

/// A list of ids in no special order; null is an empty one, and null elements are left out.
pub(crate) fn ids<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let elements = Option::<Vec<Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(elements.into_iter().flatten().collect())
}

/// A map; null is an empty one, and a null value is an empty value.
pub(crate) fn map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let map = Option::<BTreeMap<String, Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(map
        .into_iter()
        .map(|(name, value)| (name, value.unwrap_or_default()))
        .collect())
}

/// A map of lists, as forgiving as [`list`] and [`map`].
pub(crate) fn map_of_lists<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let map: BTreeMap<String, Vec<Option<T>>> = map(deserializer)?;
    let filled = |list: Vec<Option<T>>| list.into_iter().map(Option::unwrap_or_default).collect();
    Ok(map
        .into_iter()
        .map(|(name, list)| (name, filled(list)))
        .collect())
}

type Maps<T> = BTreeMap<String, Option<BTreeMap<String, T>>>;

/// A map of maps, in which a null says that there is nothing of that name.
pub(crate) fn map_of_maps<'de, D, T>(deserializer: D) -> Result<Maps<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
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
