//! Leaf values of Gong's JSON: times, amounts of time, open lists of words, lists that are null.
mod amount;
mod lists;
mod payload;
mod time;
mod word;

pub use amount::{Millis, Seconds};
pub(crate) use lists::{fail_closed, ids, list, map, map_of_lists, map_of_maps};
pub(crate) use payload::{ToJson, argument, camel, optional, payload};
pub use time::When;
pub(crate) use word::{word, word_text};

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A value of any JSON type, as the CRM gave it; kept as text so that no number is rounded.
#[derive(Clone)]
pub struct FieldValue(Box<RawValue>);

impl FieldValue {
    /// The value's JSON text.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// The value as words: a string without its quotes, anything else as its JSON text.
    pub fn to_text(&self) -> String {
        serde_json::from_str::<String>(self.json()).unwrap_or_else(|_| self.json().to_owned())
    }
}

/// A null.
impl Default for FieldValue {
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl From<Box<RawValue>> for FieldValue {
    fn from(json: Box<RawValue>) -> Self {
        Self(json)
    }
}

impl PartialEq for FieldValue {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.json())
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}
