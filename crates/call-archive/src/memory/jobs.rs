//! Jobs in memory.

use async_trait::async_trait;
use conversation::{CallId, Revision};
use jiff::Timestamp;

use crate::queue::{MAX_ABANDONED, MAX_ATTEMPTS, checked};
use crate::{
    Error, Finish, Finished, IndexId, Indexed, IndexedCall, JobKind, JobRequest, Jobs, Lease,
    MemoryArchive,
};

use crate::moment::cut;

use super::state::{Job, JobState, State};

#[async_trait]
impl Jobs for MemoryArchive {
    async fn enqueue(&self, jobs: &[JobRequest], _now: Timestamp) -> Result<(), Error> {
        let mut state = self.writing()?;
        for request in jobs {
            checked(request, |index| {
                state.indexes.iter().any(|info| info.id == *index)
            })?;
        }
        for request in jobs {
            let is_erased = request.kind != JobKind::Erase
                && (state
                    .tombstones
                    .contains(&self.key.call(&self.tenant, &request.call))
                    || state
                        .calls
                        .get(&request.call)
                        .is_some_and(|row| row.erasing.is_some()));
            if is_erased {
                continue;
            }
            let not_before = cut(request.not_before);
            match state.job(request.kind, &request.call, request.index.as_ref()) {
                Some(job) => {
                    job.revive(not_before);
                    state.bell.ring(request.kind);
                }
                None => state.add_job(
                    request.kind,
                    request.call.clone(),
                    request.index.clone(),
                    not_before,
                ),
            }
        }
        Ok(())
    }

    async fn claim(
        &self,
        kinds: &[JobKind],
        most: usize,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Lease>, Error> {
        let mut state = self.writing()?;
        let (until, now) = (cut(until), cut(now));
        let of_kinds = |job: &&mut Job| kinds.contains(&job.kind);
        for job in state.jobs.values_mut().filter(of_kinds) {
            if matches!(job.state, JobState::Leased { until } if until <= now) {
                job.abandon();
            }
        }
        let mut due: Vec<_> = state
            .jobs
            .iter()
            .filter(|(_, job)| kinds.contains(&job.kind))
            .filter(|(_, job)| job.state == JobState::Waiting && job.not_before <= now)
            .map(|(id, job)| (job.not_before, *id))
            .collect();
        due.sort_unstable();
        due.truncate(most);
        Ok(due
            .into_iter()
            .filter_map(|(_, id)| lease(&mut state, id, until))
            .collect())
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error> {
        let mut state = self.writing()?;
        let Some(job) = held(&mut state, lease) else {
            return Ok(Finished::Lost);
        };
        job.state = JobState::Leased { until: cut(until) };
        Ok(Finished::Held)
    }

    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error> {
        let mut state = self.writing()?;
        let Some(job) = held(&mut state, lease) else {
            return Ok(Finished::Lost);
        };
        match how {
            Finish::Done => {
                if let Some(job) = state.jobs.remove(&lease.id)
                    && job.kind == JobKind::Fetch
                {
                    state.end_deliveries(&job.call, now);
                }
            }
            Finish::Indexed(brought) => {
                let job = job.clone();
                state.jobs.remove(&lease.id);
                if let Some(index) = job.index {
                    move_up(&mut state, index, job.call, brought, now);
                }
            }
            Finish::Retry { at, class } => {
                job.failed += 1;
                job.class = Some(class);
                job.not_before = cut(at);
                job.state = if job.failed < MAX_ATTEMPTS {
                    JobState::Waiting
                } else {
                    JobState::Dead
                };
            }
            Finish::Later { at } => {
                job.not_before = cut(at);
                job.state = JobState::Waiting;
            }
            Finish::Dead { class } => {
                job.class = Some(class);
                job.state = JobState::Dead;
            }
        }
        Ok(Finished::Held)
    }

    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error> {
        let mut taken = 0;
        for job in self.writing()?.jobs.values_mut() {
            let is_leased = matches!(job.state, JobState::Leased { .. });
            if kinds.contains(&job.kind) && is_leased {
                job.abandon();
                taken += 1;
            }
        }
        Ok(taken)
    }
}

impl Job {
    /// What asking again does to a job: a dead one lives again, a waiting one is due the earlier
    /// time, a leased one stays as it is.
    pub(super) fn revive(&mut self, not_before: Timestamp) {
        match self.state {
            JobState::Waiting => self.not_before = self.not_before.min(not_before),
            JobState::Leased { .. } => {}
            JobState::Dead => {
                self.state = JobState::Waiting;
                self.not_before = not_before;
                self.failed = 0;
                self.abandoned = 0;
                self.class = None;
            }
        }
    }

    fn abandon(&mut self) {
        self.abandoned += 1;
        self.state = if self.abandoned < MAX_ABANDONED {
            JobState::Waiting
        } else {
            self.class = Some("abandoned");
            JobState::Dead
        };
    }
}

fn lease(state: &mut State, id: i64, until: Timestamp) -> Option<Lease> {
    let fence = state.draw();
    let job = state.jobs.get_mut(&id)?;
    job.fence = fence;
    job.state = JobState::Leased { until };
    let attempt = job.failed + job.abandoned + 1;
    let mut lease = Lease::new(id, job.kind, job.call.clone(), fence, attempt, until);
    lease.index.clone_from(&job.index);
    Some(lease)
}

fn held<'a>(state: &'a mut State, lease: &Lease) -> Option<&'a mut Job> {
    let is_held =
        |job: &&mut Job| job.fence == lease.fence && matches!(job.state, JobState::Leased { .. });
    state.jobs.get_mut(&lease.id).filter(is_held)
}

/// Sets what an index holds, never to an older revision than it says.
fn move_up(state: &mut State, index: IndexId, call: CallId, brought: Indexed, now: Timestamp) {
    let key = (index, call.clone());
    let held = state.indexed.get(&key);
    let row = match held {
        Some(held) if held.now.text_revision > brought.text_revision => return,
        Some(held) if held.now.text_revision == brought.text_revision => IndexedCall {
            now: brought,
            ..held.clone()
        },
        held => IndexedCall {
            call,
            previous: held.map(|held: &IndexedCall| -> Revision { held.now.text_revision }),
            now: brought,
            moved_at: cut(now),
        },
    };
    state.indexed.insert(key, row);
}
