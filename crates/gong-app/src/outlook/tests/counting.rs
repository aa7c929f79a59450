//! An archive that counts how many calls are opened, and of how many the findings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use access::Scope;
use async_trait::async_trait;
use call_archive::{
    About, Account, AccountQuery, ApiKey, ApiKeys, Archive, Audit, AuditEntry, AuditHead, AuditKey,
    AuditRecord, CallFindings, CallLinks, CallNumbers, CallPage, CallQuery, Calls, Checkpoint,
    DealNews, DealOutcome, DealPage, DealQuery, Deals, Erasing, Erasure, Error, FindingId,
    Findings, Finish, Finished, FoundLinks, HashKey, Hold, HoldName, HoldOn, Holds, IndexId,
    IndexInfo, IndexedCall, Indexes, JobKind, JobRequest, Jobs, Known, Label, Lease, Ledger,
    LinkQuery, Numbered, Numbers, NumbersQuery, People, Pinned, Pins, Preview, Purge, PurgeTarget,
    Purged, Purging, Put, PutOutcome, Receipt, Remnant, Settled, Status, StoredCall, Sweep,
    SweepPart, User, Verdict,
};
use conversation::{CallId, DealId, Revision, Transcript, UserId};
use jiff::Timestamp;

/// Passes everything on to another archive.
pub(super) struct CountingArchive {
    inner: Arc<dyn Archive>,
    /// Calls that were opened, with or without words.
    opened: AtomicUsize,
    /// Calls whose findings were read.
    found: AtomicUsize,
    /// Questions for the figures of calls, and for deals.
    rows: [AtomicUsize; 2],
}

impl CountingArchive {
    pub(super) fn over(inner: Arc<dyn Archive>) -> Self {
        Self {
            inner,
            opened: AtomicUsize::new(0),
            found: AtomicUsize::new(0),
            rows: Default::default(),
        }
    }

    /// How many calls were opened since this was asked last, and of how many the findings were read.
    pub(super) fn take(&self) -> (usize, usize) {
        let take = |counter: &AtomicUsize| counter.swap(0, Ordering::Relaxed);
        (take(&self.opened), take(&self.found))
    }

    /// How often figures of calls were asked for since this was asked last, and how often deals.
    pub(super) fn take_rows(&self) -> [usize; 2] {
        let [figures, deals] = &self.rows;
        [figures, deals].map(|counter| counter.swap(0, Ordering::Relaxed))
    }
}

#[async_trait]
impl Calls for CountingArchive {
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error> {
        self.inner.known(ids).await
    }

    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error> {
        self.inner.put(batch, checkpoint, now).await
    }

    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error> {
        self.inner.list(scope, query).await
    }

    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error> {
        self.opened.fetch_add(ids.len(), Ordering::Relaxed);
        self.inner.read(scope, ids).await
    }

    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error> {
        self.opened.fetch_add(which.len(), Ordering::Relaxed);
        self.inner.transcripts(scope, which).await
    }
}

#[async_trait]
impl Erasing for CountingArchive {
    async fn begin_erase(
        &self,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.inner.begin_erase(call, how, now).await
    }

    async fn erase(&self, call: &CallId, now: Timestamp) -> Result<(), Error> {
        self.inner.erase(call, now).await
    }

    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error> {
        self.inner.erased(ids).await
    }

    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error> {
        self.inner.set_missing(ids, missing).await
    }
}

#[async_trait]
impl Purging for CountingArchive {
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error> {
        self.inner.preview(target, now).await
    }

    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error> {
        self.inner.begin_purge(purge, now).await
    }

    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error> {
        self.inner.settle(unreached, now).await
    }

    async fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        self.inner.receipts().await
    }
}

#[async_trait]
impl Holds for CountingArchive {
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error> {
        self.inner.hold(name, on, now).await
    }

    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error> {
        self.inner.release(name, now).await
    }

    async fn holds(&self) -> Result<Vec<Hold>, Error> {
        self.inner.holds().await
    }

    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error> {
        self.inner.held(calls).await
    }
}

