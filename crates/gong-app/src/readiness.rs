//! Whether a process is fit for work, and its numbers: what an operator's probes ask for.
//!
//! Nothing of a call is in the answers, so nobody is asked who he is, and nothing is recorded.

use std::path::Path;
use std::time::Duration;

use gong_sync::{Sync, SyncOptions};
use tokio::time::timeout;

use crate::app::App;
use crate::{Error, budget, metrics};

/// A probe waits no longer for the archive.
const PATIENCE: Duration = Duration::from_secs(2);
/// With less room than this on its disk, nothing new is taken.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;

/// Why a process is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unready {
    /// It was told to stop, and finishes what is in hand.
    Stopping,
    /// The archive does not answer, or not in time.
    Archive,
    /// The disk of the data folder is full.
    Disk,
}

impl Unready {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Archive => "archive",
            Self::Disk => "disk",
        }
    }
}

/// Whether a process is ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// What is in its way; nothing if it is ready.
    pub in_the_way: Vec<Unready>,
}

impl Readiness {
    /// Whether nothing is in its way.
    pub fn is_ready(&self) -> bool {
        self.in_the_way.is_empty()
    }
}

impl App {
    /// Whether this process is ready for work. Only its own archive and its own disk are looked at:
    /// that Gong does not answer makes no process unready.
    pub async fn readiness(&self) -> Readiness {
        let mut readiness = Readiness::default();
        if self.shared.stop.is_cancelled() {
            readiness.in_the_way.push(Unready::Stopping);
        }
        let answered = timeout(PATIENCE, self.archive_answers()).await;
        if !matches!(answered, Ok(Ok(()))) {
            readiness.in_the_way.push(Unready::Archive);
        }
        let room = self.data_dir().ok().and_then(room);
        if room.is_some_and(|room| room < LEAST_ROOM) {
            readiness.in_the_way.push(Unready::Disk);
        }
        metrics::ready(readiness.is_ready());
        readiness
    }

    async fn archive_answers(&self) -> Result<(), Error> {
        self.opened().await?.watch.queues().await?;
        Ok(())
    }

    /// Brings the metrics up to date that are counted in the archive. What cannot be counted in time
    /// keeps its value.
    pub async fn measure(&self) {
        match timeout(PATIENCE, self.measured()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error = error.chain(), "metrics are out of date"),
            Err(_late) => tracing::warn!("metrics are out of date: the archive is slow"),
        }
    }

    async fn measured(&self) -> Result<(), Error> {
        let opened = self.opened().await?;
        let now = self.now();
        metrics::queues(&opened.watch.queues().await?, now);
        let book = opened.budget.book().await?;
        metrics::requests_left(&book.left(&budget::rules(self.config()), now));
        let sync = Sync::new(self.bare_parts(&opened.archive, SyncOptions::default()));
        let updated = sync.updated().await?;
        metrics::sync_lag(updated.map(|at| at.duration_until(now).unsigned_abs()));
        Ok(())
    }
}

/// The bytes that are free on the disk of a folder, as far as the system tells.
#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn room(_folder: &Path) -> Option<u64> {
    None
}
