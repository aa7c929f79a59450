//! Permission to send: not faster than Gong allows, and not more a day.
use std::{
    fmt,
    num::NonZeroU32,
    ops::Add,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::{DAILY_LIMIT, DailyQuota, Operation};

/// The time between two requests: 2.5 a second, where Gong allows 3 to a whole company.
pub const SPACING: Duration = Duration::from_millis(400);

/// Gives leave to send one request, after a wait if need be.
///
/// Asked before every attempt, retries included: Gong counts them, too. Dropping the future gives
/// up the place in the queue.
#[async_trait]
pub trait Pace: Send + Sync + fmt::Debug {
    /// Waits until a request may be sent.
    ///
    /// # Errors
    /// When the budget is spent and waiting would take hours rather than seconds.
    async fn permit(&self, operation: &Operation) -> Result<(), Spent>;

    /// Hears that Gong refused a request and wants nobody to ask for this long.
    async fn pushed_back(&self, _wait: Duration) {}
}

/// The budget of requests is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "implementations of the seam make it"
)]
pub struct Spent {
    /// When there is one again, as far as is known.
    pub until: Option<Timestamp>,
}

/// The pace of one process by itself: one request per [`SPACING`] without bursts,
/// [`DAILY_LIMIT`] requests a day, and a pause for everybody when Gong demands one.
pub struct LocalPace {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>,
    quota: Mutex<DailyQuota>,
    pause_until: Mutex<Option<Instant>>,
    now: fn() -> Timestamp,
}

impl LocalPace {
    /// A pace by Gong's limits; `now` tells the day (for example `jiff::Timestamp::now`).
    pub fn new(now: fn() -> Timestamp) -> Self {
        Self::with(now, SPACING, DAILY_LIMIT)
    }

    /// A pace by other limits: Gong's support raises them for some companies. Without
    /// spacing only the day's count holds.
    pub fn with(now: fn() -> Timestamp, spacing: Duration, daily: u32) -> Self {
        let quota = Quota::with_period(spacing)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MAX))
            .allow_burst(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::direct_with_clock(
                quota,
                TokioClock {
                    start: Instant::now(),
                },
            ),
            quota: Mutex::new(DailyQuota::new(daily)),
            pause_until: Mutex::new(None),
            now,
        }
    }

    /// How many requests of the day are spent.
    pub fn spent_today(&self) -> u32 {
        self.quota
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .spent()
    }

    /// Starts the day's count again.
    pub fn reset_day(&self) {
        self.quota
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .reset();
    }

    fn pause(&self) -> Option<Instant> {
        let until = *self
            .pause_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        until.filter(|&until| until > Instant::now())
    }
}

#[async_trait]
impl Pace for LocalPace {
    async fn permit(&self, _operation: &Operation) -> Result<(), Spent> {
        loop {
            if let Some(until) = self.pause() {
                tokio::time::sleep_until(until).await;
                continue;
            }
            match self.limiter.check() {
                Ok(()) => break,
                Err(early) => {
                    let wait = early.wait_time_from(self.limiter.clock().now());
                    tokio::time::sleep(wait).await;
                }
            }
        }
        let taken = self
            .quota
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take((self.now)());
        taken
            .map(|_left| ())
            .map_err(|until| Spent { until: Some(until) })
    }

    async fn pushed_back(&self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        let mut pause = self
            .pause_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *pause = until.max(*pause);
    }
}

impl fmt::Debug for LocalPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPace")
            .field("spent_today", &self.spent_today())
            .finish_non_exhaustive()
    }
}

/// No pace at all: for a simulator or a proxy that keeps its own.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Unpaced;

#[async_trait]
impl Pace for Unpaced {
    async fn permit(&self, _operation: &Operation) -> Result<(), Spent> {
        Ok(())
    }
}

/// Tokio's clock, so that tests which pause it need no real time.
#[derive(Clone, Copy, Debug)]
struct TokioClock {
    start: Instant,
}

/// Time since the clock was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Duration);

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(self.start.elapsed())
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, duration: Nanos) -> Self {
        Self(self.0.saturating_add(duration.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::join_all;

    use super::*;
    use crate::{ListWorkspaces, Request as _};

    fn monday() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn many_callers_together_send_one_request_per_400_ms() {
        let pace = Arc::new(LocalPace::new(monday));
        let start = Instant::now();

        let sent = join_all((0..10).map(|_| async {
            pace.permit(&ListWorkspaces::OPERATION).await.unwrap();
            start.elapsed()
        }))
        .await;

        let mut sent: Vec<_> = sent.iter().map(Duration::as_millis).collect();
        sent.sort_unstable();
        assert!(
            sent.windows(2).all(|two| two[1] - two[0] >= 400),
            "{sent:?}"
        );
        assert!(sent[9] < 9 * 402, "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_earns_no_burst() {
        let pace = LocalPace::new(monday);
        tokio::time::sleep(Duration::from_mins(1)).await;
        let start = Instant::now();

        for _ in 0..3 {
            pace.permit(&ListWorkspaces::OPERATION).await.unwrap();
        }

        assert!(start.elapsed() >= 2 * SPACING);
    }

    #[tokio::test(start_paused = true)]
    async fn a_spent_day_names_the_instant_of_the_next() {
        let pace = LocalPace::with(monday, SPACING, 2);
        for _ in 0..2 {
            pace.permit(&ListWorkspaces::OPERATION).await.unwrap();
        }

        let spent = pace.permit(&ListWorkspaces::OPERATION).await.unwrap_err();

        assert_eq!(spent.until.unwrap().to_string(), "2026-11-24T00:00:00Z");
        pace.reset_day();
        pace.permit(&ListWorkspaces::OPERATION).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn when_gong_pushes_back_everybody_waits() {
        let pace = LocalPace::new(monday);
        pace.pushed_back(Duration::from_secs(9)).await;
        pace.pushed_back(Duration::from_secs(3)).await;
        let start = Instant::now();

        pace.permit(&ListWorkspaces::OPERATION).await.unwrap();

        assert!(start.elapsed() >= Duration::from_secs(9));
    }
}
