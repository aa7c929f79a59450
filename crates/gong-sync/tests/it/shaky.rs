//! An archive and a store whose process dies at a chosen operation: before it took effect, or just
//! after, before anybody heard of it. From then on nothing answers.
use std::num::NonZeroUsize;
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use access::Scope;
use async_trait::async_trait;
use call_archive::{
    About, Account, AccountQuery, ApiKey, ApiKeys, Archive, Audit, AuditEntry, AuditHead, AuditKey,
    AuditRecord, CallFindings, CallLinks, CallNumbers, CallPage, CallQuery, Calls, Checkpoint,
    DealNews, DealOutcome, DealPage, DealQuery, Deals, Erasing, Erasure, Error, ErrorKind,
    FindingId, Findings, Finish, Finished, FoundLinks, HashKey, Hold, HoldName, HoldOn, Holds,
    IndexId, IndexInfo, IndexedCall, Indexes, JobKind, JobRequest, Jobs, Known, Label, Lease,
    Ledger, LinkQuery, Numbered, Numbers, NumbersQuery, People, Pinned, Pins, Preview, Purge,
    PurgeTarget, Purged, Purging, Put, PutOutcome, Receipt, Remnant, Settled, Status, StoredCall,
    Sweep, SweepPart, User, Verdict,
};
use conversation::{CallId, DealId, Revision, Transcript, UserId};
use embeddings::Space;
use jiff::Timestamp;
use memory_store::{CallPoints, Candidates, Forget, HoldingPage, PassageStore, Question, Written};

/// How many operations are left to live.
#[derive(Clone)]
pub(crate) struct Life {
    left: Arc<AtomicI64>,
    /// Operations so far.
    pub(crate) count: Arc<AtomicU64>,
    /// Whether the last operation still takes effect.
    takes_effect: bool,
}

impl Life {
    pub(crate) fn of(operations: i64, takes_effect: bool) -> Self {
        Self {
            left: Arc::new(AtomicI64::new(operations)),
            count: Arc::default(),
            takes_effect,
        }
    }

    pub(crate) fn endless() -> Self {
        Self::of(i64::MAX, true)
    }

    /// Whether to act, and whether to tell.
    fn step(&self) -> (bool, bool) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let left = self.left.fetch_sub(1, Ordering::Relaxed);
        match left {
            1.. => (true, true),
            0 => (self.takes_effect, false),
            _ => (false, false),
        }
    }
}

fn dead() -> Error {
    Error::new(ErrorKind::Storage, "the process is dead")
}

fn dead_store() -> memory_store::Error {
    memory_store::Error::new(memory_store::ErrorKind::Storage, "the process is dead")
}

macro_rules! live {
    ($self:ident, $work:expr, $dead:expr) => {{
        let (acts, tells) = $self.life.step();
        if !acts {
            return Err($dead);
        }
        let done = $work.await;
        if tells { done } else { Err($dead) }
    }};
}

pub(crate) struct ShakyArchive {
    pub(crate) inner: Arc<dyn Archive>,
    pub(crate) life: Life,
}

#[async_trait]
impl Calls for ShakyArchive {
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error> {
        live!(self, self.inner.known(ids), dead())
    }

    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error> {
        live!(self, self.inner.put(batch, checkpoint, now), dead())
    }

    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error> {
        live!(self, self.inner.list(scope, query), dead())
    }

    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error> {
        live!(self, self.inner.read(scope, ids), dead())
    }

    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error> {
        live!(self, self.inner.transcripts(scope, which), dead())
    }
}

#[async_trait]
impl Erasing for ShakyArchive {
    async fn begin_erase(
        &self,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        live!(self, self.inner.begin_erase(call, how, now), dead())
    }

    async fn erase(&self, call: &CallId, now: Timestamp) -> Result<(), Error> {
        live!(self, self.inner.erase(call, now), dead())
    }

    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error> {
        live!(self, self.inner.erased(ids), dead())
    }

    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error> {
        live!(self, self.inner.set_missing(ids, missing), dead())
    }
}

#[async_trait]
impl Purging for ShakyArchive {
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error> {
        live!(self, self.inner.preview(target, now), dead())
    }

    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error> {
        live!(self, self.inner.begin_purge(purge, now), dead())
    }

    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error> {
        live!(self, self.inner.settle(unreached, now), dead())
    }

    async fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        live!(self, self.inner.receipts(), dead())
    }
}

#[async_trait]
impl Holds for ShakyArchive {
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error> {
        live!(self, self.inner.hold(name, on, now), dead())
    }

    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error> {
        live!(self, self.inner.release(name, now), dead())
    }

    async fn holds(&self) -> Result<Vec<Hold>, Error> {
        live!(self, self.inner.holds(), dead())
    }

    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error> {
        live!(self, self.inner.held(calls), dead())
    }
}

#[async_trait]
impl Jobs for ShakyArchive {
    async fn enqueue(&self, jobs: &[JobRequest], now: Timestamp) -> Result<(), Error> {
        live!(self, self.inner.enqueue(jobs, now), dead())
    }

