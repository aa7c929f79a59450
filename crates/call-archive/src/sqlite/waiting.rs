//! Notices of jobs in SQLite: within this opening, because one process does the work; and counts.

use async_trait::async_trait;

use crate::moment::instant;
use crate::stored::job_kind;
use crate::{Error, JobKind, JobWaiter, JobWatch, Queue, SqliteArchive};

/// A notice is given while the job is being added; whoever claims upon it does so through the same
/// thread, after the commit.
#[async_trait]
impl JobWatch for SqliteArchive {
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter {
        self.parts.context.bell.waiter(kinds, None)
    }

    async fn queues(&self) -> Result<Vec<Queue>, Error> {
        self.read_with(|context, connection| {
            let mut counted = connection.prepare_cached(
                "SELECT kind, state, count(*), min(not_before) FROM jobs
                 WHERE tenant = ?1 GROUP BY kind, state",
            )?;
            let mut rows = counted.query([context.tenant()])?;
            let mut queues = Queue::none();
            while let Some(row) = rows.next()? {
                let kind = job_kind(&row.get::<_, String>(0)?)?;
                let (state, jobs): (String, i64) = (row.get(1)?, row.get(2)?);
                let (jobs, first) = (u64::try_from(jobs).unwrap_or(0), instant(row.get(3)?)?);
                let of_kind = queues.iter_mut().filter(|queue| queue.kind == kind);
                of_kind.for_each(|queue| queue.add(&state, jobs, first));
            }
            Ok(queues)
        })
        .await
    }
}
