//! The seam: what every archive does, as fourteen small traits.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;

use crate::{
    ApiKeys, Audit, CallPage, CallQuery, Checkpoint, Deals, Erasure, Error, Findings, Finish,
    Finished, HashKey, Hold, HoldName, HoldOn, IndexId, IndexInfo, Indexed, IndexedCall, JobKind,
    JobRequest, Known, Lease, Numbers, People, Pins, Preview, Purge, PurgeTarget, Purged, Put,
    PutOutcome, Receipt, Remnant, Settled, Status, StoredCall, Sweep, SweepPart,
};

/// Calls and their words.
///
/// Laws, each checked by the conformance suite:
/// - A put is compare-and-swap on [`Put::expected`]; a lost one changes nothing.
/// - A put never replaces something by nothing: a missing transcript, party list or raw block keeps
///   what is there and marks the call as partial.
/// - What an index must know (text revision, facts) and the `index` job of every index commit
///   together with the put.
/// - A checkpoint commits with, never before, the puts it covers.
/// - A tombstone refuses the call; a call that is being erased is not read.
/// - A floor and a person's tombstone refuse what started before them. A put that shows so of a
///   call that is stored has it erased, unless a legal hold keeps it.
#[async_trait]
pub trait Calls: Send + Sync {
    /// What is known of these calls, for flows; unknown ones are left out.
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error>;

    /// Stores a batch in one transaction; one outcome per put, in order.
    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error>;

    /// Lists calls, newest first.
    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error>;

    /// Reads calls with their facts and raw blocks, in the order asked; what the scope does not
    /// reach is left out like what does not exist.
    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error>;

    /// Reads the words of calls at the given text revisions, in the order asked; `None` for what is
    /// not reached or not kept any more.
    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error>;
}

/// Taking calls out.
#[async_trait]
pub trait Erasing: Send + Sync {
    /// Starts an erasure: writes the tombstone if asked (durably outside the database first),
    /// hides the call, cancels its jobs and enqueues its erase job, in one transaction.
    ///
    /// Gives whether there was anything to erase.
    async fn begin_erase(&self, call: &CallId, how: Erasure, now: Timestamp)
    -> Result<bool, Error>;

    /// Destroys the call's key and rows as the erasure said. Called by the holder of the erase job
    /// after every index has forgotten the call; repeating it is harmless. What a log of the
    /// database still holds of them goes with [`Purging::settle`].
    async fn erase(&self, call: &CallId, now: Timestamp) -> Result<(), Error>;

    /// Which of these calls a tombstone refuses.
    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error>;

    /// Marks calls as missing upstream since `now` (those already marked keep their time), or as
    /// present again.
    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error>;
}

/// Taking out for good whatever is about a person, an account or a time.
///
/// Laws, each checked by the conformance suite:
/// - A purge that has begun is begun as a whole: its refusals are durable outside of the database
///   first; then nothing of it can be read, and each of its calls has an erase job.
/// - What it refuses stays refused whatever comes: tombstones of its calls, of its person, a floor.
/// - A legal hold refuses a purge that somebody asked for, and nothing is changed; from retention
///   it only keeps what it is about.
/// - A purged person is no user any more, until a later call shows them.
/// - A receipt names no call and no person. It is finished when every call of it is destroyed and
///   nothing is left unreached.
#[async_trait]
pub trait Purging: Send + Sync {
    /// How much a purge of this would take, and what is in its way.
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error>;

    /// Begins a purge. Beginning the same again is harmless, and completes what a killed process
    /// left.
    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error>;

    /// Empties what the archive itself still keeps of destroyed rows, gives erase jobs that were
    /// given up another life, and finishes the receipts of which nothing is left. `unreached` is
    /// what the caller knows to be left elsewhere.
    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error>;

    /// Every receipt, the newest first.
    async fn receipts(&self) -> Result<Vec<Receipt>, Error>;
}

