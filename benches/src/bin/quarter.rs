//! How long each sum over deals takes: warnings, model, pipeline, forecast, competitors.
//!
//! `cargo run --release -p gongkit-benches --bin quarter -- --deals 10000`

#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser;
use gong_sim::{Deals, Effect, Signal};
use insights::competitors::competitors;
use insights::deals::{Checklist, PipelineRules, RiskModel, Rules, StageTimes};
use insights::forecast::forecast;
use insights::pipeline::{SalesPeriod, conversions, coverage, slipped, velocity};
use jiff::civil::date;

#[path = "../../../crates/insights/tests/it/world.rs"]
mod world;

#[derive(Parser)]
struct Arguments {
    /// Deals; each has four calls
    #[arg(long, default_value_t = 10_000)]
    deals: usize,
}

fn main() -> Result<()> {
    let Arguments { deals: count } = Arguments::parse();
    let deals = world::views(&Deals::generate(1, count, Effect::Of(Signal::Pricing, 0.3)));
    let rules = PipelineRules::default();
    let as_of = world::evening(date(2025, 8, 15));
    let quarter = SalesPeriod::quarter_of(date(2025, 8, 15)).context("August lies in a quarter")?;
    let none = BTreeMap::new();
    let timed = |what: &str, work: &dyn Fn() -> usize| {
        let begun = Instant::now();
        let rows = work();
        println!(
            "{what:<24} {:>8.1} ms  {rows}",
            begun.elapsed().as_secs_f64() * 1e3
        );
    };
    println!("{count} deals, {} calls", 4 * count);
    timed("warnings of open deals", &|| {
        let rules_of_deals = Rules::new(StageTimes::of(&deals, &rules, as_of));
        let known = deals.iter().filter_map(|deal| deal.at(as_of, &rules));
        known
            .filter_map(|deal| Checklist::of(&deal, &rules_of_deals))
            .count()
    });
    timed("warnings of one deal", &|| {
        let rules_of_deals = Rules::new(StageTimes::default());
        let known = deals.iter().rev().filter_map(|deal| deal.at(as_of, &rules));
        known
            .filter_map(|deal| Checklist::of(&deal, &rules_of_deals))
            .take(1)
            .count()
    });
    timed("fitted model", &|| {
        let model = RiskModel::fit(&deals, &rules, as_of, 30);
        model.map_or(0, |model| model.features().count())
    });
    timed("pipeline", &|| {
        let parts = [
            coverage(&deals, &rules, as_of, quarter, &none).open.len(),
            slipped(&deals, &rules, as_of, quarter).len(),
            velocity(&deals, &rules, as_of, quarter).len(),
            conversions(&deals, &rules, as_of, quarter).len(),
        ];
        parts.iter().sum()
    });
    timed("forecast with back-test", &|| {
        let done = forecast(&deals, &rules, as_of, quarter, 1);
        done.map_or(0, |forecast| forecast.by_currency.len())
    });
    timed("competitors", &|| {
        competitors(&deals, &[], &rules, as_of, 90)
            .competitors
            .len()
    });
    Ok(())
}
