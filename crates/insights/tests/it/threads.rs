//! The same calls give the same bytes, on one thread and on two.

use insights::highlights::highlights;
use insights::statistics::{Breaks, Statistics};
use insights::testing::{SmallCall, call_of};
use insights::{Watch, Watched, detect, detectors, entities};

const TURNS: [(&str, &str); 8] = [
    ("ours:ann", "What would you like to see change this year?"),
    (
        "theirs:bo",
        "Our month-end close takes nine days and the team hates it.",
    ),
    (
        "theirs:cy",
        "Honestly, the price is more than we have in the budget.",
    ),
    ("ours:ann", "I will send you the contract by Friday."),
    (
        "theirs:bo",
        "We use Bright Ledger today, and our CFO has to sign.",
    ),
    ("theirs:cy", "Um, all purchases are frozen until March."),
    ("ours:ann", "Mm-hmm."),
    (
        "theirs:bo",
        "If security says yes, we would sign this quarter.",
    ),
];

fn calls() -> Vec<SmallCall> {
    (1..=TURNS.len()).map(|n| call_of(&TURNS[..n])).collect()
}

/// Everything that is computed of a call, as text with every digit.
fn everything(call: &SmallCall) -> String {
    let mut watched = Watched::default();
    watched.competitors.push(Watch::new("Bright Ledger"));
    let view = call.view();
    let found = detect(&detectors(&watched), &view).expect("they run");
    let ids: Vec<String> = found.iter().map(|one| one.id().to_string()).collect();
    format!(
        "{found:?} {ids:?} {:?} {:?} {:?}",
        Statistics::of(&view, Breaks::Tolerant, &found),
        highlights(&view, 10),
        entities(&view)
    )
}

#[test]
fn the_same_calls_give_the_same_bytes_on_one_thread_and_on_two() {
    let calls = calls();
    let one: Vec<String> = calls.iter().map(everything).collect();
    let (left, right) = calls.split_at(calls.len() / 2);

    let two: Vec<String> = std::thread::scope(|scope| {
        let first = scope.spawn(|| left.iter().map(everything).collect::<Vec<_>>());
        let second = scope.spawn(|| right.iter().map(everything).collect::<Vec<_>>());
        let mut all = first.join().expect("it runs");
        all.extend(second.join().expect("it runs"));
        all
    });

    assert_eq!(one, two);
    assert!(
        one.last().is_some_and(|all| all.contains("Question")),
        "something was found"
    );
}
