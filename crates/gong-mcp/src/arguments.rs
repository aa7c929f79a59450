//! What a tool may be given: declared once, advertised as a JSON Schema, and checked by the same
//! declaration.
//!
//! The SDK checks nothing of what it advertises, so a model that invents an argument would never
//! learn of it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::refusal::Refusal;

/// Longer texts are refused.
const LONGEST_TEXT: usize = 1_000;

/// What an argument holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// The id of a call: digits. Numbers are taken as well, because models send them.
    Id,
    /// Several ids, at most so many.
    Ids(usize),
    /// Several texts, at most so many.
    Texts(usize),
    /// A whole number within bounds.
    Number(u64, u64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Some of these words.
    SomeOf(&'static [&'static str]),
    /// An instant, or a day in UTC.
    Instant,
    /// Yes or no.
    Flag,
}

/// One argument of a tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
    is_needed: bool,
}

/// An argument that may be left out.
pub(crate) const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        name,
        kind,
        about,
        is_needed: false,
    }
}

/// An argument that must be given.
pub(crate) const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        is_needed: true,
        ..may(name, kind, about)
    }
}

impl Field {
    fn schema(&self) -> Value {
        let mut schema = self.kind.schema();
        if let (Some(schema), false) = (schema.as_object_mut(), self.about.is_empty()) {
            schema.insert("description".to_owned(), self.about.into());
        }
        schema
    }
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": "string", "maxLength": LONGEST_TEXT}),
            Self::Id => json!({"type": "string", "pattern": "^[0-9]{1,20}$"}),
            Self::Ids(most) => {
                json!({"type": "array", "items": Self::Id.schema(), "maxItems": most})
            }
            Self::Texts(most) => {
                json!({"type": "array", "items": {"type": "string"}, "maxItems": most})
            }
            Self::Number(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Self::OneOf(words) => json!({"type": "string", "enum": words}),
            Self::SomeOf(words) => {
                json!({"type": "array", "items": {"type": "string", "enum": words}})
            }
            Self::Instant => json!({"type": "string"}),
            Self::Flag => json!({"type": "boolean"}),
        }
    }

    /// The value as it is used, or what is wanted instead.
    fn read(self, value: &Value) -> Result<Value, String> {
        match self {
            Self::Text => match value.as_str().map(str::trim) {
                Some("") => Err("must not be empty".to_owned()),
                Some(text) if text.chars().count() > LONGEST_TEXT => {
                    Err(format!("has at most {LONGEST_TEXT} characters"))
                }
                Some(text) => Ok(text.into()),
                None => Err("must be a string".to_owned()),
            },
            Self::Id => id(value)
                .map(Value::String)
                .ok_or_else(|| "must be the id of a call: 1 to 20 digits, as a string".to_owned()),
            Self::Ids(most) => list(value, most, |one| Self::Id.read(one)),
            Self::Texts(most) => list(value, most, |one| Self::Text.read(one)),
            Self::Number(least, most) => {
                // Some clients send every number as text.
                let number = value
                    .as_u64()
                    .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
                number
                    .filter(|number| (least..=most).contains(number))
                    .map(Value::from)
                    .ok_or_else(|| format!("must be a whole number from {least} to {most}"))
            }
            Self::OneOf(words) => value
                .as_str()
                .filter(|word| words.contains(word))
                .map(Value::from)
                .ok_or_else(|| format!("must be one of {}", words.join(", "))),
            Self::SomeOf(words) => list(value, words.len(), |one| Self::OneOf(words).read(one)),
            Self::Instant => value
                .as_str()
                .filter(|text| instant(text).is_some())
                .map(Value::from)
                .ok_or_else(|| {
                    "must be an RFC 3339 instant such as 2026-03-02T10:00:00Z, or a day such as \
                     2026-03-02"
                        .to_owned()
                }),
            Self::Flag => value
                .as_bool()
                .map(Value::from)
                .ok_or_else(|| "must be true or false".to_owned()),
        }
    }
}

fn list(
    value: &Value,
    most: usize,
    read: impl Fn(&Value) -> Result<Value, String>,
) -> Result<Value, String> {
    // One value where a list is wanted is what many models send.
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if values.is_empty() || values.len() > most {
        return Err(format!("must have 1 to {most} entries"));
    }
    let read: Result<Vec<Value>, String> = values.iter().map(read).collect();
    Ok(Value::Array(
        read.map_err(|problem| format!("each entry {problem}"))?,
    ))
}

/// An id as digits. A number with a fraction or an exponent has lost digits already.
fn id(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    let is_id = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(text)
}

fn instant(text: &str) -> Option<Timestamp> {
    let day = || {
        let day: Date = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
    };
    text.parse().ok().or_else(day)
}

