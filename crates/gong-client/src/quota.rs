//! How many requests a day still allows: a count from values, the day given.
use jiff::Timestamp;

/// Gong's limit for a company, all its keys and tools together.
pub const DAILY_LIMIT: u32 = 10_000;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Counts the requests of a day and says no when they are spent.
///
/// Gong does not document when its day begins; this one begins at midnight UTC.
///
/// ```
/// use gong_client::DailyQuota;
///
/// let mut quota = DailyQuota::new(2);
/// let monday = "2026-11-23T20:00:00Z".parse()?;
///
/// assert_eq!(quota.take(monday), Ok(1));
/// assert_eq!(quota.take(monday), Ok(0));
/// assert_eq!(quota.take(monday), Err("2026-11-24T00:00:00Z".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyQuota {
    limit: u32,
    day: i64,
    spent: u32,
}

impl DailyQuota {
    /// A count of which nothing is spent.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            day: i64::MIN,
            spent: 0,
        }
    }

    /// Takes one request and tells how many are left.
    ///
    /// # Errors
    /// When none is left: the instant from which there are some again.
    pub fn take(&mut self, now: Timestamp) -> Result<u32, Timestamp> {
        let day = now.as_second().div_euclid(DAY_SECONDS);
        if day > self.day {
            (self.day, self.spent) = (day, 0);
        }
        if self.spent >= self.limit {
            let next = Timestamp::from_second((self.day + 1) * DAY_SECONDS);
            return Err(next.unwrap_or(Timestamp::MAX));
        }
        self.spent += 1;
        Ok(self.limit - self.spent)
    }

    /// How many requests of the day are spent.
    pub fn spent(&self) -> u32 {
        self.spent
    }

    /// Starts the day again, for whoever knows better when Gong's begins.
    pub fn reset(&mut self) {
        self.spent = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_new_day_begins_at_midnight_utc_and_a_clock_set_back_does_not_begin_one() {
        let mut quota = DailyQuota::new(1);

        assert_eq!(quota.take(at("2026-11-23T23:59:59.9Z")), Ok(0));
        assert_eq!(quota.take(at("2026-11-24T00:00:00Z")), Ok(0));
        assert_eq!(
            quota.take(at("2026-11-23T12:00:00Z")),
            Err(at("2026-11-25T00:00:00Z"))
        );
        assert_eq!(quota.spent(), 1);
        quota.reset();
        assert_eq!(quota.take(at("2026-11-24T00:00:01Z")), Ok(0));
    }

    #[test]
    fn the_end_of_time_is_no_overflow() {
        let mut quota = DailyQuota::new(0);

        assert_eq!(quota.take(Timestamp::MAX), Err(Timestamp::MAX));
        assert!(quota.take(Timestamp::MIN).is_err());
    }
}
