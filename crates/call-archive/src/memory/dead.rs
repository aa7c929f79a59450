//! Dead jobs in memory.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::dead::is_an_erasure;
use crate::{DeadJob, DeadLetters, Error, JobKind, MemoryArchive};

use super::state::{Job, JobState};

#[async_trait]
impl DeadLetters for MemoryArchive {
    async fn dead(&self, most: usize) -> Result<Vec<DeadJob>, Error> {
        let state = self.state();
        let dead = state.jobs.iter().filter(|(_, job)| is_dead(job));
        let row = |(id, job): (&i64, &Job)| DeadJob {
            id: *id,
            kind: job.kind,
            call: job.call.clone(),
            index: job.index.clone(),
            failed: job.failed,
            abandoned: job.abandoned,
            class: job.class.map(str::to_owned),
        };
        Ok(dead.map(row).take(most).collect())
    }

    async fn revive(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        let mut state = self.writing()?;
        let Some(job) = state.jobs.get(&id).filter(|job| is_dead(job)).cloned() else {
            return Ok(false);
        };
        state.renew_job(job.kind, &job.call, job.index.as_ref(), now);
        Ok(true)
    }

    async fn bury(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        let mut state = self.writing()?;
        match state.jobs.get(&id).filter(|job| is_dead(job)) {
            None => Ok(false),
            Some(job) if job.kind == JobKind::Erase => Err(is_an_erasure()),
            Some(_) => {
                if let Some(job) = state.jobs.remove(&id)
                    && job.kind == JobKind::Fetch
                {
                    state.end_deliveries(&job.call, now);
                }
                Ok(true)
            }
        }
    }
}

fn is_dead(job: &Job) -> bool {
    job.state == JobState::Dead
}
