//! Logistic regression with a quadratic penalty, by L-BFGS: the same data give the same weights.

use std::collections::{BTreeMap, VecDeque};

use insights::linear::{Features, Linear};

use super::Example;

/// How training is held back.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "three numbers that are chosen by cross-validation"
)]
pub struct Penalty {
    /// The weight of the quadratic penalty, per example.
    pub strength: f64,
    /// Features seen in fewer examples are left out.
    pub rarest: u32,
    /// How often all examples are gone through at most.
    pub rounds: usize,
}

/// How many steps are remembered.
const MEMORY: usize = 8;

/// Examples as rows of dense feature numbers; the last weight is the bias.
struct Rows {
    columns: Vec<u32>,
    features: Vec<Vec<(usize, f64)>>,
    signs: Vec<f64>,
    weights: Vec<f64>,
}

/// Fits a model to examples. Its threshold is 0: choose one by cross-validation.
pub fn fit<'a>(examples: impl IntoIterator<Item = &'a Example>, penalty: Penalty) -> Linear {
    let rows = Rows::new(examples, penalty.rarest);
    let found = rows.minimise(penalty);
    let bias = found.last().copied().unwrap_or_default();
    let weights = rows.columns.iter().zip(&found);
    Linear::new(
        weights.map(|(column, weight)| (*column, narrow(*weight))),
        narrow(bias),
        0.0,
    )
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a weight needs no more digits"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}

impl Rows {
    fn new<'a>(examples: impl IntoIterator<Item = &'a Example>, rarest: u32) -> Self {
        let examples: Vec<_> = examples.into_iter().collect();
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        for example in &examples {
            for (bucket, _) in merged(&example.features) {
                *seen.entry(bucket).or_default() += 1;
            }
        }
        let columns: Vec<u32> = seen
            .into_iter()
            .filter(|(_, count)| *count >= rarest)
            .map(|(bucket, _)| bucket)
            .collect();
        let place = |bucket: u32| columns.binary_search(&bucket).ok();
        let rows = examples.iter().map(|example| {
            let features = merged(&example.features).into_iter();
            features
                .filter_map(|(bucket, value)| Some((place(bucket)?, f64::from(value))))
                .collect()
        });
        let rows = rows.collect();
        Self {
            features: rows,
            signs: examples
                .iter()
                .map(|e| if e.is { 1.0 } else { -1.0 })
                .collect(),
            weights: examples.iter().map(|e| f64::from(e.weight)).collect(),
            columns,
        }
    }

    /// The penalised loss per example, and its gradient.
    fn loss(&self, at: &[f64], strength: f64) -> (f64, Vec<f64>) {
        let bias = at.len() - 1;
        let total: f64 = self.weights.iter().sum();
        let mut gradient = vec![0.0; at.len()];
        let mut loss = 0.0;
        for ((row, sign), weight) in self.features.iter().zip(&self.signs).zip(&self.weights) {
            let score = at[bias] + row.iter().map(|(c, v)| at[*c] * v).sum::<f64>();
            let margin = sign * score;
            loss += weight
                * if margin > 0.0 {
                    (-margin).exp().ln_1p()
                } else {
                    margin.exp().ln_1p() - margin
                };
            let slope = -weight * sign / (1.0 + margin.exp());
            for (column, value) in row {
                gradient[*column] += slope * value;
            }
            gradient[bias] += slope;
        }
        let scale = 1.0 / total.max(1.0);
        loss *= scale;
        for (slope, weight) in gradient.iter_mut().zip(at).take(bias) {
            *slope = *slope * scale + strength * weight;
            loss += 0.5 * strength * weight * weight;
        }
        gradient[bias] *= scale;
        (loss, gradient)
    }

    fn minimise(&self, penalty: Penalty) -> Vec<f64> {
        let mut at = vec![0.0; self.columns.len() + 1];
        let (mut loss, mut gradient) = self.loss(&at, penalty.strength);
        let mut steps: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
        for _ in 0..penalty.rounds {
            let direction = downhill(&gradient, &steps);
            let slope = dot(&direction, &gradient);
            if slope > -1e-12 {
                break;
            }
            let mut length = if steps.is_empty() {
                1.0 / norm(&gradient).max(1.0)
            } else {
                1.0
            };
            let (next, next_loss, next_gradient) = loop {
                let next: Vec<_> = at
                    .iter()
                    .zip(&direction)
                    .map(|(a, d)| a + length * d)
                    .collect();
                let (next_loss, next_gradient) = self.loss(&next, penalty.strength);
                if next_loss <= loss + 1e-4 * length * slope || length < 1e-10 {
                    break (next, next_loss, next_gradient);
                }
                length *= 0.5;
            };
            let moved = difference(&next, &at);
            let turned = difference(&next_gradient, &gradient);
            if dot(&moved, &turned) > 1e-12 {
                steps.push_back((moved, turned));
                if steps.len() > MEMORY {
                    steps.pop_front();
                }
            }
            let gained = loss - next_loss;
            (at, loss, gradient) = (next, next_loss, next_gradient);
            if gained < 1e-8 {
                break;
            }
        }
        at
    }
}

/// The direction of L-BFGS's two loops.
fn downhill(gradient: &[f64], steps: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut way: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::new();
    for (moved, turned) in steps.iter().rev() {
        let share = dot(moved, &way) / dot(moved, turned);
        add(&mut way, turned, -share);
        shares.push(share);
    }
    if let Some((moved, turned)) = steps.back() {
        let scale = dot(moved, turned) / dot(turned, turned);
        for number in &mut way {
            *number *= scale;
        }
    }
    for ((moved, turned), share) in steps.iter().zip(shares.iter().rev()) {
        let back = dot(turned, &way) / dot(moved, turned);
        add(&mut way, moved, share - back);
    }
    way
}

/// The features by bucket, values of the same bucket added up.
fn merged(features: &Features) -> BTreeMap<u32, f32> {
    let mut merged = BTreeMap::new();
    for (bucket, value) in features.buckets() {
        *merged.entry(*bucket).or_default() += value;
    }
    merged
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

fn norm(one: &[f64]) -> f64 {
    dot(one, one).sqrt()
}

fn difference(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(a, b)| a - b).collect()
}

fn add(one: &mut [f64], other: &[f64], times: f64) {
    for (a, b) in one.iter_mut().zip(other) {
        *a += times * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_them_apart_gets_the_weight() {
        let example = |names: &[&str], is| {
            let mut features = Features::default();
            for name in names {
                features.add(name);
            }
            Example {
                features,
                is,
                weight: 1.0,
                fold: 0,
            }
        };
        let examples: Vec<_> = (0..40)
            .map(|n| match n % 4 {
                0 => example(&["what", "a"], true),
                1 => example(&["what", "b"], true),
                2 => example(&["then", "a"], false),
                _ => example(&["then", "b"], false),
            })
            .collect();
        let penalty = Penalty {
            strength: 1e-3,
            rarest: 2,
            rounds: 100,
        };

        let model = fit(&examples, penalty);

        let score = |names: &[&str]| model.score(&example(names, true).features);
        assert!(score(&["what"]) > 1.0 && score(&["then"]) < -1.0);
        assert!(score(&["a"]).abs() < 0.2, "it says nothing");
        assert_eq!(
            model,
            fit(&examples, penalty),
            "the same data give the same weights"
        );
    }
}