/// Legal holds.
///
/// Laws: a hold is durable outside of the database first, and so is its release; a name is used
/// once; what a hold keeps is found by what is known now, so a call that comes later is kept, too.
#[async_trait]
pub trait Holds: Send + Sync {
    /// Keeps something from every erasure.
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error>;

    /// Lifts a hold; gives whether it was there.
    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error>;

    /// Every hold, lifted ones included, by name.
    async fn holds(&self) -> Result<Vec<Hold>, Error>;

    /// Which of these calls are kept, each with the first hold that keeps it.
    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error>;
}

/// Work that must be done once in effect: lease, fence, acknowledgement.
///
/// Laws: a job is leased to one holder at a time; finishing with an old fence changes nothing and
/// says [`Finished::Lost`]; an attempt counts when work starts, and the last failed one makes the
/// job dead instead of forgetting it.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Adds jobs; a job of the same kind, call and index that waits already stays one.
    async fn enqueue(&self, jobs: &[JobRequest], now: Timestamp) -> Result<(), Error>;

    /// Leases up to `most` due jobs of these kinds until `until`.
    async fn claim(
        &self,
        kinds: &[JobKind],
        most: usize,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Lease>, Error>;

    /// Keeps a lease until `until`; `Lost` if it is not held any more.
    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error>;

    /// Ends a lease.
    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error>;

    /// Takes back the leases of these kinds that an earlier holder of the index left; only for the
    /// one process that holds the index lock. Gives their number.
    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error>;
}

/// Which index holds which revision of which call.
#[async_trait]
pub trait Indexes: Send + Sync {
    /// Adds an index for a space (its record text) under a new random id, with an `index` job for
    /// every call that has words.
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error>;

    /// The indexes that this archive made and has not dropped, oldest first.
    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error>;

    /// Forgets an index and its jobs.
    async fn drop_index(&self, index: &IndexId) -> Result<(), Error>;

    /// What an index holds of these calls; all of them if `calls` is `None`.
    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error>;

    /// Compares a part of what an index really holds with what it should: names the points to drop
    /// (of calls or revisions that neither the calls nor `indexed` name, and old revisions that were
    /// replaced before `replaced_before`), enqueues jobs for calls that are not current or have lost
    /// points, and forgets the replaced transcripts.
    ///
    /// It needs memory for [`SweepPart::most`] calls, however many there are, and leaves calls
    /// outside of the part alone.
    async fn sweep(
        &self,
        index: &IndexId,
        part: &SweepPart,
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error>;
}

/// Small durable facts of an installation. A database keeps every value sealed, because a setting
/// can be a list of names or of words.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// A checkpoint or setting by name.
    async fn load(&self, name: &str) -> Result<Option<String>, Error>;

    /// Stores a checkpoint or setting, durably.
    async fn save(&self, entry: Checkpoint) -> Result<(), Error>;

    /// The key under which e-mail addresses and words are hashed: made once, never rotated.
    async fn hash_key(&self) -> Result<HashKey, Error>;

    /// Counts.
    async fn status(&self) -> Result<Status, Error>;
}

/// Everything an archive does.
pub trait Archive:
    Calls
    + Erasing
    + Purging
    + Holds
    + Jobs
    + Indexes
    + Ledger
    + People
    + Deals
    + Pins
    + Findings
    + Numbers
    + Audit
    + ApiKeys
{
}

impl<T> Archive for T where
    T: Calls
        + Erasing
        + Purging
        + Holds
        + Jobs
        + Indexes
        + Ledger
        + People
        + Deals
        + Pins
        + Findings
        + Numbers
        + Audit
        + ApiKeys
        + ?Sized
{
}

#[expect(
    dead_code,
    reason = "proves that the seam stays dyn-safe and that `Indexed` is its row"
)]
fn is_dyn_safe(archive: &dyn Archive, row: Indexed) -> (&dyn Archive, Indexed) {
    (archive, row)
}
