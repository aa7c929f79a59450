//! The fitted model on the simulated world: refused before its gates, calibrated past them.

use gong_sim::{Deals, Effect, Signal};
use insights::deals::{DealView, Feature, NoModel, PipelineRules, RiskModel};
use jiff::Timestamp;
use jiff::civil::date;

use crate::quarters::seeds;
use crate::world::{evening, views};

/// At 60 days three of the four calls of most deals have taken place.
const AGE: u32 = 60;

fn end() -> Timestamp {
    evening(date(2026, 6, 1))
}

fn fit(deals: &[DealView]) -> Result<RiskModel, NoModel> {
    RiskModel::fit(deals, &PipelineRules::default(), end(), AGE)
}

#[test]
fn past_its_gates_the_model_is_calibrated_and_names_the_effect() {
    let world = views(&Deals::generate(1, 2_000, Effect::Of(Signal::Pricing, 0.4)));

    let model = fit(&world).expect("past its gates");

    let quality = model.quality();
    println!("{quality:?}");
    assert!(quality.brier < quality.brier_of_base_rate);
    assert!(quality.area_interval.lo > 0.5);
    for bin in quality.reliability.iter().filter(|bin| bin.judged >= 50) {
        // Three standard errors of a share of this many deals.
        let three = 3.0 * (bin.predicted * (1.0 - bin.predicted) / f64::from(bin.judged)).sqrt();
        assert!(
            (bin.predicted - bin.observed).abs() < three.max(0.05),
            "{bin:?}"
        );
    }
    let events = usize::try_from(quality.fitted.won.min(quality.fitted.lost)).expect("a count");
    assert!(model.features().count() <= events / 10);
}

#[test]
fn the_largest_contribution_is_that_of_the_effect_with_its_sentence() {
    let world = views(&Deals::generate(1, 2_000, Effect::Of(Signal::Pricing, 0.4)));
    let model = fit(&world).expect("past its gates");
    let rules = PipelineRules::default();
    let now = evening(date(2025, 6, 1));
    let scored = || {
        world
            .iter()
            .filter_map(|deal| model.score(deal, &rules, now))
    };
    let mut largest = scored().filter_map(|one| one.contributions.into_iter().next());
    assert!(scored().count() > 20);
    assert!(largest.all(|one| one.measured.feature == Feature::PricingSpoken));
    let spoken = scored().flat_map(|one| one.contributions);
    let mut spoken = spoken.filter(|one| one.measured.feature == Feature::PricingSpoken);
    let cites = |one: &insights::deals::Contribution| one.measured.evidence.place().is_some();
    assert!(spoken.all(|one| cites(&one) == (one.measured.value > 0.0)));
}

#[test]
fn before_its_gates_it_is_refused_with_what_is_missing() {
    let world = views(&Deals::generate(1, 150, Effect::Of(Signal::Pricing, 0.4)));
    let refused = fit(&world).expect_err("too few").to_string();
    assert!(refused.starts_with("not enough data: "), "{refused}");
    assert!(
        refused.contains(" of 50 won and ") && refused.contains(" of 150 lost"),
        "{refused}"
    );
}

/// Where nothing has an effect a model passes by luck only: at most one in forty for the area alone.
#[test]
fn without_an_effect_the_model_is_withheld() {
    let seeds = seeds(20);
    let passed =
        (0..seeds).filter(|seed| fit(&views(&Deals::generate(*seed, 600, Effect::None))).is_ok());
    let passed = passed.count();
    println!("{passed} of {seeds} models passed without an effect");
    assert!(passed as f64 <= 0.1 * seeds as f64, "{passed} of {seeds}");
}
