//! Calls whose words, or whose details, are not there yet: asked for again until they are.

use std::collections::BTreeSet;

use call_archive::{Finish, JobKind, JobRequest, Known, Lease, TextState};
use conversation::CallId;
use gong_client::PAGE_SIZE;
use jiff::{SignedDuration, Timestamp};

use crate::fetch::join;
use crate::fetched::Expected;
use crate::sync::Sync;
use crate::{Error, SyncReport};

/// When a call without words is asked for again, counted from when it was stored. After the last
/// of these, each reconcile asks.
const ASKS: [SignedDuration; 4] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(60),
];

/// How long a batch of asks may take before another process may take it over.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// The next time to ask for what has been waited for since `since`.
pub(crate) fn next_ask(since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    ASKS.into_iter()
        .filter_map(|wait| since.checked_add(wait).ok())
        .find(|&at| at > now)
}

/// The wait before the next ask for a call that the archive does not know, by failed attempts.
fn wait_unknown(attempt: u32) -> Option<SignedDuration> {
    ASKS.get(usize::try_from(attempt).ok()?).copied()
}

impl Sync {
    /// Asks for these calls in two minutes.
    pub(crate) async fn ask_later(&self, ids: &[CallId]) -> Result<(), Error> {
        let now = self.now();
        let at = next_ask(now, now).unwrap_or(now);
        let jobs: Vec<JobRequest> = ids
            .iter()
            .map(|id| JobRequest::new(JobKind::Transcript, id.clone(), at))
            .collect();
        Ok(self.parts().archive.enqueue(&jobs, now).await?)
    }

    /// Asks for everything that is due, a hundred calls a request.
    pub(crate) async fn retry_due(&self, report: &mut SyncReport) -> Result<(), Error> {
        let mut is_checked = false;
        loop {
            self.check_stop()?;
            let now = self.now();
            let leases = self
                .parts()
                .archive
                .claim(&[JobKind::Transcript], PAGE_SIZE, later(now, LEASE), now)
                .await?;
            if leases.is_empty() {
                return Ok(());
            }
            let asked = async {
                if !is_checked {
                    self.ensure_company(report).await?;
                    is_checked = true;
                }
                self.ask(&leases, report).await
            };
            if let Err(error) = asked.await {
                // Nothing failed about these calls: they are asked for at the next opportunity.
                self.finish_all(&leases, |_| Finish::Later { at: now })
                    .await?;
                return Err(error);
            }
        }
    }

    async fn ask(&self, leases: &[Lease], report: &mut SyncReport) -> Result<(), Error> {
        let ids: Vec<CallId> = leases.iter().map(|lease| lease.call.clone()).collect();
        let before = self.known(&ids).await?;
        let waits = |id: &&CallId| before.get(*id).is_none_or(is_waiting);
        let open: Vec<CallId> = ids.iter().filter(waits).cloned().collect();
        let words = self.words_of(&open, report).await?;
        let needed: Vec<CallId> = open
            .iter()
            .filter(|id| words.contains_key(*id) || !before.contains_key(*id))
            .cloned()
            .collect();
        let details = self.extensive_of(&needed, report).await?;
        let calls = details.into_iter().map(|(id, call)| {
            let revision = before.get(&id).map(|known| known.revision);
            // Words of a call that has turned private meanwhile are dropped here.
            let words = words.get(&id).filter(|_| self.wants_words(&call));
            (call, words, Expected::Read(revision))
        });
        let fetched = join(calls, report);
        let stored: BTreeSet<CallId> = fetched.iter().map(|call| call.id().clone()).collect();
        let outcomes = self.store_all(fetched, None, report).await?;
        report.outcomes.extend(outcomes);

        let after = self.known(&ids).await?;
        let now = self.now();
        self.finish_all(leases, |lease| match after.get(&lease.call) {
            Some(Known {
                text: TextState::Pending { since },
                ..
            }) => next_ask(*since, now).map_or(Finish::Done, |at| Finish::Later { at }),
            Some(_) => Finish::Done,
            None if stored.contains(&lease.call) => Finish::Done,
            None => wait_unknown(lease.attempt).map_or(Finish::Done, |wait| Finish::Retry {
                at: later(now, wait),
                class: "details",
            }),
        })
        .await
    }

    async fn finish_all(
        &self,
        leases: &[Lease],
        how: impl Fn(&Lease) -> Finish,
    ) -> Result<(), Error> {
        for lease in leases {
            let archive = &self.parts().archive;
            archive.finish(lease, how(lease), self.now()).await?;
        }
        Ok(())
    }
}

fn is_waiting(known: &Known) -> bool {
    known.text_revision.is_none() && !known.is_shell
}

/// An instant after a while; the end of time if there is none.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// An instant a while before; the beginning of time if there is none.
pub(crate) fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_asked_for_after_2_5_15_and_60_minutes_and_then_by_reconciles_only() {
        let since: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let after = |minutes| later(since, SignedDuration::from_mins(minutes));
        let next = |minutes| next_ask(since, after(minutes));

        assert_eq!(next(0), Some(after(2)));
        assert_eq!(next(2), Some(after(5)));
        assert_eq!(next(7), Some(after(15)));
        assert_eq!(next(59), Some(after(60)));
        assert_eq!(next(60), None);
    }
}
