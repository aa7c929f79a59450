//! What was agreed to come.

use super::{ann, check, known, mail, step};
use crate::deals::testing::{at, deal_with, unheard};
use crate::deals::{Activities, Activity, ActivityKind, State, Warning};
use crate::{Owner, StepStatus};
use conversation::Side;

#[test]
fn no_next_meeting() {
    let agreed = || vec![step(Owner::Theirs, StepStatus::Accepted, "")];
    let check = |calls, activities, state, reason| {
        let view = deal_with("Proposal", calls, activities);
        check(Warning::NoNextMeeting, &view, "2026-03-09", state, reason);
    };
    let none = || known(Vec::new());
    let nothing = "no meeting is planned, and no next step was agreed in the last call";
    check(
        vec![ann("2026-03-02", vec![])],
        none(),
        State::Fires,
        nothing,
    );
    check(
        vec![ann("2026-03-02", agreed())],
        none(),
        State::Clear,
        "a next step was agreed in the last call",
    );
    check(
        vec![ann("2026-03-02", agreed()), ann("2026-03-03", vec![])],
        none(),
        State::Fires,
        nothing,
    );
    let unheard = vec![
        ann("2026-03-02", agreed()),
        unheard(ann("2026-03-03", vec![])),
    ];
    check(
        unheard,
        none(),
        State::Unknown,
        "the last call has no transcript",
    );
    check(
        vec![],
        none(),
        State::Fires,
        "no meeting is planned, and there was no call",
    );
    let meeting = |known_since: &str| {
        let mut meeting = Activity::new(ActivityKind::Meeting, at("2026-03-12"), Side::Ours);
        meeting.known_since = at(known_since);
        known(vec![meeting])
    };
    check(
        vec![],
        meeting("2026-03-08"),
        State::Clear,
        "1 meetings are planned",
    );
    check(
        vec![],
        meeting("2026-03-11"),
        State::Fires,
        "no meeting is planned, and there was no call",
    );
    let not_connected = "no source of e-mails and meetings is connected";
    check(
        vec![ann("2026-03-02", agreed())],
        Activities::NotConnected,
        State::Unknown,
        not_connected,
    );
}

#[test]
fn commitment_overdue() {
    let promise = |owner, status| vec![ann("2026-03-02", vec![step(owner, status, "2026-03-06")])];
    let check = |calls, activities, state, reason| {
        let view = deal_with("Proposal", calls, activities);
        check(
            Warning::CommitmentOverdue,
            &view,
            "2026-03-09",
            state,
            reason,
        );
    };
    let none = || known(Vec::new());
    let ours = || promise(Owner::Ours, StepStatus::Accepted);
    let late = "a step of ours is 3 days past due without a follow-up";
    let kept = "no step of ours is past due without a follow-up";
    check(ours(), none(), State::Fires, late);
    check(
        ours(),
        known(vec![mail("2026-03-05", Side::Ours)]),
        State::Clear,
        kept,
    );
    check(
        promise(Owner::Theirs, StepStatus::Accepted),
        none(),
        State::Clear,
        kept,
    );
    check(
        promise(Owner::Ours, StepStatus::Proposed),
        none(),
        State::Clear,
        kept,
    );
    let blind = format!("{late}; e-mails are not connected and would not be seen");
    check(ours(), Activities::NotConnected, State::Fires, &blind);
    let mut followed = ours();
    followed.push(ann("2026-03-08", vec![]));
    check(followed, none(), State::Clear, kept);
    check(vec![], none(), State::Unknown, "no call is known");
}
