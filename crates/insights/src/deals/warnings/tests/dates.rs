//! Dates that passed, and dates that moved.

use super::check;
use crate::deals::testing::{deal_with, snapshot};
use crate::deals::{Activities, DealView, State, Warning};

/// A deal whose close date was shown like this, from 1 March on, a day apart.
fn closing(dates: &[&str]) -> DealView {
    let day = |n: usize| format!("2026-03-{:02}", n + 1);
    let shown = |(n, date): (usize, &&str)| {
        let mut one = snapshot(&day(n), "Proposal");
        one.close_date = date.parse().ok();
        one
    };
    let shown = dates.iter().enumerate().map(shown).collect();
    crate::deals::testing::deal(shown)
}

#[test]
fn overdue() {
    let check = |dates: &[&str], day, state, reason| {
        check(Warning::Overdue, &closing(dates), day, state, reason);
    };
    check(
        &["2026-03-10"],
        "2026-03-10",
        State::Clear,
        "0 days before its close date, 2026-03-10",
    );
    check(
        &["2026-03-10"],
        "2026-03-13",
        State::Fires,
        "3 days past its close date, 2026-03-10",
    );
    check(
        &["2026-03-10", "2026-03-30"],
        "2026-03-13",
        State::Clear,
        "17 days before its close date, 2026-03-30",
    );
    check(
        &[""],
        "2026-03-13",
        State::Unknown,
        "no close date is known",
    );
}

#[test]
fn close_pushed() {
    let check = |dates: &[&str], state, reason| {
        check(
            Warning::ClosePushed,
            &closing(dates),
            "2026-03-09",
            state,
            reason,
        );
    };
    check(
        &["2026-04-01", "2026-05-01", "2026-06-01"],
        State::Fires,
        "the close date moved later 2 times",
    );
    check(
        &["2026-06-01", "2026-05-01", "2026-05-02"],
        State::Clear,
        "the close date moved later 1 times",
    );
    check(&[""], State::Unknown, "no close date is known");
}

#[test]
fn stalled() {
    let view = deal_with("Proposal", Vec::new(), Activities::NotConnected);
    let why = "fewer than 20 won deals to compare with";
    let reason = |days| format!("{days} days in its stage; the limit is 30 ({why})");
    check(
        Warning::Stalled,
        &view,
        "2026-03-31",
        State::Clear,
        &reason(30),
    );
    check(
        Warning::Stalled,
        &view,
        "2026-04-01",
        State::Fires,
        &reason(31),
    );
    let mut bare = snapshot("2026-03-01", "");
    bare.stage = None;
    let view = crate::deals::testing::deal(vec![bare]);
    check(
        Warning::Stalled,
        &view,
        "2026-04-01",
        State::Unknown,
        "no stage is known",
    );
}
