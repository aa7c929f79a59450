//! The loop that syncs when it is due: in one process of an installation, by its duty.
//!
//! What it stores goes through the archive as the holder of the duty may write it, so a process that
//! was paused past its duty changes nothing.

use std::sync::Arc;
use std::time::Duration;

use call_archive::{Appointed, Duty, Finished, Priority, Source};
use gong_sync::{Silent, Sync, SyncOptions};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Opened};
use crate::syncing::{Carrying, SyncReach};
use crate::{Error, ErrorKind, metrics};

use super::fetching::settled;
use super::pausing::Pause;
use super::{Tally, add};

const DUTY: &str = "sync";
/// A holder that does not renew it for so long has lost it.
pub(super) const HELD_FOR: SignedDuration = SignedDuration::from_mins(2);
/// Three times within that, and once more.
const RENEW_EVERY: Duration = Duration::from_secs(30);
/// How often somebody else asks whether the duty is free, and the holder whether a sync is due.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(10);

impl App {
    pub(super) async fn sync_until_stopped(&self, tally: &Tally) {
        let holder = format!("{:032x}", rand::random::<u128>());
        let mut pause = Pause::default();
        while !self.is_stopped() {
            if let Err(error) = self.sync_on_duty(&holder, tally, &mut pause).await {
                self.note_failure("sync", &error, tally);
                pause.wait(&error, &self.shared.stop).await;
            }
        }
    }

    /// Takes the duty, or waits a little for whoever has it.
    async fn sync_on_duty(
        &self,
        holder: &str,
        tally: &Tally,
        pause: &mut Pause,
    ) -> Result<(), Error> {
        let opened = self.opened().await?;
        let now = self.now();
        let until = later(now, HELD_FOR);
        let appointed = opened.duties.take_duty(DUTY, holder, until, now).await?;
        let Appointed::Held(duty) = appointed else {
            let waiting = sleep(LOOK_EVERY);
            self.shared.stop.run_until_cancelled(waiting).await;
            return Ok(());
        };
        metrics::holds_duty(true);
        // Ends with the duty, or with the app.
        let held = self.shared.stop.child_token();
        let work = async {
            let done = self
                .sync_while_held(opened, &duty, &held, tally, pause)
                .await;
            held.cancel();
            done
        };
        let (done, renewed) = tokio::join!(work, self.renew(opened, &duty, &held));
        metrics::holds_duty(false);
        if let Err(error) = opened.duties.leave_duty(&duty).await {
            tracing::warn!(%error, "the duty of syncing ends with its time");
        }
        done.and(renewed)
    }

    /// Keeps the duty until it is given up or lost; either way `held` is cancelled then.
    pub(super) async fn renew(
        &self,
        opened: &Opened,
        duty: &Duty,
        held: &CancellationToken,
    ) -> Result<(), Error> {
        let mut beat = interval(RENEW_EVERY);
        beat.tick().await;
        while held.run_until_cancelled(beat.tick()).await.is_some() {
            let until = later(self.now(), HELD_FOR);
            let renewed = opened.duties.renew_duty(duty, until).await;
            match renewed {
                Ok(Finished::Held) => {}
                Ok(Finished::Lost) => {
                    held.cancel();
                    tracing::warn!(duty = duty.name, "another process has taken a duty over");
                }
                // It may be renewed with the next beat; if not, its writes are refused.
                Err(error) => tracing::warn!(%error, "a duty could not be renewed"),
            }
        }
        Ok(())
    }

    async fn sync_while_held(
        &self,
        opened: &Opened,
        duty: &Duty,
        held: &CancellationToken,
        tally: &Tally,
        pause: &mut Pause,
    ) -> Result<(), Error> {
        while !held.is_cancelled() {
            let look = Sync::new(self.bare_parts(&opened.archive, SyncOptions::default()));
            if is_due(look.updated().await?, self.every(), self.now()) {
                let work = Box::pin(self.sync_once(opened, duty, held));
                let operation = access::Operation::SYNC;
                self.doing(operation, "scheduled", work, |()| "ok").await?;
                add(&tally.syncs, 1);
                pause.reset();
            }
            held.run_until_cancelled(sleep(LOOK_EVERY)).await;
        }
        Ok(())
    }

    async fn sync_once(
        &self,
        opened: &Opened,
        duty: &Duty,
        held: &CancellationToken,
    ) -> Result<(), Error> {
        let archive = opened.duties.on_duty(duty);
        let connection = self.connect(Priority::Background, Some(opened)).await?;
        self.apply_retention(archive.as_ref()).await?;
        let options = self.options_of(Source::Gong, &connection.key_id);
        let mut parts = self
            .bare_parts(&archive, options)
            .client(connection.client.clone())
            .drained_elsewhere()
            .progress(Arc::new(Silent));
        parts.stop = held.clone();
        let carrying = Carrying {
            archive: Arc::clone(&archive),
            budget: Arc::clone(&opened.budget),
            source: Source::Gong,
            is_held_elsewhere: true,
        };
        let done = self
            .carried_out(carrying, Sync::new(parts), SyncReach::Due)
            .await;
        settled(&connection).await;
        match done?.problem {
            // Somebody else has the duty, or the app ends: nothing is wrong with this sync.
            Some(error) if error.kind() == ErrorKind::Cancelled => Ok(()),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn every(&self) -> SignedDuration {
        SignedDuration::from_mins(self.config().settings.sync.every_minutes.into())
    }
}

/// Whether a sync that began last at `last` is due again.
pub(super) fn is_due(last: Option<Timestamp>, every: SignedDuration, now: Timestamp) -> bool {
    let Some(last) = last else {
        return true;
    };
    let age = last.duration_until(now);
    // A mark that lies ahead was made by a clock that was wrong.
    age >= every || age < -every
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_is_due_after_its_time_and_when_its_mark_lies_far_ahead() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("an instant");
        let every = SignedDuration::from_mins(30);
        let ago = |minutes: i64| Some(later(now, SignedDuration::from_mins(-minutes)));

        assert!(is_due(None, every, now));
        assert!(!is_due(ago(29), every, now));
        assert!(is_due(ago(30), every, now));
        assert!(!is_due(ago(-30), every, now));
        assert!(is_due(ago(-31), every, now));
    }
}
