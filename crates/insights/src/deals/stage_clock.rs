//! How long won deals stayed in each stage, at one instant after another.

use std::collections::BTreeMap;

use conversation::DealId;
use jiff::Timestamp;

use super::stage_times::stretches;
use super::{DealView, PipelineRules, StageTimes};

/// [`StageTimes`] at instants that only rise: each statement about a deal is looked at once, where
/// [`StageTimes::of`] would go through all deals again for each instant.
#[derive(Debug)]
pub struct StageClock<'a> {
    rules: &'a PipelineRules,
    /// When something was told of which deal, as far as it was not looked at; the latest first.
    ahead: Vec<(Timestamp, &'a DealView)>,
    /// What of a deal is counted.
    counted: BTreeMap<&'a DealId, Vec<(String, f64)>>,
    times: StageTimes,
}

impl<'a> StageClock<'a> {
    /// Before anything was told of any of these deals.
    pub fn new(deals: &'a [DealView], rules: &'a PipelineRules) -> Self {
        let told = |deal: &'a DealView| deal.snapshots().iter().map(move |one| (one.as_of, deal));
        let mut ahead: Vec<_> = deals.iter().flat_map(told).collect();
        ahead.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Self {
            rules,
            ahead,
            counted: BTreeMap::new(),
            times: StageTimes::default(),
        }
    }

    /// As of an instant that is not before the one that was asked for last.
    pub fn at(&mut self, as_of: Timestamp) -> &StageTimes {
        let mut changed: BTreeMap<&DealId, &DealView> = BTreeMap::new();
        while let Some((_, deal)) = self.ahead.pop_if(|(told, _)| *told <= as_of) {
            changed.insert(deal.deal(), deal);
        }
        for (id, deal) in changed {
            let now = stretches(deal, self.rules, as_of);
            for (stage, days) in self.counted.remove(id).unwrap_or_default() {
                self.times.remove(&stage, days);
            }
            for (stage, days) in &now {
                self.times.add(stage, *days);
            }
            self.counted.insert(id, now);
        }
        &self.times
    }
}
