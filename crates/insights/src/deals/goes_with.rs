//! What goes with winning: every feature compared over the deals that ended, all in one report.

use std::collections::BTreeMap;

use conversation::DealId;
use jiff::Timestamp;

use super::features::measure;
use super::model::at_age;
use super::{DealView, Feature, Outcome, PipelineRules};
use crate::inference::{Associations, Comparison, Stratum, Tally};

/// What goes with winning, as far as the counts allow to say.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GoesWith {
    /// Each feature with the deals that had it and those that had it not.
    pub compared: Vec<Compared>,
    /// The verdicts, one for each feature in the same order, judged together.
    pub associations: Associations,
}

/// The deals that a feature parts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Compared {
    /// The feature: above 0 a deal has it.
    pub feature: Feature,
    /// Deals that had it.
    pub with: Vec<DealId>,
    /// Deals that had it not.
    pub without: Vec<DealId>,
}

impl GoesWith {
    /// Compares the deals that had ended by an instant, each read at one age, parted by the stage that
    /// they were in at that age.
    pub fn of(deals: &[DealView], rules: &PipelineRules, as_of: Timestamp, age_days: u32) -> Self {
        let mut compared: Vec<Compared> = Feature::ALL
            .iter()
            .map(|feature| Compared {
                feature: *feature,
                with: Vec::new(),
                without: Vec::new(),
            })
            .collect();
        let mut comparisons: Vec<Counting> =
            Feature::ALL.iter().map(|_| Counting::default()).collect();
        for deal in deals {
            let Some(now) = deal.at(as_of, rules).filter(|now| !now.is_open()) else {
                continue;
            };
            let Some(then) = at_age(deal, rules, as_of, age_days) else {
                continue;
            };
            let is_won = now.outcome() == Outcome::Won;
            for (one, counting) in compared.iter_mut().zip(&mut comparisons) {
                let has = measure(one.feature, &then).value > 0.0;
                let group = if has { &mut one.with } else { &mut one.without };
                group.push(deal.deal().clone());
                counting.count(then.stage().unwrap_or_default(), has, is_won);
            }
        }
        let comparisons: Vec<Comparison> = compared
            .iter()
            .zip(comparisons)
            .map(|(one, counting)| counting.into_comparison(one.feature))
            .collect();
        Self {
            compared,
            associations: Associations::of(&comparisons),
        }
    }
}

/// Deals with and without a feature, by stage.
#[derive(Default)]
struct Counting {
    by_stage: BTreeMap<String, [Tally; 2]>,
}

impl Counting {
    fn count(&mut self, stage: &str, has: bool, is_won: bool) {
        let [without, with] = self
            .by_stage
            .entry(stage.trim().to_lowercase())
            .or_default();
        let group = if has { with } else { without };
        if is_won {
            group.won += 1;
        } else {
            group.lost += 1;
        }
    }

    fn into_comparison(self, feature: Feature) -> Comparison {
        let sum = |group: usize| {
            let all = self
                .by_stage
                .values()
                .filter_map(|groups| groups.get(group));
            all.fold(Tally::default(), |sum, one| Tally {
                won: sum.won + one.won,
                lost: sum.lost + one.lost,
            })
        };
        Comparison {
            name: feature.as_str().to_owned(),
            with: sum(1),
            without: sum(0),
            strata: self
                .by_stage
                .into_iter()
                .map(|(name, [without, with])| Stratum {
                    name,
                    with,
                    without,
                })
                .collect(),
        }
    }
}
