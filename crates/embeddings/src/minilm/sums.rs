//! What follows a product: the bias, or bias, residual and normalisation in one pass, in place.
//!
//! candle would make a new matrix for each step, and spread the additions over a pool of spinning
//! threads of its own that all workers share. These run on the worker's thread alone.

use candle_core::{CpuStorage, InplaceOp2, InplaceOp3, Layout, Result, bail};

/// `x = x + bias`, row by row.
pub(super) struct AddBias;

/// `x = normalised(x + bias + other) · scale + shift`, row by row.
///
/// Bias, scale and shift are the three rows of one matrix.
pub(super) struct AddAndNormalise {
    pub(super) epsilon: f32,
}

impl InplaceOp2 for AddBias {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(
        &self,
        values: &mut CpuStorage,
        layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<()> {
        let bias = floats(bias, bias_layout)?;
        for row in floats_mut(values, layout)?.chunks_exact_mut(bias.len()) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value += bias;
            }
        }
        Ok(())
    }
}

impl InplaceOp3 for AddAndNormalise {
    fn name(&self) -> &'static str {
        "add-and-normalise"
    }

    fn cpu_fwd(
        &self,
        values: &mut CpuStorage,
        layout: &Layout,
        others: &CpuStorage,
        others_layout: &Layout,
        parameters: &CpuStorage,
        parameters_layout: &Layout,
    ) -> Result<()> {
        let others = floats(others, others_layout)?;
        let parameters = floats(parameters, parameters_layout)?;
        let width = parameters.len() / 3;
        let (bias, parameters) = parameters.split_at(width);
        let (scale, shift) = parameters.split_at(width);

        let rows = floats_mut(values, layout)?.chunks_exact_mut(width);
        for (row, other) in rows.zip(others.chunks_exact(width)) {
            for ((value, bias), other) in row.iter_mut().zip(bias).zip(other) {
                *value += bias + other;
            }
            let mean = sum(row, |value| value) / width as f32;
            let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((value, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
                *value = (*value - mean) * factor * scale + shift;
            }
        }
        Ok(())
    }
}

/// Lanes of a sum: additions of one row that do not wait for each other.
const LANES: usize = 16;

fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let parts = row.chunks_exact(LANES);
    let rest: f32 = parts.remainder().iter().map(|&value| of(value)).sum();
    for part in parts {
        for (lane, &value) in lanes.iter_mut().zip(part) {
            *lane += of(value);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// The values of a contiguous tensor.
pub(super) fn floats<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("values must be whole")
    };
    Ok(storage
        .as_slice::<f32>()?
        .get(start..end)
        .unwrap_or_default())
}

/// The values of a contiguous tensor, to be changed.
pub(super) fn floats_mut<'a>(
    storage: &'a mut CpuStorage,
    layout: &Layout,
) -> Result<&'a mut [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("values must be whole")
    };
    let CpuStorage::F32(values) = storage else {
        bail!("values must be f32")
    };
    Ok(values.get_mut(start..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};
    use candle_nn::ops::layer_norm;
    use proptest::prelude::*;

    use super::*;

    fn matrix(rows: usize, columns: usize, seed: u32) -> Tensor {
        let values = (0..rows * columns).map(|at| {
            let mixed = (u32::try_from(at).unwrap() ^ seed).wrapping_mul(2_654_435_761) >> 8;
            mixed as f32 / 4_000_000.0 - 2.0
        });
        Tensor::from_vec(values.collect::<Vec<f32>>(), (rows, columns), &Device::Cpu).unwrap()
    }

    fn worst_difference(found: &Tensor, expected: &Tensor) -> f32 {
        let difference = (found - expected).unwrap().abs().unwrap();
        difference.max_all().unwrap().to_scalar().unwrap()
    }

    proptest! {
        #[test]
        fn adding_and_normalising_is_what_candle_does_in_four_steps(
            rows in 1_usize..9, columns in 2_usize..70, seed: u32,
        ) {
            let (values, others) = (matrix(rows, columns, seed), matrix(rows, columns, !seed));
            let parameters = matrix(3, columns, seed.rotate_left(7));
            let [bias, scale, shift] = [0, 1, 2].map(|row| parameters.get(row).unwrap());
            let sum = values.broadcast_add(&bias).unwrap().add(&others).unwrap();
            let expected = layer_norm(&sum, &scale, &shift, 1e-5).unwrap();

            let found = values.copy().unwrap();
            found.inplace_op3(&others, &parameters, &AddAndNormalise { epsilon: 1e-5 }).unwrap();

            prop_assert!(worst_difference(&found, &expected) < 2e-3);
        }

        #[test]
        fn a_bias_is_added_to_every_row(
            rows in 1_usize..9, columns in 1_usize..70, seed: u32,
        ) {
            let values = matrix(rows, columns, seed);
            let bias = matrix(1, columns, !seed).squeeze(0).unwrap();
            let expected = values.broadcast_add(&bias).unwrap();

            let found = values.copy().unwrap();
            found.inplace_op2(&bias, &AddBias).unwrap();

            prop_assert!(worst_difference(&found, &expected) == 0.0);
        }
    }
}
