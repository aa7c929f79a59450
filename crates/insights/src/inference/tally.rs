//! Closed deals counted by how they ended, and the rate this shows.

use super::wilson;
use crate::Confidence;

/// Closed deals of one group. The unit is the deal, not the call: calls of a deal end alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two counts are the meaning")]
pub struct Tally {
    /// How many were won.
    pub won: u32,
    /// How many were lost.
    pub lost: u32,
}

/// A range that holds a value with the certainty its maker states.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "two ends are the meaning")]
pub struct Interval {
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Tally {
    /// Won and lost.
    pub fn closed(self) -> u32 {
        self.won.saturating_add(self.lost)
    }

    /// Won / closed, 0–1; none where nothing was closed.
    pub fn rate(self) -> Option<f64> {
        (self.closed() > 0).then(|| f64::from(self.won) / f64::from(self.closed()))
    }

    /// The 95 % Wilson interval of the rate; none where nothing was closed.
    pub fn interval(self) -> Option<Interval> {
        match wilson(self.won, self.closed()) {
            Confidence::Precision { lo, hi, .. } => Some(Interval { lo, hi }),
            Confidence::Untested => None,
        }
    }
}

impl Interval {
    /// Whether it tells its value from `value`: the value lies outside.
    pub fn excludes(self, value: f64) -> bool {
        value < self.lo || value > self.hi
    }
}
