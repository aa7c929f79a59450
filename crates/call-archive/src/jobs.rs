//! The words of the job queue.

use conversation::{CallId, Revision};
use jiff::Timestamp;

use crate::{IndexId, Indexed};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum JobKind {
    /// Bring the current words and facts of a call into an index.
    Index,
    /// Take a call out of every index, then out of the archive.
    Erase,
    /// Ask for the transcript of a call again.
    Transcript,
    /// Fetch a call that was told of, such as by a [delivery](crate::Inbox); finishing it as done ends
    /// the deliveries of the call.
    Fetch,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Index, Self::Erase, Self::Transcript, Self::Fetch];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Erase => "erase",
            Self::Transcript => "transcript",
            Self::Fetch => "fetch",
        }
    }
}

/// A job to add.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobRequest {
    /// What to do.
    pub kind: JobKind,
    /// On which call.
    pub call: CallId,
    /// In which index, for `Index`.
    pub index: Option<IndexId>,
    /// Not before this instant.
    pub not_before: Timestamp,
}

impl JobRequest {
    /// A job that is due at `not_before`.
    pub fn new(kind: JobKind, call: CallId, not_before: Timestamp) -> Self {
        Self {
            kind,
            call,
            index: None,
            not_before,
        }
    }
}

/// A job that is held by one worker for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The row of the job.
    pub id: i64,
    /// What to do.
    pub kind: JobKind,
    /// On which call.
    pub call: CallId,
    /// In which index.
    pub index: Option<IndexId>,
    /// The fencing token: grows with each lease and each change of the call.
    pub fence: Revision,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// When the lease ends.
    pub until: Timestamp,
}

impl Lease {
    /// A lease as an archive gives it.
    pub fn new(
        id: i64,
        kind: JobKind,
        call: CallId,
        fence: Revision,
        attempt: u32,
        until: Timestamp,
    ) -> Self {
        Self {
            id,
            kind,
            call,
            index: None,
            fence,
            attempt,
            until,
        }
    }
}

/// How a lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finish {
    /// Done; the job goes.
    Done,
    /// The index holds this now; the job goes, `indexed` moves upwards only.
    Indexed(Indexed),
    /// Failed for a reason that may pass; the attempt counts, and the last one makes the job dead.
    Retry {
        /// When to try again.
        at: Timestamp,
        /// The class of the error, a word.
        class: &'static str,
    },
    /// Nothing failed, it is only too early; the attempt does not count.
    Later {
        /// When to try again.
        at: Timestamp,
    },
    /// Failed for good; the job is kept as dead letter.
    Dead {
        /// The class of the error, a word.
        class: &'static str,
    },
}

/// Whether a lease was still held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "held or lost is the meaning")]
pub enum Finished {
    /// It was, and the change is durable.
    Held,
    /// It was not: nothing changed.
    Lost,
}
