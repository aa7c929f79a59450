//! What an archive knows of its indexes, and its counts.

use std::fmt;
use std::num::NonZeroUsize;

use conversation::{CallId, Revision};
use jiff::Timestamp;

/// The random name of an index: its folder or collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexId(pub String);

impl fmt::Display for IndexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An index that this archive made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "id, space and age are the meaning"
)]
pub struct IndexInfo {
    /// Its id.
    pub id: IndexId,
    /// The record text of its space.
    pub space: String,
    /// When it was made.
    pub created: Timestamp,
}

/// What an index job brought into the index.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct Indexed {
    /// The revision of the words.
    pub text_revision: Revision,
    /// The hash of the facts.
    pub facts_hash: String,
    /// The number of passages.
    pub passages: u64,
}

/// What an index holds of a call, and what it held just before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct IndexedCall {
    /// The call.
    pub call: CallId,
    /// What it holds.
    pub now: Indexed,
    /// The revision it held before, until it is swept.
    pub previous: Option<Revision>,
    /// When `now` replaced `previous`.
    pub moved_at: Timestamp,
}

/// What a store says it holds of a call and text revision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct PointsHeld {
    /// The call.
    pub call: CallId,
    /// The revision of the words.
    pub text_revision: Revision,
    /// The number of points.
    pub passages: u64,
}

/// A stretch of calls, in the order of their ids, that is swept at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the stretch, its bound and what is held are the meaning"
)]
pub struct SweepPart {
    /// It begins after this call, or with the first.
    pub after: Option<CallId>,
    /// It ends with this call, or with the last.
    pub to: Option<CallId>,
    /// It ends earlier where the archive has looked at so many calls.
    pub most: NonZeroUsize,
    /// Everything that the store holds of the stretch; what lies outside is not looked at.
    pub held: Vec<PointsHeld>,
}

impl SweepPart {
    /// All calls at once, for an index that is known to be small.
    pub fn whole(held: Vec<PointsHeld>) -> Self {
        Self {
            after: None,
            to: None,
            most: NonZeroUsize::MAX,
            held,
        }
    }
}

/// What a sweep found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the findings and where they end are the meaning"
)]
pub struct Sweep {
    /// Points to drop.
    pub drop: Vec<(CallId, Revision)>,
    /// How many calls got a job.
    pub enqueued: u64,
    /// Everything up to this call (included) is swept: go on after it. `None` after the last one.
    pub next: Option<CallId>,
}

/// The key under which e-mail addresses and words are hashed.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "id and bytes are the meaning")]
pub struct HashKey {
    /// Its id, which is part of the space of an index.
    pub id: String,
    /// The key.
    pub bytes: [u8; 32],
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Counts of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// All calls.
    pub calls: u64,
    /// Calls with words.
    pub with_text: u64,
    /// Calls whose words are waited for.
    pub pending_text: u64,
    /// Private calls.
    pub private: u64,
    /// Calls missing upstream.
    pub missing: u64,
    /// Calls of a restored backup that are hidden until their vendor tells of them again.
    pub unconfirmed: u64,
    /// Calls that the newest index holds in their current revision.
    pub indexed: u64,
    /// Jobs that wait or are leased, by kind.
    pub jobs: Vec<(&'static str, u64)>,
    /// Dead index jobs: their calls.
    pub dead: Vec<CallId>,
    /// Start of the oldest and of the newest call.
    pub oldest: Option<Timestamp>,
    /// Start of the newest call.
    pub newest: Option<Timestamp>,
}
