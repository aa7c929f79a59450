//! When the next request may go, and whether the day has any left: decisions from values.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// What HubSpot allows, and how much of it we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "any of these settings is fine")]
pub struct Limits {
    /// Requests in ten seconds. 100 for the smallest accounts; larger ones have 190 and more.
    pub per_ten_seconds: u32,
    /// Searches in a second.
    pub searches_per_second: u32,
    /// Requests in a day.
    pub per_day: u32,
    /// How many of the day's requests we take, in hundredths: others ask HubSpot, too.
    pub share_of_day: u32,
    /// How long to wait when too much was asked and HubSpot did not say, and the unit of the wait
    /// before a failed read is tried again.
    pub wait: Duration,
    /// How long one answer may take.
    pub deadline: Duration,
}

impl Default for Limits {
    /// The limits of the smallest accounts, and four fifths of their day.
    fn default() -> Self {
        Self {
            per_ten_seconds: 100,
            searches_per_second: 4,
            per_day: 250_000,
            share_of_day: 80,
            wait: Duration::from_secs(2),
            deadline: Duration::from_secs(30),
        }
    }
}

const HOUR: Duration = Duration::from_hours(1);
const HOURS: usize = 24;

/// When requests went: places in time, and a count of each of the last 24 hours. The day is any 24
/// hours, so that it does not matter at which midnight HubSpot begins anew.
#[derive(Debug)]
pub(super) struct Book {
    limits: Limits,
    next: Option<Instant>,
    next_search: Option<Instant>,
    hours: VecDeque<(Instant, u32)>,
}

impl Book {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            next: None,
            next_search: None,
            hours: VecDeque::new(),
        }
    }

    /// The instant at which a request may go; none when our share of the day is spent.
    pub(super) fn take(&mut self, is_search: bool, now: Instant) -> Option<Instant> {
        if self.spent(now) >= self.share() {
            return None;
        }
        // A tenth is left free: the network does not keep our distances.
        let apart = Duration::from_secs(10) * 10 / (9 * self.limits.per_ten_seconds.max(1));
        let search_apart =
            Duration::from_secs(1) * 10 / (9 * self.limits.searches_per_second.max(1));
        let mut at = self.next.map_or(now, |next| next.max(now));
        if is_search {
            at = self.next_search.map_or(at, |next| next.max(at));
            self.next_search = Some(at + search_apart);
        }
        self.next = Some(at + apart);
        match self.hours.back_mut() {
            Some((since, count)) if now.saturating_duration_since(*since) < HOUR => *count += 1,
            _ => self.hours.push_back((now, 1)),
        }
        Some(at)
    }

    /// How many went in the last 24 hours.
    pub(super) fn spent(&mut self, now: Instant) -> u32 {
        let day = HOUR * u32::try_from(HOURS).unwrap_or(24);
        while let Some((since, _)) = self.hours.front()
            && now.saturating_duration_since(*since) >= day + HOUR
        {
            self.hours.pop_front();
        }
        self.hours.iter().map(|(_, count)| count).sum()
    }

    fn share(&self) -> u32 {
        let share =
            u64::from(self.limits.per_day) * u64::from(self.limits.share_of_day.min(100)) / 100;
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ten_seconds_hold_more_than_the_limit_and_no_second_more_searches() {
        let limits = Limits::default();
        let mut book = Book::new(limits);
        let start = Instant::now();
        let mut all = Vec::new();
        let mut searches = Vec::new();
        for n in 0..400 {
            let at = book.take(n % 3 == 0, start).expect("the day has enough");
            all.push(at);
            if n % 3 == 0 {
                searches.push(at);
            }
        }
        let most = |times: &[Instant], span: Duration| {
            let within = |from: Instant| {
                let inside = |at: &&Instant| **at >= from && **at < from + span;
                times.iter().filter(inside).count()
            };
            times.iter().map(|from| within(*from)).max()
        };
        assert!(most(&all, Duration::from_secs(10)) <= Some(100));
        assert!(most(&searches, Duration::from_secs(1)) <= Some(4));
    }

    #[test]
    fn a_fifth_of_the_day_is_left_to_others() {
        let limits = Limits {
            per_day: 10,
            ..Limits::default()
        };
        let mut book = Book::new(limits);
        let start = Instant::now();
        let taken = (0..20).filter_map(|_| book.take(false, start)).count();
        assert_eq!(taken, 8);
        let later = start + HOUR * 26;
        assert!(book.take(false, later).is_some(), "another day");
    }
}
