//! A direction: a vector of length one by construction.

use std::fmt;

use crate::Error;

/// A unit vector. The dot product of two is their cosine.
#[derive(Clone, PartialEq)]
pub struct Vector(Box<[f32]>);

impl Vector {
    /// Scales the values to length one.
    ///
    /// Fails with [`Error::NoDirection`] when there is none: no value, all zero, or one that is
    /// not finite.
    pub fn normalised(mut values: Vec<f32>) -> Result<Self, Error> {
        // In f64, so that neither the largest nor the smallest f32 leaves the range when squared.
        let length = values
            .iter()
            .map(|&value| f64::from(value).powi(2))
            .sum::<f64>()
            .sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(Error::NoDirection);
        }

        for value in &mut values {
            *value = narrowed(f64::from(*value) / length);
        }
        Ok(Self(values.into_boxed_slice()))
    }

    /// The values; their squares add up to one.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// The cosine of the angle between the two, which must be of the same [`crate::Space`].
    pub fn dot(&self, other: &Self) -> f32 {
        debug_assert_eq!(self.0.len(), other.0.len(), "vectors of two spaces");
        self.0
            .iter()
            .zip(&other.0)
            .map(|(mine, theirs)| mine * theirs)
            .sum()
    }
}

/// Prints the number of values only: a vector tells much about its text, and logs are read.
impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vector({} values)", self.0.len())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the value lies in -1..=1")]
fn narrowed(value: f64) -> f32 {
    value as f32
}
