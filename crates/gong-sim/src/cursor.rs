//! Cursors: opaque to the client, bound to what was asked, good for an hour from the first page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::book::Place;
use crate::seeded;

/// How long a chain of pages lives, counted from its first page. New cursors do not prolong it.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What a cursor says: where the next page begins, and of what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    /// Fingerprint of the operation and all its other inputs.
    pub(crate) asked: u64,
    /// The last call of the page before; `None` begins again at the start.
    pub(crate) after: Option<Place>,
    /// The number of the next page, from 0.
    pub(crate) page: u64,
    pub(crate) first_page_at: Timestamp,
    /// Raised by the test to make every cursor expire at once.
    pub(crate) epoch: u64,
}

/// Why a cursor is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown,
    OtherInputs,
    Expired,
}

impl Refused {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Unknown => "cursor is not valid",
            Self::OtherInputs => {
                "cursor does not belong to this request: all other inputs must stay the same"
            }
            Self::Expired => "cursor has expired",
        }
    }
}

impl Cursor {
    /// The text that goes out.
    pub(crate) fn issue(&self) -> String {
        let after = self
            .after
            .as_ref()
            .map(|(at, id)| json!([at.to_string(), id]));
        let payload = json!([
            self.asked,
            after,
            self.page,
            self.first_page_at.to_string(),
            self.epoch
        ])
        .to_string();
        let signature = seeded::fingerprint(payload.as_bytes());
        format!("{}.{signature:016x}", URL_SAFE_NO_PAD.encode(payload))
    }

    /// Reads a cursor that came back with a request of fingerprint `asked`.
    pub(crate) fn accept(
        text: &str,
        asked: u64,
        epoch: u64,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let cursor = Self::read(text).ok_or(Refused::Unknown)?;
        if cursor.asked != asked {
            return Err(Refused::OtherInputs);
        }
        let is_too_old = now.duration_since(cursor.first_page_at) >= LIFE;
        if is_too_old || cursor.epoch != epoch {
            return Err(Refused::Expired);
        }
        Ok(cursor)
    }

    fn read(text: &str) -> Option<Self> {
        let (payload, signature) = text.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        if format!("{:016x}", seeded::fingerprint(&payload)) != signature {
            return None;
        }
        let (asked, after, page, first_page_at, epoch): (
            u64,
            Option<(String, String)>,
            u64,
            String,
            u64,
        ) = serde_json::from_slice(&payload).ok()?;
        let after = match after {
            Some((at, id)) => Some((at.parse().ok()?, id.into())),
            None => None,
        };
        Some(Self {
            asked,
            after,
            page,
            first_page_at: first_page_at.parse().ok()?,
            epoch,
        })
    }
}

/// The fingerprint of an operation and its inputs, whatever the order of their keys.
pub(crate) fn fingerprint(operation: &str, inputs: &Value) -> u64 {
    // serde_json keeps object keys sorted unless a crate switches that off; so sort here.
    let mut text = String::from(operation);
    write_sorted(inputs, &mut text);
    seeded::fingerprint(text.as_bytes())
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (key, value) in fields {
                text.push_str(key);
                text.push(':');
                write_sorted(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cursor() -> Cursor {
        Cursor {
            asked: 77,
            after: Some((at("2026-01-01T10:00:00.5Z"), "123".into())),
            page: 3,
            first_page_at: at("2026-03-01T00:00:00Z"),
            epoch: 1,
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let read = Cursor::accept(&cursor().issue(), 77, 1, at("2026-03-01T00:59:59Z"));

        assert_eq!(read, Ok(cursor()));
    }

    #[test]
    fn a_cursor_dies_an_hour_after_the_first_page() {
        let check = |asked, epoch, now, refused| {
            assert_eq!(
                Cursor::accept(&cursor().issue(), asked, epoch, at(now)),
                Err(refused)
            );
        };

        check(77, 1, "2026-03-01T01:00:00Z", Refused::Expired);
        check(77, 2, "2026-03-01T00:00:01Z", Refused::Expired);
        check(78, 1, "2026-03-01T00:00:01Z", Refused::OtherInputs);
        assert_eq!(
            Cursor::accept("nonsense", 77, 1, at("2026-03-01T00:00:01Z")),
            Err(Refused::Unknown)
        );
    }

    #[test]
    fn inputs_are_the_same_in_any_order() {
        let one = json!({ "a": 1, "b": { "c": [1, 2], "d": null } });
        let same: Value = serde_json::from_str(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#).unwrap();

        assert_eq!(fingerprint("x", &one), fingerprint("x", &same));
        assert_ne!(fingerprint("x", &one), fingerprint("y", &one));
        assert_ne!(fingerprint("x", &one), fingerprint("x", &json!({ "a": 1 })));
    }
}
