//! The model of the labels of a sentence, with thresholds from worlds left out.

use std::fmt::Write;

use anyhow::Result;
use insights::classifier::{Classifier, sigmoid};

use super::folds::is_dev;
use super::matching::Counts;
use super::run::Found;
use super::source::LabelledCall;
use super::{Example, LABELS, LEAST, LeftOut, PENALTY, dev_folds, fit, sum};

/// What a label's threshold finds in the calls that `include` lets through.
fn count(
    calls: &[LabelledCall],
    examples: &[Example],
    scores: &[Vec<f32>],
    (position, threshold): (usize, f32),
    (include, reach): (&dyn Fn(usize) -> bool, usize),
) -> Counts {
    let label = LABELS[position];
    let mut counts = Counts::default();
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); calls.len()];
    for (example, score) in examples.iter().zip(scores) {
        if include(example.call) && score[position] >= threshold {
            found[example.call].push(example.at);
        }
    }
    for (at, (call, mut found)) in calls.iter().zip(found).enumerate() {
        if !include(at) {
            continue;
        }
        let places = 0..call.labels.len();
        let mut wanted: Vec<usize> = places.filter(|&at| call.has(at, label)).collect();
        if label == "next_step" {
            let declined = |at: &usize| is_declined(call, *at);
            found.retain(|at| !declined(at));
            wanted.retain(|at| !declined(at));
        }
        counts.add(&wanted, &found, reach);
    }
    counts
}

fn is_declined(call: &LabelledCall, at: usize) -> bool {
    let steps = call.labels[at]
        .iter()
        .filter(|label| label.name == "next_step");
    steps
        .filter(|step| step.parts.get(1).is_some_and(|status| status == "declined"))
        .count()
        > 0
}

/// The threshold with the best F1 among the calls that are let through.
fn threshold(
    calls: &[LabelledCall],
    examples: &[Example],
    scores: &[Vec<f32>],
    position: usize,
    include: &dyn Fn(usize) -> bool,
) -> f32 {
    let steps = (0u8..45).map(|step| -3.5 + 0.1 * f32::from(step));
    let rated: Vec<(f64, f32)> = steps
        .map(|threshold| {
            let counts = count(calls, examples, scores, (position, threshold), (include, 1));
            (counts.f1(), threshold)
        })
        .collect();
    // The best mean of five neighbours, so that luck at one place does not decide.
    let smooth = rated.windows(5).map(|five| {
        let sum: f64 = five.iter().map(|(f1, _)| f1).sum();
        (sum, five[2].1)
    });
    smooth
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |(_, threshold)| threshold)
}

/// The model of the labels, with thresholds and counts from worlds left out.
pub(super) fn labels(
    (report, left): (&mut String, &mut LeftOut),
    (calls, folds): (&[LabelledCall], &[usize]),
    examples: &[Example],
    scores: &[Vec<f32>],
) -> Result<Classifier> {
    let all: Vec<&Example> = examples.iter().collect();
    let mut model = fit(&all, &LABELS, (LEAST, PENALTY));
    let dev = |call: usize| is_dev(&calls[call].world);
    let (mut near_sum, mut exact_sum) = (0.0, 0.0);
    writeln!(
        report,
        "{:14} near   exact  precision recall (dev, each world left out)",
        ""
    )?;
    for (position, label) in LABELS.iter().enumerate() {
        let (mut near, mut exact) = (Counts::default(), Counts::default());
        for fold in dev_folds(calls, folds) {
            let others = |call: usize| folds[call] != fold;
            let chosen = threshold(calls, examples, scores, position, &others);
            let here = |call: usize| folds[call] == fold;
            let one = count(calls, examples, scores, (position, chosen), (&here, 1));
            near = sum(near, one);
            let one = count(calls, examples, scores, (position, chosen), (&here, 0));
            exact = sum(exact, one);
            for (example, score) in examples.iter().zip(scores) {
                if here(example.call) && score[position] >= chosen {
                    left.found.push(Found {
                        call: example.call,
                        at: example.at,
                        label,
                        score: score[position],
                        name: None,
                    });
                }
            }
        }
        near_sum += near.f1();
        exact_sum += exact.f1();
        writeln!(
            report,
            "{label:14} {:.3}  {:.3}  {:.3}     {:.3}",
            near.f1(),
            exact.f1(),
            near.right as f64 / near.found.max(1) as f64,
            near.right as f64 / near.wanted.max(1) as f64
        )?;
        let everywhere = |_: usize| true;
        let chosen = threshold(calls, examples, scores, position, &everywhere);
        let counted = count(calls, examples, scores, (position, chosen), (&dev, 1));
        if let Some(output) = model.outputs_mut().get_mut(position) {
            output.threshold = sigmoid(chosen);
            output.counted = u32::try_from(counted.found).unwrap_or(0);
            output.right = u32::try_from(counted.right).unwrap_or(0);
        }
    }
    let count = LABELS.len() as f64;
    writeln!(
        report,
        "{:14} {:.3}  {:.3}",
        "mean of eight",
        near_sum / count,
        exact_sum / count
    )?;
    Ok(model)
}
