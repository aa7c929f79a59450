//! Search: a question and its filters into places with quotes that can be checked.

mod filters;
mod phrases;
mod quotes;
mod ranges;
mod ranking;
mod searching;
mod sentences;
mod understanding;

pub use filters::{Alike, SearchFilters};
pub use ranking::SearchMode;

pub(crate) use filters::{Narrowed, people_named};
pub(crate) use quotes::Source;
pub(crate) use ranges::Range;
pub(crate) use ranking::{Ranked, Ranker};
pub(crate) use searching::{Calls, Words, coverage, read};
pub(crate) use understanding::Understood;

use std::num::NonZeroUsize;

/// A question.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchRequest {
    /// In the words of whoever asks.
    pub question: String,
    /// What narrows it.
    pub filters: SearchFilters,
    /// What is compared.
    pub mode: SearchMode,
    /// How many places the answer has; by default as configured.
    pub limit: Option<NonZeroUsize>,
    /// Whether each hit says what its score is made of.
    pub explain: bool,
}

impl SearchRequest {
    /// A question to everything that is not private.
    pub fn new(question: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            filters: SearchFilters::default(),
            mode: SearchMode::default(),
            limit: None,
            explain: false,
        }
    }
}
