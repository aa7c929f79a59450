//! Calls that somebody told of: fetched when their jobs are due, a hundred a request.
//!
//! What is wrong with one call is that call's failed attempt, and after the last one its dead
//! letter. What is wrong with everybody (no budget, no connection, a key that opens nothing) is
//! nobody's: the jobs are given back as they were, and whoever works waits.

use call_archive::{Finish, JobKind, Lease};
use conversation::CallId;
use gong_client::{ErrorKind, PAGE_SIZE};
use jiff::{SignedDuration, Timestamp};

use crate::index::prepare::LEASE;
use crate::index::pulse::Pulse;
use crate::pending::later;
use crate::sync::Sync;
use crate::{Error, Failure, Outcome, SyncReport};

/// The wait after the first failed attempt; each further one is four times as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
/// No wait is longer. Eight attempts take half a day: an outage of Gong buries nothing.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);
/// When jobs that were given back are due again, if nobody asks for them earlier.
const GIVEN_BACK: SignedDuration = SignedDuration::from_secs(5);
/// So many calls in a row that fail each by itself are no accident: something is wrong with Gong.
const IN_A_ROW: usize = 3;

/// Whose failure an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blame {
    /// That of the call that was asked for, of this class.
    Call(&'static str),
    /// Nobody's in particular: no call would have come through.
    Everybody,
}

fn blame(error: &Error) -> Blame {
    let Error::Gong(error) = error else {
        return match error {
            Error::Unreadable { .. } => Blame::Call("unreadable"),
            Error::Unfinishable => Blame::Call("unfinishable"),
            _ => Blame::Everybody,
        };
    };
    match error.kind() {
        ErrorKind::Server => Blame::Call("server"),
        ErrorKind::TimedOut => Blame::Call("timed_out"),
        ErrorKind::Interrupted => Blame::Call("interrupted"),
        ErrorKind::TooLarge { .. } => Blame::Call("too_large"),
        ErrorKind::Undecodable | ErrorKind::UnreadableElements { .. } => Blame::Call("unreadable"),
        ErrorKind::Rejected => Blame::Call("rejected"),
        ErrorKind::NotFound => Blame::Call("missing"),
        _ => Blame::Everybody,
    }
}

/// When a call whose fetch failed is fetched again, by the number of the attempt.
fn retry(class: &'static str, attempt: u32, now: Timestamp) -> Finish {
    let steps = attempt.saturating_sub(1).min(8);
    let wait = FIRST_WAIT
        .checked_mul(4_i32.pow(steps))
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT);
    let at = later(now, wait);
    Finish::Retry { at, class }
}

impl Sync {
    /// Fetches every call whose fetch job is due and stores it; for a process that keeps running.
    ///
    /// A call whose words are not ready has no failed attempt: it is stored, and its words have a
    /// job of their own ([`Sync::due_transcripts`]).
    pub async fn due_fetches(&self) -> SyncReport {
        let mut report = SyncReport::default();
        // Held on the heap: what is awaited through several hands is copied otherwise.
        if let Err(error) = Box::pin(self.fetch_due(&mut report)).await {
            report.stopped = Some(error);
        }
        report
    }

    async fn fetch_due(&self, report: &mut SyncReport) -> Result<(), Error> {
        loop {
            self.check_stop()?;
            let now = self.now();
            let archive = &self.parts().archive;
            let leases = archive
                .claim(&[JobKind::Fetch], PAGE_SIZE, later(now, LEASE), now)
                .await?;
            if leases.is_empty() {
                return Ok(());
            }
            let pulse = Pulse::over(leases.clone());
            let fetching = Box::pin(self.fetch_leased(leases, report));
            self.keeping(&pulse, fetching).await?;
        }
    }

