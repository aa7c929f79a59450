//! A table for each rule: what fires it, what clears it, and what leaves it unknown.

mod activity;
mod dates;
mod people;
mod promises;
mod said;

use super::warnings;
use crate::deals::testing::{at, call, deal_with, email};
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
