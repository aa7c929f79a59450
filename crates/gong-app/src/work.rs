//! Working until stopped: fetching what was told of, keeping the index, syncing when it is due.
//!
//! Five loops go on beside each other; the one that writes to the CRM only where that is switched on. What each does in its turn is durable before the next turn,
//! and what a killed process held comes back when its lease ends. Everything acts for whoever
//! started the process: it is recorded with that caller as actor.

mod fetching;
mod indexing;
mod looking;
mod pausing;
mod scheduling;
mod writing;

use std::sync::atomic::{AtomicU64, Ordering};

use access::Operation;
use call_archive::Source;
use gong_sync::SyncOptions;
use tokio::sync::mpsc;

use crate::app::App;
use crate::views::WorkView;
use crate::{Error, ErrorKind};

/// So many calls may wait to be looked at; one more is looked at when somebody asks for it.
const WAITING: usize = 1_024;

/// What was done since the process began.
#[derive(Debug, Default)]
struct Tally {
    fetched: AtomicU64,
    indexed: AtomicU64,
    erased: AtomicU64,
    looked_at: AtomicU64,
    syncs: AtomicU64,
    written: AtomicU64,
    failures: AtomicU64,
}

impl Tally {
    fn view(&self) -> WorkView {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        WorkView {
            fetched: read(&self.fetched),
            indexed: read(&self.indexed),
            erased: read(&self.erased),
            looked_at: read(&self.looked_at),
            syncs: read(&self.syncs),
            written: read(&self.written),
            failures: read(&self.failures),
        }
    }
}

fn add(count: &AtomicU64, by: u64) {
    count.fetch_add(by, Ordering::Relaxed);
}

impl App {
    /// Works until the app is stopped, and finishes then what is in hand.
    ///
    /// However many processes work on one archive, a job is done by one of them, the sync at fixed
    /// times by one, and the index is written by whoever holds its lock.
    pub async fn work(&self) -> Result<WorkView, Error> {
        self.permit(Operation::WORK).await?;
        // Before anything is made: a wrong setting leaves no empty archive behind.
        self.credentials().await?;
        self.embedder().await?;
        let work = Box::pin(self.worked());
        self.doing(Operation::WORK, "", work, |_: &WorkView| "ok")
            .await
    }

    async fn worked(&self) -> Result<WorkView, Error> {
        let tally = Tally::default();
        let (found, to_look_at) = mpsc::channel(WAITING);
        tokio::join!(
            self.fetch_until_stopped(&tally),
            self.index_until_stopped(&tally, found),
            self.look_until_stopped(&tally, to_look_at),
            self.sync_until_stopped(&tally),
            self.write_until_stopped(&tally),
        );
        Ok(tally.view())
    }

    fn is_stopped(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// The options of whatever is brought from Gong.
    pub(crate) fn options_of(&self, source: Source, key_id: &str) -> SyncOptions {
        let mut options = SyncOptions::default();
        options.source = source;
        options.since = self.config().settings.sync.since;
        options.key_id = Some(key_id.to_owned());
        options
    }

    /// A turn that failed: counted, told once in the log, and tried again after a pause.
    fn note_failure(&self, part: &'static str, error: &Error, tally: &Tally) {
        if error.kind() == ErrorKind::Cancelled && self.is_stopped() {
            return;
        }
        add(&tally.failures, 1);
        crate::metrics::failed(part);
        tracing::error!(part, error = error.chain(), "it is tried again");
    }
}

/// Logs what failed about single calls.
fn note_failures<'f>(failures: impl IntoIterator<Item = &'f gong_sync::Failure>, tally: &Tally) {
    for failure in failures {
        add(&tally.failures, 1);
        let call = failure.call.as_ref().map(ToString::to_string);
        tracing::warn!(call, class = failure.class, "a call failed");
    }
}

#[cfg(test)]
mod tests;
