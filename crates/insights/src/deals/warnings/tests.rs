//! A table for each rule: what fires it, what clears it, and what leaves it unknown.

use super::warnings;
use crate::deals::testing::{at, call, deal_with, email, snapshot, unheard};
use crate::deals::{
    Activities, Activity, ActivityKind, DealCall, DealView, PipelineRules, StageTimes, State,
    Verdict, Warning,
};
use crate::{Evidence, Owner, RedFlagKind, Stance, StepStatus, Value};
use conversation::Side;

fn verdict(warning: Warning, view: &DealView, day: &str) -> Verdict {
    let rules = PipelineRules::default();
    let then = view.at(at(day), &rules).expect("it was known");
    let all = warnings(StageTimes::default());
    let rule = all.iter().find(|rule| rule.spec().warning == warning);
    rule.expect("every warning has a rule").eval(&then)
}

#[track_caller]
fn check(warning: Warning, view: &DealView, day: &str, expected: State, reason: &str) {
    let found = verdict(warning, view, day);
    assert_eq!((found.state(), found.reason()), (expected, reason));
}

fn known(activities: Vec<Activity>) -> Activities {
    Activities::Known(activities)
}

fn mail(day: &str, by: Side) -> Activity {
    let mut mail = Activity::new(ActivityKind::Email, at(day), by);
    if by == Side::Theirs {
        mail.contacts.push(email("ann"));
    }
    mail
}

fn with_calls(calls: Vec<DealCall>) -> DealView {
    deal_with("Proposal", calls, known(Vec::new()))
}

/// A call on a day with the customer's Ann.
fn ann(day: &str, values: Vec<Value>) -> DealCall {
    call(day, &["ann"], values)
}

fn step(owner: Owner, status: StepStatus, due: &str) -> Value {
    Value::NextStep {
        owner,
        status,
        due: due.parse().ok(),
    }
}

fn competitor(stance: Stance) -> Value {
    Value::Competitor {
        name: "Northbeam".to_owned(),
        stance,
    }
}

#[test]
fn no_activity() {
    let check = |activities, day, state, reason| {
        let view = deal_with("Proposal", vec![ann("2026-03-02", vec![])], activities);
        check(Warning::NoActivity, &view, day, state, reason);
    };
    let none = || known(Vec::new());
    check(
        none(),
        "2026-03-16",
        State::Clear,
        "the last two-way interaction was 14 days ago; the limit is 14",
    );
    check(
        none(),
        "2026-03-17",
        State::Fires,
        "the last two-way interaction was 15 days ago; the limit is 14",
    );
    let answer = || known(vec![mail("2026-03-10", Side::Theirs)]);
    check(
        answer(),
        "2026-03-17",
        State::Clear,
        "the last two-way interaction was 7 days ago; the limit is 14",
    );
    let ours = || known(vec![mail("2026-03-10", Side::Ours)]);
    check(
        ours(),
        "2026-03-17",
        State::Fires,
        "the last two-way interaction was 15 days ago; the limit is 14",
    );
    let not_connected = "no source of e-mails and meetings is connected";
    check(
        Activities::NotConnected,
        "2026-03-17",
        State::Unknown,
        not_connected,
    );
}

#[test]
fn ghosted() {
    let check = |ours: &[&str], state, reason| {
        let mails = ours.iter().map(|day| mail(day, Side::Ours)).collect();
        let view = deal_with("Proposal", vec![ann("2026-03-02", vec![])], known(mails));
        check(Warning::Ghosted, &view, "2026-03-12", state, reason);
    };
    let two = ["2026-03-05", "2026-03-09"];
    check(
        &two,
        State::Fires,
        "2 touches of ours since the last of theirs, 10 days ago",
    );
    check(
        &two[..1],
        State::Clear,
        "1 touches of ours since the last of theirs, 10 days ago",
    );
    check(
        &["2026-03-01"; 3],
        State::Clear,
        "0 touches of ours since the last of theirs, 10 days ago",
    );

    let blind = deal_with("Proposal", Vec::new(), Activities::NotConnected);
    assert_eq!(
        verdict(Warning::Ghosted, &blind, "2026-03-12").state(),
        State::Unknown
    );
    let never = deal_with(
        "Proposal",
        Vec::new(),
        known(two.map(|day| mail(day, Side::Ours)).to_vec()),
    );
    let found = verdict(Warning::Ghosted, &never, "2026-03-20");
    assert_eq!(
        found.reason(),
        "2 touches of ours, the first 15 days ago, and none of theirs"
    );
    assert_eq!(found.state(), State::Fires);
}

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

