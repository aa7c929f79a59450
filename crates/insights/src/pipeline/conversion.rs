//! How many deals go on from each stage.

use conversation::DealId;
use jiff::Timestamp;

use super::{SalesPeriod, closed_within, known};
use crate::deals::{DealView, Outcome, PipelineRules, day_of};
use crate::inference::Tally;

/// What became of the deals that were in a stage.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Conversion {
    /// The stage, as the rules name it.
    pub stage: String,
    /// Deals that went on to a later stage or were won.
    pub went_on: Vec<DealId>,
    /// Deals that were lost from it.
    pub lost: Vec<DealId>,
    /// Deals that are in it, or went back: nothing is known of them yet.
    pub undecided: Vec<DealId>,
}

impl Conversion {
    /// Those that went on as won and those that were lost as lost; its rate has a Wilson interval.
    pub fn tally(&self) -> Tally {
        Tally {
            won: u32::try_from(self.went_on.len()).unwrap_or(u32::MAX),
            lost: u32::try_from(self.lost.len()).unwrap_or(u32::MAX),
        }
    }
}

/// For each open stage in order: what became of the deals that were seen in it and left it, or
/// ended, in a period up to now. A deal counts once a stage, by how it left it last.
pub fn conversions(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
) -> Vec<Conversion> {
    let empty = |stage: &String| Conversion {
        stage: stage.clone(),
        went_on: Vec::new(),
        lost: Vec::new(),
        undecided: Vec::new(),
    };
    let mut all: Vec<Conversion> = rules.stages.iter().map(empty).collect();
    for deal in known(deals, rules, as_of) {
        let stretches = deal.stages();
        for (position, conversion) in all.iter_mut().enumerate() {
            let is_here = |stage: &str| rules.position(stage) == Some(position);
            let Some(at) = stretches.iter().rposition(|one| is_here(one.stage)) else {
                continue;
            };
            let left = stretches.get(at).and_then(|one| one.until);
            let left_on = day_of(left.unwrap_or(as_of));
            if !period.contains(left_on) && !closed_within(&deal, period) {
                continue;
            }
            let next = stretches.get(at + 1).map(|one| one.stage);
            let is_later =
                |stage: &str| rules.position(stage).is_some_and(|other| other > position);
            let group = match next.map(|stage| (rules.outcome(Some(stage)), is_later(stage))) {
                Some((Outcome::Won, _) | (Outcome::Open, true)) => &mut conversion.went_on,
                Some((Outcome::Lost, _)) => &mut conversion.lost,
                Some((Outcome::Open, false)) | None => &mut conversion.undecided,
            };
            group.push(deal.deal().clone());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::at;
    use crate::pipeline::testing::{deal, second_quarter};

    #[test]
    fn a_deal_goes_on_is_lost_or_is_undecided() {
        let start = ("2026-04-01", "Discovery");
        let deals = [
            deal("on", "1 EUR", &[start, ("2026-04-10", "Evaluation")]),
            deal("won", "1 EUR", &[start, ("2026-04-10", "Closed Won")]),
            deal("lost", "1 EUR", &[start, ("2026-04-10", "Closed Lost")]),
            deal("there", "1 EUR", &[start]),
            deal(
                "back",
                "1 EUR",
                &[("2026-04-01", "Evaluation"), ("2026-04-10", "Discovery")],
            ),
            deal("later", "1 EUR", &[start, ("2026-07-10", "Evaluation")]),
        ];
        let rules = PipelineRules::default();

        let found = conversions(&deals, &rules, at("2026-06-01"), second_quarter());

        let ids = |deals: &[DealId]| {
            let ids: Vec<&str> = deals.iter().map(DealId::object).collect();
            ids.join(" ")
        };
        let shown = |at: usize| {
            let one: &Conversion = &found[at];
            [ids(&one.went_on), ids(&one.lost), ids(&one.undecided)]
        };
        assert_eq!(shown(0), ["on won", "lost", "there back later"]);
        assert_eq!(shown(1), ["", "", "on back"]);
        assert_eq!(found[0].tally(), Tally { won: 2, lost: 1 });
        assert!(found[0].tally().interval().is_some());
    }
}