    async fn fetch_leased(&self, leases: Vec<Lease>, report: &mut SyncReport) -> Result<(), Error> {
        let leases = self.without_erased(leases).await?;
        let error = match self.fetch_batch(&leases, report).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if blame(&error) == Blame::Everybody {
            self.hand_back(&leases).await?;
            return Err(error);
        }
        // One of them may be what Gong cannot tell of; the others must not wait for it.
        let mut failed_in_a_row = 0;
        for (position, lease) in leases.iter().enumerate() {
            let Err(error) = self.fetch_batch(std::slice::from_ref(lease), report).await else {
                failed_in_a_row = 0;
                continue;
            };
            let Blame::Call(class) = blame(&error) else {
                self.hand_back(&leases[position..]).await?;
                return Err(error);
            };
            self.count_failure(lease, class, &error.to_string(), report)
                .await?;
            failed_in_a_row += 1;
            if failed_in_a_row == IN_A_ROW && position + 1 < leases.len() {
                self.hand_back(&leases[position + 1..]).await?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Fetches these together; an error leaves all of their jobs as they are.
    async fn fetch_batch(&self, leases: &[Lease], report: &mut SyncReport) -> Result<(), Error> {
        if leases.is_empty() {
            return Ok(());
        }
        self.ensure_company(report).await?;
        let ids: Vec<CallId> = leases.iter().map(|lease| lease.call.clone()).collect();
        let mut step = report.fork();
        let outcomes = self.fetch_and_store(&ids, &mut step).await;
        let unreadable: Vec<CallId> = step
            .failures
            .iter()
            .filter_map(|failure| failure.call.clone())
            .collect();
        report.join(step);
        let outcomes = outcomes?;
        for lease in leases {
            let outcome = outcomes.iter().find(|(call, _)| *call == lease.call);
            if unreadable.contains(&lease.call) {
                let how = retry("unreadable", lease.attempt, self.now());
                self.end(lease, how).await?;
            } else if outcome.is_some_and(|(_, outcome)| *outcome == Outcome::Missing) {
                let reason = "gong told of it and does not know it";
                self.count_failure(lease, "missing", reason, report).await?;
            } else {
                self.end(lease, Finish::Done).await?;
            }
        }
        report.outcomes.extend(outcomes);
        Ok(())
    }

    /// What was purged is not asked for; its jobs are done.
    async fn without_erased(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, Error> {
        let ids = leases.iter().map(|lease| lease.call.clone()).collect();
        let open = self.not_erased(ids).await?;
        let (open, erased): (Vec<Lease>, Vec<Lease>) = leases
            .into_iter()
            .partition(|lease| open.contains(&lease.call));
        for lease in &erased {
            self.end(lease, Finish::Done).await?;
        }
        Ok(open)
    }

    async fn count_failure(
        &self,
        lease: &Lease,
        class: &'static str,
        reason: &str,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        self.end(lease, retry(class, lease.attempt, self.now()))
            .await?;
        let failure = Failure::new(Some(lease.call.clone()), class, reason);
        report.failures.push(failure);
        Ok(())
    }

    async fn hand_back(&self, leases: &[Lease]) -> Result<(), Error> {
        for lease in leases {
            let at = later(self.now(), GIVEN_BACK);
            self.end(lease, Finish::Later { at }).await?;
        }
        Ok(())
    }

    /// A lease that was lost meanwhile is somebody else's, or the call was told of again.
    async fn end(&self, lease: &Lease, how: Finish) -> Result<(), Error> {
        let archive = &self.parts().archive;
        archive.finish(lease, how, self.now()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_attempts_take_half_a_day() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut at = now;
        for attempt in 1..8 {
            let Finish::Retry { at: next, class } = retry("server", attempt, at) else {
                unreachable!("a retry is a retry");
            };
            assert_eq!(class, "server");
            at = next;
        }

        let took = now.duration_until(at);
        assert_eq!(
            took,
            SignedDuration::from_secs(15 + 60 + 240 + 960 + 3_840 + 15_360 + 21_600)
        );
    }

    #[test]
    fn a_stop_and_a_lost_archive_are_nobodys_failure() {
        let archive = call_archive::Error::new(call_archive::ErrorKind::Busy, "x");

        assert_eq!(blame(&Error::Cancelled), Blame::Everybody);
        assert_eq!(blame(&Error::Archive(archive)), Blame::Everybody);
        assert_eq!(blame(&Error::WrongCompany), Blame::Everybody);
        assert_eq!(blame(&Error::Unfinishable), Blame::Call("unfinishable"));
    }
}