#[test]
fn single_threaded() {
    let check = |calls, activities, state, reason| {
        let view = deal_with("Proposal", calls, activities);
        check(Warning::SingleThreaded, &view, "2026-04-01", state, reason);
    };
    let none = || known(Vec::new());
    let two = "2 people of the customer's spoke or wrote in 60 days";
    let one = "1 people of the customer's spoke or wrote in 60 days";
    check(
        vec![call("2026-03-02", &["ann", "bo"], vec![])],
        none(),
        State::Clear,
        two,
    );
    check(vec![ann("2026-03-02", vec![])], none(), State::Fires, one);
    let reply = known(vec![mail("2026-03-03", Side::Theirs)]);
    check(
        vec![call("2026-03-02", &["bo"], vec![])],
        reply,
        State::Clear,
        two,
    );
    // Bo spoke too long ago.
    let long_ago = vec![
        call("2026-01-30", &["bo"], vec![]),
        ann("2026-03-02", vec![]),
    ];
    check(long_ago, none(), State::Fires, one);
    let half = vec![
        ann("2026-03-02", vec![]),
        unheard(call("2026-03-03", &["bo"], vec![])),
    ];
    let unknown = format!("{one}, but 1 of 2 calls have a transcript");
    check(half, none(), State::Unknown, &unknown);
}

#[test]
fn no_power() {
    let titled = |titles: &[Option<&str>]| {
        let names = ["ann", "bo", "cy", "di", "ed"];
        let mut one = call("2026-03-02", &names[..titles.len()], vec![]);
        for (person, title) in one.people.iter_mut().skip(1).zip(titles) {
            person.title = title.map(str::to_owned);
        }
        with_calls(vec![one])
    };
    let check = |titles: &[Option<&str>], state, reason| {
        check(
            Warning::NoPower,
            &titled(titles),
            "2026-03-09",
            state,
            reason,
        );
    };
    let manager = Some("Manager");
    check(
        &[manager, Some("Finance Director")],
        State::Clear,
        "1 of 2 people have a senior title",
    );
    check(
        &[manager, manager],
        State::Fires,
        "none of 2 people has a senior title",
    );
    check(
        &[manager, None],
        State::Unknown,
        "the titles of 1 of 2 people are known",
    );
    check(&[], State::Unknown, "the titles of 0 of 0 people are known");
}

#[test]
fn pricing_absent() {
    let check = |stage, calls, state, reason| {
        let view = deal_with(stage, calls, Activities::NotConnected);
        check(Warning::PricingAbsent, &view, "2026-03-09", state, reason);
    };
    let silent = || ann("2026-03-02", vec![]);
    check(
        "Proposal",
        vec![silent()],
        State::Fires,
        "the price was not found in 1 calls",
    );
    check(
        "Discovery",
        vec![silent()],
        State::Clear,
        "it is too early to speak of the price",
    );
    check(
        "Proposal",
        vec![ann("2026-03-02", vec![Value::Pricing])],
        State::Clear,
        "the price was spoken of",
    );
    let unheard = vec![silent(), unheard(ann("2026-03-03", vec![]))];
    check(
        "Proposal",
        unheard,
        State::Unknown,
        "1 of 2 calls have a transcript",
    );
    check(
        "Proposal",
        vec![],
        State::Unknown,
        "0 of 0 calls have a transcript",
    );
    check(
        "Parked",
        vec![silent()],
        State::Unknown,
        "its stage has no place in the order of stages",
    );
    // What is said tomorrow is not known today.
    check(
        "Proposal",
        vec![silent(), ann("2026-03-10", vec![Value::Pricing])],
        State::Fires,
        "the price was not found in 1 calls",
    );
}

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
fn competitor_active() {
    let check = |calls, state, reason| {
        let view = deal_with("Proposal", calls, Activities::NotConnected);
        check(
            Warning::CompetitorActive,
            &view,
            "2026-04-30",
            state,
            reason,
        );
    };
    let said = "a competitor is looked at or used, said in 45 days";
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Evaluating)])],
        State::Fires,
        said,
    );
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Using)])],
        State::Fires,
        said,
    );
    let nothing = "no competitor is looked at or used in 1 calls";
    check(
        vec![ann("2026-03-20", vec![competitor(Stance::Dismissed)])],
        State::Clear,
        nothing,
    );
    let old = ann("2026-03-10", vec![competitor(Stance::Using)]);
    check(
        vec![old.clone(), ann("2026-03-20", vec![])],
        State::Clear,
        nothing,
    );
    check(vec![old], State::Unknown, "0 of 0 calls have a transcript");
}

