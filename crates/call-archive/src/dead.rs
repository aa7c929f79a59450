//! Jobs that were given up: seen, given another life, or forgotten.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::{Error, ErrorKind, IndexId, JobKind};

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct DeadJob {
    /// The row of the job.
    pub id: i64,
    /// What it was to do.
    pub kind: JobKind,
    /// On which call.
    pub call: CallId,
    /// In which index.
    pub index: Option<IndexId>,
    /// How often it failed.
    pub failed: u32,
    /// How often its holder vanished.
    pub abandoned: u32,
    /// The class of the last error, a word.
    pub class: Option<String>,
}

/// The jobs that were given up.
///
/// Laws, which [`crate::conformance::check_dead_letters`] checks: only dead jobs are named, revived
/// or buried; a revived one is due at once and has all its attempts again; an erasure is never
/// buried, because its call would stay hidden and never be destroyed. Deliveries follow the job that was
/// to fetch their call: [`Inbox`](crate::Inbox).
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// The first of them, by the order in which they were asked for.
    async fn dead(&self, most: usize) -> Result<Vec<DeadJob>, Error>;

    /// Gives a dead job another life; says whether it was one.
    async fn revive(&self, id: i64, now: Timestamp) -> Result<bool, Error>;

    /// Forgets a dead job, and ends the deliveries that it was to fetch; says whether it was one.
    async fn bury(&self, id: i64, now: Timestamp) -> Result<bool, Error>;
}

/// An erasure that was given up is tried again, not forgotten.
pub(crate) fn is_an_erasure() -> Error {
    Error::new(
        ErrorKind::Invalid,
        "the job is an erasure, which is tried again and never forgotten",
    )
}