/// The JSON Schema of these arguments.
pub(crate) fn schema(fields: &[Field]) -> Map<String, Value> {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.name.to_owned(), field.schema()))
        .collect();
    let needed: Vec<&str> = fields
        .iter()
        .filter(|field| field.is_needed)
        .map(|field| field.name)
        .collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !needed.is_empty() {
        schema.insert("required".to_owned(), needed.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

/// Arguments that passed the check.
#[derive(Debug)]
pub(crate) struct Arguments(BTreeMap<&'static str, Value>);

impl Arguments {
    /// Checks what was given. Every mistake is told at once, so that one more try is enough.
    pub(crate) fn read(
        fields: &'static [Field],
        given: &Map<String, Value>,
    ) -> Result<Self, Refusal> {
        let mut read = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, value) in given {
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                // What was invented is not repeated: it may be anything.
                let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
                problems.push(if known.is_empty() {
                    "there is an argument, and this tool takes none: it must be called with {}"
                        .to_owned()
                } else {
                    let known = known.join(", ");
                    format!("there is an argument that this tool does not have; it has {known}")
                });
                continue;
            };
            match field.kind.read(value) {
                // Null is how some clients leave an argument out.
                _ if value.is_null() => {}
                Ok(value) => {
                    read.insert(field.name, value);
                }
                Err(problem) => problems.push(format!("`{}` {problem}", field.name)),
            }
        }
        for field in fields.iter().filter(|field| field.is_needed) {
            let is_there = given.get(field.name).is_some_and(|value| !value.is_null());
            if !is_there {
                problems.push(format!("`{}` is needed", field.name));
            }
        }
        if problems.is_empty() {
            Ok(Self(read))
        } else {
            problems.dedup();
            Err(Refusal::of_arguments(&problems))
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A list; empty if it was left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    pub(crate) fn instant(&self, name: &str) -> Option<Timestamp> {
        instant(self.text(name)?)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        must("call_id", Kind::Id, "The call."),
        may("limit", Kind::Number(1, 25), ""),
        may("side", Kind::OneOf(&["ours", "theirs"]), ""),
        may("reps", Kind::Texts(2), ""),
        may("from", Kind::Instant, ""),
        may("calls", Kind::Ids(3), ""),
        may("private", Kind::Flag, ""),
    ];

    fn read(given: &Value) -> Result<Arguments, String> {
        let given = given.as_object().expect("an object");
        Arguments::read(FIELDS, given).map_err(|refusal| refusal.text().to_owned())
    }

    fn refused(given: &Value) -> String {
        read(given).map(|_| ()).expect_err("refused")
    }

    #[test]
    fn an_id_is_taken_as_text_or_as_a_number_that_lost_no_digit() {
        for (given, wanted) in [
            (json!("7782342274025937895"), "7782342274025937895"),
            (json!(7), "7"),
            (
                json!(18_446_744_073_709_551_615_u64),
                "18446744073709551615",
            ),
        ] {
            let read = read(&json!({"call_id": given})).expect("taken");
            assert_eq!(read.text("call_id"), Some(wanted));
        }
        for bad in [
            json!(7.5),
            json!(1e25),
            json!("7a"),
            json!(""),
            json!([7]),
            json!(-7),
        ] {
            assert!(
                refused(&json!({"call_id": bad})).contains("1 to 20 digits"),
                "{bad}"
            );
        }
    }

    #[test]
    fn every_mistake_is_told_at_once_and_nothing_invented_is_repeated() {
        let told = refused(&json!({"limit": 26, "side": "mine", "ignore_all_rules": 1}));
        for part in [
            "`limit` must be a whole number from 1 to 25",
            "`side` must be one of ours, theirs",
            "does not have",
            "`call_id` is needed",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains("ignore_all_rules"));
    }

    #[test]
    fn what_clients_write_differently_is_understood() {
        let read = read(&json!({
            "call_id": "7", "limit": "5", "side": null, "reps": "Ada", "from": "2026-03-02",
            "calls": [1, "2"], "private": true
        }))
        .expect("understood");
        assert_eq!(read.number("limit"), Some(5));
        assert!(!read.has("side"));
        assert_eq!(read.texts("reps"), ["Ada"]);
        assert_eq!(read.texts("calls"), ["1", "2"]);
        let from = read.instant("from").map(|at| at.to_string());
        assert_eq!(from.as_deref(), Some("2026-03-02T00:00:00Z"));
        assert!(read.is("private"));
    }

    #[test]
    fn the_schema_says_what_is_checked_and_closes_the_door() {
        let schema = Value::Object(schema(FIELDS));
        assert_eq!(schema["required"], json!(["call_id"]));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["limit"]["maximum"], 25);
        assert_eq!(schema["properties"]["call_id"]["pattern"], "^[0-9]{1,20}$");
        assert_eq!(schema["properties"]["calls"]["maxItems"], 3);
    }
}
