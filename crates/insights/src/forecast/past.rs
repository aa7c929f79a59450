//! What became of deals in past periods, looked at when the same share of the period had passed.

use std::collections::BTreeMap;

use conversation::Currency;
use jiff::Timestamp;

use crate::deals::{DealAt, DealView, Outcome, PipelineRules};
use crate::inference::Counted;
use crate::pipeline::{SalesPeriod, closed_within};

/// Past periods at the same share of theirs.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// How many there were, counted back to the first in which a deal was open then.
    pub(super) periods: usize,
    /// Of the deals that were open then in a stage, how many were won by the end of the period.
    pub(super) by_stage: BTreeMap<String, Counted>,
    /// The amounts of deals won by the end of the period that were not known then, in whole units.
    pub(super) new_won: BTreeMap<Currency, Vec<f64>>,
}

/// What is counted of one period.
#[derive(Default)]
struct One {
    by_stage: BTreeMap<String, Counted>,
    new_won: Vec<(Currency, f64)>,
}

/// The stage of a deal as it is counted.
pub(super) fn key(deal: &DealAt<'_>) -> String {
    deal.stage().unwrap_or_default().trim().to_lowercase()
}

impl Past {
    /// Looks at the periods before one, as far as they show an open deal without a gap, by what is
    /// known at an instant.
    pub(super) fn of(
        deals: &[DealView],
        rules: &PipelineRules,
        as_of: Timestamp,
        period: SalesPeriod,
        elapsed: f64,
        most: usize,
    ) -> Self {
        let mut past = Self::default();
        let mut earlier = period;
        while past.periods < most {
            let Some(before) = earlier.before() else {
                break;
            };
            earlier = before;
            let one = look(deals, rules, as_of, earlier, earlier.at(elapsed));
            if one.by_stage.is_empty() {
                break;
            }
            past.periods += 1;
            for (stage, seen) in one.by_stage {
                let all = past.by_stage.entry(stage).or_default();
                all.right += seen.right;
                all.of += seen.of;
            }
            for (currency, amount) in one.new_won {
                past.new_won.entry(currency).or_default().push(amount);
            }
        }
        past
    }
}

fn look(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
    then: Timestamp,
) -> One {
    let mut one = One::default();
    for deal in deals {
        let Some(now) = deal.at(as_of, rules) else {
            continue;
        };
        let is_won = now.outcome() == Outcome::Won && closed_within(&now, period);
        match deal.at(then, rules) {
            Some(then) if then.is_open() => {
                let seen = one.by_stage.entry(key(&then)).or_default();
                seen.of += 1;
                seen.right += u32::from(is_won);
            }
            None if is_won => one.new_won.extend(
                now.amount()
                    .map(|amount| (amount.currency(), amount.units())),
            ),
            _ => {}
        }
    }
    one
}
