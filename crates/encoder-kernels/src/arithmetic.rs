//! Sums over lanes, and a product with a sum in one step.

use crate::packing::LANES;

/// Whether a build without further instructions computes a product and a sum in one.
pub(crate) const IS_FUSED_ANYWAY: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

/// `a · b + c`: rounded once where the processor can do that in one instruction, and twice
/// elsewhere, where rounding once would be a call into a library.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
pub(crate) fn multiply_add<const IS_FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if IS_FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Adds up `of` each value in as many lanes as a vector has; the row must be of whole lanes.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
pub(crate) fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    for part in row.as_chunks::<LANES>().0 {
        for (lane, &value) in lanes.iter_mut().zip(part) {
            *lane += of(value);
        }
    }
    folded(lanes, |a, b| a + b)
}

/// The greatest of `of` each value; the row must be of whole lanes.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
pub(crate) fn greatest(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    // Written as a comparison: `f32::max` has to care for NaN, in more instructions.
    let greater = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for part in row.as_chunks::<LANES>().0 {
        for (lane, &value) in lanes.iter_mut().zip(part) {
            *lane = greater(*lane, of(value));
        }
    }
    folded(lanes, greater)
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn folded(mut lanes: [f32; LANES], two: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for at in 0..width {
            lanes[at] = two(lanes[at], lanes[at + width]);
        }
        width /= 2;
    }
    lanes[0]
}
