//! Linear models over hashed features: small enough to ship, and they hold no words.
//!
//! A feature is a name ("w:price", "prev:ours") and a value. Its bucket is a hash of the name, so a
//! model is a list of numbers. `cargo run --release -p xtask -- train …` makes them.

use std::collections::HashMap;

use crate::Digest;

/// Buckets are numbers of this many bits: names rarely meet.
const BUCKET_BITS: u32 = 22;

/// The first bytes of a model's file.
const MAGIC: &[u8; 4] = b"GKL1";

/// Weights of less than this share of the largest are left out of a file.
const SMALLEST: f32 = 0.02;

/// The hashed features of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    list: Vec<(u32, f32)>,
}

impl Features {
    /// Adds a feature that is there.
    pub fn add(&mut self, name: &str) {
        self.add_value(name, 1.0);
    }

    /// Adds a feature with its value.
    pub fn add_value(&mut self, name: &str, value: f32) {
        self.list.push((bucket(name.as_bytes()), value));
    }

    /// Adds every number of a list, named by its position.
    pub fn add_numbers(&mut self, name: &str, numbers: &[f32]) {
        for (position, number) in numbers.iter().enumerate() {
            let mut key = name.as_bytes().to_vec();
            key.extend_from_slice(&position.to_le_bytes());
            self.list.push((bucket(&key), *number));
        }
    }

    /// The buckets with their values.
    pub fn buckets(&self) -> &[(u32, f32)] {
        &self.list
    }
}

/// FNV-1a, folded to the number of bits.
fn bucket(name: &[u8]) -> u32 {
    let hash = name.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash >> BUCKET_BITS) ^ hash;
    u32::try_from(folded & ((1 << BUCKET_BITS) - 1)).unwrap_or_default()
}

/// A linear model with a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    weights: HashMap<u32, f32>,
    bias: f32,
    threshold: f32,
}

/// Says that bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no linear model")]
pub struct NoModel;

impl Linear {
    /// A model of these weights; above the threshold a thing counts as found.
    pub fn new(weights: impl IntoIterator<Item = (u32, f32)>, bias: f32, threshold: f32) -> Self {
        let weights = weights.into_iter().collect();
        Self {
            weights,
            bias,
            threshold,
        }
    }

    /// How far a thing is on the side of "found": the logarithm of the odds, as trained.
    pub fn score(&self, features: &Features) -> f32 {
        let weigh = |(bucket, value): &(u32, f32)| {
            self.weights
                .get(bucket)
                .map_or(0.0, |weight| weight * value)
        };
        self.bias + features.buckets().iter().map(weigh).sum::<f32>()
    }

    /// What a score must reach.
    pub const fn threshold(&self) -> f32 {
        self.threshold
    }

    /// The same model with another threshold.
    #[must_use]
    pub const fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    /// The model's fingerprint.
    pub fn digest(&self) -> Digest {
        Digest::of([self.to_bytes().as_slice()])
    }

    /// Writes the model: weights as 16-bit steps of the largest, small ones left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let largest = self
            .weights
            .values()
            .fold(0.0_f32, |most, w| most.max(w.abs()));
        let step = if largest > 0.0 {
            largest / f32::from(i16::MAX)
        } else {
            1.0
        };
        let mut kept: Vec<(u32, i16)> = self
            .weights
            .iter()
            .map(|(bucket, weight)| {
                #[expect(clippy::cast_possible_truncation, reason = "within i16 by the step")]
                let steps = (weight / step).round() as i16;
                (*bucket, steps)
            })
            .filter(|(_, steps)| f32::from(steps.unsigned_abs()) >= SMALLEST * f32::from(i16::MAX))
            .collect();
        kept.sort_unstable();
        let mut bytes = MAGIC.to_vec();
        for number in [step, self.bias, self.threshold] {
            bytes.extend(number.to_le_bytes());
        }
        for (bucket, steps) in kept {
            let [a, b, c, _] = bucket.to_le_bytes();
            bytes.extend([a, b, c]);
            bytes.extend(steps.to_le_bytes());
        }
        bytes
    }

    /// Reads a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NoModel> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(NoModel)?;
        let (head, body) = rest.split_at_checked(12).ok_or(NoModel)?;
        let number = |at: usize| -> Result<f32, NoModel> {
            let four = head.get(at..at + 4).ok_or(NoModel)?;
            Ok(f32::from_le_bytes(four.try_into().map_err(|_| NoModel)?))
        };
        let (step, bias, threshold) = (number(0)?, number(4)?, number(8)?);
        if !body.len().is_multiple_of(5) {
            return Err(NoModel);
        }
        let mut weights = HashMap::with_capacity(body.len() / 5);
        for entry in body.chunks_exact(5) {
            let [a, b, c, low, high] = entry.try_into().map_err(|_| NoModel)?;
            let bucket = u32::from_le_bytes([a, b, c, 0]);
            let steps = i16::from_le_bytes([low, high]);
            weights.insert(bucket, f32::from(steps) * step);
        }
        Ok(Self {
            weights,
            bias,
            threshold,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_scores_what_it_knows_and_reads_back() {
        let mut features = Features::default();
        features.add("w:what");
        features.add_value("words", 0.5);
        features.add("w:unheard-of");
        let weights: Vec<_> = features.buckets()[..2]
            .iter()
            .zip([2.0, -1.0])
            .map(|((bucket, _), weight)| (*bucket, weight))
            .collect();
        let model = Linear::new(weights, 0.25, 0.5);

        assert!((model.score(&features) - 1.75).abs() < 1e-6);
        let again = Linear::from_bytes(&model.to_bytes()).expect("it was written");
        assert!((again.score(&features) - 1.75).abs() < 1e-3);
        assert!((again.threshold() - 0.5).abs() < f32::EPSILON);
    }

    #[test]
    fn other_bytes_are_no_model() {
        assert_eq!(Linear::from_bytes(b""), Err(NoModel));
        assert_eq!(Linear::from_bytes(b"GKL1short"), Err(NoModel));
        assert_eq!(
            Linear::from_bytes(b"GKL1............1234"),
            Err(NoModel),
            "an entry is cut"
        );
    }

    #[test]
    fn numbers_have_features_of_their_own() {
        let mut features = Features::default();
        features.add_numbers("v", &[1.0, 2.0]);
        let [(one, _), (two, _)] = features.buckets() else {
            panic!("two numbers");
        };
        assert_ne!(one, two);
    }
}
