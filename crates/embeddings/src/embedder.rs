//! The seam: whatever turns texts into vectors.

use async_trait::async_trait;

use crate::{Error, Model, Vector};

/// What a text is to the search; some models want another prefix for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "what is found and what is asked: there is no third"
)]
pub enum Purpose {
    /// The text is stored and will be found.
    Passage,
    /// The text is a question that looks for passages.
    Query,
}

/// Turns texts into unit vectors of one model.
///
/// Laws, which [`crate::conformance`] checks:
/// - one vector per text, in the order of the texts, each of `model().dimensions()` values;
/// - the same text gives the same vector, alone and in any company (cosine ≥ 0.999999);
/// - no text is refused: an empty one has a vector, a long one is cut at `model().max_tokens()`;
/// - `count_tokens` counts what that limit is compared with, special tokens included, before
///   anything is cut, and a longer text never counts fewer.
///
/// An implementation never computes on the async executor.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model whose vectors come out; the larger part of a [`crate::Space`].
    fn model(&self) -> &Model;

    /// Counts the tokens of a text, special tokens included, without cutting it.
    fn count_tokens(&self, text: &str) -> usize;

    /// Embeds the texts: one unit vector per text, in order.
    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error>;
}
