//! The loop that fetches: calls that somebody told of, and words whose time has come.

use std::sync::Arc;

use call_archive::{JobKind, JobWaiter, LOOK_EVERY, Priority, Source};
use gong_sync::{Outcome, Silent, Sync, SyncReport};

use crate::app::App;
use crate::gong::Connection;
use crate::{Error, metrics};

use super::pausing::Pause;
use super::{Tally, add, note_failures};

const KINDS: [JobKind; 2] = [JobKind::Fetch, JobKind::Transcript];

impl App {
    pub(super) async fn fetch_until_stopped(&self, tally: &Tally) {
        let mut pause = Pause::default();
        while !self.is_stopped() {
            if let Err(error) = self.fetch_while_it_works(tally, &mut pause).await {
                self.note_failure("fetch", &error, tally);
                pause.wait(&error, &self.shared.stop).await;
            }
        }
    }

    /// Fetches with one connection: after a failure the credentials are read anew, because somebody
    /// may have mended them.
    async fn fetch_while_it_works(&self, tally: &Tally, pause: &mut Pause) -> Result<(), Error> {
        let opened = self.opened().await?;
        let connection = self.connect(Priority::Background, Some(opened)).await?;
        let options = self.options_of(Source::Gong, &connection.key_id);
        let parts = self
            .bare_parts(&opened.archive, options)
            .progress(Arc::new(Silent));
        let sync = Sync::new(parts.client(connection.client.clone()).drained_elsewhere());
        let mut waiter = opened.watch.watch_jobs(&KINDS).await;
        let done = self.fetch_rounds(&sync, &mut waiter, tally, pause).await;
        settled(&connection).await;
        done
    }

    async fn fetch_rounds(
        &self,
        sync: &Sync,
        waiter: &mut JobWaiter,
        tally: &Tally,
        pause: &mut Pause,
    ) -> Result<(), Error> {
        while !self.is_stopped() {
            for report in [sync.due_fetches().await, sync.due_transcripts().await] {
                count(&report, tally);
                if let Some(error) = report.stopped {
                    return Err(error.into());
                }
            }
            pause.reset();
            let waiting = waiter.wait(LOOK_EVERY);
            self.shared.stop.run_until_cancelled(waiting).await;
        }
        Ok(())
    }
}

fn count(report: &SyncReport, tally: &Tally) {
    for (outcome, calls) in report.outcomes.iter() {
        metrics::fetched(outcome.as_str(), calls);
        if outcome != Outcome::Missing {
            add(&tally.fetched, calls);
        }
    }
    note_failures(report.all_failures(), tally);
}

/// A renewal of tokens under way is waited for.
pub(super) async fn settled(connection: &Connection) {
    if let Err(error) = connection.settle().await {
        tracing::error!(error = error.chain(), "the tokens of the login");
    }
}
