//! What is asked of a store, and its raw answer.

use std::num::NonZeroUsize;

use access::Scope;
use conversation::{AccountId, CallId, Period, Side, UserId, WorkspaceId};
use embeddings::Vector;

use crate::PassagePlace;

/// Which passages may be candidates at all.
///
/// Every field narrows; an empty list or `None` does not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// What the caller may see.
    pub scope: Scope,
    /// When the call began.
    pub period: Period,
    /// The workspace.
    pub workspace: Option<WorkspaceId>,
    /// One of these calls.
    pub calls: Vec<CallId>,
    /// One of these customers.
    pub accounts: Vec<AccountId>,
    /// One of our own people took part.
    pub users: Vec<UserId>,
    /// At least one sentence of this side.
    pub side: Option<Side>,
    /// At least one of these tags.
    pub tags_any: Vec<String>,
    /// All of these tags.
    pub tags_all: Vec<String>,
    /// All of these phrases: every two neighbouring words of a phrase stand next to each other
    /// somewhere in the passage. That is all an index without positions knows, so a caller that
    /// shows phrases confirms them on the text.
    pub phrases: Vec<String>,
}

impl Filter {
    /// Everything that the scope allows.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            period: Period::default(),
            workspace: None,
            calls: Vec::new(),
            accounts: Vec::new(),
            users: Vec::new(),
            side: None,
            tags_any: Vec::new(),
            tags_all: Vec::new(),
            phrases: Vec::new(),
        }
    }
}

/// A question to a store.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Question {
    /// The meaning, as a vector of the store's space; `None` asks by words only.
    pub meaning: Option<Vector>,
    /// The words; `None` asks by meaning only. The first 256 different words of the first 64 KiB
    /// count.
    pub words: Option<String>,
    /// Which passages may be candidates.
    pub filter: Filter,
    /// How many candidates each list may have.
    pub candidates: NonZeroUsize,
    /// How many of the best by meaning must be the true ones; of those behind them a store that
    /// looks for the nearest may miss a few.
    pub sure: NonZeroUsize,
}

impl Question {
    /// How many candidates a list has unless told otherwise.
    pub const CANDIDATES: NonZeroUsize = NonZeroUsize::new(400).expect("400 is not zero");

    /// How many of the best by meaning are the true ones unless told otherwise.
    pub const SURE: NonZeroUsize = NonZeroUsize::new(15).expect("15 is not zero");

    /// A question by nothing yet.
    pub fn new(filter: Filter) -> Self {
        Self {
            meaning: None,
            words: None,
            filter,
            candidates: Self::CANDIDATES,
            sure: Self::SURE,
        }
    }

    /// Asks by meaning.
    #[must_use]
    pub fn meaning(mut self, vector: Vector) -> Self {
        self.meaning = Some(vector);
        self
    }

    /// Asks by words.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = Some(words.into());
        self
    }
}

/// A passage with the score that one list gives it.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a place and its score are the meaning"
)]
pub struct Candidate {
    /// The passage.
    pub place: PassagePlace,
    /// Cosine (meaning) or BM25 (words): comparable within a list only.
    pub score: f32,
}

/// The two raw lists, each best first.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "two lists are the meaning")]
pub struct Candidates {
    /// By meaning.
    pub meaning: Vec<Candidate>,
    /// By words.
    pub words: Vec<Candidate>,
}
