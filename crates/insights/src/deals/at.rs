//! A deal as of an instant: nothing that was known later can be seen through it.

use conversation::{AccountId, DealId, DealSnapshot, Money, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Activities, Activity, DealCall, DealView, Outcome, PipelineRules, WarningSettings};

/// A deal as it was known at an instant. Days are days of UTC.
#[derive(Clone, Copy, Debug)]
pub struct DealAt<'a> {
    view: &'a DealView,
    rules: &'a PipelineRules,
    as_of: Timestamp,
    snapshots: &'a [DealSnapshot],
    calls: &'a [DealCall],
    stage: Option<&'a str>,
    amount: Option<Money>,
    close_date: Option<Date>,
    created: Option<Date>,
    closed_on: Option<Date>,
}

/// A stretch of time in one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InStage<'a> {
    /// The stage, as the CRM calls it.
    pub stage: &'a str,
    /// Since when it was seen there.
    pub since: Timestamp,
    /// When it was seen elsewhere; none while it is there.
    pub until: Option<Timestamp>,
}

impl<'a> DealAt<'a> {
    pub(super) fn new(
        view: &'a DealView,
        as_of: Timestamp,
        rules: &'a PipelineRules,
    ) -> Option<Self> {
        let known = view.snapshots().partition_point(|one| one.as_of <= as_of);
        let begun = view.calls().partition_point(|call| call.started <= as_of);
        let snapshots = view.snapshots().get(..known)?;
        snapshots.first()?;
        let mut at = Self {
            view,
            rules,
            as_of,
            snapshots,
            calls: view.calls().get(..begun)?,
            stage: None,
            amount: None,
            close_date: None,
            created: None,
            closed_on: None,
        };
        for one in snapshots {
            at.stage = one.stage.as_deref().or(at.stage);
            at.amount = one.amount.or(at.amount);
            at.close_date = one.close_date.or(at.close_date);
            at.created = one.created.or(at.created);
            at.closed_on = one.closed_on.or(at.closed_on);
        }
        Some(at)
    }

