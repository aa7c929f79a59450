//! One sign bit a dimension: short enough to compare a question with every row.
//!
//! A question keeps its precision (the comparison is asymmetric): a row's score is the sum of the
//! question's values, each with the row's sign. On real vectors the best few hundred by this score
//! hold the true ten best; they are compared exactly afterwards. Codes are kept in memory only, so
//! they have no format: they are made from the vectors again.
//!
//! A dimension that is 0 in every vector of a model (MiniLM has three) is 0 in every question too,
//! so its bit adds nothing to any score, whatever it says.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod blocks;
mod nearest;
mod sums;
mod tables;

pub(crate) use blocks::{Chosen, Codes};
pub(crate) use nearest::nearest;
pub(crate) use tables::Tables;
