//! Notices of jobs in memory, and counts.

use async_trait::async_trait;

use crate::{Error, JobKind, JobWaiter, JobWatch, MemoryArchive, Queue};

use super::state::JobState;

#[async_trait]
impl JobWatch for MemoryArchive {
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter {
        self.state().bell.waiter(kinds, None)
    }

    async fn queues(&self) -> Result<Vec<Queue>, Error> {
        let mut queues = Queue::none();
        for job in self.state().jobs.values() {
            let state = match job.state {
                JobState::Waiting => "waiting",
                JobState::Leased { .. } => "leased",
                JobState::Dead => "dead",
            };
            let of_kind = queues.iter_mut().filter(|queue| queue.kind == job.kind);
            of_kind.for_each(|queue| queue.add(state, 1, job.not_before));
        }
        Ok(queues)
    }
}
