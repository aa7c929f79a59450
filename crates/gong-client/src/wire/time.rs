//! An instant as Gong writes it, beside the instant it means.
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};

/// An instant, with the text in which Gong gave it (its offset tells local time).
///
/// Gong writes ISO 8601 with an offset or `Z` and with none to nine digits of a second's fraction.
#[derive(Clone, PartialEq, Eq)]
pub struct When {
    at: Timestamp,
    text: String,
}

impl When {
    /// Reads Gong's way of writing an instant.
    ///
    /// # Errors
    /// When the text is no instant: without an offset nobody knows which one is meant.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        let at = at_most_nine_digits(text.trim()).parse()?;
        Ok(Self {
            at,
            text: text.to_owned(),
        })
    }

    /// The instant.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The text as Gong wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Drops the digits of a fraction that are finer than a nanosecond.
fn at_most_nine_digits(text: &str) -> String {
    let mut fraction_digits = None;
    text.chars()
        .filter(|&c| {
            fraction_digits = match (c, fraction_digits) {
                ('.' | ',', None) => Some(0),
                (c, Some(digits)) if c.is_ascii_digit() => Some(digits + 1),
                _ => None,
            };
            fraction_digits.is_none_or(|digits| digits <= 9)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_in_which_gong_writes_an_instant_is_read() {
        for (text, instant) in [
            ("2026-10-14T09:00:00-07:00", "2026-10-14T16:00:00Z"),
            ("2026-05-19T11:59:30.68-07:00", "2026-05-19T18:59:30.68Z"),
            ("2026-10-15T15:20:44.902Z", "2026-10-15T15:20:44.902Z"),
            (
                "2026-10-15T15:20:44.123456+05:30",
                "2026-10-15T09:50:44.123456Z",
            ),
            (
                "2026-10-15T15:20:44.123456789Z",
                "2026-10-15T15:20:44.123456789Z",
            ),
            (
                "2026-10-15T15:20:44.1234567891Z",
                "2026-10-15T15:20:44.123456789Z",
            ),
            ("2026-10-15T15:20:44-0700", "2026-10-15T22:20:44Z"),
            ("2026-10-15T15:20:44+00:00", "2026-10-15T15:20:44Z"),
            ("2026-10-15T15:20Z", "2026-10-15T15:20:00Z"),
        ] {
            let when = When::parse(text).unwrap();

            assert_eq!(when.at().to_string(), instant, "{text}");
            assert_eq!(when.as_str(), text);
        }
    }

    #[test]
    fn a_time_without_an_offset_is_no_instant() {
        for text in ["2026-10-15T15:20:44", "2026-10-15", "", "soon"] {
            assert!(When::parse(text).is_err(), "{text}");
        }
    }
}
