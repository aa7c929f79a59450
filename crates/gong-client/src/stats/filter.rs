//! Which days and users figures are about, and which Gong says they were.
use jiff::{Timestamp, civil::Date};

use crate::{Page, UserId, When, wire::payload};

payload! {
    /// Which days and users figures are about.
    ActivityFilter {
        /// the first day, in the company's time zone;
        from_date: Date,
        /// the day after the last, in the company's time zone; not after today.
        to_date: Date,
    } with {
        /// Only users made from this instant on.
        created_from_date_time: Timestamp,
        /// Only users made before this instant.
        created_to_date_time: Timestamp,
        /// Only these users.
        user_ids: [UserId],
    }
}

/// The time that figures are about, as Gong understood it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatsPeriod {
    /// The start.
    pub from: Option<When>,
    /// The end.
    pub to: Option<When>,
    /// The company's time zone.
    pub time_zone: Option<String>,
}

impl StatsPeriod {
    /// What a page of [`super::AggregateActivity`] or [`super::InteractionStats`] says about it.
    pub fn of<T>(page: &Page<T>) -> Self {
        let text = |name| page.others.get(name).map(crate::FieldValue::to_text);
        let instant = |name| text(name).and_then(|text| When::parse(&text).ok());
        Self {
            from: instant("fromDateTime"),
            to: instant("toDateTime"),
            time_zone: text("timeZone"),
        }
    }
}
