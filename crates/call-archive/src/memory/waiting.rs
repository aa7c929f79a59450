//! Notices of jobs in memory.

use async_trait::async_trait;

use crate::{JobKind, JobWaiter, JobWatch, MemoryArchive};

#[async_trait]
impl JobWatch for MemoryArchive {
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter {
        self.state().bell.waiter(kinds, None)
    }
}
