//! One answer of a list, or of a single thing, read from its JSON as forgivingly as is safe.
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Element, FieldValue, Raw, Unreadable, prune};

/// An answer that can be read from the bytes of a body.
pub trait Answer: Sized + Send + 'static {
    /// Reads the answer.
    ///
    /// # Errors
    /// When the body is not this answer.
    fn read(body: &str) -> Result<Self, BadBody>;

    /// The answer that means "there is none", for lists that Gong answers with 404 when empty.
    fn empty() -> Option<Self> {
        None
    }
}

/// One page of a list.
#[derive(Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// Gong's name for this answer, to quote to its support.
    pub request_id: Option<String>,
    /// How much there is and what comes next.
    pub records: Records,
    /// What could be read, in Gong's order.
    pub elements: Vec<Raw<T>>,
    /// What could not.
    pub unreadable: Vec<Unreadable>,
    /// What the answer says beside its list (`timeZone` of statistics).
    pub others: BTreeMap<String, FieldValue>,
}

/// Gong's account of a list: how much there is and what comes next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Records {
    /// How many elements all pages hold together.
    pub total: Option<u64>,
    /// How many elements this page holds.
    pub page_size: Option<u64>,
    /// The number of this page, from 0.
    pub page_number: Option<u64>,
    /// What leads to the next page; absent on the last one. An empty page may have one.
    pub cursor: Option<String>,
}

/// The answer about a single thing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct One<T: Element> {
    /// Gong's name for this answer, to quote to its support.
    pub request_id: Option<String>,
    /// The thing.
    pub element: Raw<T>,
}

/// Why a body is not the answer; never quotes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadBody {
    /// The JSON ends too early; asking again may help.
    #[error("the body is cut off")]
    CutOff,
    /// The body is no JSON or not of this kind.
    #[error("{0}")]
    Unexpected(String),
}

impl<T: Element> Answer for Page<T> {
    fn read(body: &str) -> Result<Self, BadBody> {
        let mut fields = top_level(body)?;
        let list = fields.remove(T::LIST).filter(|json| json.get() != "null");
        if list.is_none() && !(fields.contains_key("requestId") || fields.contains_key("records")) {
            return Err(BadBody::Unexpected(format!(
                "the answer has no {}",
                T::LIST
            )));
        }
        let mut page = Self {
            request_id: request_id(&fields),
            records: records(fields.get("records").map(|json| json.get()))?,
            elements: Vec::new(),
            unreadable: Vec::new(),
            others: BTreeMap::new(),
        };
        let list: Vec<Option<Box<RawValue>>> = match &list {
            None => Vec::new(),
            Some(list) => serde_json::from_str(list.get())
                .map_err(|_| BadBody::Unexpected(format!("{} is no list", T::LIST)))?,
        };
        for json in list.into_iter().flatten() {
            match Raw::read_raw(json) {
                Ok(element) => page.elements.push(element),
                Err(unreadable) => page.unreadable.push(unreadable),
            }
        }
        fields.retain(|name, _| !matches!(name.as_str(), "requestId" | "records"));
        let others = fields.into_iter();
        page.others = others
            .map(|(name, json)| (name, FieldValue::from(json)))
            .collect();
        Ok(page)
    }

    fn empty() -> Option<Self> {
        Some(Self {
            request_id: None,
            records: Records::default(),
            elements: Vec::new(),
            unreadable: Vec::new(),
            others: BTreeMap::new(),
        })
    }
}

/// The answer to a request that asks for something to be done and tells nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Gong's name for this answer, to quote to its support.
    pub request_id: Option<String>,
}

impl Answer for Done {
    fn read(body: &str) -> Result<Self, BadBody> {
        let fields = whole(body)?;
        Ok(Self {
            request_id: request_id(&fields),
        })
    }
}

impl<T: Element> Answer for One<T> {
    fn read(body: &str) -> Result<Self, BadBody> {
        let (fields, json) = if T::ONE.is_empty() {
            let fields = whole(body)?;
            (fields, raw(body)?)
        } else {
            let mut fields = top_level(body)?;
            let Some(json) = fields.remove(T::ONE) else {
                return Err(BadBody::Unexpected(format!("the answer has no {}", T::ONE)));
            };
            (fields, json)
        };
        let element = Raw::read_raw(json)
            .map_err(|unreadable| BadBody::Unexpected(unreadable.to_string()))?;
        Ok(Self {
            request_id: request_id(&fields),
            element,
        })
    }
}

impl<T: Element> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("request_id", &self.request_id)
            .field("records", &self.records)
            .field("elements", &self.elements.len())
            .field("unreadable", &self.unreadable)
            .field("others", &self.others.keys())
            .finish()
    }
}

pub(crate) type Fields = HashMap<String, Box<RawValue>>;

