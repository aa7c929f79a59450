//! The index against the archive, both ways.

use call_archive::PointsHeld;
use jiff::SignedDuration;
use memory_store::Forget;

use crate::pending::earlier;
use crate::sync::Sync;
use crate::{DrainReport, Error, IndexWriter};

/// A reader may still show the revision before for this long.
const READERS_HOLD: SignedDuration = SignedDuration::from_secs(60);

impl Sync {
    /// Drops points that nothing names, and has lost ones made again.
    pub(super) async fn sweep(
        &self,
        writer: &IndexWriter,
        report: &mut DrainReport,
    ) -> Result<(), Error> {
        let held: Vec<PointsHeld> = writer
            .store
            .holdings()
            .await?
            .into_iter()
            .map(|holding| PointsHeld {
                call: holding.call,
                text_revision: holding.text_revision,
                passages: holding.passages,
            })
            .collect();
        let now = self.now();
        let replaced_before = earlier(now, READERS_HOLD);
        let archive = &self.parts().archive;
        let sweep = archive
            .sweep(&writer.id, &held, replaced_before, now)
            .await?;
        for (call, revision) in sweep.drop {
            report.swept += writer
                .store
                .forget(Forget::Revision(call, revision))
                .await?;
        }
        Ok(())
    }
}
