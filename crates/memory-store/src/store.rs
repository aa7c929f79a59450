//! The seam: what every store of passages does.

use std::fmt;
use std::num::NonZeroUsize;

use async_trait::async_trait;
use conversation::{CallId, Revision, WorkspaceId};
use embeddings::Space;

use crate::{CallPoints, Candidates, Error, HoldingPage, PersonKey, Question};

/// A store of passages.
///
/// Laws, each checked by the conformance suite:
/// - What [`write`](PassageStore::write) acknowledged survives a kill, and is there as a whole: a
///   reader sees all points of a (call, text revision) or none.
/// - Writing the same points twice is the same as writing them once.
/// - A filter applies before anything is ranked: it costs no recall and leaks no count.
/// - Equal scores are ordered by passage id.
/// - A vector of another length than the space says is refused.
#[async_trait]
pub trait PassageStore: Send + Sync {
    /// The space that the vectors live in.
    fn space(&self) -> &Space;

    /// Writes the points of calls, durably; replaces what it holds of the same call and text
    /// revision, and leaves other text revisions of the call alone. A call without points leaves
    /// nothing of that revision. If a call comes twice in a batch, the later one counts.
    ///
    /// A point without a vector keeps the vector that is stored under its passage id (new facts
    /// need no embedding); if there is none the whole batch is refused with
    /// [`ErrorKind::VectorMissing`](crate::ErrorKind::VectorMissing).
    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, Error>;

    /// Drops points, durably; gives their number.
    async fn forget(&self, which: Forget) -> Result<u64, Error>;

    /// Gives the best candidates by meaning and by words.
    async fn recall(&self, question: &Question) -> Result<Candidates, Error>;

    /// Leaves nothing of what was forgotten or replaced in any file of the store.
    ///
    /// Whoever erases for good asks for it at the end. A store that keeps nothing of it needs not
    /// do anything.
    async fn compact(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Tells what is held of the calls after this one (from the first, if there is none), of at
    /// most so many calls.
    ///
    /// It needs memory for a page, however much is held. A page may be empty and not the last.
    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, Error>;
}

/// What a write did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The number of points that are durable now.
    pub points: u64,
}

impl Written {
    /// Counts points.
    pub fn new(points: u64) -> Self {
        Self { points }
    }
}

/// Which points to drop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forget {
    /// Everything of a call.
    Call(CallId),
    /// Everything of these calls.
    Calls(Vec<CallId>),
    /// One text revision of a call.
    Revision(CallId, Revision),
    /// Every call in which this person took part, by the facts of any revision that is held.
    Person(PersonKey),
    /// Everything of a workspace.
    Workspace(WorkspaceId),
    /// Everything.
    All,
}

/// The key under which words are hashed: without it the index cannot be read as text.
#[derive(Clone)]
pub struct TermKey([u8; 32]);

impl TermKey {
    /// Takes 32 random bytes as the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TermKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TermKey(redacted)")
    }
}