    async fn claim(
        &self,
        kinds: &[JobKind],
        most: usize,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Lease>, Error> {
        live!(self, self.inner.claim(kinds, most, until, now), dead())
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error> {
        live!(self, self.inner.extend(lease, until), dead())
    }

    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error> {
        live!(self, self.inner.finish(lease, how, now), dead())
    }

    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error> {
        live!(self, self.inner.reclaim(kinds), dead())
    }
}

#[async_trait]
impl Indexes for ShakyArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        live!(self, self.inner.add_index(space, now), dead())
    }

    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error> {
        live!(self, self.inner.indexes(), dead())
    }

    async fn drop_index(&self, index: &IndexId) -> Result<(), Error> {
        live!(self, self.inner.drop_index(index), dead())
    }

    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error> {
        live!(self, self.inner.indexed(index, calls), dead())
    }

    async fn sweep(
        &self,
        index: &IndexId,
        part: &SweepPart,
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error> {
        live!(
            self,
            self.inner.sweep(index, part, replaced_before, now),
            dead()
        )
    }
}

#[async_trait]
impl Ledger for ShakyArchive {
    async fn load(&self, name: &str) -> Result<Option<String>, Error> {
        live!(self, self.inner.load(name), dead())
    }

    async fn save(&self, entry: Checkpoint) -> Result<(), Error> {
        live!(self, self.inner.save(entry), dead())
    }

    async fn hash_key(&self) -> Result<HashKey, Error> {
        live!(self, self.inner.hash_key(), dead())
    }

    async fn status(&self) -> Result<Status, Error> {
        live!(self, self.inner.status(), dead())
    }
}

#[async_trait]
impl People for ShakyArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        live!(self, self.inner.put_users(users), dead())
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        live!(self, self.inner.users(), dead())
    }

    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        live!(self, self.inner.users_by_id(ids), dead())
    }

    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error> {
        live!(self, self.inner.users_by_email(hash), dead())
    }
}

#[async_trait]
impl Deals for ShakyArchive {
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error> {
        live!(self, self.inner.put_deals(news), dead())
    }

    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error> {
        live!(self, self.inner.deals(scope, query), dead())
    }

    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error> {
        live!(self, self.inner.accounts(which), dead())
    }

    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error> {
        live!(self, self.inner.link_deals(found), dead())
    }

    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error> {
        live!(self, self.inner.links(scope, query), dead())
    }
}

#[async_trait]
impl Pins for ShakyArchive {
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        live!(self, self.inner.pin(scope, call, deal), dead())
    }

    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        live!(self, self.inner.unpin(scope, call, deal), dead())
    }
}

#[async_trait]
impl Numbers for ShakyArchive {
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error> {
        live!(self, self.inner.put_numbers(numbers), dead())
    }

    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error> {
        live!(self, self.inner.numbers(scope, query), dead())
    }
}

#[async_trait]
impl Findings for ShakyArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        live!(self, self.inner.put_findings(findings), dead())
    }

    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error> {
        live!(self, self.inner.findings(scope, call), dead())
    }

    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error> {
        live!(self, self.inner.finding(scope, id), dead())
    }

    async fn label(
        &self,
        scope: &Scope,
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        live!(self, self.inner.label(scope, about, verdict, now), dead())
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        live!(self, self.inner.labels(scope), dead())
    }
}

#[async_trait]
impl ApiKeys for ShakyArchive {
    async fn add_api_key(&self, key: &ApiKey, audit: &AuditEntry) -> Result<(), Error> {
        live!(self, self.inner.add_api_key(key, audit), dead())
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        live!(self, self.inner.api_key(id), dead())
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        live!(self, self.inner.api_keys(), dead())
    }

    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool, Error> {
        live!(self, self.inner.revoke_api_key(id, at, audit), dead())
    }

    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error> {
        live!(self, self.inner.used_api_keys(used), dead())
    }
}

#[async_trait]
impl Audit for ShakyArchive {
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error> {
        live!(self, self.inner.append_audit(entries), dead())
    }

    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        live!(self, self.inner.audit_records(after, most), dead())
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error> {
        live!(self, self.inner.audit_heads(), dead())
    }

    async fn audit_key(&self) -> Result<AuditKey, Error> {
        live!(self, self.inner.audit_key(), dead())
    }
}

pub(crate) struct ShakyStore {
    pub(crate) inner: Arc<dyn PassageStore>,
    pub(crate) life: Life,
}

#[async_trait]
impl PassageStore for ShakyStore {
    fn space(&self) -> &Space {
        self.inner.space()
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, memory_store::Error> {
        live!(self, self.inner.write(batch), dead_store())
    }

    async fn forget(&self, which: Forget) -> Result<u64, memory_store::Error> {
        live!(self, self.inner.forget(which), dead_store())
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, memory_store::Error> {
        live!(self, self.inner.recall(question), dead_store())
    }

    async fn compact(&self) -> Result<(), memory_store::Error> {
        live!(self, self.inner.compact(), dead_store())
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, memory_store::Error> {
        live!(self, self.inner.holdings(after, calls), dead_store())
    }
}
