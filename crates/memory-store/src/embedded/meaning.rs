//! Vectors as they are compared: checked, in full precision against the question's.

use std::thread;

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::failure::damaged;
use super::mapped::Mapped;
use super::vectors::sum_of;
use crate::Error;

/// Up to so many candidates are compared one by one; more are found by their codes first.
pub(super) const COMPARED_AT_ONCE: usize = 20_000;

/// So many rows are compared exactly so that the best 15 of 100,000 are the true ones …
const NEAREST: f64 = 320.0;
const OF_ROWS: f64 = 100_000.0;
const SURE: f64 = 15.0;

/// How many of the rows that are nearest by their codes are compared exactly, so that the best
/// `sure` are the true ones; and twice as many as are wanted.
pub(super) fn nearest_of(rows: usize, sure: usize, wanted: usize) -> usize {
    let more_rows = (rows as f64 / OF_ROWS).sqrt().max(1.0);
    let more_sure = (sure as f64 / SURE).max(1.0);
    whole(NEAREST * more_rows * more_sure).max(wanted.saturating_mul(2))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number, and the cast saturates"
)]
fn whole(number: f64) -> usize {
    number.ceil() as usize
}

/// An eraser that was met in the middle of a row has ended after so many looks.
const LOOKS: usize = 1_000;

/// Compares a question with rows.
pub(super) struct Comparison<'a> {
    question: &'a [f32],
    map: &'a Mapped,
    values: Vec<f32>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(question: &'a [f32], map: &'a Mapped) -> Self {
        Self {
            question,
            map,
            values: vec![0.0; question.len()],
        }
    }

    /// The cosine with the vector at a place; `None` if it was erased.
    pub(super) fn cosine(&mut self, place: u32, sum: u32) -> Result<Option<f32>, Error> {
        let Some(row) = checked(self.map, self.question.len(), place, sum)? else {
            return Ok(None);
        };
        row.convert_to_f32_slice(&mut self.values);
        Ok(Some(dot(self.question, &self.values)))
    }
}

/// The vector at a place if its checksum is right; `None` if it was erased.
///
/// Rows are zeroed when they are erased, maybe under a reader of an older commit: what is no
/// vector any more is no candidate.
pub(super) fn checked(
    map: &Mapped,
    dimensions: usize,
    place: u32,
    sum: u32,
) -> Result<Option<&[f16]>, Error> {
    let missing = || damaged("vectors of the index are missing");
    let length = dimensions * size_of::<f16>();
    let start = place as usize * length;
    let bytes = map.bytes().get(start..start + length).ok_or_else(missing)?;
    for _ in 0..LOOKS {
        if sum_of(bytes) == sum {
            let row: &[f16] = bytemuck::try_cast_slice(bytes).map_err(|_| missing())?;
            let is_nothing = row.first().is_none_or(|value| value.to_bits() == 0)
                && row.iter().all(|value| value.to_bits() == 0);
            return Ok((!is_nothing).then_some(row));
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        thread::yield_now();
    }
    Err(damaged("a vector of the index is not what was written"))
}

/// As many sums at once as fill the registers of a plain x86-64.
const LANES: usize = 16;

/// The sum of the products, in an order that the compiler can do many at a time.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_same_at_every_length() {
        for length in 0..70_u16 {
            let a: Vec<f32> = (0..length).map(f32::from).collect();
            let b: Vec<f32> = (0..length).map(|n| f32::from(n % 3) - 1.0).collect();
            let expected: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            assert!((dot(&a, &b) - expected).abs() < 1e-3, "{length}");
        }
    }

    #[test]
    fn more_rows_and_more_sure_hits_need_more_looks() {
        assert_eq!(nearest_of(1_000, 1, 10), 320);
        assert_eq!(nearest_of(100_000, 15, 160), 320);
        assert_eq!(nearest_of(1_000_000, 15, 400), 1_012);
        assert_eq!(nearest_of(100_000, 30, 10), 640);
        assert_eq!(nearest_of(100_000, 10, 400), 800);
    }
}