#[async_trait]
impl Jobs for CountingArchive {
    async fn enqueue(&self, jobs: &[JobRequest], now: Timestamp) -> Result<(), Error> {
        self.inner.enqueue(jobs, now).await
    }

    async fn claim(
        &self,
        kinds: &[JobKind],
        most: usize,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Lease>, Error> {
        self.inner.claim(kinds, most, until, now).await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error> {
        self.inner.extend(lease, until).await
    }

    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error> {
        self.inner.finish(lease, how, now).await
    }

    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error> {
        self.inner.reclaim(kinds).await
    }
}

#[async_trait]
impl Indexes for CountingArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        self.inner.add_index(space, now).await
    }

    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error> {
        self.inner.indexes().await
    }

    async fn drop_index(&self, index: &IndexId) -> Result<(), Error> {
        self.inner.drop_index(index).await
    }

    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error> {
        self.inner.indexed(index, calls).await
    }

    async fn sweep(
        &self,
        index: &IndexId,
        part: &SweepPart,
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error> {
        self.inner.sweep(index, part, replaced_before, now).await
    }
}

#[async_trait]
impl Ledger for CountingArchive {
    async fn load(&self, name: &str) -> Result<Option<String>, Error> {
        self.inner.load(name).await
    }

    async fn save(&self, entry: Checkpoint) -> Result<(), Error> {
        self.inner.save(entry).await
    }

    async fn hash_key(&self) -> Result<HashKey, Error> {
        self.inner.hash_key().await
    }

    async fn status(&self) -> Result<Status, Error> {
        self.inner.status().await
    }
}

#[async_trait]
impl People for CountingArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        self.inner.put_users(users).await
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        self.inner.users().await
    }

    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        self.inner.users_by_id(ids).await
    }

    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error> {
        self.inner.users_by_email(hash).await
    }
}

#[async_trait]
impl Deals for CountingArchive {
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error> {
        self.inner.put_deals(news).await
    }

    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error> {
        self.rows[1].fetch_add(1, Ordering::Relaxed);
        self.inner.deals(scope, query).await
    }

    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error> {
        self.inner.accounts(which).await
    }

    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error> {
        self.inner.link_deals(found).await
    }

    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error> {
        self.inner.links(scope, query).await
    }
}

#[async_trait]
impl Pins for CountingArchive {
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        self.inner.pin(scope, call, deal).await
    }

    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        self.inner.unpin(scope, call, deal).await
    }
}

#[async_trait]
impl Findings for CountingArchive {
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error> {
        self.inner.put_findings(findings).await
    }

    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error> {
        self.found.fetch_add(1, Ordering::Relaxed);
        self.inner.findings(scope, call).await
    }

    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error> {
        self.inner.finding(scope, id).await
    }

    async fn label(
        &self,
        scope: &Scope,
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.inner.label(scope, about, verdict, now).await
    }

    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error> {
        self.inner.labels(scope).await
    }
}

#[async_trait]
impl Numbers for CountingArchive {
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error> {
        self.inner.put_numbers(numbers).await
    }

    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error> {
        self.rows[0].fetch_add(1, Ordering::Relaxed);
        self.inner.numbers(scope, query).await
    }
}

#[async_trait]
impl Audit for CountingArchive {
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error> {
        self.inner.append_audit(entries).await
    }

    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        self.inner.audit_records(after, most).await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error> {
        self.inner.audit_heads().await
    }

    async fn audit_key(&self) -> Result<AuditKey, Error> {
        self.inner.audit_key().await
    }
}

#[async_trait]
impl ApiKeys for CountingArchive {
    async fn add_api_key(&self, key: &ApiKey, audit: &AuditEntry) -> Result<(), Error> {
        self.inner.add_api_key(key, audit).await
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        self.inner.api_key(id).await
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        self.inner.api_keys().await
    }

    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool, Error> {
        self.inner.revoke_api_key(id, at, audit).await
    }

    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error> {
        self.inner.used_api_keys(used).await
    }
}
