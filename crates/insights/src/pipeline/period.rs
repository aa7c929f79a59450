//! A stretch of whole days over which a team counts, such as a quarter.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

/// A stretch of whole days of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SalesPeriod {
    from: Date,
    to: Date,
}

impl SalesPeriod {
    /// From a day (included) to a day (not included); none if it would hold no day.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// The quarter of the year in which a day lies.
    pub fn quarter_of(day: Date) -> Option<Self> {
        let month = (day.month() - 1) / 3 * 3 + 1;
        let from = Date::new(day.year(), month, 1).ok()?;
        Self::new(from, from.checked_add(Span::new().months(3)).ok()?)
    }

    /// The period of as many months, or of as many days where it is no whole months, that ends where
    /// this one begins.
    pub fn before(self) -> Option<Self> {
        let months = self.from.until((Unit::Month, self.to)).ok()?;
        let back = if months.get_days() == 0 {
            months
        } else {
            self.from.until((Unit::Day, self.to)).ok()?
        };
        Self::new(self.from.checked_sub(back).ok()?, self.from)
    }

    /// The first day.
    pub const fn from(self) -> Date {
        self.from
    }

    /// The first day after it.
    pub const fn to(self) -> Date {
        self.to
    }

    /// The instant at which it begins.
    pub fn begins(self) -> Timestamp {
        instant(self.from).unwrap_or(Timestamp::MIN)
    }

    /// The instant at which it is over.
    pub fn ends(self) -> Timestamp {
        instant(self.to).unwrap_or(Timestamp::MAX)
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day < self.to
    }

    /// The share of it that has passed, 0–1.
    pub fn elapsed(self, as_of: Timestamp) -> f64 {
        let whole = self.begins().duration_until(self.ends()).as_secs_f64();
        let passed = self.begins().duration_until(as_of).as_secs_f64();
        (passed / whole).clamp(0.0, 1.0)
    }

    /// The instant at which so much of it has passed.
    pub fn at(self, elapsed: f64) -> Timestamp {
        let whole = self.begins().duration_until(self.ends());
        let passed = whole.as_secs_f64() * elapsed.clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a period")]
        let passed = jiff::SignedDuration::from_secs(passed.round() as i64);
        self.begins().checked_add(passed).unwrap_or(Timestamp::MAX)
    }
}

fn instant(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_quarter_holds_its_first_day_and_not_the_next_one() {
        let quarter = SalesPeriod::quarter_of(day("2026-05-20")).expect("a quarter");
        let ends = (quarter.from(), quarter.to());
        assert_eq!(ends, (day("2026-04-01"), day("2026-07-01")));
        assert!(quarter.contains(day("2026-06-30")) && !quarter.contains(day("2026-07-01")));
        assert_eq!(quarter.before(), SalesPeriod::quarter_of(day("2026-01-01")));
        assert_eq!(SalesPeriod::new(day("2026-04-01"), day("2026-04-01")), None);
        let weeks = SalesPeriod::new(day("2026-04-01"), day("2026-04-15")).expect("two weeks");
        assert_eq!(
            weeks.before(),
            SalesPeriod::new(day("2026-03-18"), day("2026-04-01"))
        );
    }

    #[test]
    fn what_has_passed_and_when_it_had_are_the_same() {
        let quarter = SalesPeriod::quarter_of(day("2026-05-20")).expect("a quarter");
        let at = "2026-05-01T00:00:00Z".parse().expect("an instant");
        assert!((quarter.elapsed(at) - 30.0 / 91.0).abs() < 1e-9);
        assert_eq!(quarter.at(quarter.elapsed(at)), at);
        assert!(quarter.elapsed(Timestamp::MIN) < 1e-9);
        assert_eq!(quarter.at(1.0), quarter.ends());
    }
}
