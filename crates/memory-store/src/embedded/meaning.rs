//! The candidates by meaning: an exact scan of the rows that a filter leaves.
//!
//! This module is the place of the code index (one sign bit a dimension, the best re-scored here):
//! it takes documents and gives scores, and nobody else knows how.

use half::slice::HalfFloatSliceExt;
use tantivy::DocId;

use super::columns::Columns;
use super::selection::Selection;
use super::vectors::{VectorFile, ranges};
use crate::Error;

/// As many sums at once as fill the registers of a plain x86-64.
const LANES: usize = 16;

/// Gives the cosine of every selected document to `take`.
pub(super) fn scan(
    question: &[f32],
    vectors: &VectorFile,
    columns: &Columns,
    selection: &Selection,
    mut take: impl FnMut(DocId, f32) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut documents = Vec::new();
    let mut places = Vec::new();
    for document in selection.iter() {
        documents.push(document);
        places.push(vectors.place(columns.row(document)?)?);
    }

    let mut documents = documents.into_iter();
    let mut values = Vec::new();
    for range in ranges(places) {
        let halves = vectors.read(range)?;
        values.resize(halves.len(), 0.0);
        halves.convert_to_f32_slice(&mut values);
        for (row, document) in values.chunks_exact(question.len()).zip(&mut documents) {
            let score = dot(question, row);
            // Rows are zeroed when they are erased, maybe under a reader of an older commit:
            // what is no vector any more is no candidate.
            let is_erased = score == 0.0 && row.iter().all(|value| *value == 0.0);
            if !is_erased {
                take(document, score)?;
            }
        }
    }
    Ok(())
}

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
}
