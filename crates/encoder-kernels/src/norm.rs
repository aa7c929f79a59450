//! Residual and LayerNorm in one pass over a row that is near.

use crate::{
    arithmetic::{multiply_add, sum},
    level::for_every_level,
};

/// Scale and shift of a LayerNorm.
pub(crate) struct Norm {
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) epsilon: f32,
}

for_every_level! {
    /// `rows = normalised(rows + added) · scale + shift`, row by row.
    pub(crate) fn add_and_normalise(rows: &mut [f32], added: &[f32], norm: &Norm) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(rows: &mut [f32], added: &[f32], norm: &Norm) {
    let width = norm.scale.len();
    for (row, added) in rows.chunks_exact_mut(width).zip(added.chunks_exact(width)) {
        for (value, added) in row.iter_mut().zip(added) {
            *value += added;
        }
        let mean = sum(row, |value| value) / width as f32;
        let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
        let factor = 1.0 / (variance + norm.epsilon).sqrt();
        for ((value, scale), shift) in row.iter_mut().zip(&norm.scale).zip(&norm.shift) {
            *value = multiply_add::<IS_FUSED>((*value - mean) * factor, *scale, *shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Level, packing::LANES, testing::noise};

    proptest! {
        #[test]
        fn it_is_the_layer_norm_of_f64(rows in 1_usize..14, lanes in 1_usize..5, seed: u32) {
            let width = lanes * LANES;
            let (given, added) = (noise(rows * width, seed), noise(rows * width, !seed));
            let norm = Norm {
                scale: noise(width, seed ^ 1), shift: noise(width, seed ^ 2), epsilon: 1e-5,
            };
            for level in Level::all() {
                let mut found = given.clone();

                add_and_normalise(level, &mut found, &added, &norm);

                for row in 0..rows {
                    let at = row * width;
                    let sums: Vec<f64> =
                        (at..at + width).map(|at| f64::from(given[at]) + f64::from(added[at])).collect();
                    let mean = sums.iter().sum::<f64>() / width as f64;
                    let variance =
                        sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / width as f64;
                    for column in 0..width {
                        let expected = (sums[column] - mean) / (variance + 1e-5).sqrt()
                            * f64::from(norm.scale[column]) + f64::from(norm.shift[column]);
                        let found = f64::from(found[at + column]);
                        prop_assert!((found - expected).abs() < 1e-5, "{level}: {found} {expected}");
                    }
                }
            }
        }
    }
}
