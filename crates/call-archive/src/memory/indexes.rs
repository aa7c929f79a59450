//! Indexes in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::moment::cut;
use crate::queue::unknown_index;
use crate::sweeping::{Stretch, plan};
use crate::{
    Error, IndexId, IndexInfo, IndexedCall, Indexes, JobKind, MemoryArchive, Sweep, SweepPart,
};

use super::state::State;

#[async_trait]
impl Indexes for MemoryArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        let mut state = self.writing()?;
        let id = IndexId(Uuid::new_v4().simple().to_string());
        state.indexes.push(IndexInfo {
            id: id.clone(),
            space: space.to_owned(),
            created: cut(now),
        });
        for call in state.wanted().into_keys() {
            state.add_job(JobKind::Index, call, Some(id.clone()), cut(now));
        }
        Ok(id)
    }

    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error> {
        Ok(self.state().indexes.clone())
    }

    async fn drop_index(&self, index: &IndexId) -> Result<(), Error> {
        let mut state = self.writing()?;
        state.indexes.retain(|info| info.id != *index);
        state.indexed.retain(|(id, _), _| id != index);
        state
            .jobs
            .retain(|_, job| job.index.as_ref() != Some(index));
        Ok(())
    }

    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error> {
        let state = self.state();
        Ok(match calls {
            None => rows_of(&state, index).into_values().collect(),
            Some(calls) => calls
                .iter()
                .filter_map(|call| state.indexed.get(&(index.clone(), call.clone())))
                .cloned()
                .collect(),
        })
    }

    async fn sweep(
        &self,
        index: &IndexId,
        part: &SweepPart,
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error> {
        let mut state = self.writing()?;
        if !state.indexes.iter().any(|info| info.id == *index) {
            return Err(unknown_index());
        }
        let mut stretch = Stretch::new(part);
        let (wanted, indexed) = (state.wanted(), rows_of(&state, index));
        let wanted = begins_with(&stretch, wanted);
        let indexed = begins_with(&stretch, indexed);
        let plan = plan(&mut stretch, wanted, indexed, cut(replaced_before));
        for call in plan.lost {
            state.indexed.remove(&(index.clone(), call));
        }
        for call in plan.settled {
            if let Some(row) = state.indexed.get_mut(&(index.clone(), call)) {
                row.previous = None;
            }
        }
        let mut enqueued = 0;
        for call in plan.stale {
            if state.job(JobKind::Index, &call, Some(index)).is_none() {
                state.add_job(JobKind::Index, call, Some(index.clone()), cut(now));
                enqueued += 1;
            }
        }
        forget_replaced(&mut state, &stretch);
        Ok(Sweep {
            drop: plan.drop,
            enqueued,
            next: stretch.to().cloned(),
        })
    }
}

fn rows_of(state: &State, index: &IndexId) -> BTreeMap<CallId, IndexedCall> {
    state
        .indexed
        .iter()
        .filter(|((id, _), _)| id == index)
        .map(|((_, call), row)| (call.clone(), row.clone()))
        .collect()
}

/// As many rows as a stretch looks at.
fn begins_with<T>(stretch: &Stretch<'_>, rows: BTreeMap<CallId, T>) -> BTreeMap<CallId, T> {
    let of_stretch = rows.into_iter().filter(|(call, _)| stretch.holds(call));
    of_stretch.take(stretch.rows()).collect()
}

/// Drops the texts of a stretch that neither their call nor any index names.
fn forget_replaced(state: &mut State, stretch: &Stretch<'_>) {
    let State { calls, indexed, .. } = state;
    for (id, row) in calls.iter_mut().filter(|(id, _)| stretch.holds(id)) {
        let current = row.current.text_revision;
        row.texts.retain(|revision, _| {
            let is_named = |held: &IndexedCall| {
                held.now.text_revision == *revision || held.previous == Some(*revision)
            };
            current == Some(*revision)
                || indexed
                    .iter()
                    .any(|((_, call), held)| call == id && is_named(held))
        });
    }
}
