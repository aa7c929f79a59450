//! Whether enough is open to reach a target, and what slipped out of a period.

use std::collections::BTreeMap;

use conversation::Currency;
use jiff::Timestamp;

use super::{Amounts, SalesPeriod, amounts, closed_within, known};
use crate::deals::{DealAt, DealView, Outcome, PipelineRules};

/// How much of a period's target is won, and how much is open for the rest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// Won in the period so far.
    pub won: Amounts,
    /// Open, with a close date in the period.
    pub open: Amounts,
    /// Open / (target − won), for each currency with a target that is not reached yet.
    pub ratio: BTreeMap<Currency, f64>,
}

/// What is won and open in a period; targets are in hundredths.
pub fn coverage(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
    targets: &BTreeMap<Currency, i64>,
) -> Coverage {
    let known = known(deals, rules, as_of);
    let is_won = |deal: &&DealAt<'_>| deal.outcome() == Outcome::Won && closed_within(deal, period);
    let closes = |deal: &&DealAt<'_>| {
        deal.is_open() && deal.close_date().is_some_and(|day| period.contains(day))
    };
    let won = amounts(known.iter().filter(is_won));
    let open = amounts(known.iter().filter(closes));
    let ratio = |(currency, target): (&Currency, &i64)| {
        let of = |sums: &Amounts| sums.get(currency).map_or(0, |sum| sum.hundredths);
        let missing = target.saturating_sub(of(&won));
        (missing > 0).then(|| (*currency, of(&open) as f64 / missing as f64))
    };
    Coverage {
        ratio: targets.iter().filter_map(ratio).collect(),
        won,
        open,
    }
}

/// Deals that were expected to close in a period, at its beginning or on any later day, and that as of
/// now are open with a close date after it, or open although it is over.
pub fn slipped(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    period: SalesPeriod,
) -> Amounts {
    let begins = period.begins();
    let was_expected = |deal: &DealAt<'_>| {
        let shown = deal.snapshots().iter();
        let before = shown.clone().filter(|one| one.as_of < begins);
        let at_beginning = before.filter_map(|one| one.close_date).next_back();
        let later = shown
            .filter(|one| one.as_of >= begins)
            .filter_map(|one| one.close_date);
        at_beginning
            .into_iter()
            .chain(later)
            .any(|day| period.contains(day))
    };
    let has_slipped = |deal: &&DealAt<'_>| {
        let is_later = deal.close_date().is_some_and(|day| day >= period.to());
        let is_over = deal.day() >= period.to();
        deal.is_open() && (is_later || is_over) && was_expected(deal)
    };
    amounts(known(deals, rules, as_of).iter().filter(has_slipped))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::at;
    use crate::pipeline::testing::{closing, of, second_quarter};

    fn shown(sums: &Amounts) -> String {
        let all = sums
            .iter()
            .map(|(currency, sum)| format!("{currency} {}", of(sum)));
        all.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn coverage_is_what_is_open_over_what_is_missing() {
        let deals = [
            closing("won", "100 EUR", &[("2026-04-10", "Closed Won", "")]),
            closing("before", "800 EUR", &[("2026-03-10", "Closed Won", "")]),
            closing(
                "open",
                "600 EUR",
                &[("2026-04-10", "Proposal", "2026-06-01")],
            ),
            closing(
                "later",
                "700 EUR",
                &[("2026-04-10", "Proposal", "2026-07-01")],
            ),
            closing(
                "dollars",
                "50 USD",
                &[("2026-04-10", "Proposal", "2026-06-01")],
            ),
        ];
        let euro: Currency = "EUR".parse().expect("a currency");
        let targets = BTreeMap::from([(euro, 30_000)]);
        let rules = PipelineRules::default();

        let found = coverage(&deals, &rules, at("2026-05-01"), second_quarter(), &targets);

        assert_eq!(shown(&found.won), "EUR 100: won");
        assert_eq!(shown(&found.open), "EUR 600: open; USD 50: dollars");
        assert_eq!(found.ratio, BTreeMap::from([(euro, 3.0)]));
    }

    #[test]
    fn a_deal_that_moved_out_of_the_period_slipped() {
        let start = ("2026-03-20", "Proposal", "2026-05-15");
        let deals = [
            closing(
                "moved",
                "100 EUR",
                &[start, ("2026-05-10", "Proposal", "2026-07-10")],
            ),
            closing(
                "inside",
                "200 EUR",
                &[start, ("2026-05-10", "Proposal", "2026-06-10")],
            ),
            closing(
                "won",
                "300 EUR",
                &[start, ("2026-05-10", "Closed Won", "2026-07-10")],
            ),
            // Moved away before the period began.
            closing(
                "early",
                "400 EUR",
                &[
                    ("2026-03-01", "Proposal", "2026-05-15"),
                    ("2026-03-20", "Proposal", "2026-07-15"),
                ],
            ),
        ];
        let rules = PipelineRules::default();
        let slipped = |day| shown(&slipped(&deals, &rules, at(day), second_quarter()));
        assert_eq!(slipped("2026-05-09"), "");
        assert_eq!(slipped("2026-05-11"), "EUR 100: moved");
        assert_eq!(slipped("2026-07-02"), "EUR 300: moved inside");
    }
}
