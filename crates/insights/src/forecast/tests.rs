use super::*;
use crate::deals::testing::at;
use crate::pipeline::testing::{deal, second_quarter};

/// When deals of five past quarters are made, when new ones are made after the half, and when they end.
const PAST: [(&str, &str, &str); 5] = [
    ("2025-01-10", "2025-02-20", "2025-03-20"),
    ("2025-04-10", "2025-05-20", "2025-06-20"),
    ("2025-07-10", "2025-08-20", "2025-09-20"),
    ("2025-10-10", "2025-11-20", "2025-12-20"),
    ("2026-01-10", "2026-02-20", "2026-03-20"),
];

/// In each of five past quarters ten deals of 100 EUR are in Proposal at its half, of which four are
/// won in time and the others lost, and one new deal of 50 EUR is made later and won in time.
fn history() -> Vec<DealView> {
    let mut deals = Vec::new();
    for (quarter, (made, new, end)) in PAST.iter().enumerate() {
        for n in 0..10 {
            let end = (*end, if n < 4 { "Closed Won" } else { "Closed Lost" });
            deals.push(deal(
                &format!("{quarter}-{n}"),
                "100 EUR",
                &[(made, "Proposal"), end],
            ));
        }
        let won = [(*new, "Proposal"), (*end, "Closed Won")];
        deals.push(deal(&format!("{quarter}-new"), "50 EUR", &won));
    }
    deals
}

fn now(extra: Vec<DealView>) -> Result<Forecast, NoForecast> {
    let mut deals = history();
    deals.extend(extra);
    let rules = PipelineRules::default();
    forecast(&deals, &rules, at("2026-05-15"), second_quarter(), 1)
}

fn euro(forecast: &Forecast) -> &CurrencyForecast {
    &forecast.by_currency[&"EUR".parse().expect("a currency")]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.01 * b.abs().max(1.0)
}

#[test]
fn a_forecast_is_won_and_weighted_and_expected_new() {
    let open = |id: &str| deal(id, "100 EUR", &[("2026-04-10", "proposal")]);
    let won = deal(
        "won",
        "70 EUR",
        &[("2026-04-10", "Proposal"), ("2026-05-01", "Closed Won")],
    );

    let found = now(vec![open("a"), open("b"), won]).expect("enough history");

    let euro = euro(&found);
    assert_eq!((found.periods, euro.won.hundredths), (5, 7_000));
    let chance = found.chances["proposal"];
    assert_eq!((chance.counted.right, chance.counted.of), (20, 50));
    assert!(close(chance.believed.mean(), 0.4));
    assert!(close(euro.weighted, 80.0) && close(euro.expected_new, 50.0));
    assert!(close(euro.value, 200.0));
    let ids: Vec<&str> = euro.open.iter().map(|one| one.deal.object()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(euro.interval.lo >= 70.0 && euro.interval.lo < euro.value);
    assert!(euro.interval.hi > euro.value);
}

#[test]
fn each_past_period_is_forecast_again_from_what_was_known_then() {
    let found = now(Vec::new()).expect("enough history");
    let euro = euro(&found);
    // Only the last past quarter has four before it.
    let [tested] = euro.back_test.as_slice() else {
        panic!("one: {:?}", euro.back_test);
    };
    assert_eq!(tested.period.from().to_string(), "2026-01-01");
    assert!(close(tested.actual, 450.0), "{tested:?}");
    assert!(close(tested.value, 450.0), "{tested:?}");
    assert!(tested.is_held() && tested.error().is_some_and(|error| error.abs() < 0.01));
    assert_eq!(euro.held(), 1);
}

#[test]
fn thin_history_is_refused_with_what_is_missing() {
    let rules = PipelineRules::default();
    let refused = forecast(
        &history()[..33],
        &rules,
        at("2026-05-15"),
        second_quarter(),
        1,
    );
    let refused = refused.expect_err("a gap of two quarters");
    assert_eq!(
        refused.to_string(),
        "not enough history: 0 of 4 past periods with open deals, 0 of 30 deals seen open in them, \
         0 of 10 of these won in time"
    );
    let outside = forecast(&history(), &rules, at("2026-07-01"), second_quarter(), 1);
    assert_eq!(outside, Err(NoForecast::OutsidePeriod));
}

#[test]
fn what_is_told_later_changes_no_forecast() {
    let later = deal(
        "a",
        "100 EUR",
        &[("2026-04-10", "Proposal"), ("2026-05-20", "Closed Won")],
    );
    let before = deal("a", "100 EUR", &[("2026-04-10", "Proposal")]);
    assert_eq!(now(vec![later]), now(vec![before]));
}

#[test]
fn currencies_are_forecast_apart() {
    let found = now(vec![deal("a", "100 USD", &[("2026-04-10", "Proposal")])]);
    let found = found.expect("enough history");
    let dollar = &found.by_currency[&"USD".parse().expect("a currency")];
    assert!(close(dollar.value, 40.0) && close(euro(&found).value, 50.0));
}
