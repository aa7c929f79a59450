//! Deals of a pipeline for tests.

use conversation::{DealId, DealSnapshot, DealSource, Money};

use super::{Amount, SalesPeriod};
use crate::deals::testing::at;
use crate::deals::{Activities, DealView};

/// A deal by its id and amount, with the days on which it was seen in a stage.
pub(crate) fn deal(id: &str, amount: &str, seen: &[(&str, &str)]) -> DealView {
    let seen: Vec<_> = seen.iter().map(|(day, stage)| (*day, *stage, "")).collect();
    closing(id, amount, &seen)
}

/// The same with the close date that was shown.
pub(crate) fn closing(id: &str, amount: &str, seen: &[(&str, &str, &str)]) -> DealView {
    let id = DealId::new("crm", id).expect("a name");
    let (number, currency) = amount.split_once(' ').expect("an amount and a currency");
    let currency = currency.parse().expect("a currency");
    let shown = |(day, stage, close): &(&str, &str, &str)| {
        let mut one = DealSnapshot::new(id.clone(), DealSource::Csv, at(day));
        one.stage = Some((*stage).to_owned());
        one.amount = Money::parse(number, currency).ok();
        one.close_date = close.parse().ok();
        one
    };
    let shown = seen.iter().map(shown).collect();
    DealView::new(id.clone(), shown, Vec::new(), Activities::NotConnected)
}

/// April to June 2026.
pub(crate) fn second_quarter() -> SalesPeriod {
    let day = "2026-04-01".parse().expect("a day");
    SalesPeriod::quarter_of(day).expect("a quarter")
}

/// "300: 1 2": the sum and its deals.
pub(crate) fn of(amount: &Amount) -> String {
    let deals: Vec<&str> = amount.deals.iter().map(DealId::object).collect();
    format!("{}: {}", amount.hundredths / 100, deals.join(" "))
}
