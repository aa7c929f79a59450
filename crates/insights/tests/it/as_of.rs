//! What is told later changes nothing that was said of an earlier day.

use std::sync::LazyLock;

use gong_sim::{Deals, Effect};
use insights::deals::{
    Checklist, DealView, PipelineRules, RiskModel, Rules, StageClock, StageTimes,
};
use insights::forecast::forecast;
use insights::pipeline::{SalesPeriod, conversions, coverage, slipped, velocity};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use crate::world::{evening, views};

static WORLD: LazyLock<Vec<DealView>> =
    LazyLock::new(|| views(&Deals::generate(5, 240, Effect::None)));

/// The same deals as they were known at an instant: all that came later is cut off.
fn cut(deals: &[DealView], at: Timestamp) -> Vec<DealView> {
    let known = |deal: &DealView| {
        let shown = deal
            .snapshots()
            .iter()
            .filter(|one| one.as_of <= at)
            .cloned();
        let calls = deal
            .calls()
            .iter()
            .filter(|call| call.started <= at)
            .cloned();
        DealView::new(
            deal.deal().clone(),
            shown.collect(),
            calls.collect(),
            deal.activities().clone(),
        )
    };
    deals.iter().map(known).collect()
}

/// Everything that is said as of an instant, in one text.
fn said(deals: &[DealView], at: Timestamp) -> Vec<String> {
    let rules = PipelineRules::default();
    let warnings = Rules::new(StageTimes::of(deals, &rules, at));
    let known = deals.iter().filter_map(|deal| deal.at(at, &rules));
    let mut said: Vec<String> = known
        .map(|deal| format!("{} {:?}", deal.deal(), Checklist::of(&deal, &warnings)))
        .collect();
    let period = SalesPeriod::quarter_of(jiff::tz::TimeZone::UTC.to_datetime(at).date());
    let period = period.expect("a quarter");
    let none = std::collections::BTreeMap::new();
    said.push(format!("{:?}", coverage(deals, &rules, at, period, &none)));
    said.push(format!("{:?}", slipped(deals, &rules, at, period)));
    said.push(format!("{:?}", velocity(deals, &rules, at, period)));
    said.push(format!("{:?}", conversions(deals, &rules, at, period)));
    said.push(format!("{:?}", forecast(deals, &rules, at, period, 1)));
    let model = RiskModel::fit(deals, &rules, at, 30);
    said.push(format!("{model:?}"));
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn later_calls_and_later_snapshots_change_nothing_earlier(day in 60_i64..800) {
        let at = evening(date(2024, 1, 1).saturating_add(jiff::Span::new().days(day)));
        prop_assert_eq!(said(&cut(&WORLD, at), at), said(&WORLD, at));
    }
}

#[test]
fn one_instant_after_another_is_counted_as_each_by_itself() {
    let rules = PipelineRules::default();
    let mut clock = StageClock::new(&WORLD, &rules);
    let mut told = 0;
    for day in (0..900).step_by(3) {
        let at = evening(date(2024, 1, 1).saturating_add(jiff::Span::new().days(day)));
        let alone = StageTimes::of(&WORLD, &rules, at);
        assert_eq!(*clock.at(at), alone, "day {day}");
        told += usize::from(alone.long("proposal").is_some());
    }
    assert!(told > 100, "there is something to compare: {told}");
}

#[test]
fn a_later_day_says_other_things() {
    let [early, late] = [date(2025, 3, 1), date(2025, 4, 20)].map(evening);
    assert_ne!(said(&WORLD, early), said(&WORLD, late));
}
