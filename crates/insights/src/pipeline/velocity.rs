//! How fast deals turn into money.

use std::collections::BTreeMap;

use conversation::{Currency, DealId};
use jiff::Timestamp;

use super::{SalesPeriod, closed_within, known};
use crate::deals::{DealAt, DealView, Outcome, PipelineRules, days_between};
use crate::inference::Tally;

/// How fast deals of one currency turn into money.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Velocity {
    /// The open deals with an amount of the currency.
    pub open: Vec<DealId>,
    /// How the deals ended that were closed in the period.
    pub closed: Tally,
    /// Those that were won.
    pub won: Vec<DealId>,
    /// Those that were lost.
    pub lost: Vec<DealId>,
    /// The mean amount of those won, in whole units.
    pub average_won: Option<f64>,
    /// Days from the making of a won deal to its end: the median.
    pub days_to_win: Option<f64>,
    /// Open deals · win rate · average won / days to win: whole units a day.
    pub per_day: Option<f64>,
}

/// The velocity of each currency, by the deals that were closed in a period up to now.
pub fn velocity(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
) -> BTreeMap<Currency, Velocity> {
    let known = known(deals, rules, as_of);
    let mut by_currency: BTreeMap<Currency, Vec<&DealAt<'_>>> = BTreeMap::new();
    for deal in &known {
        if let Some(amount) = deal.amount() {
            by_currency.entry(amount.currency()).or_default().push(deal);
        }
    }
    let of = |(currency, deals): (Currency, Vec<&DealAt<'_>>)| (currency, of_deals(&deals, period));
    by_currency.into_iter().map(of).collect()
}

fn of_deals<'a>(deals: &[&'a DealAt<'a>], period: SalesPeriod) -> Velocity {
    let closed = |outcome: Outcome| -> Vec<&DealAt<'_>> {
        let all = deals.iter().copied();
        all.filter(|deal| deal.outcome() == outcome && closed_within(deal, period))
            .collect()
    };
    let ids = |deals: &[&DealAt<'_>]| deals.iter().map(|deal| deal.deal().clone()).collect();
    let (won, lost) = (closed(Outcome::Won), closed(Outcome::Lost));
    let open: Vec<&DealAt<'_>> = deals
        .iter()
        .copied()
        .filter(|deal| deal.is_open())
        .collect();
    let amounts: f64 = won
        .iter()
        .filter_map(|deal| deal.amount())
        .map(|one| one.units())
        .sum();
    let average_won = (!won.is_empty()).then(|| amounts / won.len() as f64);
    let length = |deal: &&DealAt<'_>| Some(days_between(deal.created(), deal.closed_on()?) as f64);
    let days_to_win = median(won.iter().filter_map(length).collect());
    let closed = Tally {
        won: u32::try_from(won.len()).unwrap_or(u32::MAX),
        lost: u32::try_from(lost.len()).unwrap_or(u32::MAX),
    };
    let per_day = || {
        let days = days_to_win.filter(|days| *days > 0.0)?;
        Some(open.len() as f64 * closed.rate()? * average_won? / days)
    };
    Velocity {
        per_day: per_day(),
        open: ids(&open),
        won: ids(&won),
        lost: ids(&lost),
        closed,
        average_won,
        days_to_win,
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(upper, *values.get(values.len() / 2 - 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::at;
    use crate::pipeline::testing::{deal, second_quarter};

    fn of(deals: &[DealView], currency: &str) -> Velocity {
        let rules = PipelineRules::default();
        let all = velocity(deals, &rules, at("2026-05-01"), second_quarter());
        all[&currency.parse().expect("a currency")].clone()
    }

    #[test]
    fn velocity_is_the_product_of_its_parts() {
        let ended = |id, amount, end| {
            deal(
                id,
                amount,
                &[("2026-04-01", "Discovery"), ("2026-04-21", end)],
            )
        };
        let deals = [
            ended("1", "100 EUR", "Closed Won"),
            ended("2", "300 EUR", "Closed Won"),
            ended("3", "900 EUR", "Closed Lost"),
            ended("4", "900 EUR", "Closed Lost"),
            ended("5", "900 EUR", "Proposal"),
            ended("6", "900 USD", "Closed Won"),
        ];

        let euro = of(&deals, "EUR");

        assert_eq!(euro.closed, Tally { won: 2, lost: 2 });
        assert_eq!(
            (euro.average_won, euro.days_to_win),
            (Some(200.0), Some(20.0))
        );
        // One open deal, half of them won, 200 each, in 20 days.
        assert_eq!(euro.per_day, Some(5.0));
        assert_eq!(
            (euro.open.len(), euro.won.len(), euro.lost.len()),
            (1, 2, 2)
        );
        assert_eq!(of(&deals, "USD").per_day, Some(0.0));
    }

    #[test]
    fn where_nothing_was_won_there_is_no_velocity() {
        let deals = [deal("1", "100 EUR", &[("2026-04-01", "Discovery")])];
        assert_eq!(of(&deals, "EUR").per_day, None);
        assert_eq!(median(vec![3.0, 1.0, 2.0, 10.0]), Some(2.5));
    }
}
