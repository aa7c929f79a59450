//! Gong's two limits, 3 requests a second and 10,000 a day for a whole company.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// How many requests the pretended company may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Accepted requests in any second; `None` is no limit.
    pub per_second: Option<u32>,
    /// Accepted requests a day, from midnight UTC by the simulator's clock; `None` is no limit.
    pub per_day: Option<u32>,
}

impl Limits {
    /// Gong's own: 3 a second, 10,000 a day.
    pub fn gong() -> Self {
        Self {
            per_second: Some(3),
            per_day: Some(10_000),
        }
    }

    /// No limit at all.
    pub fn off() -> Self {
        Self {
            per_second: None,
            per_day: None,
        }
    }

    /// Another number of requests a second.
    #[must_use = "the limits are returned, not changed in place"]
    pub fn per_second(self, requests: u32) -> Self {
        Self {
            per_second: Some(requests),
            ..self
        }
    }

    /// Another number of requests a day.
    #[must_use = "the limits are returned, not changed in place"]
    pub fn per_day(self, requests: u32) -> Self {
        Self {
            per_day: Some(requests),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::gong()
    }
}

const SECOND: Duration = Duration::from_secs(1);
const SECONDS_A_DAY: i64 = 86_400;

/// Counts what was accepted and refuses what is too much. What it refuses does not count.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) limits: Limits,
    accepted: VecDeque<Instant>,
    day: i64,
    today: u32,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            accepted: VecDeque::new(),
            day: i64::MIN,
            today: 0,
        }
    }

    /// Accepts the request, or says after how many seconds to come back.
    pub(crate) fn admit(&mut self, arrived: Instant, now: Timestamp) -> Result<(), u64> {
        let day = now.as_second().div_euclid(SECONDS_A_DAY);
        if day != self.day {
            self.day = day;
            self.today = 0;
        }
        if self.limits.per_day.is_some_and(|limit| self.today >= limit) {
            let until_midnight = SECONDS_A_DAY - now.as_second().rem_euclid(SECONDS_A_DAY);
            return Err(until_midnight.unsigned_abs());
        }
        if let Some(limit) = self.limits.per_second {
            while self
                .accepted
                .front()
                .is_some_and(|first| arrived.duration_since(*first) >= SECOND)
            {
                self.accepted.pop_front();
            }
            if self.accepted.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                return Err(1);
            }
            self.accepted.push_back(arrived);
        }
        self.today = self.today.saturating_add(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fourth_request_waits_until_the_first_is_a_second_old() {
        let mut gate = Gate::new(Limits::gong());
        let start = Instant::now();
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut at = |ms| gate.admit(start + Duration::from_millis(ms), now);

        let answers = [0, 400, 800, 999, 1000, 1200, 1400, 1800].map(&mut at);

        let expected = [
            Ok(()),
            Ok(()),
            Ok(()),
            Err(1),
            Ok(()),
            Err(1),
            Ok(()),
            Ok(()),
        ];
        assert_eq!(answers, expected);
    }

    #[test]
    fn the_day_ends_at_midnight_utc() {
        let mut gate = Gate::new(Limits::off().per_day(2));
        let start = Instant::now();
        let mut at = |now: &str| gate.admit(start, now.parse().unwrap());

        let answers = [
            "2026-03-02T23:00:00Z",
            "2026-03-02T23:30:00Z",
            "2026-03-02T23:59:00Z",
            "2026-03-03T00:00:00Z",
        ]
        .map(&mut at);

        assert_eq!(answers, [Ok(()), Ok(()), Err(60), Ok(())]);
    }
}
