//! Which of many things go with winning, and which of them cannot be told.
//!
//! A report refuses with its reason where the counts are too thin; what it does say is "associated
//! with", never "because": nobody drew lots.
//!
//! On counts drawn by 4,000 seeds, with 40 comparisons of 400 deals and no effect, 9.1 % of the
//! reports told anything; with 20 points behind 10 of the 40, 97 % of those were told and 7.6 % of
//! what was told was false (200 seeds). The tests draw them; these are synthetic counts, not calls.

use std::fmt;

use super::{Difference, Power, Tally, benjamini_hochberg, fisher, needed_per_group};

/// Closed deals that each group needs before anything is tested.
pub const FEWEST_CLOSED: u32 = 20;

/// Deals won, and as many lost, that each group needs.
pub const FEWEST_OF_EACH: u32 = 5;

/// The share of false discoveries among all that a report tells, on average and at most.
pub const FALSE_DISCOVERIES: f64 = 0.10;

/// The difference that "needed" speaks of: ten points.
const WORTH_KNOWING: f64 = 0.10;

/// One thing that some deals had and others had not.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "callers count and hand in")]
pub struct Comparison {
    /// What it is, as shown.
    pub name: String,
    /// Deals that had it.
    pub with: Tally,
    /// Deals that had it not.
    pub without: Tally,
    /// The same deals parted by something else, such as the segment.
    pub strata: Vec<Stratum>,
}

/// A part of the deals of a comparison.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "callers count and hand in")]
pub struct Stratum {
    /// What the deals have in common.
    pub name: String,
    /// Those that had it.
    pub with: Tally,
    /// Those that had it not.
    pub without: Tally,
}

/// What all comparisons of one report came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Associations {
    /// How many were tested: all that had enough deals, told or not.
    pub tested: usize,
    /// One verdict for each comparison, in their order.
    pub verdicts: Vec<Verdict>,
}

/// What can be said of one comparison.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing, and why.
    Refused(Refusal),
    /// The groups cannot be told apart.
    NotToldApart {
        /// How far apart the rates are.
        difference: Difference,
        /// Deals needed in each group to see ten points, four times in five.
        needed: Option<u32>,
    },
    /// It goes with another win rate.
    Associated {
        /// How far apart the rates are.
        difference: Difference,
        /// The p of Fisher's test, adjusted for all that was tested.
        adjusted: f64,
    },
}

/// Why nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A group has fewer than twenty closed deals.
    FewClosed {
        /// Of the smaller group.
        closed: u32,
        /// Deals needed in each group to see ten points, four times in five.
        needed: Option<u32>,
    },
    /// A group has fewer than five deals won.
    FewWon {
        /// Of the group with fewer.
        won: u32,
    },
    /// A group has fewer than five deals lost.
    FewLost {
        /// Of the group with fewer.
        lost: u32,
    },
    /// The difference points the other way in a part of the deals.
    SignFlips {
        /// The part.
        stratum: String,
    },
}

impl Associations {
    /// Judges all comparisons of a report together; asking more makes each answer harder to get.
    ///
    /// Told is what has an adjusted p of at most [`FALSE_DISCOVERIES`], a 95 % interval without 0,
    /// and no stratum, with five closed deals in each group or more, that points the other way.
    pub fn of(comparisons: &[Comparison]) -> Self {
        let tested: Vec<(f64, Difference)> = comparisons.iter().filter_map(test).collect();
        let p: Vec<f64> = tested.iter().map(|(p, _)| *p).collect();
        let mut results = benjamini_hochberg(&p).into_iter().zip(&tested);
        let verdict = |one: &Comparison| match too_thin(one) {
            Some(refusal) => Verdict::Refused(refusal),
            None => match results.next() {
                Some((adjusted, (_, difference))) => judge(one, adjusted, *difference),
                None => Verdict::Refused(few_closed(one)),
            },
        };
        Self {
            verdicts: comparisons.iter().map(verdict).collect(),
            tested: tested.len(),
        }
    }
}

