//! The open deals as of a day: how much there is, how fast it moves, and what slipped.
//!
//! Amounts are sums of one currency; currencies are never added. Every number names its deals.

mod conversion;
mod cover;
mod period;
mod velocity;

use std::collections::BTreeMap;

use conversation::{Currency, DealId};
use jiff::Timestamp;

use crate::deals::{DealAt, DealView, PipelineRules};

pub use conversion::{Conversion, conversions};
pub use cover::{Coverage, coverage, slipped};
pub use period::SalesPeriod;
pub use velocity::{Velocity, velocity};

/// A sum of one currency, and the deals it is a sum of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Amount {
    /// In hundredths.
    pub hundredths: i64,
    /// The deals, in the order in which they were given.
    pub deals: Vec<DealId>,
}

impl Amount {
    /// In whole units, for what is reckoned and shown rounded.
    pub fn units(&self) -> f64 {
        self.hundredths as f64 / 100.0
    }
}

/// Sums by currency.
pub type Amounts = BTreeMap<Currency, Amount>;

/// Adds up the amounts of deals by currency; those without an amount are left out.
pub(crate) fn amounts<'a>(deals: impl IntoIterator<Item = &'a DealAt<'a>>) -> Amounts {
    let mut all = Amounts::new();
    for deal in deals {
        if let Some(amount) = deal.amount() {
            let sum = all.entry(amount.currency()).or_default();
            sum.hundredths = sum.hundredths.saturating_add(amount.hundredths());
            sum.deals.push(deal.deal().clone());
        }
    }
    all
}

/// What was known of each deal at an instant.
pub(crate) fn known<'a>(
    deals: &'a [DealView],
    rules: &'a PipelineRules,
    as_of: Timestamp,
) -> Vec<DealAt<'a>> {
    deals
        .iter()
        .filter_map(|deal| deal.at(as_of, rules))
        .collect()
}

/// Whether the deal was won or lost within a stretch of days.
pub(crate) fn closed_within(deal: &DealAt<'_>, period: SalesPeriod) -> bool {
    deal.closed_on().is_some_and(|day| period.contains(day))
}

/// Deals whose stage nobody named, open by default: to be reported.
pub fn unknown_stages(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
) -> BTreeMap<String, Vec<DealId>> {
    let mut unknown: BTreeMap<String, Vec<DealId>> = BTreeMap::new();
    for deal in known(deals, rules, as_of) {
        if let Some(stage) = deal.stage().filter(|stage| !rules.knows(stage)) {
            unknown
                .entry(stage.to_owned())
                .or_default()
                .push(deal.deal().clone());
        }
    }
    unknown
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::testing::{deal, of};
    use super::*;
    use crate::deals::testing::at;

    #[test]
    fn currencies_are_never_added() {
        let deals = [
            deal("1", "100 EUR", &[("2026-04-01", "Discovery")]),
            deal("2", "200 EUR", &[("2026-04-01", "Discovery")]),
            deal("3", "400 USD", &[("2026-04-01", "Discovery")]),
        ];
        let rules = PipelineRules::default();
        let sums = amounts(&known(&deals, &rules, at("2026-04-02")));
        let shown: Vec<_> = sums
            .iter()
            .map(|(currency, sum)| (currency.as_str(), of(sum)))
            .collect();
        assert_eq!(
            shown,
            [("EUR", "300: 1 2".to_owned()), ("USD", "400: 3".to_owned())]
        );
    }

    #[test]
    fn a_stage_that_nobody_named_is_reported() {
        let deals = [deal("1", "100 EUR", &[("2026-04-01", "Parked")])];
        let unknown = unknown_stages(&deals, &PipelineRules::default(), at("2026-04-02"));
        assert_eq!(unknown.keys().collect::<Vec<_>>(), ["Parked"]);
        assert_eq!(unknown["Parked"].len(), 1);
    }
}
