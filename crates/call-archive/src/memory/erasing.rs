//! Erasing in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::moment::cut;
use crate::shell::less_of;
use crate::{Erasing, Erasure, Error, JobKind, Keep, MemoryArchive};

use super::state::{Row, State};

#[async_trait]
impl Erasing for MemoryArchive {
    async fn begin_erase(
        &self,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.begin(&mut *self.writing()?, call, how, now))
    }

    async fn erase(&self, call: &CallId, _now: Timestamp) -> Result<(), Error> {
        let mut state = self.writing()?;
        let Some(keep) = state.calls.get(call).and_then(|row| row.erasing) else {
            return Ok(());
        };
        state.findings.remove(call);
        state.labels.retain(|_, label| label.call != *call);
        state.answers.retain(|_, kept| !kept.calls.contains(call));
        state.numbers.remove(call);
        state.deal_links.retain(|(of, _), _| of != call);
        state.pins.retain(|(of, _)| of != call);
        state.unconfirmed.remove(call);
        state.forget_deliveries(call);
        let row = state.calls.remove(call);
        state.purged.retain(|(_, waited_for)| waited_for != call);
        if let (Keep::PrivateShell, Some(row)) = (keep, row) {
            let revision = state.draw();
            let shell = Row {
                current: row.current.shell(&self.key, revision),
                texts: BTreeMap::new(),
                erasing: None,
            };
            state.calls.insert(call.clone(), shell);
        }
        Ok(())
    }

    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error> {
        let state = self.state();
        let is_erased = |id: &&CallId| {
            let tombstone = self.key.call(&self.tenant, id);
            state.tombstones.contains(&tombstone)
        };
        Ok(ids.iter().filter(is_erased).cloned().collect())
    }

    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error> {
        let mut state = self.writing()?;
        for id in ids {
            if let Some(row) = state.calls.get_mut(id) {
                row.current.missing_since =
                    missing.map(|since| row.current.missing_since.unwrap_or(cut(since)));
            }
        }
        Ok(())
    }
}

impl MemoryArchive {
    /// Hides a call and asks for its erasing; gives whether there was anything.
    pub(super) fn begin(
        &self,
        state: &mut State,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> bool {
        if how == Erasure::WithTombstone {
            let tombstone = self.key.call(&self.tenant, call);
            state.tombstones.insert(tombstone);
        }
        let is_there = match (state.calls.get_mut(call), how) {
            (None, _) => false,
            (Some(row), Erasure::MayReturn(Keep::PrivateShell)) if row.current.is_shell() => {
                row.erasing.is_some()
            }
            (Some(row), _) => {
                row.erasing = Some(less_of(row.erasing, how));
                true
            }
        };
        if is_there || how == Erasure::WithTombstone {
            let is_erase = |kind| kind == JobKind::Erase;
            state
                .jobs
                .retain(|_, job| job.call != *call || is_erase(job.kind));
            state.indexed.retain(|(_, id), _| id != call);
            state.forget_deliveries(call);
            Self::forget_writes_of(state, call);
        }
        if is_there {
            match state.job(JobKind::Erase, call, None) {
                Some(job) => job.revive(now),
                None => state.add_job(JobKind::Erase, call.clone(), None, now),
            }
        }
        is_there
    }
}
