//! Activations as 16-bit integers, with a scale for each token.

use crate::{
    arithmetic::{greatest, multiply_add, sum},
    level::for_every_level,
    packing::{GREATEST, LANES, LONGEST},
    softmax::ROUNDER,
};

for_every_level! {
    /// Rounds each row of `width` values to 16-bit integers, no longer than weights allow, and
    /// leaves the size of their step in `steps`. A row takes `width.div_ceil(2)` pairs.
    pub(crate) fn quantise(values: &[f32], width: usize, pairs: &mut [i32], steps: &mut [f32]) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(values: &[f32], width: usize, pairs: &mut [i32], steps: &mut [f32]) {
    let integers: &mut [i16] = bytemuck::cast_slice_mut(pairs);
    let rows = values
        .chunks_exact(width)
        .zip(integers.chunks_exact_mut(width));
    for ((row, integers), step) in rows.zip(steps) {
        let most = greatest(row, f32::abs);
        // In units of the greatest, so that no square leaves the range.
        let unit = if most > 0.0 { 1.0 / most } else { 0.0 };
        let length = sum(row, |value| (value * unit) * (value * unit)).sqrt();
        // A row of nothing has any step.
        let reach = (LONGEST / length).min(GREATEST);
        let scale = reach * unit;
        *step = most / reach;
        let lanes = integers.as_chunks_mut::<LANES>().0;
        for (integers, lane) in lanes.iter_mut().zip(row.as_chunks::<LANES>().0) {
            for (integer, value) in integers.iter_mut().zip(lane) {
                *integer = rounded::<IS_FUSED>(*value, scale);
            }
        }
    }
}

/// `value · scale`, rounded: the last bits of a sum with a great number are the integer.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the last bits are what is wanted"
)]
fn rounded<const IS_FUSED: bool>(value: f32, scale: f32) -> i16 {
    multiply_add::<IS_FUSED>(value, scale, ROUNDER).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Level, testing::noise};

    proptest! {
        #[test]
        fn a_value_comes_back_within_half_a_step_and_none_leaves_the_range(
            rows in 1_usize..14, lanes in 1_usize..5, seed: u32, size in 1e-20_f32..1e20,
        ) {
            let width = lanes * LANES;
            let values: Vec<f32> = noise(rows * width, seed).iter().map(|x| x * size).collect();
            for level in Level::all() {
                let mut pairs = vec![0; rows * width / 2];
                let mut steps = vec![0.0; rows];

                quantise(level, &values, width, &mut pairs, &mut steps);

                let integers: &[i16] = bytemuck::cast_slice(&pairs);
                for (at, value) in values.iter().enumerate() {
                    let step = steps[at / width];
                    let found = f32::from(integers[at]) * step;
                    prop_assert!((found - value).abs() <= step * 0.51, "{level}: {found} for {value}");
                    }
                for row in integers.chunks_exact(width) {
                    let squares: i64 = row.iter().map(|&value| i64::from(value).pow(2)).sum();
                    prop_assert!(squares <= i64::from(i32::MAX), "{level}: {squares}");
                }
            }
        }
    }

    #[test]
    fn a_row_of_nothing_is_nothing() {
        for level in Level::all() {
            let (mut pairs, mut steps) = (vec![7; 8], vec![7.0]);

            quantise(level, &[0.0; 16], 16, &mut pairs, &mut steps);

            assert_eq!((pairs, steps), (vec![0; 8], vec![0.0]), "{level}");
        }
    }
}
