//! Who took part.

use super::{ann, check, known, mail, with_calls};
use crate::deals::testing::{call, deal_with, unheard};
use crate::deals::{PipelineRules, State, Title, Warning};
use conversation::Side;

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
            person.title = Title::of(*title, &PipelineRules::default());
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
