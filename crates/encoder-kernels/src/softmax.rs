//! Weights from scores, without the division: it is done on the fewer values that come out.

use crate::{
    arithmetic::{greatest, multiply_add, sum},
    level::for_every_level,
    packing::LANES,
    rows::RowsMut,
};

/// Adding this to a small value rounds it to a whole number, which then stands in the last bits.
pub(crate) const ROUNDER: f32 = 12_582_912.0;
/// Below, e^x is no normal number.
const LEAST: f32 = -87.0;
/// ln 2 in two parts, the first of which times a whole number is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// e^r on |r| ≤ ln 2 / 2, without its first two terms; the minimax polynomial of the Cephes library.
const TERMS: [f32; 6] = [
    1.987_569_1e-4,
    1.398_199_9e-3,
    8.333_452e-3,
    4.166_579_6e-2,
    1.666_666_5e-1,
    0.5,
];

for_every_level! {
    /// Turns each row's first `keys` scores into e^(score − greatest), and `wholes` into the sums
    /// of these. What stands behind them in the row is left as weights of about nothing.
    pub(crate) fn softmax(scores: &mut RowsMut<'_>, keys: usize, wholes: &mut [f32]) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(scores: &mut RowsMut<'_>, keys: usize, wholes: &mut [f32]) {
    let width = keys.next_multiple_of(LANES);
    for (row, whole) in wholes.iter_mut().enumerate() {
        let row = scores.part(row, 0, width);
        row[keys..].fill(f32::MIN);
        let most = greatest(row, |score| score);
        for lane in row.as_chunks_mut::<LANES>().0 {
            for score in lane {
                *score = exp::<IS_FUSED>(*score - most);
            }
        }
        *whole = sum(row, |weight| weight);
    }
}

/// e^x for x ≤ 0, to about the last digit.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn exp<const IS_FUSED: bool>(x: f32) -> f32 {
    let x = if x > LEAST { x } else { LEAST };
    let shifted = multiply_add::<IS_FUSED>(x, std::f32::consts::LOG2_E, ROUNDER);
    let whole = shifted - ROUNDER;
    let r = multiply_add::<IS_FUSED>(whole, -LN_2[0], x);
    let r = multiply_add::<IS_FUSED>(whole, -LN_2[1], r);
    let mut terms = TERMS[0];
    for term in &TERMS[1..] {
        terms = multiply_add::<IS_FUSED>(terms, r, *term);
    }
    let fraction = multiply_add::<IS_FUSED>(terms, r * r, r) + 1.0;
    // The last bits of `shifted` are the power of two, which goes where exponents stand.
    f32::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Level, testing::noise};

    proptest! {
        #[test]
        fn it_is_the_softmax_of_f64_before_the_division(
            rows in 1_usize..5, keys in 1_usize..70, seed: u32, spread in 0.1_f32..60.0,
        ) {
            let stride = keys.next_multiple_of(LANES);
            let given: Vec<f32> = noise(rows * stride, seed).iter().map(|x| x * spread).collect();
            for level in Level::all() {
                let mut found = given.clone();
                let mut wholes = vec![0.0; rows];

                softmax(level, &mut RowsMut::whole(&mut found, stride), keys, &mut wholes);

                for row in 0..rows {
                    let scores = &given[row * stride..][..keys];
                    let most = scores.iter().copied().fold(f32::MIN, f32::max);
                    let expected: Vec<f64> =
                        scores.iter().map(|score| (f64::from(*score) - f64::from(most)).exp()).collect();
                    let whole: f64 = expected.iter().sum();
                    prop_assert!((f64::from(wholes[row]) / whole - 1.0).abs() < 1e-6, "{level}");
                    for (found, expected) in found[row * stride..].iter().zip(&expected) {
                        // Scores of 60 have an ulp of 4e-6 in the difference itself.
                        prop_assert!((f64::from(*found) - expected).abs() < 1e-5 * expected + 1e-37, "{level}");
                    }
                }
            }
        }
    }
}
