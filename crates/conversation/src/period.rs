//! A stretch of calendar time.

use jiff::Timestamp;

/// Says that a period would end before it begins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period must begin before it ends")]
pub struct EmptyPeriod;

/// A half-open stretch of calendar time; a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Period {
    /// From `from` (included) to `to` (not included).
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Self, EmptyPeriod> {
        match (from, to) {
            (Some(from), Some(to)) if from >= to => Err(EmptyPeriod),
            _ => Ok(Self { from, to }),
        }
    }

    /// The first instant inside, if the period has a beginning.
    pub fn from(&self) -> Option<Timestamp> {
        self.from
    }

    /// The first instant after, if the period has an end.
    pub fn to(&self) -> Option<Timestamp> {
        self.to
    }

    /// Whether an instant lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_its_beginning_and_not_its_end() {
        let at = |s| Timestamp::from_second(s).expect("in range");
        let period = Period::new(Some(at(10)), Some(at(20))).expect("begins before it ends");
        assert!(period.contains(at(10)) && period.contains(at(19)) && !period.contains(at(20)));
        assert_eq!(Period::new(Some(at(20)), Some(at(20))), Err(EmptyPeriod));
        assert!(Period::default().contains(at(-5)));
    }
}
