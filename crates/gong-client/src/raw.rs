//! An element of an answer beside the JSON it came from, and one that could not be read.
use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::prune;

/// Something that Gong lists or tells: it has a name for the list, and mostly an id.
///
/// Implementations decode from any object, with every field optional; whether the id is there is
/// asked afterwards.
pub trait Element: DeserializeOwned + Send + 'static {
    /// The key of the list in an answer (`calls`).
    const LIST: &'static str;
    /// The key of a single one in an answer (`call`), or the empty text where the whole answer is
    /// the element.
    const ONE: &'static str;
    /// Whether Gong gives it an id; if so, one without is unreadable.
    const HAS_ID: bool = true;

    /// The element's id, when Gong gave it.
    fn identity(&self) -> Option<&str>;
}

/// A value read from Gong's JSON, with that JSON: what the types do not know survives in it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Raw<T> {
    /// The typed value.
    pub value: T,
    /// Paths of fields that had an unexpected type and therefore are not in `value`
    /// (`content.trackers[0].count`). They are still in the JSON.
    pub dropped: Vec<String>,
    json: Box<RawValue>,
}

/// An element that is no object or has no id, with its JSON.
///
/// `Debug` and `Display` do not show the JSON, which may hold the words of a call.
#[derive(Clone)]
#[non_exhaustive]
pub struct Unreadable {
    /// The id, where one could be made out.
    pub id: Option<String>,
    /// Why it could not be read, without quoting it.
    pub reason: String,
    json: Box<RawValue>,
}

impl<T: Element> Raw<T> {
    /// Reads one element from its JSON text.
    ///
    /// A field of the wrong type does not lose the element: it counts as null and its path is
    /// kept in [`Raw::dropped`].
    ///
    /// # Errors
    /// When the JSON is no object of this kind, or has no id.
    ///
    /// ```
    /// use gong_client::{MetaData, Raw};
    ///
    /// let call = Raw::<MetaData>::read(r#"{"id": 42, "title": ["?"], "new": 1}"#).unwrap();
    ///
    /// assert_eq!(call.value.id.as_ref().unwrap().as_str(), "42");
    /// assert_eq!(call.dropped, ["title"]);
    /// assert!(call.json().contains("new"));
    /// ```
    pub fn read(json: &str) -> Result<Self, Unreadable> {
        match serde_json::from_str::<Box<RawValue>>(json) {
            Ok(json) => Self::read_raw(json),
            Err(error) => Err(Unreadable {
                id: None,
                reason: prune::reason(&error),
                json: RawValue::from_string("null".to_owned()).unwrap_or_default(),
            }),
        }
    }

    pub(crate) fn read_raw(json: Box<RawValue>) -> Result<Self, Unreadable> {
        let (value, dropped) = match prune::decode::<T>(json.get()) {
            Ok(decoded) => decoded,
            Err(reason) => {
                return Err(Unreadable {
                    id: id_of(&json),
                    reason,
                    json,
                });
            }
        };
        if T::HAS_ID && value.identity().is_none() {
            return Err(Unreadable {
                id: id_of(&json),
                reason: "it has no id".into(),
                json,
            });
        }
        Ok(Self {
            value,
            dropped,
            json,
        })
    }
}

impl<T> Raw<T> {
    /// Gong's JSON of this element, byte for byte.
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// The value and Gong's JSON.
    pub fn into_parts(self) -> (T, Box<RawValue>) {
        (self.value, self.json)
    }
}

impl Unreadable {
    /// Gong's JSON of this element.
    pub fn json(&self) -> &str {
        self.json.get()
    }
}

impl<T: Element> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("id", &self.value.identity())
            .field("json_bytes", &self.json().len())
            .field("dropped", &self.dropped)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unreadable")
            .field("id", &self.id)
            .field("reason", &self.reason)
            .field("json_bytes", &self.json().len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "{id} could not be read: {}", self.reason),
            None => write!(f, "an element could not be read: {}", self.reason),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Looks for an id in the places where Gong puts one, through whatever else is wrong.
fn id_of(json: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Places {
        id: Option<Box<RawValue>>,
        call_id: Option<Box<RawValue>>,
        meta_data: Option<Box<RawValue>>,
    }
    let places: Places = serde_json::from_str(json.get()).ok()?;
    let id = places.id.or(places.call_id);
    let as_id = |json: &RawValue| {
        serde_json::from_str::<crate::CallId>(json.get())
            .ok()
            .map(crate::CallId::into_string)
    };
    id.as_deref()
        .and_then(as_id)
        .or_else(|| id_of(places.meta_data.as_deref()?))
}
