//! The handle, and the doors that a run, a webhook and an import come in by.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use call_archive::JobKind;
use conversation::CallId;
use futures::{Stream, StreamExt as _};
use gong_client::GongClient;
use jiff::Timestamp;
use memory_store::PassageStore;

use crate::{DrainReport, Error, Failure, Fetched, Outcome, Parts, Run, Stage, Step, SyncReport};

/// How many calls an import stores at once.
const IMPORT_BATCH: usize = 64;

/// Brings calls into an archive and its index. Cheap to clone.
#[derive(Clone)]
pub struct Sync {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) parts: Parts,
    /// Whether the key has shown that it is of this tenant's company.
    pub(crate) is_company_known: AtomicBool,
}

impl Sync {
    /// A sync of these parts. Nothing is asked or read yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            shared: Arc::new(Shared {
                parts,
                is_company_known: AtomicBool::new(false),
            }),
        }
    }

    /// Makes one run: brings what is new (or, as [`Run::Reconcile`] says, what is old and may have changed), asks
    /// again for transcripts that are due, and drains the index and erase jobs.
    ///
    /// Dropping the future, killing the process or cancelling the token at any point loses nothing:
    /// the next run goes on from what was stored.
    pub async fn run(&self, run: Run) -> SyncReport {
        let mut report = SyncReport::default();
        if let Err(error) = self.run_into(run, None, &mut report).await {
            report.stopped = Some(error);
        }
        self.conclude(&mut report).await;
        report
    }

    /// Stores what was fetched: the one way into the archive, for runs, webhooks and imports.
    ///
    /// One outcome per call, in order. A call that somebody else stored since the revision was read
    /// is fetched again.
    pub async fn store(&self, batch: Vec<Fetched>) -> Result<Vec<(CallId, Outcome)>, Error> {
        self.store_all(batch, None, &mut SyncReport::default())
            .await
    }

    /// Fetches one call and stores it: a batch of one. A call that was purged is not asked for.
    pub async fn call(&self, id: &CallId) -> Result<Outcome, Error> {
        let ids = std::slice::from_ref(id);
        if !self.parts().archive.erased(ids).await?.is_empty() {
            return Ok(Outcome::Erased);
        }
        self.ensure_company(&mut SyncReport::default()).await?;
        let stored = self
            .fetch_and_store(ids, &mut SyncReport::default())
            .await?;
        let of_call = stored.into_iter().find(|(call, _)| call == id);
        Ok(of_call.map_or(Outcome::NotReady, |(_, outcome)| outcome))
    }

    /// Asks again for the transcripts (and calls) whose time has come; for a process that keeps
    /// running. [`Sync::run`] does it as well.
    pub async fn due_transcripts(&self) -> SyncReport {
        let mut report = SyncReport::default();
        if let Err(error) = self.retry_due(&mut report).await {
            report.stopped = Some(error);
        }
        report
    }

    /// Does the index and erase jobs that wait; only for the one process that holds the index.
    pub async fn drain(&self) -> Result<DrainReport, Error> {
        let mut report = DrainReport::default();
        self.drain_into(&mut report).await?;
        Ok(report)
    }

    /// Does the erase jobs that wait, in these stores and then in the archive, and nothing else: a
    /// purge needs no model. Only for the one process that holds every index of the archive.
    pub async fn erase(&self, stores: &[Arc<dyn PassageStore>]) -> Result<DrainReport, Error> {
        let mut report = DrainReport::default();
        let archive = &self.parts().archive;
        report.reclaimed += archive.reclaim(&[JobKind::Erase]).await?;
        self.erase_due(stores, &mut report).await?;
        Ok(report)
    }

    /// Stores calls that come from elsewhere, such as files, and drains the index jobs.
    ///
    /// What could not be read is a failure of the report; the rest goes on.
    pub async fn import<S>(&self, calls: S) -> SyncReport
    where
        S: Stream<Item = Result<Fetched, Failure>> + Send,
    {
        let mut report = SyncReport::default();
        if let Err(error) = self.tell_stored_deals().await {
            report.stopped = Some(error);
            return report;
        }
        let mut done = 0;
        let mut batches = std::pin::pin!(calls.chunks(IMPORT_BATCH));
        while let Some(batch) = batches.next().await {
            let mut readable = Vec::with_capacity(batch.len());
            for call in batch {
                match call {
                    Ok(call) => readable.push(call),
                    Err(failure) => report.failures.push(failure),
                }
            }
            done += readable.len() as u64;
            let stored = match self.check_stop() {
                Ok(()) => self.store_all(readable, None, &mut report).await,
                Err(stop) => Err(stop),
            };
            match stored {
                Ok(outcomes) => report.outcomes.extend(outcomes),
                Err(error) => {
                    report.stopped = Some(error);
                    break;
                }
            }
            self.tell(Stage::Calls, done, None);
        }
        self.conclude(&mut report).await;
        report
    }

    /// What follows after calls were stored: the drain, and what is still open.
    pub(crate) async fn conclude(&self, report: &mut SyncReport) {
        if let Err(error) = self.drain_and_bring_back(report).await {
            report.stopped.get_or_insert(error);
        }
        match self.parts().archive.status().await {
            Ok(status) => {
                report.transcripts_pending = status.pending_text;
                report.index.dead = status.dead;
            }
            Err(error) => {
                report.stopped.get_or_insert(error.into());
            }
        }
    }
}

impl Sync {
    /// Drains; calls that came back while they were being erased are brought again after it.
    pub(crate) async fn drain_and_bring_back(&self, report: &mut SyncReport) -> Result<(), Error> {
        if !self.can_drain().await? {
            return Ok(());
        }
        self.drain_into(&mut report.index).await?;
        if self.bring_back(report).await? {
            let mut again = DrainReport::default();
            let drained = self.drain_into(&mut again).await;
            report.index.add(again);
            drained?;
        }
        Ok(())
    }
}

/// What the flows share.
impl Sync {
    pub(crate) fn parts(&self) -> &Parts {
        &self.shared.parts
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.parts().clock)()
    }

    pub(crate) fn client(&self) -> Result<&GongClient, Error> {
        let client = self.parts().client.as_ref();
        client.ok_or(Error::NotConfigured("a client of Gong's API"))
    }

    pub(crate) fn check_stop(&self) -> Result<(), Error> {
        if self.parts().stop.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    pub(crate) fn tell(&self, stage: Stage, done: u64, total: Option<u64>) {
        self.parts().progress.step(Step { stage, done, total });
    }
}

impl fmt::Debug for Sync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sync")
            .field("tenant", &self.parts().tenant)
            .field("options", &self.parts().options)
            .finish_non_exhaustive()
    }
}
