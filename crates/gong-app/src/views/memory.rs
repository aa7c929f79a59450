//! Where passages are remembered, and how a move of them stands.

use serde::Serialize;

use super::{FailureView, IndexView};

/// Where passages are remembered.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MemoryStatusView {
    /// The store that answers: embedded or qdrant.
    pub store: &'static str,
    /// Every index there is: the one that answers first.
    pub indexes: Vec<MemoryIndexView>,
    /// Calls with words.
    pub with_transcript: u64,
}

/// One index.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MemoryIndexView {
    /// Its id.
    pub index_id: String,
    /// Its folder, or its server and collection.
    pub place: String,
    /// In which space its vectors are.
    pub space: String,
    /// Whether it answers questions.
    pub is_answering: bool,
    /// Whether calls are being moved into it, and it is written beside the one that answers.
    pub is_target: bool,
    /// Calls that it holds, by the archive.
    pub calls: u64,
    /// Their passages.
    pub passages: u64,
    /// The version of its server, if it has one that answers.
    pub server: Option<String>,
    /// Why its server could not be asked.
    pub problem: Option<String>,
}

/// What a move of the index did.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MemoryMoveView {
    /// Where to: a server.
    pub to: String,
    /// The new index.
    pub index_id: String,
    /// Calls that are there, each with as many passages as it has.
    pub verified: u64,
    /// Their passages.
    pub passages: u64,
    /// Calls with words that are not there yet, or not whole; the first twenty by id.
    pub differing: Vec<String>,
    /// How many those are.
    pub left: u64,
    /// What was indexed on the way, in both.
    pub index: IndexView,
    /// Every failure of a single call.
    pub failures: Vec<FailureView>,
}

/// How much of what an exact search finds a usual search finds.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct RecallCheckView {
    /// Where it was asked.
    pub place: String,
    /// How many questions were asked, each the longest sentence of a call.
    pub questions: u64,
    /// How many answers of each are compared.
    pub answers: u64,
    /// The mean share of the exact answers that was found.
    pub recall: f64,
    /// The smallest share.
    pub lowest: f64,
    /// Questions of which something was missed.
    pub missed: u64,
}