pub(crate) fn top_level(body: &str) -> Result<Fields, BadBody> {
    let body = body.trim_start_matches('\u{feff}');
    serde_json::from_str(body).map_err(|error| bad(&error))
}

/// The fields of an answer that is one thing as a whole. Any JSON object would read as one, so
/// Gong's own mark has to be there.
fn whole(body: &str) -> Result<Fields, BadBody> {
    let fields = top_level(body)?;
    if fields.contains_key("requestId") {
        Ok(fields)
    } else {
        Err(BadBody::Unexpected("the answer has no requestId".into()))
    }
}

fn raw(body: &str) -> Result<Box<RawValue>, BadBody> {
    let body = body.trim_start_matches('\u{feff}');
    serde_json::from_str(body).map_err(|error| bad(&error))
}

fn bad(error: &serde_json::Error) -> BadBody {
    if error.is_eof() {
        BadBody::CutOff
    } else {
        BadBody::Unexpected(prune::reason(error))
    }
}

pub(crate) fn request_id(fields: &Fields) -> Option<String> {
    serde_json::from_str::<crate::CallId>(fields.get("requestId")?.get())
        .ok()
        .map(crate::CallId::into_string)
}

/// Forgiving about the counts, strict about the cursor: without it the rest of a list would be
/// lost in silence.
fn records(json: Option<&str>) -> Result<Records, BadBody> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Fields {
        total_records: Option<Box<RawValue>>,
        current_page_size: Option<Box<RawValue>>,
        current_page_number: Option<Box<RawValue>>,
        cursor: Option<Box<RawValue>>,
    }
    let fields: Option<Fields> = serde_json::from_str(json.unwrap_or("null"))
        .map_err(|_| BadBody::Unexpected("records has an unexpected form".into()))?;
    let fields = fields.unwrap_or_default();
    let number = |json: Option<Box<RawValue>>| serde_json::from_str(json?.get()).ok();
    let cursor = match fields.cursor {
        None => None,
        Some(json) if json.get().starts_with('"') => serde_json::from_str(json.get())
            .map_err(|_| BadBody::Unexpected("the cursor is no text".into()))?,
        Some(json) if json.get().bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(json.get().to_owned())
        }
        Some(_) => return Err(BadBody::Unexpected("the cursor is no text".into())),
    };
    Ok(Records {
        total: number(fields.total_records),
        page_size: number(fields.current_page_size),
        page_number: number(fields.current_page_number),
        cursor: cursor.filter(|cursor: &String| !cursor.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetaData;

    fn page(body: &str) -> Result<Page<MetaData>, BadBody> {
        Page::read(body)
    }

    #[test]
    fn one_bad_element_does_not_lose_its_page() {
        let page =
            page(r#"{"calls": [{"id": 1}, {"title": "canary"}, "canary", null, {"id": "2"}]}"#)
                .unwrap();

        assert_eq!(page.elements.len(), 2);
        assert_eq!(page.unreadable.len(), 2);
        assert_eq!(page.unreadable[0].json(), r#"{"title": "canary"}"#);
        let shown = format!("{page:?} {}", page.unreadable[1]);
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn an_absent_or_null_list_is_empty_only_in_an_answer_of_gongs() {
        for body in [
            r#"{"requestId": "r"}"#,
            r#"{"records": null, "calls": null}"#,
            r#"{"requestId": null, "records": {"totalRecords": "?"}}"#,
        ] {
            assert!(page(body).unwrap().elements.is_empty(), "{body}");
        }
        for body in [
            "{}",
            r#"{"status": "ok"}"#,
            r#"{"requestId": "r", "calls": {}}"#,
            "[]",
            "<html>",
        ] {
            assert!(matches!(page(body), Err(BadBody::Unexpected(_))), "{body}");
        }
    }

    #[test]
    fn the_cursor_is_never_lost_in_silence() {
        let cursor = |json: &str| {
            page(&format!(r#"{{"records": {{"cursor": {json}}}}}"#)).map(|page| page.records.cursor)
        };

        assert_eq!(cursor("\"next\""), Ok(Some("next".into())));
        assert_eq!(
            cursor("12345678901234567890123"),
            Ok(Some("12345678901234567890123".into()))
        );
        assert_eq!(cursor("null"), Ok(None));
        assert_eq!(cursor("\"\""), Ok(None));
        assert!(cursor("{}").is_err());
        assert!(page(r#"{"records": [], "calls": 5}"#).is_err());
    }

    #[test]
    fn a_body_that_is_cut_off_is_told_from_one_that_is_wrong() {
        let whole = r#"{"requestId": "r", "calls": [{"id": "1"}]}"#;
        for end in 0..whole.len() {
            assert_eq!(page(&whole[..end]).unwrap_err(), BadBody::CutOff, "{end}");
        }
        assert_eq!(page(&format!("\u{feff}{whole}")).unwrap().elements.len(), 1);
    }
}
