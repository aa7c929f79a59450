//! A CRM and an outbox that are there until a given point, and then no more: before an operation or
//! right after it. What died says nothing about what it did.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use crm_sync::{
    ChangedPage, Crm, CrmError, Entry, Find, Outbox, OutboxError, Prepare, Record, RecordId,
    RecordKind, Setup, Subject, Write, Written,
};
use jiff::Timestamp;

/// How many points are left to live through.
#[derive(Clone)]
pub(crate) struct Life(Arc<AtomicUsize>);

impl Life {
    pub(crate) fn of(points: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(points)))
    }

    pub(crate) fn left(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Passes a point; none when this is where it dies.
    fn pass(&self) -> Option<()> {
        let pass = |left: usize| left.checked_sub(1);
        let passed = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, pass);
        passed.ok().map(|_| ())
    }
}

pub(crate) struct DyingCrm<C> {
    pub(crate) crm: C,
    pub(crate) life: Life,
}

impl<C> DyingCrm<C> {
    async fn through<T>(
        &self,
        operation: impl Future<Output = Result<T, CrmError>>,
    ) -> Result<T, CrmError> {
        self.life.pass().ok_or(CrmError::Failed)?;
        let done = operation.await;
        self.life.pass().ok_or(CrmError::Failed)?;
        done
    }
}

#[async_trait]
impl<C: Crm> Crm for DyingCrm<C> {
    async fn prepare(&self, how: Prepare) -> Result<Setup, CrmError> {
        self.through(self.crm.prepare(how)).await
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        self.through(self.crm.find(find)).await
    }

    async fn linked(
        &self,
        from: RecordKind,
        ids: &[RecordId],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, CrmError> {
        self.through(self.crm.linked(from, ids, to)).await
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        self.through(self.crm.write(writes)).await
    }

    async fn changed(
        &self,
        kind: RecordKind,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ChangedPage, CrmError> {
        self.through(self.crm.changed(kind, since, after)).await
    }
}

pub(crate) struct DyingOutbox<O> {
    pub(crate) outbox: Arc<O>,
    pub(crate) life: Life,
}

impl<O> DyingOutbox<O> {
    async fn through<T>(
        &self,
        operation: impl Future<Output = Result<T, OutboxError>>,
    ) -> Result<T, OutboxError> {
        let died = || OutboxError(Box::new(io::Error::other("died")));
        self.life.pass().ok_or_else(died)?;
        let done = operation.await;
        self.life.pass().ok_or_else(died)?;
        done
    }
}

#[async_trait]
impl<O: Outbox> Outbox for DyingOutbox<O> {
    async fn save(&self, entries: &[Entry]) -> Result<Vec<Subject>, OutboxError> {
        self.through(self.outbox.save(entries)).await
    }

    async fn latest(&self, subjects: &[Subject]) -> Result<Vec<Entry>, OutboxError> {
        self.through(self.outbox.latest(subjects)).await
    }

    async fn unfinished(&self) -> Result<Vec<Entry>, OutboxError> {
        self.through(self.outbox.unfinished()).await
    }

    async fn of_run(&self, run: &str) -> Result<Vec<Entry>, OutboxError> {
        self.through(self.outbox.of_run(run)).await
    }
}
