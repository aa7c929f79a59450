//! Taking a call out: the index forgets it, then the archive, then the index once more.

use call_archive::{Finish, JobKind, Lease};
use jiff::SignedDuration;
use memory_store::Forget;

use crate::index::backoff::retry;
use crate::pending::later;
use crate::sync::Sync;
use crate::{DrainReport, Error, IndexWriter, Stage};

/// How many jobs are claimed at once.
const CLAIMED: usize = 32;
const LEASE: SignedDuration = SignedDuration::from_mins(15);

impl Sync {
    /// Does every erase job that is due.
    pub(super) async fn erase_due(
        &self,
        writer: Option<&IndexWriter>,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        loop {
            let now = self.now();
            let archive = &self.parts().archive;
            let until = later(now, LEASE);
            let leases = archive
                .claim(&[JobKind::Erase], CLAIMED, until, now)
                .await?;
            if leases.is_empty() {
                return Ok(());
            }
            for lease in leases {
                self.check_stop()?;
                match self.erase(writer, &lease).await {
                    Ok(()) => {
                        archive.finish(&lease, Finish::Done, self.now()).await?;
                        report.erased += 1;
                        self.tell(Stage::Erase, report.erased, None);
                    }
                    Err(error) => {
                        let how = retry("erase", lease.attempt, self.now());
                        let reason = error.to_string();
                        self.fail(&lease, how, "erase", reason, report).await?;
                    }
                }
            }
        }
    }

    async fn erase(&self, writer: Option<&IndexWriter>, lease: &Lease) -> Result<(), Error> {
        let everything = || Forget::Call(lease.call.clone());
        if let Some(writer) = writer {
            writer.store.forget(everything()).await?;
        }
        self.parts().archive.erase(&lease.call, self.now()).await?;
        // A write that was on its way while the archive still knew the call has landed by now.
        if let Some(writer) = writer {
            writer.store.forget(everything()).await?;
        }
        Ok(())
    }
}
