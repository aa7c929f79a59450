//! All warnings of a deal, with their points added up: a checklist, not a probability.

use std::fmt;

use super::warnings::warnings;
use super::{DealAt, DealRule, RuleSpec, StageTimes, State, Verdict};
use crate::value::words;

/// From so many points on the level is medium.
const MEDIUM: u32 = 3;

/// From so many points on the level is high.
const HIGH: u32 = 6;

words! {
    /// How much stands against a deal.
    Level {
        /// Below three points.
        Low = "low",
        /// Three to five points.
        Medium = "medium",
        /// Six points or more.
        High = "high",
    }
}

/// What every rule says of one open deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    items: Vec<(RuleSpec, Verdict)>,
}

/// The rules of the fourteen warnings.
pub struct Rules(Vec<Box<dyn DealRule>>);

impl Rules {
    /// All fourteen, with how long won deals stayed in each stage.
    pub fn new(times: StageTimes) -> Self {
        Self(warnings(times))
    }

    /// The rules, in the order of [`super::Warning::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = &dyn DealRule> {
        self.0.iter().map(AsRef::as_ref)
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(DealRule::spec))
            .finish()
    }
}

impl Checklist {
    /// Asks every rule that is not switched off in the deal's stage; none for a deal that is won or
    /// lost.
    pub fn of(deal: &DealAt<'_>, rules: &Rules) -> Option<Self> {
        if !deal.is_open() {
            return None;
        }
        let off = &deal.settings().off;
        let asked = rules
            .iter()
            .filter(|rule| !off.contains(&rule.spec().warning));
        Some(Self {
            items: asked.map(|rule| (rule.spec(), rule.eval(deal))).collect(),
        })
    }

    /// What each rule said, in the order of the warnings.
    pub fn items(&self) -> &[(RuleSpec, Verdict)] {
        &self.items
    }

    /// How many rules were asked.
    pub fn asked(&self) -> usize {
        self.items.len()
    }

    /// How many of them came to this.
    pub fn count(&self, state: State) -> usize {
        self.of_state(state).count()
    }

    /// The points of the warnings that fire.
    pub fn points(&self) -> u32 {
        self.of_state(State::Fires)
            .map(|(spec, _)| spec.warning.points())
            .sum()
    }

    /// How much stands against the deal.
    pub fn level(&self) -> Level {
        match self.points() {
            HIGH.. => Level::High,
            MEDIUM.. => Level::Medium,
            _ => Level::Low,
        }
    }

    /// The warnings that fire, the heaviest first.
    pub fn fired(&self) -> Vec<&(RuleSpec, Verdict)> {
        let mut fired: Vec<_> = self.of_state(State::Fires).collect();
        fired.sort_by_key(|(spec, _)| std::cmp::Reverse(spec.warning.points()));
        fired
    }

    fn of_state(&self, state: State) -> impl Iterator<Item = &(RuleSpec, Verdict)> {
        self.items
            .iter()
            .filter(move |(_, verdict)| verdict.state() == state)
    }
}

impl fmt::Display for Checklist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.count(State::Fires), self.asked())?;
        match self.count(State::Unknown) {
            0 => Ok(()),
            unknown => write!(f, ", {unknown} unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::{at, call, deal_with, snapshot};
    use crate::deals::{Activities, DealView, PipelineRules, Warning};

    fn of(view: &DealView, rules: &PipelineRules) -> Option<Checklist> {
        let then = view.at(at("2026-04-20"), rules).expect("it is known");
        Checklist::of(&then, &Rules::new(StageTimes::default()))
    }

    #[test]
    fn every_warning_is_asked_once_and_what_is_unknown_is_counted_apart() {
        let view = deal_with("Proposal", Vec::new(), Activities::NotConnected);
        let list = of(&view, &PipelineRules::default()).expect("it is open");
        let asked: Vec<Warning> = list.items().iter().map(|(spec, _)| spec.warning).collect();
        assert_eq!(asked, Warning::ALL);
        assert_eq!(list.to_string(), "1 of 14, 13 unknown");
        assert_eq!((list.points(), list.level()), (2, Level::Low));
    }

    #[test]
    fn points_add_up_to_a_level() {
        let calls = vec![call("2026-03-02", &["ann"], Vec::new())];
        let view = deal_with("Proposal", calls, Activities::Known(Vec::new()));
        let list = of(&view, &PipelineRules::default()).expect("it is open");
        let fired: Vec<&str> = list
            .fired()
            .iter()
            .map(|(spec, _)| spec.warning.as_str())
            .collect();
        assert_eq!(
            fired,
            [
                "no_activity",
                "stalled",
                "no_next_meeting",
                "single_threaded",
                "pricing_absent"
            ]
        );
        assert_eq!((list.points(), list.level()), (8, Level::High));
    }

    #[test]
    fn a_warning_that_is_off_is_not_asked_and_a_closed_deal_has_none() {
        let mut rules = PipelineRules::default();
        rules.settings.off.insert(Warning::Stalled);
        let view = deal_with("Proposal", Vec::new(), Activities::NotConnected);
        assert_eq!(of(&view, &rules).map(|list| list.asked()), Some(13));

        let won = DealView::new(
            view.deal().clone(),
            vec![snapshot("2026-03-01", "Closed Won")],
            Vec::new(),
            Activities::NotConnected,
        );
        assert_eq!(of(&won, &rules), None);
    }
}
