//! The index against the archive, both ways, a part at a time.

use std::num::NonZeroUsize;

use call_archive::{PointsHeld, SweepPart};
use jiff::SignedDuration;
use memory_store::{Forget, Holding};

use crate::pending::earlier;
use crate::sync::Sync;
use crate::{DrainReport, Error, IndexWriter};

/// A reader may still show the revision before for this long.
const READERS_HOLD: SignedDuration = SignedDuration::from_secs(60);

/// So many calls are compared at once, so that a sweep needs no more memory however many there are.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");

impl Sync {
    /// Drops points that nothing names, and has lost ones made again.
    ///
    /// Only the holder of the index writes to it, so nothing changes there between two parts; what
    /// changes in the archive meanwhile has its job, or is found by the next sweep.
    pub(super) async fn sweep(
        &self,
        writer: &IndexWriter,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let replaced_before = earlier(self.now(), READERS_HOLD);
        let archive = &self.parts().archive;
        let mut after = None;
        loop {
            self.check_stop()?;
            let page = writer.store.holdings(after.as_ref(), AT_ONCE).await?;
            let part = SweepPart {
                after,
                to: page.next,
                most: AT_ONCE,
                held: page.held.into_iter().map(points).collect(),
            };
            let now = self.now();
            let swept = archive
                .sweep(&writer.id, &part, replaced_before, now)
                .await?;
            for (call, revision) in swept.drop {
                report.swept += writer
                    .store
                    .forget(Forget::Revision(call, revision))
                    .await?;
            }
            after = swept.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

fn points(held: Holding) -> PointsHeld {
    PointsHeld {
        call: held.call,
        text_revision: held.text_revision,
        passages: held.passages,
    }
}
