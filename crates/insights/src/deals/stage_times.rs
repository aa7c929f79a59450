//! How long deals that were won stayed in each stage.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{DealView, Outcome, PipelineRules, days};

/// With fewer won deals in a stage, how long is too long cannot be told from them.
const FEWEST: usize = 20;

/// Four of five won deals were faster.
const SHARE: f64 = 0.8;

/// Days that won deals stayed in each stage, as of an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageTimes {
    by_stage: BTreeMap<String, Vec<f64>>,
}

impl StageTimes {
    /// Counts the stretches that were seen to end, of deals that had been won by then.
    pub fn of(deals: &[DealView], rules: &PipelineRules, as_of: Timestamp) -> Self {
        let mut by_stage: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (stage, days) in deals.iter().flat_map(|deal| stretches(deal, rules, as_of)) {
            by_stage.entry(stage).or_default().push(days);
        }
        for stretches in by_stage.values_mut() {
            stretches.sort_by(f64::total_cmp);
        }
        Self { by_stage }
    }

    /// Counts one more stretch.
    pub(super) fn add(&mut self, stage: &str, days: f64) {
        let all = self.by_stage.entry(stage.to_owned()).or_default();
        let place = all.partition_point(|one| one.total_cmp(&days).is_lt());
        all.insert(place, days);
    }

    /// Takes back one that was counted.
    pub(super) fn remove(&mut self, stage: &str, days: f64) {
        let Some(all) = self.by_stage.get_mut(stage) else {
            return;
        };
        if let Ok(place) = all.binary_search_by(|one| one.total_cmp(&days)) {
            all.remove(place);
        }
        if all.is_empty() {
            self.by_stage.remove(stage);
        }
    }

    /// The days within which four of five won deals left the stage, and of how many; none below
    /// twenty.
    pub fn long(&self, stage: &str) -> Option<(f64, usize)> {
        let all = self.by_stage.get(&key(stage))?;
        if all.len() < FEWEST {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a position in the list"
        )]
        let rank = (all.len() as f64 * SHARE).ceil() as usize;
        Some((*all.get(rank.saturating_sub(1))?, all.len()))
    }
}

/// The stretches of a deal that were seen to end, if it had been won by then: each with its stage.
pub(super) fn stretches(
    deal: &DealView,
    rules: &PipelineRules,
    as_of: Timestamp,
) -> Vec<(String, f64)> {
    let known = deal.at(as_of, rules);
    let Some(won) = known.filter(|deal| deal.outcome() == Outcome::Won) else {
        return Vec::new();
    };
    let stages = won.stages().into_iter();
    let ended = stages.filter_map(|one| Some((key(one.stage), days(one.since, one.until?))));
    ended.collect()
}

fn key(stage: &str) -> String {
    stage.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::{at, deal, snapshot};

    fn won(days_in_stage: i64) -> DealView {
        let start = at("2026-01-01");
        let mut left = snapshot("2026-01-01", "Closed Won");
        left.as_of = start + jiff::SignedDuration::from_hours(24 * days_in_stage);
        deal(vec![snapshot("2026-01-01", "Discovery"), left])
    }

    #[test]
    fn the_eightieth_percentile_needs_twenty_won_deals() {
        let rules = PipelineRules::default();
        let deals: Vec<_> = (1..=20).map(won).collect();
        let long = |count: usize| {
            StageTimes::of(&deals[..count], &rules, at("2026-03-01")).long("discovery")
        };
        assert_eq!(long(20), Some((16.0, 20)));
        assert_eq!(long(19), None);
    }

    #[test]
    fn deals_won_later_do_not_count() {
        let rules = PipelineRules::default();
        let deals: Vec<_> = (1..=20).map(won).collect();
        assert_eq!(
            StageTimes::of(&deals, &rules, at("2026-01-15")).long("discovery"),
            None
        );
    }
}
