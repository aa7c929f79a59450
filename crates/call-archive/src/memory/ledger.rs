//! The ledger in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use conversation::CallId;

use crate::{Checkpoint, Error, HashKey, JobKind, Ledger, MemoryArchive, Status, TextState};

use super::state::JobState;

#[async_trait]
impl Ledger for MemoryArchive {
    async fn load(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.state().checkpoints.get(name).cloned())
    }

    async fn save(&self, entry: Checkpoint) -> Result<(), Error> {
        self.writing()?.checkpoints.insert(entry.name, entry.value);
        Ok(())
    }

    async fn hash_key(&self) -> Result<HashKey, Error> {
        Ok(self.key.clone())
    }

    async fn status(&self) -> Result<Status, Error> {
        let state = self.state();
        let mut status = Status::default();
        let newest = state.indexes.last().map(|info| info.id.clone());
        let is_kept = |id: &&CallId| state.calls.get(id).is_some_and(|row| row.erasing.is_none());
        status.unconfirmed = state.unconfirmed.iter().filter(is_kept).count() as u64;
        for row in state.all_visible() {
            let current = &row.current;
            let one_if = u64::from;
            status.calls += 1;
            status.with_text += one_if(current.text_revision.is_some());
            status.pending_text += one_if(matches!(current.text_state, TextState::Pending { .. }));
            status.private += one_if(current.call.is_private());
            status.missing += one_if(current.missing_since.is_some());
            status.indexed += one_if(
                newest
                    .as_ref()
                    .is_some_and(|index| state.is_current(index, current)),
            );
            let started = Some(current.call.started);
            status.oldest = status.oldest.min(started).or(started);
            status.newest = status.newest.max(started);
        }
        let mut jobs: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut dead = BTreeSet::new();
        for job in state.jobs.values() {
            if job.state != JobState::Dead {
                *jobs.entry(job.kind.as_str()).or_default() += 1;
            } else if job.kind == JobKind::Index {
                dead.insert(job.call.clone());
            }
        }
        status.jobs = jobs.into_iter().collect();
        status.dead = dead.into_iter().collect();
        Ok(status)
    }
}
