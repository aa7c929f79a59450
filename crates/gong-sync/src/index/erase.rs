//! Taking calls out: every index forgets them, then the archive, then the indexes once more; and at
//! the end nothing of them is left in any file.

use std::sync::Arc;

use call_archive::{Checkpoint, Finish, JobKind, Lease, Remnant};
use conversation::CallId;
use futures::future::join_all;
use jiff::SignedDuration;
use memory_store::{Forget, PassageStore};

use crate::index::backoff::retry;
use crate::pending::later;
use crate::sync::Sync;
use crate::{DrainReport, Error, Stage};

/// How many calls are taken out together: one commit of an index instead of so many.
const TOGETHER: usize = 128;
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Says that files may still hold something of erased calls, over a crash in between.
const OWED: &str = "gong-sync/erasing";

impl Sync {
    /// Does every erase job that is due, then sees to it that no file holds anything of them.
    pub(crate) async fn erase_due(
        &self,
        stores: &[Arc<dyn PassageStore>],
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let archive = &self.parts().archive;
        let mut is_owed = archive.load(OWED).await?.is_some_and(|owed| owed == "yes");
        loop {
            self.check_stop()?;
            let leases = self.claim_erasures().await?;
            if leases.is_empty() {
                break;
            }
            if !is_owed {
                self.note_owed("yes").await?;
                is_owed = true;
            }
            self.erase_together(stores, leases, report).await?;
        }
        self.settle(stores, is_owed, report).await
    }

    /// The same where nothing may wait: what an earlier erasure left in files is tried again by the
    /// next whole drain.
    pub(crate) async fn erase_what_waits(
        &self,
        stores: &[Arc<dyn PassageStore>],
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let first = self.claim_erasures().await?;
        if first.is_empty() {
            return Ok(());
        }
        self.note_owed("yes").await?;
        self.erase_together(stores, first, report).await?;
        self.erase_due(stores, report).await
    }

    async fn claim_erasures(&self) -> Result<Vec<Lease>, Error> {
        let now = self.now();
        let until = later(now, LEASE);
        let archive = &self.parts().archive;
        Ok(archive
            .claim(&[JobKind::Erase], TOGETHER, until, now)
            .await?)
    }

    async fn erase_together(
        &self,
        stores: &[Arc<dyn PassageStore>],
        leases: Vec<Lease>,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let calls: Vec<CallId> = leases.iter().map(|lease| lease.call.clone()).collect();
        let archive = &self.parts().archive;
        let now = self.now();
        let is_forgotten = forget(stores, &calls).await;
        let mut results: Vec<Result<(), String>> = match is_forgotten {
            Err(error) => calls.iter().map(|_| Err(error.to_string())).collect(),
            // What waits together is committed together.
            Ok(()) => join_all(calls.iter().map(|call| archive.erase(call, now)))
                .await
                .into_iter()
                .map(|erased| erased.map_err(|error| error.to_string()))
                .collect(),
        };
        // A write that was on its way while the archive still knew a call has landed by now.
        if results.iter().any(Result::is_ok)
            && let Err(error) = forget(stores, &calls).await
        {
            results = calls.iter().map(|_| Err(error.to_string())).collect();
        }
        let mut done = Vec::new();
        for (lease, result) in leases.iter().zip(results) {
            match result {
                Ok(()) => done.push(lease),
                Err(reason) => {
                    let how = retry("erase", lease.attempt, self.now());
                    self.fail(lease, how, "erase", reason, report).await?;
                }
            }
        }
        let now = self.now();
        let finish = |lease| archive.finish(lease, Finish::Done, now);
        for finished in join_all(done.into_iter().map(finish)).await {
            finished?;
            report.erased += 1;
        }
        self.tell(Stage::Erase, report.erased, None);
        Ok(())
    }

    /// Leaves nothing of erased calls in the files of the indexes and the log of the archive, and
    /// finishes the receipts of which nothing is left.
    async fn settle(
        &self,
        stores: &[Arc<dyn PassageStore>],
        is_owed: bool,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let mut unreached = Vec::new();
        if is_owed {
            for store in stores {
                if let Err(error) = store.compact().await {
                    tracing::warn!(?error, "an index keeps files from before an erasure");
                    unreached = vec![Remnant::Index];
                }
            }
        }
        let settled = self.parts().archive.settle(&unreached, self.now()).await?;
        if is_owed && settled.unreached.is_empty() {
            self.note_owed("no").await?;
        }
        report.unreached = settled.unreached;
        report.open_receipts = settled.open;
        Ok(())
    }

    async fn note_owed(&self, value: &str) -> Result<(), Error> {
        let entry = Checkpoint {
            name: OWED.to_owned(),
            value: value.to_owned(),
        };
        Ok(self.parts().archive.save(entry).await?)
    }
}

async fn forget(
    stores: &[Arc<dyn PassageStore>],
    calls: &[CallId],
) -> Result<(), memory_store::Error> {
    for store in stores {
        store.forget(Forget::Calls(calls.to_vec())).await?;
    }
    Ok(())
}
