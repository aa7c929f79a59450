//! Waiting for jobs: being told that there may be one, and looking now and then all the same.
//!
//! A notice may be lost (a connection that broke, a process of an older version) and a job may
//! come due without one, so a waiter never sleeps longer than its interval. A notice may also come
//! for nothing: whoever wakes claims, and is told by the claim what there is.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::{Error, JobKind};

/// How long a waiter sleeps at most before it looks, unless it is told otherwise.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How many jobs of a kind there are, and since when the oldest of them is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the counts are the meaning")]
pub struct Queue {
    /// The kind.
    pub kind: JobKind,
    /// Jobs that wait, due or not.
    pub waiting: u64,
    /// Jobs that somebody works on.
    pub leased: u64,
    /// Jobs that were given up.
    pub dead: u64,
    /// When the first of those that wait or are worked on was due, or will be.
    pub due_since: Option<Timestamp>,
}

/// Telling workers that there may be jobs, and operators how many.
///
/// Laws, each checked by [`crate::conformance::check_waiting`]:
/// - A waiter is told soon of a job of its kinds that becomes due at once, through whichever
///   handle it was added: of this opening in SQLite, of any process in PostgreSQL.
/// - What is added after the waiter was made and before it waits is not missed. So: make a waiter,
///   claim, and wait when there was nothing.
/// - It is not told of jobs of other kinds only.
/// - [`JobWatch::queues`] counts every job once, whoever holds it.
/// - Told or not, it wakes after [`JobWaiter::look_every`], and at the latest when its patience
///   ends.
#[async_trait]
pub trait JobWatch: Send + Sync {
    /// A waiter for jobs of these kinds.
    async fn watch_jobs(&self, kinds: &[JobKind]) -> JobWaiter;

    /// The queue of every kind, in the order of [`JobKind::ALL`], empty ones included.
    async fn queues(&self) -> Result<Vec<Queue>, Error>;
}

/// Why a waiter woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three reasons are the meaning")]
pub enum Woken {
    /// Somebody added a job.
    Told,
    /// Nobody said anything; it is time to look.
    Look,
    /// The patience of this wait has ended.
    Impatient,
}

/// Waits until there may be a job.
#[must_use = "a waiter does nothing until it waits"]
pub struct JobWaiter {
    rung: watch::Receiver<Rung>,
    kinds: Vec<JobKind>,
    seen: u64,
    look_every: Duration,
    /// What keeps the notices coming for as long as somebody waits.
    _source: Option<Arc<dyn Any + Send + Sync>>,
}

impl JobWaiter {
    /// Sleeps no longer than this before it looks.
    pub fn look_every(mut self, interval: Duration) -> Self {
        self.look_every = interval;
        self
    }

    /// Waits until there may be a job, but no longer than `patience`. Dropping the wait loses no
    /// notice.
    pub async fn wait(&mut self, patience: Duration) -> Woken {
        let pause = patience.min(self.look_every);
        match timeout(pause, self.told()).await {
            Ok(()) => Woken::Told,
            Err(_) if patience <= self.look_every => Woken::Impatient,
            Err(_) => Woken::Look,
        }
    }

    async fn told(&mut self) {
        let (kinds, seen) = (&self.kinds, self.seen);
        let news = self.rung.wait_for(|rung| rung.of(kinds) != seen).await;
        match news.map(|rung| rung.of(kinds)) {
            Ok(now) => self.seen = now,
            // The archive is gone: nobody will ever say anything.
            Err(_) => std::future::pending().await,
        }
    }
}

impl fmt::Debug for JobWaiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobWaiter")
            .field("kinds", &self.kinds)
            .field("look_every", &self.look_every)
            .finish_non_exhaustive()
    }
}

/// What an archive rings when it has added a job; every waiter of this process hears it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell(Arc<watch::Sender<Rung>>);

/// How often it rang for each kind.
#[derive(Debug, Default)]
struct Rung(BTreeMap<JobKind, u64>);

impl Bell {
    pub(crate) fn ring(&self, kind: JobKind) {
        self.0.send_modify(|rung| rung.add(kind));
    }

    /// Rings for every kind that somebody may wait for: notices may have been missed.
    #[cfg(feature = "postgres")]
    pub(crate) fn ring_for_all(&self) {
        self.0
            .send_modify(|rung| JobKind::ALL.into_iter().for_each(|kind| rung.add(kind)));
    }

    pub(crate) fn waiter(
        &self,
        kinds: &[JobKind],
        source: Option<Arc<dyn Any + Send + Sync>>,
    ) -> JobWaiter {
        let rung = self.0.subscribe();
        let seen = rung.borrow().of(kinds);
        JobWaiter {
            rung,
            kinds: kinds.to_vec(),
            seen,
            look_every: LOOK_EVERY,
            _source: source,
        }
    }
}

impl Queue {
    /// The empty queues, in their order.
    pub(crate) fn none() -> Vec<Self> {
        let none = |kind| Self {
            kind,
            waiting: 0,
            leased: 0,
            dead: 0,
            due_since: None,
        };
        JobKind::ALL.into_iter().map(none).collect()
    }

    /// Adds jobs of a state, as it is stored, the first of which was due at an instant.
    pub(crate) fn add(&mut self, state: &str, jobs: u64, first: Timestamp) {
        match state {
            "dead" => {
                self.dead += jobs;
                return;
            }
            "leased" => self.leased += jobs,
            _ => self.waiting += jobs,
        }
        self.due_since = Some(self.due_since.map_or(first, |since| since.min(first)));
    }
}

impl Rung {
    fn add(&mut self, kind: JobKind) {
        *self.0.entry(kind).or_default() += 1;
    }

    fn of(&self, kinds: &[JobKind]) -> u64 {
        kinds.iter().filter_map(|kind| self.0.get(kind)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn a_waiter_is_told_once_of_what_was_rung_since_it_was_made() {
        let bell = Bell::default();
        bell.ring(JobKind::Index);
        let mut waiter = bell.waiter(&[JobKind::Index, JobKind::Erase], None);
        bell.ring(JobKind::Erase);
        bell.ring(JobKind::Index);

        assert_eq!(waiter.wait(LONG).await, Woken::Told);
        assert_eq!(waiter.wait(LONG).await, Woken::Look);
        bell.ring(JobKind::Transcript);
        assert_eq!(waiter.wait(LOOK_EVERY).await, Woken::Impatient);
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiter_whose_archive_is_gone_goes_on_looking() {
        let bell = Bell::default();
        let mut waiter = bell.waiter(&[JobKind::Index], None);
        drop(bell);

        assert_eq!(waiter.wait(LONG).await, Woken::Look);
    }
}