#[test]
fn red_flag() {
    let check = |calls, state, reason| {
        let view = deal_with("Proposal", calls, Activities::NotConnected);
        check(Warning::RedFlag, &view, "2026-04-30", state, reason);
    };
    let flag = |kind| ann("2026-03-20", vec![Value::RedFlag(kind)]);
    check(
        vec![flag(RedFlagKind::BudgetCut)],
        State::Fires,
        "the customer raised a red flag",
    );
    check(
        vec![flag(RedFlagKind::NotNow)],
        State::Fires,
        "the customer raised a red flag",
    );
    check(
        vec![flag(RedFlagKind::Reorg)],
        State::Clear,
        "no red flag in 1 calls",
    );
    check(
        vec![unheard(flag(RedFlagKind::NotNow))],
        State::Unknown,
        "0 of 1 calls have a transcript",
    );
    let mut ours = flag(RedFlagKind::Freeze);
    if let Some(heard) = &mut ours.heard {
        let finding = &heard.findings[0];
        let mut place = finding.evidence().place().expect("cited").clone();
        place.side = Side::Ours;
        heard.findings[0] = crate::Finding::new(
            finding.value().clone(),
            Evidence::sentence(place),
            finding.provenance().clone(),
        );
    }
    check(vec![ours], State::Clear, "no red flag in 1 calls");
}

#[test]
fn talk_imbalance() {
    let talk = |day, share| {
        let mut one = ann(day, vec![]);
        if let Some(heard) = &mut one.heard {
            heard.talk_ratio_ours = share;
        }
        one
    };
    let check = |before, last, state, reason| {
        let calls = vec![talk("2026-03-02", before), talk("2026-03-03", last)];
        check(
            Warning::TalkImbalance,
            &with_calls(calls),
            "2026-03-09",
            state,
            reason,
        );
    };
    let fires = "we had 80 % and 76 % of the talk in the last two calls; the limit is 75 %";
    check(Some(0.8), Some(0.76), State::Fires, fires);
    check(
        Some(0.9),
        Some(0.75),
        State::Clear,
        "we had 75 % of the talk in one of the last two calls",
    );
    check(
        None,
        Some(0.7),
        State::Clear,
        "we had 70 % of the talk in one of the last two calls",
    );
    check(
        None,
        Some(0.8),
        State::Unknown,
        "our share of the talk is known of 1 of the last two calls",
    );
}

#[test]
fn champion_silent() {
    let attended = |calls: &[&[&str]]| {
        let one = |(n, who): (usize, &&[&str])| call(&format!("2026-03-{:02}", n + 2), who, vec![]);
        with_calls(calls.iter().enumerate().map(one).collect())
    };
    let check = |calls: &[&[&str]], state, reason| {
        check(
            Warning::ChampionSilent,
            &attended(calls),
            "2026-03-20",
            state,
            reason,
        );
    };
    check(
        &[&["ann"], &["ann"], &["ann", "bo"], &["bo"], &["cy"]],
        State::Fires,
        "who took part most often, in 3 of 5 calls, was in none of the last two",
    );
    check(
        &[&["ann"], &["ann"], &["bo"], &["bo", "ann"]],
        State::Clear,
        "who took part most often, in 3 of 4 calls, was in one of the last two",
    );
    check(
        &[&["ann"], &["bo"]],
        State::Unknown,
        "2 of 3 calls with the customer",
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

#[test]
fn a_negative_claim_lists_what_was_searched_and_a_positive_one_its_sentences() {
    let silent = with_calls(vec![ann("2026-03-02", vec![]); 2]);
    let Evidence::Searched {
        calls,
        with_transcript,
        known,
    } = verdict(Warning::PricingAbsent, &silent, "2026-03-09")
        .evidence()
        .clone()
    else {
        panic!("a search");
    };
    assert_eq!((calls.len(), with_transcript, known), (2, 2, 2));

    let flags = vec![
        Value::RedFlag(RedFlagKind::Freeze),
        Value::RedFlag(RedFlagKind::NotNow),
    ];
    let flagged = with_calls(vec![ann("2026-03-02", flags)]);
    let found = verdict(Warning::RedFlag, &flagged, "2026-03-09");
    assert_eq!(found.evidence().citations().count(), 2);
}

#[test]
fn settings_of_a_stage_win() {
    let mut rules = PipelineRules::default();
    let mut own = rules.settings.clone();
    own.no_activity_days = 5;
    rules.settings_by_stage.insert("proposal".to_owned(), own);
    let view = with_calls(vec![ann("2026-03-02", vec![])]);
    let then = view.at(at("2026-03-09"), &rules).expect("it was known");
    let all = warnings(StageTimes::default());
    assert_eq!(all[0].eval(&then).state(), State::Fires);
}
