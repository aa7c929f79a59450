//! The rest of a period played many times.

use std::collections::BTreeMap;

use super::OpenDeal;
use super::chances::Chances;
use crate::inference::{Draws, Interval};

/// How often.
const TIMES: usize = 2_000;

/// One in ten lies below the interval, and one in ten above.
const BELOW: f64 = 0.1;

/// The 80 % interval of what the rest of the period brings. Each time, every stage has another chance
/// that its counts allow, every open deal is won or not, and as many new deals as past periods
/// allow bring amounts that new deals have brought.
pub(super) fn interval(
    open: &[OpenDeal],
    chances: &Chances,
    new: &[f64],
    periods: usize,
    seed: u64,
) -> Interval {
    let mut draws = Draws::new(seed);
    let mut by_stage: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for deal in open {
        by_stage.entry(&deal.stage).or_default().push(deal.amount);
    }
    let stages: Vec<_> = by_stage
        .into_iter()
        .map(|(stage, amounts)| (chances.of_stage(stage), amounts))
        .collect();
    let mut totals: Vec<f64> = (0..TIMES)
        .map(|_| {
            let mut total = 0.0;
            for (believed, amounts) in &stages {
                let chance = draws.beta(believed.right, believed.wrong);
                total += amounts.iter().filter(|_| draws.chance(chance)).sum::<f64>();
            }
            // What is believed of a mean after counts of so many periods is a gamma distribution.
            let mean = draws.gamma(new.len() as f64 + 0.5) / periods.max(1) as f64;
            for _ in 0..draws.poisson(mean) {
                total += draws.one_of(new).copied().unwrap_or_default();
            }
            total
        })
        .collect();
    totals.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position in the list"
    )]
    let at = (TIMES as f64 * BELOW) as usize;
    Interval {
        lo: totals.get(at).copied().unwrap_or_default(),
        hi: totals.get(TIMES - 1 - at).copied().unwrap_or_default(),
    }
}
