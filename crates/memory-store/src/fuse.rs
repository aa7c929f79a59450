//! Two candidate lists into one ranking: the one place where relevance is decided.

use crate::{Candidates, PassagePlace};

/// How the lists are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FusionRules {
    /// How much a neighbour's score counts, for each step away.
    pub neighbour_weight: f32,
    /// How many neighbours on each side count.
    pub neighbours: u32,
}

impl Default for FusionRules {
    fn default() -> Self {
        Self {
            neighbour_weight: 0.6,
            neighbours: 2,
        }
    }
}

/// A ranked passage.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a place and its score are the meaning"
)]
pub struct Hit {
    /// The passage.
    pub place: PassagePlace,
    /// The fused score: comparable within one answer only.
    pub score: f32,
}

/// Ranks candidates.
pub fn fuse(_candidates: &Candidates, _rules: &FusionRules) -> Vec<Hit> {
    Vec::new()
}
