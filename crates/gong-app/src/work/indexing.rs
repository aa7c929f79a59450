//! The loop that keeps the index: only where this process holds its lock, and for as long.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use call_archive::{JobKind, LOOK_EVERY};
use conversation::CallId;
use gong_sync::{DrainReport, Silent, Sync, SyncOptions};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::index::{Indexes, WriteLock};
use crate::index_place::{Claim, IndexRight};
use crate::{Error, metrics};

use super::pausing::Pause;
use super::{Tally, add, note_failures};

const KINDS: [JobKind; 2] = [JobKind::Index, JobKind::Erase];
/// As many calls a turn: then erasures, which must not wait for a long backfill, have theirs.
const A_TURN: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
/// How often the whole index is compared with the archive, and replaced points are dropped.
const COMPARE_EVERY: Duration = Duration::from_hours(1);
/// How often somebody who does not hold the index asks for it.
const ASK_EVERY: Duration = LOOK_EVERY;

impl App {
    pub(super) async fn index_until_stopped(&self, tally: &Tally, found: Sender<CallId>) {
        let mut pause = Pause::default();
        while !self.is_stopped() {
            let held = self.index_while_it_works(tally, &found, &mut pause).await;
            metrics::holds_index(false);
            if let Err(error) = held {
                self.note_failure("index", &error, tally);
                pause.wait(&error, &self.shared.stop).await;
            }
        }
    }

    async fn index_while_it_works(
        &self,
        tally: &Tally,
        found: &Sender<CallId>,
        pause: &mut Pause,
    ) -> Result<(), Error> {
        let indexes = self.indexes()?;
        let Some(lock) = self.locked(&indexes).await? else {
            return Ok(());
        };
        metrics::holds_index(true);
        let opened = self.opened().await?;
        let archive = &opened.archive;
        let mut waiter = opened.watch.watch_jobs(&KINDS).await;
        let embedder = self.embedder().await?.clone();
        let writable = indexes
            .open_for_writing(&lock, archive.as_ref(), embedder.as_ref(), self.now())
            .await?;
        let parts = self
            .bare_parts(archive, SyncOptions::default())
            .progress(Arc::new(Silent));
        let sync = Sync::new(writable.into_parts(parts, &embedder));
        let mut compared = None::<Instant>;
        while !self.is_stopped() {
            if !self.is_index_here(&indexes).await? {
                return Ok(());
            }
            let is_due = compared.is_none_or(|at| at.elapsed() >= COMPARE_EVERY);
            let report = if is_due {
                compared = Some(Instant::now());
                sync.drain().await?
            } else {
                sync.drain_some(A_TURN).await?
            };
            count(&report, tally);
            pause.reset();
            let is_full = report.indexed >= A_TURN.get() as u64;
            for call in report.brought {
                // Where many come at once, the rest is looked at when somebody asks for it.
                let _ = found.try_send(call);
            }
            if !is_full {
                let waiting = waiter.wait(LOOK_EVERY);
                self.shared.stop.run_until_cancelled(waiting).await;
            }
        }
        Ok(())
    }

    /// The right to write the index, waited for; none if the app is stopped first.
    async fn locked(&self, indexes: &Indexes) -> Result<Option<WriteLock>, Error> {
        let mut is_said = false;
        while !self.is_stopped() {
            match self.index_right(indexes, Claim::Free).await? {
                IndexRight::Held(lock) => return Ok(Some(lock)),
                IndexRight::Busy => {}
                IndexRight::Elsewhere => {
                    if !is_said {
                        tracing::warn!(
                            "the index lies in another data folder: this process leaves it alone \
                             (`gongkit reindex` moves it here)"
                        );
                    }
                    is_said = true;
                }
            }
            let waiting = sleep(ASK_EVERY);
            self.shared.stop.run_until_cancelled(waiting).await;
        }
        Ok(None)
    }
}

fn count(report: &DrainReport, tally: &Tally) {
    add(&tally.indexed, report.indexed);
    add(&tally.erased, report.erased);
    metrics::indexed(report.indexed, report.embedded, report.erased);
    note_failures(&report.failures, tally);
}
