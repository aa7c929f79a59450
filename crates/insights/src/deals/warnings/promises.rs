//! What is planned, and what we promised.

use jiff::civil::Date;

use super::activity::{self, touches};
use super::said::cited;
use crate::deals::coverage::searched;
use crate::deals::{
    ActivityKind, DealAt, DealCall, DealRule, Remark, RuleSpec, Verdict, Warning, days_between,
};
use crate::{Evidence, NonEmpty, Owner, StepStatus, Value};

/// Nothing is planned.
pub(super) struct NoNextMeeting;

/// We promised something, its day has passed, and nothing followed.
pub(super) struct CommitmentOverdue;

fn is_accepted(remark: &Remark) -> bool {
    let accepted = Some(StepStatus::Accepted);
    match remark.value() {
        Value::NextStep { status, .. } => Some(*status) == accepted,
        _ => false,
    }
}

impl DealRule for NoNextMeeting {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::NoNextMeeting, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let before_last = deal.calls().len().saturating_sub(1);
        let last = deal.calls().get(before_last..).unwrap_or_default();
        let Some(activities) = deal.activities() else {
            let reason = "no source of e-mails and meetings is connected";
            return Verdict::unknown(reason, searched(last));
        };
        let is_planned = |one: &&crate::deals::Activity| {
            one.kind == ActivityKind::Meeting && one.at > deal.as_of()
        };
        let planned = activities.filter(is_planned).count();
        if planned > 0 {
            let evidence = Evidence::Computed {
                query: "meetings of the deal after the day, known on it".to_owned(),
                rows: planned as u64,
            };
            return Verdict::clear(format!("{planned} meetings are planned"), evidence);
        }
        if let Some(step) = cited(last, is_accepted) {
            return Verdict::clear("a next step was agreed in the last call", step);
        }
        match last {
            [call] if call.heard.is_none() => {
                Verdict::unknown("the last call has no transcript", searched(last))
            }
            [] => Verdict::fires(
                "no meeting is planned, and there was no call",
                searched(last),
            ),
            _ => Verdict::fires(
                "no meeting is planned, and no next step was agreed in the last call",
                searched(last),
            ),
        }
    }
}

/// The day by which we promised something, if the remark is such a promise.
fn promised(remark: &Remark) -> Option<Date> {
    match remark.value() {
        Value::NextStep {
            owner: Owner::Ours | Owner::Both,
            status: StepStatus::Accepted,
            due,
        } => *due,
        _ => None,
    }
}

impl DealRule for CommitmentOverdue {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::CommitmentOverdue, 1)
    }

    /// Any later call, or an e-mail or meeting of ours, is a follow-up: what it was about is not asked.
    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let known = touches(deal);
        let blind = known.is_none();
        let touches = known.unwrap_or_else(|| activity::calls(deal));
        let last_of_ours = touches
            .iter()
            .filter(|touch| touch.ours)
            .map(|touch| touch.at)
            .max();
        let is_open = |call: &&DealCall| last_of_ours.is_none_or(|last| last <= call.started);
        let mut broken = Vec::new();
        let mut latest: i64 = 0;
        for call in deal.calls().iter().rev().filter(is_open) {
            for remark in call.remarks() {
                let late = promised(remark).map_or(0, |due| days_between(due, deal.day()));
                if late > 0 {
                    broken.push(remark.place().clone());
                    latest = latest.max(late);
                }
            }
        }
        let note = if blind {
            "; e-mails are not connected and would not be seen"
        } else {
            ""
        };
        if let Some(places) = NonEmpty::from_vec(broken) {
            let reason =
                format!("a step of ours is {latest} days past due without a follow-up{note}");
            return Verdict::fires(reason, Evidence::Cited(places));
        }
        let calls = deal.calls();
        match calls.last() {
            Some(last) if last.heard.is_none() => {
                Verdict::unknown("the last call has no transcript", searched(calls))
            }
            Some(_) => Verdict::clear(
                "no step of ours is past due without a follow-up",
                searched(calls),
            ),
            None => Verdict::unknown("no call is known", searched(calls)),
        }
    }
}
