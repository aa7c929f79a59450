//! Periods as they stand in addresses: naming one, and the ones around it.

use jiff::civil::Date;
use jiff::{Span, Unit};

/// A stretch of days, the last not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Period {
    /// Of two days as views write them.
    pub(crate) fn of(from: &str, to: &str) -> Option<Self> {
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from < to).then_some(Self { from, to })
    }

    /// As many months, or days where it is no whole months, that end where it begins.
    pub(crate) fn before(self) -> Option<Self> {
        let from = self.from.checked_sub(self.length()?).ok()?;
        Some(Self {
            from,
            to: self.from,
        })
    }

    /// The same that begin where it ends.
    pub(crate) fn after(self) -> Option<Self> {
        let to = self.to.checked_add(self.length()?).ok()?;
        Some(Self { from: self.to, to })
    }

    fn length(self) -> Option<Span> {
        let months = self.from.until((Unit::Month, self.to)).ok()?;
        if months.get_days() == 0 {
            return Some(months);
        }
        self.from.until((Unit::Day, self.to)).ok()
    }

    /// Its name: 2026-Q2, 2026-05, or two days.
    pub(crate) fn name(self) -> String {
        let Self { from, to } = self;
        let months = self.from.until((Unit::Month, self.to)).ok();
        let whole = months
            .filter(|months| months.get_days() == 0 && from.day() == 1)
            .map(|months| months.get_months());
        match (whole, from.month()) {
            (Some(3), 1 | 4 | 7 | 10) => format!("{}-Q{}", from.year(), (from.month() + 2) / 3),
            (Some(1), month) => format!("{}-{month:02}", from.year()),
            _ => format!("{from}..{to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_a_name_and_neighbours_of_its_length() {
        let check = |from: &str, to: &str, expected: [&str; 3]| {
            let period = Period::of(from, to).expect("a period");
            let around = [
                period.before().expect("it is"),
                period,
                period.after().expect("it is"),
            ];
            assert_eq!(around.map(Period::name), expected);
        };
        check(
            "2026-01-01",
            "2026-04-01",
            ["2025-Q4", "2026-Q1", "2026-Q2"],
        );
        check(
            "2026-12-01",
            "2027-01-01",
            ["2026-11", "2026-12", "2027-01"],
        );
        check(
            "2026-05-01",
            "2026-05-15",
            [
                "2026-04-17..2026-05-01",
                "2026-05-01..2026-05-15",
                "2026-05-15..2026-05-29",
            ],
        );
        assert_eq!(Period::of("2026-05-15", "2026-05-01"), None);
    }
}
