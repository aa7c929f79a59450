//! The activation between the two halves of a layer: the exact GELU, without a call per value.
//!
//! erf is one odd rational function, fitted by weighted least squares on |z| ≤ 3.8 (beyond, erf
//! is 1 within f32): greatest error 3.4e-7, in plain arithmetic over whole lanes.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use crate::{arithmetic::multiply_add, level::for_every_level, packing::LANES};

const REACH: f32 = 3.8;
const ABOVE: [f32; 6] = [
    2.132_150_3e-6,
    2.879_972e-4,
    3.693_515e-3,
    5.254_704e-2,
    1.881_139e-1,
    FRAC_2_SQRT_PI,
];
const BELOW: [f32; 6] = [
    3.909_792_2e-5,
    1.153_721e-3,
    1.482_273_4e-2,
    1.132_539_6e-1,
    5.000_438_7e-1,
    1.0,
];

for_every_level! {
    /// `x = gelu(x)` for each value of whole lanes.
    pub(crate) fn gelu(values: &mut [f32]) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(values: &mut [f32]) {
    for lane in values.as_chunks_mut::<LANES>().0 {
        for value in lane {
            let erf = erf::<IS_FUSED>(*value * FRAC_1_SQRT_2);
            let half = 0.5 * *value;
            *value = multiply_add::<IS_FUSED>(half, erf, half);
        }
    }
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn erf<const IS_FUSED: bool>(z: f32) -> f32 {
    let z = z.clamp(-REACH, REACH);
    let s = z * z;
    let mut above = ABOVE[0];
    let mut below = BELOW[0];
    for at in 1..ABOVE.len() {
        above = multiply_add::<IS_FUSED>(above, s, ABOVE[at]);
        below = multiply_add::<IS_FUSED>(below, s, BELOW[at]);
    }
    z * above / below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    /// erf as its series, in f64: exact to more digits than are compared.
    fn exact(x: f64) -> f64 {
        let z = x / std::f64::consts::SQRT_2;
        let (mut term, mut sum) = (z, z);
        for n in 1..200 {
            let n = f64::from(n);
            term *= -z * z / n;
            sum += term / (2.0 * n + 1.0);
        }
        0.5 * x * (1.0 + sum * std::f64::consts::FRAC_2_SQRT_PI)
    }

    #[test]
    fn it_is_the_exact_gelu_within_two_millionths_on_every_level() {
        let given: Vec<f32> = (-2_560_i16..2_560)
            .map(|at| f32::from(at) / 500.0)
            .collect();
        for level in Level::all() {
            let mut found = given.clone();

            gelu(level, &mut found);

            for (x, found) in given.iter().zip(&found) {
                let expected = exact(f64::from(*x));
                assert!(
                    (f64::from(*found) - expected).abs() < 2e-6,
                    "{level}: {x} gives {found}"
                );
            }
        }
    }

    #[test]
    fn far_out_it_is_the_value_or_nothing() {
        for level in Level::all() {
            let mut values = [1e4, -1e4, 0.0, 30.0, -30.0, 6.0, -6.0, 0.0].repeat(2);

            gelu(level, &mut values);

            assert_eq!(values[..4], [1e4, 0.0, 0.0, 30.0], "{level}");
        }
    }
}
