//! Measurements of gongkit, with their baselines.
//!
//! A baseline is written here in the plainest way, apart from the product's own code, so that a
//! mistake in one cannot hide in the other. `search_baseline` ranks passages by the z-score sum of
//! BM25 and MiniLM cosine: what `gongkit eval search` must beat on the same questions.

mod bm25;
mod conversations;
mod ranking;
mod sealing;

pub use bm25::Bm25;
pub use conversations::{Conversation, Passage, Query, conversations, queries};
pub use ranking::{best, z_scores};
pub use sealing::{Sealed, processor_time, sealed_lengths};
