//! The answer to a question, sentence by sentence.

use serde::Serialize;

use super::{CoverageView, FiltersView, ProseView, QuoteView};

/// What was found for a question.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AskView {
    /// What was asked.
    pub question: String,
    /// `answered`: the sentences answer it, by calibration. `nearest`: they are the nearest there
    /// are, and may not answer it. `nothing`: nothing that was searched has to do with it.
    pub standing: &'static str,
    /// What narrowed it.
    pub filters: FiltersView,
    /// The sentences, the best first.
    pub answers: Vec<AnswerView>,
    /// What the model says to it from the nearest passages; no statement where they do not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prose: Option<ProseView>,
    /// What was searched, and what could not be.
    pub coverage: CoverageView,
}

/// A sentence that answers, or comes nearest.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AnswerView {
    /// 1 for the best.
    pub rank: usize,
    /// The call.
    pub call_id: String,
    /// Its title.
    pub title: Option<String>,
    /// When it began.
    pub started: String,
    /// Whether it is private.
    pub is_private: bool,
    /// What was said right before.
    pub before: Option<QuoteView>,
    /// The sentence.
    pub quote: QuoteView,
}
