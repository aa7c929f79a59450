//! What is deleted leaves the files: segments are written again without it, and so are the
//! vectors.

use tantivy::SegmentMeta;
use tantivy::indexer::NoMergePolicy;
use tracing::{debug, warn};

use super::commit::Committed;
use super::failure::io_failure;
use super::writer::{Writer, unwritten};
use crate::Error;

/// A compaction is due when one of this many is dead.
const ONE_DEAD_OF: u64 = 10;

impl Writer {
    /// Compacts when a tenth of the rows or of the documents is dead.
    ///
    /// What was asked for is durable already, so a failure is no failure of that: the compaction
    /// stays due and the next change tries again.
    pub(super) fn compact_if_due(&mut self) {
        let alive = self.newest.passages();
        let places = self.vectors.places(self.newest.committed.next_row);
        let dead = places.saturating_sub(alive).max(self.newest.deleted());
        let is_due = dead * ONE_DEAD_OF > alive + dead;
        if is_due && let Err(error) = self.compact() {
            warn!(?error, "index not compacted");
        }
    }

    /// Leaves nothing of deleted passages in any file.
    ///
    /// Readers of an older commit keep the files that they have open; the next question of a
    /// follower opens the new ones.
    pub(super) fn compact(&mut self) -> Result<(), Error> {
        self.catch_up()?;
        let before = self.newest.committed;
        let rows = self.newest.rows()?;
        let has_dead_rows = self.vectors.places(before.next_row) != rows.len() as u64;
        if !has_dead_rows && self.newest.deleted() == 0 {
            return self.clear_away();
        }
        self.merge_away_deleted()?;

        let generation = if has_dead_rows {
            let new = self
                .vectors
                .compacted(&self.folder, &rows, before.next_row)?;
            new.generation()
        } else {
            before.generation
        };
        // Also without new vectors: the commit tells followers to let the old segments go.
        let committed = Committed {
            generation,
            ..before
        };
        self.commit(committed, |_, _, _| Ok(()))?;
        debug!(generation, rows = rows.len(), "index compacted");
        self.clear_away()
    }

    /// Writes each segment that has deleted documents again without them.
    fn merge_away_deleted(&mut self) -> Result<(), Error> {
        if let Some(words) = self.take_words() {
            // A segment that is being merged by the usual policy cannot be merged by us.
            words.wait_merging_threads().map_err(unwritten)?;
        }
        let metas = self.index.searchable_segment_metas().map_err(unwritten)?;
        let with_deleted = metas.iter().filter(|segment| segment.has_deletes());
        let ids: Vec<_> = with_deleted.map(SegmentMeta::id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut words = self.words()?;
        words.set_merge_policy(Box::new(NoMergePolicy));
        for id in ids {
            words.merge(&[id]).wait().map_err(unwritten)?;
        }
        words.wait_merging_threads().map_err(unwritten)
    }

    /// Removes files that no commit needs any more.
    fn clear_away(&mut self) -> Result<(), Error> {
        let words = match self.take_words() {
            Some(words) => words,
            None => self.words()?,
        };
        words.garbage_collect_files().wait().map_err(unwritten)?;
        drop(words);
        self.folder
            .remove_other_generations(self.newest.committed.generation)
            .map_err(|e| io_failure("cannot remove old vectors of the index", e))
    }
}
