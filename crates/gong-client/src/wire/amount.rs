//! Amounts of time with their unit in the type: the transcript says milliseconds, all else seconds.
use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, de};

/// Seconds, with the fraction that Gong gives.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Seconds(f64);

/// Milliseconds since the start of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(i64);

impl Seconds {
    /// The number of seconds.
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// The amount as a duration; a negative or endless one is zero.
    pub fn to_duration(self) -> Duration {
        Duration::try_from_secs_f64(self.0).unwrap_or_default()
    }
}

impl Millis {
    /// The number of milliseconds, as Gong gave it.
    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// The offset as a duration since the start; before the start is the start.
    pub fn to_duration(self) -> Duration {
        Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Number).map(Self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A year in milliseconds: no call is longer, and every smaller number is exact as f64.
        const LONGEST: f64 = 31_622_400_000.0;
        let number = deserializer.deserialize_any(Number)?.round();
        if number.abs() > LONGEST {
            return Err(de::Error::custom("an offset longer than a year"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by the check above"
        )]
        let millis = number as i64;
        Ok(Self(millis))
    }
}

struct Number;

impl de::Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a finite number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<f64, E> {
        if number.is_finite() {
            Ok(number)
        } else {
            Err(E::custom("expected a finite number"))
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        let number = text
            .trim()
            .parse()
            .map_err(|_| E::custom("expected a number"))?;
        self.visit_f64(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_as_integers_floats_or_digits_in_a_string() {
        let seconds = |json| serde_json::from_str::<Seconds>(json).unwrap().as_f64();
        let millis = |json| serde_json::from_str::<Millis>(json).unwrap().as_i64();

        assert!((seconds("0.12999999523162842") - 0.13).abs() < 1e-6);
        assert_eq!(seconds("1874").to_bits(), 1874.0_f64.to_bits());
        assert_eq!(seconds("\"12.5\"").to_bits(), 12.5_f64.to_bits());
        assert_eq!(millis("412700"), 412_700);
        assert_eq!(millis("412700.0"), 412_700);
        assert_eq!(millis("\"130\""), 130);
        assert_eq!(millis("-4"), -4);
    }

    #[test]
    fn an_amount_that_is_none_is_refused_or_clamped() {
        for json in ["{}", "true", "\"soon\"", "\"inf\"", "\"NaN\"", "1e300"] {
            assert!(serde_json::from_str::<Millis>(json).is_err(), "{json}");
        }
        let negative: Seconds = serde_json::from_str("-3").unwrap();
        assert_eq!(negative.to_duration(), Duration::ZERO);
    }
}
