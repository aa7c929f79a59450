//! What can be asked of a period.

use insights::pipeline::SalesPeriod;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{Error, ErrorKind};

/// Whether an answer names the rows and quotes it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "with or without is the meaning")]
pub enum Why {
    /// The numbers alone.
    #[default]
    Unsaid,
    /// Each with its rows or quotes.
    Said,
}

impl Why {
    pub(super) fn is_said(self) -> bool {
        self == Self::Said
    }
}

/// A period, and as of when it is looked at.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OutlookRequest {
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// `2026-Q2`, `2026-05`, or two days `2026-05-01..2026-05-15` (the second not included); the quarter
    /// of the day if it is not said.
    pub period: Option<String>,
    /// Whether rows are named.
    pub why: Why,
}

impl OutlookRequest {
    pub(super) fn period(&self, as_of: Timestamp) -> Result<SalesPeriod, Error> {
        let day = TimeZone::UTC.to_datetime(as_of).date();
        let period = match &self.period {
            Some(text) => period(text),
            None => SalesPeriod::quarter_of(day),
        };
        period.ok_or_else(|| {
            Error::new(ErrorKind::Usage, "that is no period")
                .hint("write 2026-Q2, 2026-05 or 2026-05-01..2026-05-15")
        })
    }
}

pub(super) fn period(text: &str) -> Option<SalesPeriod> {
    let text = text.trim();
    if let Some((from, to)) = text.split_once("..") {
        return SalesPeriod::new(from.parse().ok()?, to.parse().ok()?);
    }
    let (year, part) = text.split_once('-')?;
    let year: i16 = year.parse().ok()?;
    if let Some(quarter) = part.strip_prefix(['Q', 'q']) {
        let quarter: i8 = quarter
            .parse()
            .ok()
            .filter(|quarter| (1..=4).contains(quarter))?;
        return SalesPeriod::quarter_of(Date::new(year, quarter * 3, 1).ok()?);
    }
    let from = Date::new(year, part.parse().ok()?, 1).ok()?;
    let to = from.checked_add(jiff::Span::new().months(1)).ok()?;
    SalesPeriod::new(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_quarter_a_month_or_two_days() {
        let of = |text| period(text).map(|one| format!("{} {}", one.from(), one.to()));
        assert_eq!(of("2026-Q2").as_deref(), Some("2026-04-01 2026-07-01"));
        assert_eq!(of(" 2026-12").as_deref(), Some("2026-12-01 2027-01-01"));
        assert_eq!(
            of("2026-05-01..2026-05-15").as_deref(),
            Some("2026-05-01 2026-05-15")
        );
        for bad in [
            "",
            "2026",
            "2026-Q5",
            "2026-13",
            "2026-05-15..2026-05-01",
            "soon",
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
