//! A linear model of several outputs, its weights cut to eight bits.

use crate::features::{FeatureId, SentenceFeatures};

/// One output of a model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// What it stands for.
    pub name: String,
    /// The number for a sentence without features.
    pub bias: f32,
    /// From this probability on the answer is yes.
    pub threshold: f32,
    /// Of how many answers yes the precision was counted, where it was: whole worlds left out.
    pub counted: u32,
    /// How many of them were right.
    pub right: u32,
    pub(super) named_scale: f32,
    pub(super) dense_scale: f32,
}

impl Output {
    /// An output of this name; its weights come with [`Classifier::new`].
    pub fn new(name: impl Into<String>, bias: f32) -> Self {
        Self {
            name: name.into(),
            bias,
            threshold: 0.5,
            counted: 0,
            right: 0,
            named_scale: 1.0,
            dense_scale: 1.0,
        }
    }
}

/// A linear model. It knows its named features by hash only.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    pub(super) outputs: Vec<Output>,
    /// The known features, rising.
    pub(super) ids: Vec<FeatureId>,
    /// For each known feature, one weight per output.
    pub(super) named: Vec<i8>,
    /// For each output, one weight per number of the vectors.
    pub(super) dense: Vec<i8>,
    pub(super) dense_len: usize,
}

/// The largest weight of eight bits.
const FULL: f32 = 127.0;

impl Classifier {
    /// Cuts weights to eight bits: `named` has one row per feature id, `dense` one per output.
    ///
    /// Ids must rise. Rows of the wrong length are cut or filled with nothing.
    pub fn new(
        mut outputs: Vec<Output>,
        ids: Vec<FeatureId>,
        named: &[Vec<f32>],
        dense: &[Vec<f32>],
    ) -> Self {
        let largest = |values: &mut dyn Iterator<Item = f32>| {
            let top = values.fold(0.0_f32, |top, value| top.max(value.abs()));
            if top > 0.0 { top / FULL } else { 1.0 }
        };
        let weight_of = |row: &Vec<f32>, output: usize| row.get(output).copied().unwrap_or(0.0);
        for (position, output) in outputs.iter_mut().enumerate() {
            let mut column = named.iter().map(|row| weight_of(row, position));
            output.named_scale = largest(&mut column);
            let row = dense.get(position).map(Vec::as_slice).unwrap_or_default();
            output.dense_scale = largest(&mut row.iter().copied());
        }
        let dense_len = dense.first().map_or(0, Vec::len);
        let mut small = Vec::with_capacity(ids.len() * outputs.len());
        for row in named.iter().take(ids.len()) {
            for (position, output) in outputs.iter().enumerate() {
                small.push(eight_bits(weight_of(row, position) / output.named_scale));
            }
        }
        let mut small_dense = Vec::with_capacity(dense_len * outputs.len());
        for (position, output) in outputs.iter().enumerate() {
            let row = dense.get(position).map(Vec::as_slice).unwrap_or_default();
            let filled = row
                .iter()
                .copied()
                .chain(std::iter::repeat(0.0))
                .take(dense_len);
            small_dense.extend(filled.map(|value| eight_bits(value / output.dense_scale)));
        }
        Self {
            outputs,
            ids,
            named: small,
            dense: small_dense,
            dense_len,
        }
    }

    /// The outputs, in order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Lends the outputs to set thresholds and counts.
    pub fn outputs_mut(&mut self) -> &mut [Output] {
        &mut self.outputs
    }

    /// How many numbers of vectors it reads per sentence; 0 for a model of words.
    pub const fn dense_len(&self) -> usize {
        self.dense_len
    }

    /// The position of the output of this name.
    pub fn output(&self, name: &str) -> Option<usize> {
        self.outputs.iter().position(|output| output.name == name)
    }

    /// The log-odds of every output for a sentence.
    pub fn score(&self, features: &SentenceFeatures) -> Vec<f32> {
        let count = self.outputs.len();
        let mut named = vec![0.0_f32; count];
        for (id, value) in features.named.iter() {
            let Ok(row) = self.ids.binary_search(&id) else {
                continue;
            };
            let weights = self.named.iter().skip(row * count).take(count);
            for (sum, &weight) in named.iter_mut().zip(weights) {
                *sum += value * f32::from(weight);
            }
        }
        let rows = self.outputs.iter().zip(named).enumerate();
        rows.map(|(position, (output, named))| {
            let start = position * self.dense_len;
            let row = self.dense.get(start..start + self.dense_len);
            let dense: f32 = row
                .into_iter()
                .flatten()
                .zip(&features.dense)
                .map(|(&weight, value)| f32::from(weight) * value)
                .sum();
            output.bias + named * output.named_scale + dense * output.dense_scale
        })
        .collect()
    }
}

/// The probability of log-odds.
pub fn sigmoid(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the value was clamped to the range of eight bits"
)]
fn eight_bits(value: f32) -> i8 {
    value.round().clamp(-FULL, FULL) as i8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Named;

    #[test]
    fn a_score_is_bias_plus_weighted_features() {
        let mut named = Named::default();
        named.add(&["known"], 2.0);
        named.add(&["unknown"], 5.0);
        let mut known = Named::default();
        known.add(&["known"], 1.0);
        let id = known.iter().map(|(id, _)| id).next().expect("one");
        let outputs = vec![Output::new("a", 0.5), Output::new("b", 0.0)];
        let dense = [vec![1.0, 0.0], vec![0.0, -2.0]];
        let model = Classifier::new(outputs, vec![id], &[vec![1.0, -1.0]], &dense);
        let features = SentenceFeatures {
            named: named.sorted(),
            dense: vec![3.0, 4.0],
        };

        let scores = model.score(&features);

        let near = |a: f32, b: f32| (a - b).abs() < 1e-3;
        assert!(near(scores[0], 0.5 + 2.0 + 3.0), "{scores:?}");
        assert!(near(scores[1], -2.0 - 8.0), "{scores:?}");
    }
}