    /// Which deal.
    pub const fn deal(&self) -> &'a DealId {
        self.view.deal()
    }

    /// The instant.
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The instant's day.
    pub fn day(&self) -> Date {
        day_of(self.as_of)
    }

    /// The rules by which it is read.
    pub const fn rules(&self) -> &'a PipelineRules {
        self.rules
    }

    /// When warnings are due in its stage.
    pub fn settings(&self) -> &'a WarningSettings {
        self.rules.settings_of(self.stage)
    }

    /// What the CRM had shown, the earliest first; at least one.
    pub const fn snapshots(&self) -> &'a [DealSnapshot] {
        self.snapshots
    }

    /// The calls that had begun, the earliest first.
    pub const fn calls(&self) -> &'a [DealCall] {
        self.calls
    }

    /// The calls that had begun in the last so many days.
    pub fn calls_within(&self, days: u32) -> &'a [DealCall] {
        let from = self.calls.partition_point(|call| {
            call.started < self.as_of && self.days_since(call.started) > f64::from(days)
        });
        self.calls.get(from..).unwrap_or_default()
    }

    /// E-mails and meetings that were known, planned ones as well; none where no source is connected.
    pub fn activities(&self) -> Option<impl Iterator<Item = &'a Activity>> {
        match self.view.activities() {
            Activities::NotConnected => None,
            Activities::Known(all) => {
                let as_of = self.as_of;
                Some(all.iter().filter(move |one| one.known_since <= as_of))
            }
        }
    }

    /// The stage, as the CRM calls it.
    pub const fn stage(&self) -> Option<&'a str> {
        self.stage
    }

    /// The position of its stage among the open stages, where it is one of them.
    pub fn position(&self) -> Option<usize> {
        self.rules.position(self.stage?)
    }

    /// How it stood.
    pub fn outcome(&self) -> Outcome {
        self.rules.outcome(self.stage)
    }

    /// Whether it was neither won nor lost.
    pub fn is_open(&self) -> bool {
        self.outcome() == Outcome::Open
    }

    /// What it was worth.
    pub const fn amount(&self) -> Option<Money> {
        self.amount
    }

    /// When it was expected to close.
    pub const fn close_date(&self) -> Option<Date> {
        self.close_date
    }

    /// When it was made: as the CRM says, else when it was first seen.
    pub fn created(&self) -> Date {
        self.created
            .or_else(|| Some(day_of(self.snapshots.first()?.as_of)))
            .unwrap_or(Date::MIN)
    }

    /// When it was won or lost: as the CRM says, else when it was first seen so; none while open.
    pub fn closed_on(&self) -> Option<Date> {
        if self.is_open() {
            return None;
        }
        let seen = || self.stages().last().map(|last| day_of(last.since));
        self.closed_on.or_else(seen)
    }

    /// Who sells.
    pub fn owner(&self) -> Option<&'a UserId> {
        self.newest(|one| one.owner.as_ref())
    }

    /// The customer.
    pub fn account(&self) -> Option<&'a AccountId> {
        self.newest(|one| one.account.as_ref())
    }

    /// What people call it.
    pub fn name(&self) -> Option<&'a str> {
        self.newest(|one| one.name.as_deref())
    }

    fn newest<T>(&self, field: impl Fn(&'a DealSnapshot) -> Option<T>) -> Option<T> {
        self.snapshots.iter().rev().find_map(field)
    }

    /// The stages it was seen in, in order. How long it was in the first one is not known if it was
    /// there before anybody looked, so a stretch is never longer than what was seen.
    pub fn stages(&self) -> Vec<InStage<'a>> {
        let mut all: Vec<InStage<'a>> = Vec::new();
        for one in self.snapshots {
            let Some(stage) = one.stage.as_deref() else {
                continue;
            };
            match all.last_mut() {
                Some(last) if last.stage == stage => continue,
                Some(last) => last.until = Some(one.as_of),
                None => {}
            }
            all.push(InStage {
                stage,
                since: one.as_of,
                until: None,
            });
        }
        all
    }

    /// Days from an instant to now, with their fraction; below 0 for a later one.
    pub fn days_since(&self, at: Timestamp) -> f64 {
        days(at, self.as_of)
    }
}

/// Days between two instants, with their fraction.
pub(crate) fn days(from: Timestamp, to: Timestamp) -> f64 {
    from.duration_until(to).as_secs_f64() / 86_400.0
}

/// The day of an instant, of UTC.
pub(crate) fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// Whole days between two days.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::testing::{at, deal, snapshot};

    #[test]
    fn what_was_known_later_is_not_seen() {
        let view = deal(vec![
            snapshot("2026-03-01", "Discovery"),
            snapshot("2026-03-20", "Closed Won"),
        ]);
        let rules = PipelineRules::default();

        let then = view.at(at("2026-03-19"), &rules).expect("it was known");

        assert_eq!((then.stage(), then.is_open()), (Some("Discovery"), true));
        assert_eq!((then.closed_on(), then.snapshots().len()), (None, 1));
        assert!(view.at(at("2026-02-28"), &rules).is_none());
        let now = view.at(at("2026-03-21"), &rules).expect("it is known");
        assert_eq!(now.outcome(), Outcome::Won);
        assert_eq!(
            now.closed_on().map(|day| day.to_string()),
            Some("2026-03-20".into())
        );
    }

    #[test]
    fn a_snapshot_that_is_silent_of_a_field_takes_nothing_away() {
        let mut silent = snapshot("2026-03-05", "Proposal");
        silent.stage = None;
        let view = deal(vec![snapshot("2026-03-01", "Discovery"), silent]);
        let rules = PipelineRules::default();
        let now = view.at(at("2026-03-06"), &rules).expect("it is known");
        assert_eq!(now.stage(), Some("Discovery"));
        assert_eq!(now.stages().len(), 1);
    }
}
