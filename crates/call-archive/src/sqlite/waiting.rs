//! Notices of jobs in SQLite: within this opening, because one process does the work.

use async_trait::async_trait;

use crate::{JobKind, JobWaiter, JobWatch, SqliteArchive};

/// A notice is given while the job is being added; whoever claims upon it does so through the same
/// thread, after the commit.
#[async_trait]
impl JobWatch for SqliteArchive {
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter {
        self.parts.context.bell.waiter(kinds, None)
    }
}
