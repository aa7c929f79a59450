//! Forecasts of the simulated world: how often the 80 % interval holds what is won.
//!
//! `GONGKIT_SEEDS=200 cargo test -p insights --test it the_interval -- --nocapture` plays 200 worlds.

use gong_sim::{Deals, Effect};
use insights::deals::PipelineRules;
use insights::forecast::forecast;
use insights::pipeline::SalesPeriod;
use jiff::civil::date;

use crate::world::views;

/// How many worlds are played where nobody asks for more.
const SEEDS: u64 = 40;

pub(crate) fn seeds(usual: u64) -> u64 {
    let asked = std::env::var("GONGKIT_SEEDS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(usual)
}

/// The forecast of a quarter made when so much of it had passed, what was won in the end, and whether
/// the interval held it.
fn played(seed: u64, elapsed: f64) -> (f64, f64, bool) {
    let world = Deals::generate(seed, 400, Effect::None);
    let period = SalesPeriod::quarter_of(date(2025, 8, 1)).expect("a quarter");
    let deals = views(&world);
    let rules = PipelineRules::default();
    let found = forecast(&deals, &rules, period.at(elapsed), period, seed).expect("enough history");
    let euro = &found.by_currency[&"EUR".parse().expect("a currency")];
    let won = world
        .deals()
        .iter()
        .filter(|deal| deal.is_won && period.contains(deal.closed_on));
    let won: f64 = won.map(|deal| f64::from(deal.amount)).sum();
    (euro.value, won, !euro.interval.excludes(won))
}

/// Three standard errors of 80 % of 40 worlds are 19 points.
#[test]
fn the_interval_of_four_in_five_holds_four_times_in_five() {
    let seeds = seeds(SEEDS);
    let (mut held, mut forecast, mut won, mut off) = (0_u32, 0.0, 0.0, 0.0);
    for seed in 0..seeds {
        let elapsed = [0.0, 0.25, 0.5, 0.75][usize::try_from(seed % 4).expect("below 4")];
        let (value, actual, is_held) = played(seed, elapsed);
        held += u32::from(is_held);
        forecast += value;
        won += actual;
        off += (value - actual).abs();
    }
    let share = f64::from(held) / seeds as f64;
    let (bias, off) = (forecast / won - 1.0, off / won);
    println!("{held} of {seeds} held ({share}); {bias:+.3} of what was won, {off:.3} off");
    let margin = if seeds >= 200 { 0.05 } else { 0.19 };
    assert!((share - 0.8).abs() <= margin, "{share}");
    assert!(bias.abs() < 0.1, "{bias}");
}
