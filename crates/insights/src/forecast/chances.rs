//! The chance that a deal of a stage is won within the rest of the period.

use std::collections::BTreeMap;

use super::past::Past;
use crate::inference::{Beta, Counted};

/// What all stages show together counts as much as so many deals of a stage.
const PRIOR: f64 = 2.0;

/// The chance of a stage, and what it was counted from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Chance {
    /// Deals seen in the stage in past periods, and those of them that were won in time.
    pub counted: Counted,
    /// What is believed of the chance.
    pub believed: Beta,
}

/// The chances of all stages.
#[derive(Debug)]
pub(super) struct Chances {
    by_stage: BTreeMap<String, Chance>,
    /// Of a stage that was never seen.
    elsewhere: Beta,
}

impl Chances {
    pub(super) fn of(past: &Past) -> Self {
        let all = |count: fn(&Counted) -> u32| past.by_stage.values().map(count).sum::<u32>();
        let (right, of) = (
            f64::from(all(|seen| seen.right)),
            f64::from(all(|seen| seen.of)),
        );
        // As if one deal had been won and one had not, so that no chance is 0 or 1.
        let rate = (right + 1.0) / (of + 2.0);
        let prior = Beta {
            right: PRIOR * rate,
            wrong: PRIOR * (1.0 - rate),
        };
        let chance = |(stage, seen): (&String, &Counted)| {
            let believed = Beta {
                right: prior.right + f64::from(seen.right),
                wrong: prior.wrong + f64::from(seen.of.saturating_sub(seen.right)),
            };
            let chance = Chance {
                counted: *seen,
                believed,
            };
            (stage.clone(), chance)
        };
        Self {
            by_stage: past.by_stage.iter().map(chance).collect(),
            elsewhere: prior,
        }
    }

    /// What is believed of a stage's chance.
    pub(super) fn of_stage(&self, stage: &str) -> Beta {
        self.by_stage
            .get(stage)
            .map_or(self.elsewhere, |chance| chance.believed)
    }

    pub(super) fn into_table(self) -> BTreeMap<String, Chance> {
        self.by_stage
    }
}
