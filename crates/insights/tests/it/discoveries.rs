//! A world in which nothing has an effect tells next to nothing; one with an effect tells of it.

use gong_sim::{Deals, Effect, Signal};
use insights::deals::{Feature, GoesWith, PipelineRules};
use insights::inference::{FALSE_DISCOVERIES, Verdict};
use jiff::civil::date;

use crate::quarters::seeds;
use crate::world::{evening, views};

/// What a world of 300 deals tells, at 60 days of age.
fn told(seed: u64, effect: Effect) -> Vec<Feature> {
    let deals = views(&Deals::generate(seed, 300, effect));
    let rules = PipelineRules::default();
    let report = GoesWith::of(&deals, &rules, evening(date(2026, 6, 1)), 60);
    let told = report.compared.iter().zip(&report.associations.verdicts);
    let told = told.filter(|(_, verdict)| matches!(verdict, Verdict::Associated { .. }));
    told.map(|(one, _)| one.feature).collect()
}

/// Without an effect every discovery is false: the false share is the share of worlds that tell any.
#[test]
fn without_an_effect_false_discoveries_stay_below_the_stated_share() {
    let seeds = seeds(40);
    let telling = (0..seeds)
        .filter(|seed| !told(*seed, Effect::None).is_empty())
        .count();
    let share = telling as f64 / seeds as f64;
    println!("{telling} of {seeds} worlds without an effect told of one");
    // Three standard errors above the share, which a few worlds cannot tell apart from it.
    let error = (FALSE_DISCOVERIES * (1.0 - FALSE_DISCOVERIES) / seeds as f64).sqrt();
    let most = if seeds >= 200 {
        FALSE_DISCOVERIES
    } else {
        FALSE_DISCOVERIES + 3.0 * error
    };
    assert!(share <= most, "{share}");
}

#[test]
fn an_effect_is_told() {
    let worlds = 10;
    let told = |seed: &u64| {
        told(*seed, Effect::Of(Signal::Pricing, 0.5)).contains(&Feature::PricingSpoken)
    };
    let found = (0..worlds).filter(told).count();
    println!("{found} of {worlds} worlds told of the effect");
    assert!(found >= 8, "{found}");
}
