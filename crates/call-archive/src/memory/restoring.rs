//! A backup of a memory archive, and what is known when it comes back: as [`SqliteArchive::restore`]
//! does it.
//!
//! [`SqliteArchive::restore`]: crate::SqliteArchive::restore

use std::collections::BTreeSet;

use conversation::CallId;
use jiff::Timestamp;

use crate::{Erasure, JobKind, MemoryArchive, Source};

use super::state::{JobState, State};

/// What a memory archive held at one moment.
#[derive(Clone)]
pub struct MemoryBackup(Box<State>);

impl std::fmt::Debug for MemoryBackup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryBackup").finish_non_exhaustive()
    }
}

impl MemoryArchive {
    /// Keeps what is held now.
    pub fn back_up(&self) -> MemoryBackup {
        MemoryBackup(Box::new(self.state().clone()))
    }

    /// Holds again what a backup of this archive holds.
    ///
    /// What was refused since (calls, people, floors), holds and revoked keys stay; what they refuse
    /// is erased again. Indexes are forgotten, no number is drawn twice, and calls of a vendor stay
    /// hidden until that vendor tells of them.
    pub fn restore(&self, backup: &MemoryBackup, now: Timestamp) {
        let mut state = self.state();
        let since = std::mem::replace(&mut *state, (*backup.0).clone());
        state.skip_drawn(now);
        state.indexes.clear();
        state.indexed.clear();
        state.jobs.retain(|_, job| job.kind != JobKind::Index);
        for job in state.jobs.values_mut() {
            if matches!(job.state, JobState::Leased { .. }) {
                job.state = JobState::Waiting;
            }
        }
        // The archive that is replaced knew all that an erase log would tell.
        state.tombstones = since.tombstones;
        state.people = since.people;
        state.floors = since.floors;
        state.holds = since.holds;
        for (id, key) in &mut state.api_keys {
            let revoked = since.api_keys.get(id).and_then(|key| key.revoked);
            key.revoked = key.revoked.or(revoked);
        }
        let of_vendor = state.calls.values();
        let of_vendor = of_vendor.filter(|row| row.current.source == Source::Gong);
        state.unconfirmed = of_vendor.map(|row| row.current.call.id.clone()).collect();

        let delivered = state.inbox.keys().map(|(call, _)| call);
        let calls: BTreeSet<CallId> = state.calls.keys().chain(delivered).cloned().collect();
        for call in calls {
            let tombstone = self.key.call(&self.tenant, &call);
            if state.tombstones.contains(&tombstone) {
                self.begin(&mut state, &call, Erasure::WithTombstone, now);
            } else if let Some(row) = state.calls.get(&call)
                && self.refuses(&state, &row.current.call)
            {
                self.erase_refused(&mut state, &call, now);
            }
        }
        self.forget_refused_deals(&mut state);
    }
}
