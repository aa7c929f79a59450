//! A part of what was said in a call.

use serde::Serialize;

use super::{CallLineView, SentenceView};

/// A part of what was said in a call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TranscriptView {
    /// The call.
    pub call: CallLineView,
    /// The revision of the words.
    pub text_revision: u64,
    /// What was said, in order; whole sentences.
    pub sentences: Vec<SentenceView>,
    /// How many sentences fit what was asked for, on all pages.
    pub total: usize,
    /// The first one goes on with a sentence, or with what one voice says, from the page before.
    pub is_continued: bool,
    /// The last sentence was longer than a page and goes on on the next one.
    pub is_cut: bool,
    /// Continues; `null` at the end.
    pub next: Option<String>,
}
