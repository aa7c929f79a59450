//! Indexes in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::moment::cut;
use crate::queue::unknown_index;
use crate::sweeping::plan;
use crate::{
    Error, IndexId, IndexInfo, IndexedCall, Indexes, JobKind, MemoryArchive, PointsHeld, Sweep,
};

use super::state::State;

#[async_trait]
impl Indexes for MemoryArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        let mut state = self.state();
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
        let mut state = self.state();
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
        held: &[PointsHeld],
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error> {
        let mut state = self.state();
        if !state.indexes.iter().any(|info| info.id == *index) {
            return Err(unknown_index());
        }
        let plan = plan(
            &state.wanted(),
            &rows_of(&state, index),
            held,
            cut(replaced_before),
        );
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
        forget_replaced(&mut state);
        Ok(Sweep {
            drop: plan.drop,
            enqueued,
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

/// Drops the texts that neither their call nor any index names.
fn forget_replaced(state: &mut State) {
    let State { calls, indexed, .. } = state;
    for (id, row) in calls {
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