/// The p and the difference of a comparison with enough deals.
fn test(one: &Comparison) -> Option<(f64, Difference)> {
    if too_thin(one).is_some() {
        return None;
    }
    let difference = Difference::between(one.with, one.without)?;
    Some((fisher(one.with, one.without), difference))
}

fn too_thin(one: &Comparison) -> Option<Refusal> {
    let least = |count: fn(&Tally) -> u32| count(&one.with).min(count(&one.without));
    let (won, lost) = (least(|group| group.won), least(|group| group.lost));
    if least(|group| group.closed()) < FEWEST_CLOSED {
        Some(few_closed(one))
    } else if won < FEWEST_OF_EACH {
        Some(Refusal::FewWon { won })
    } else if lost < FEWEST_OF_EACH {
        Some(Refusal::FewLost { lost })
    } else {
        None
    }
}

fn few_closed(one: &Comparison) -> Refusal {
    Refusal::FewClosed {
        closed: one.with.closed().min(one.without.closed()),
        needed: needed(one),
    }
}

/// Deals needed in each group to see ten points beside the rate of both groups together.
fn needed(one: &Comparison) -> Option<u32> {
    let both = Tally {
        won: one.with.won.saturating_add(one.without.won),
        lost: one.with.lost.saturating_add(one.without.lost),
    };
    let from = both.rate()?;
    let up = from + WORTH_KNOWING;
    let to = if up <= 1.0 { up } else { from - WORTH_KNOWING };
    needed_per_group(from, to, Power::Eighty)
}

fn judge(one: &Comparison, adjusted: f64, difference: Difference) -> Verdict {
    if adjusted > FALSE_DISCOVERIES || !difference.interval.excludes(0.0) {
        let needed = needed(one);
        return Verdict::NotToldApart { difference, needed };
    }
    let flips = |part: &&Stratum| {
        let enough = part.with.closed().min(part.without.closed()) >= FEWEST_OF_EACH;
        let apart = Difference::between(part.with, part.without);
        enough && apart.is_some_and(|apart| apart.value * difference.value < 0.0)
    };
    match one.strata.iter().find(flips) {
        Some(part) => Verdict::Refused(Refusal::SignFlips {
            stratum: part.name.clone(),
        }),
        None => Verdict::Associated {
            difference,
            adjusted,
        },
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotToldApart { difference, needed } => {
                write!(f, "no difference can be told: ")?;
                points(f, *difference)?;
                to_see(f, *needed)
            }
            Self::Associated { difference, .. } => {
                let way = if difference.value > 0.0 {
                    "higher"
                } else {
                    "lower"
                };
                write!(f, "associated with a {way} win rate: ")?;
                points(f, *difference)
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewClosed { closed, needed } => {
                write!(
                    f,
                    "not enough data: {closed} of {FEWEST_CLOSED} closed deals"
                )?;
                to_see(f, *needed)
            }
            Self::FewWon { won } => {
                write!(f, "not enough data: {won} of {FEWEST_OF_EACH} deals won")
            }
            Self::FewLost { lost } => {
                write!(f, "not enough data: {lost} of {FEWEST_OF_EACH} deals lost")
            }
            Self::SignFlips { stratum } => {
                write!(
                    f,
                    "withheld: the difference points the other way in {stratum}"
                )
            }
        }
    }
}

/// A difference in points of a hundred, with its interval.
fn points(f: &mut fmt::Formatter<'_>, of: Difference) -> fmt::Result {
    let Difference { value, interval } = of;
    let [value, lo, hi] = [value, interval.lo, interval.hi].map(|share| 100.0 * share);
    write!(f, "{value:+.0} points (95 % interval {lo:+.0} to {hi:+.0})")
}

fn to_see(f: &mut fmt::Formatter<'_>, needed: Option<u32>) -> fmt::Result {
    match needed {
        Some(needed) => write!(f, "; needed to see 10 points: {needed} per group"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
