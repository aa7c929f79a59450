//! What a run did, in numbers, with every failure by name.

use call_archive::{Receipt, Remnant};
use conversation::CallId;

use crate::{Error, Failure, Outcomes, Refusal, Run};

/// Requests to Gong as answered, against the least that the same calls need.
///
/// Attempts that were repeated by the client are not in here; an observer of the client counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requests {
    /// Pages of calls with their content.
    pub extensive: u64,
    /// Pages of transcripts.
    pub transcripts: u64,
    /// Pages of the plain list, read by a reconcile.
    pub listing: u64,
    /// Single calls, asked for to be sure of the company or before a call is marked missing.
    pub single: u64,
    /// Pages of the list of users.
    pub users: u64,
    /// Calls that were listed, each once.
    pub calls_listed: u64,
    /// Transcripts that came.
    pub transcripts_received: u64,
}

impl Requests {
    /// All of them.
    pub fn made(&self) -> u64 {
        self.extensive + self.transcripts + self.listing + self.single + self.users
    }

    /// ⌈calls/100⌉ + ⌈transcripts/100⌉.
    pub fn minimum(&self) -> u64 {
        let page = gong_client::PAGE_SIZE as u64;
        self.calls_listed.div_ceil(page) + self.transcripts_received.div_ceil(page)
    }
}

impl Requests {
    fn add(&mut self, other: Self) {
        self.extensive += other.extensive;
        self.transcripts += other.transcripts;
        self.listing += other.listing;
        self.single += other.single;
        self.users += other.users;
        self.calls_listed += other.calls_listed;
        self.transcripts_received += other.transcripts_received;
    }
}

/// A report names so many calls that were brought into the index, and no more: a drain may be long.
pub(crate) const MOST_NAMED: usize = 1_000;

/// What a drain of the index and erase jobs did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DrainReport {
    /// Calls that the index holds now in their current revision, because of this drain.
    pub indexed: u64,
    /// The first of these calls, a thousand at the most.
    pub brought: Vec<CallId>,
    /// Their passages.
    pub passages: u64,
    /// Of these passages, those that had to be embedded.
    pub embedded: u64,
    /// Calls of which only facts were new.
    pub facts_only: u64,
    /// Calls taken out.
    pub erased: u64,
    /// What an erasure could not reach yet; the next drain tries again.
    pub unreached: Vec<Remnant>,
    /// Receipts of purges that are not finished.
    pub open_receipts: Vec<Receipt>,
    /// Points of old revisions or of unknown calls that were dropped.
    pub swept: u64,
    /// Leases of a killed drain that were taken back.
    pub reclaimed: u64,
    /// Jobs that changed hands while they were worked on; somebody else does them.
    pub lost: u64,
    /// What failed; a transient failure is tried again by a later drain.
    pub failures: Vec<Failure>,
    /// Index jobs that were given up: their calls are not found until `dead retry`.
    pub dead: Vec<CallId>,
}

impl DrainReport {
    pub(crate) fn add(&mut self, other: Self) {
        self.indexed += other.indexed;
        let room = MOST_NAMED.saturating_sub(self.brought.len());
        self.brought.extend(other.brought.into_iter().take(room));
        self.passages += other.passages;
        self.embedded += other.embedded;
        self.facts_only += other.facts_only;
        self.erased += other.erased;
        self.unreached = other.unreached;
        self.open_receipts = other.open_receipts;
        self.swept += other.swept;
        self.reclaimed += other.reclaimed;
        self.lost += other.lost;
        self.failures.extend(other.failures);
        self.dead = other.dead;
    }
}

/// What one run of a routine cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunReport {
    /// What it read.
    pub run: Run,
    /// What its known calls were expected to cost.
    pub expected: u64,
    /// How many requests were answered.
    pub made: u64,
    /// Whether it came to its end; otherwise the next one goes on where it stood.
    pub is_complete: bool,
}

/// What a list of the company's users brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsersReport {
    /// How many users were listed.
    pub listed: u64,
    /// How many were active and are not listed any more.
    pub left: u64,
}

/// What a run did.
///
/// A run that was stopped has a report, too: what it says is stored is stored, and the next run
/// goes on from there.
#[derive(Debug, Default)]
#[non_exhaustive]
#[must_use = "a report may say that the run was stopped"]
pub struct SyncReport {
    /// How many calls had which outcome.
    pub outcomes: Outcomes,
    /// Every failure of a single call.
    pub failures: Vec<Failure>,
    /// Requests made and needed.
    pub requests: Requests,
    /// Windows that were read to their end.
    pub windows: u64,
    /// Windows that were begun again: too many calls in them, or their cursor expired.
    pub windows_restarted: u64,
    /// Fields of an unexpected type, which count as null (they are still in the kept JSON).
    pub dropped_fields: u64,
    /// Calls that this run marked as missing upstream.
    pub marked_missing: Vec<CallId>,
    /// Calls that Gong does not know any more, by two answers a day apart; their erasing has begun.
    pub erased_upstream: Vec<CallId>,
    /// Calls whose transcript is waited for.
    pub transcripts_pending: u64,
    /// The runs of a routine, in their order.
    pub runs: Vec<RunReport>,
    /// What the list of users brought, if it was read.
    pub users: UsersReport,
    /// Operations that the key may not use. Nothing was concluded from what they would have told.
    pub refused: Vec<Refusal>,
    /// What the drain at the end did; all zero without an index.
    pub index: DrainReport,
    /// What stopped the run before its end.
    pub stopped: Option<Error>,
    /// Calls that came back while they were being erased.
    pub(crate) returning: Vec<CallId>,
}

impl SyncReport {
    /// Whether the run came to its end (single calls may still have failed).
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none()
    }

    /// Every failure, of the run and of its drain.
    pub fn all_failures(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter().chain(&self.index.failures)
    }
}

/// Steps that go on beside each other have a report each.
impl SyncReport {
    /// An empty report for a step that knows what was refused so far.
    pub(crate) fn fork(&self) -> Self {
        Self {
            refused: self.refused.clone(),
            ..Self::default()
        }
    }

    /// Takes over what a step reported: requests, failures, refusals and what comes back.
    pub(crate) fn join(&mut self, step: Self) {
        self.requests.add(step.requests);
        self.failures.extend(step.failures);
        self.dropped_fields += step.dropped_fields;
        self.returning.extend(step.returning);
        for refusal in step.refused {
            if !self.refused.contains(&refusal) {
                self.refused.push(refusal);
            }
        }
    }
}
