use conversation::{Revision, SentenceRef, Span};

use super::*;

fn user(rep: usize) -> UserId {
    UserId::new(format!("rep-{rep}")).expect("an id")
}

/// A call with one figure.
fn call(rep: usize, n: usize, metric: Metric, value: f64) -> RepCall {
    let id = CallId::new(format!("{rep}-{n}")).expect("an id");
    let place = Citation::new(
        id.clone(),
        Revision::new(1),
        SentenceRef::new(0, 0),
        Span::default(),
    );
    let mut call = RepCall::new(user(rep), id, "first".to_owned());
    call.figures.insert(metric, Figure::new(value, Some(place)));
    call
}

/// Twelve calls of each rep around a value of their own.
fn team(metric: Metric, values: &[f64]) -> Vec<RepCall> {
    let around = |(rep, value): (usize, &f64)| {
        let value = *value;
        (0..12).map(move |n| {
            let off = (f64::from(u8::try_from(n).expect("small")) - 5.5) / 100.0;
            call(rep, n, metric, value + off)
        })
    };
    values.iter().enumerate().flat_map(around).collect()
}

fn coached(rep: usize, team: &[RepCall]) -> Coaching {
    coach(&user(rep), "first", team, team).expect("enough calls")
}

#[test]
fn who_talks_far_more_than_the_team_is_shown_two_moments_and_an_example() {
    let team = team(Metric::TalkRatio, &[0.85, 0.5, 0.45, 0.55, 0.5, 0.52]);

    let found = coached(0, &team);

    let [one] = found.recommendations.as_slice() else {
        panic!("one: {found:?}");
    };
    assert_eq!(one.measure.metric, Metric::TalkRatio);
    assert!(
        one.measure.interval.lo > one.measure.band.hi,
        "{:?}",
        one.measure
    );
    assert!(
        one.measure.value < one.measure.own,
        "it is drawn towards the team"
    );
    let moments: Vec<&str> = one
        .moments
        .iter()
        .map(|place| place.call.as_str())
        .collect();
    assert_eq!(moments, ["0-11", "0-10"], "those with the largest share");
    let example = one.example.as_ref().expect("a colleague's");
    assert!(!example.call.as_str().starts_with("0-"));
    assert_eq!(
        (found.calls, found.reps, one.measure.calls.len()),
        (12, 6, 12)
    );
}

#[test]
fn who_lies_on_the_wanted_side_or_in_the_band_hears_nothing() {
    let team = team(Metric::TalkRatio, &[0.2, 0.5, 0.45, 0.55, 0.5, 0.52]);
    assert!(coached(0, &team).recommendations.is_empty());
    assert!(coached(1, &team).recommendations.is_empty());
    assert_eq!(coached(1, &team).measures.len(), 1);
}

#[test]
fn rates_are_drawn_by_their_counts() {
    let rate = |rep: usize, agreed: usize| {
        (0..12).map(move |n| {
            let value = if n < agreed { 1.0 } else { 0.0 };
            call(rep, n, Metric::NextStepAgreed, value)
        })
    };
    let team: Vec<RepCall> = [0, 11, 11, 10, 11, 12]
        .into_iter()
        .enumerate()
        .flat_map(|(rep, agreed)| rate(rep, agreed))
        .collect();
    let found = coached(0, &team);
    let one = &found.recommendations[0];
    assert!(one.measure.own.abs() < 1e-9 && one.measure.value > 0.0);
    assert!(one.measure.interval.hi < one.measure.band.lo);
}

#[test]
fn examples_come_only_from_calls_that_the_reader_may_see() {
    let team = team(Metric::TalkRatio, &[0.85, 0.5, 0.45, 0.55, 0.5, 0.52]);
    let own: Vec<RepCall> = team
        .iter()
        .filter(|call| call.rep == user(0))
        .cloned()
        .collect();
    let found = coach(&user(0), "first", &team, &own).expect("enough calls");
    assert_eq!(found.recommendations[0].example, None);
    assert_eq!(found.recommendations[0].moments.len(), 2);
}

#[test]
fn below_ten_calls_or_five_reps_nothing_is_said() {
    let mut team = team(Metric::TalkRatio, &[0.85, 0.5, 0.45, 0.55, 0.5]);
    let refused = |team: &[RepCall], rep| coach(&user(rep), "first", team, team).map(|_| ());
    assert_eq!(refused(&team, 0), Ok(()));
    let other = coach(&user(0), "second", &team, &team).map(|_| ());
    assert_eq!(other, Err(NoCoaching::FewCalls { calls: 0 }));
    team.retain(|call| call.rep != user(4) || call.call.as_str() < "4-2");
    let few = refused(&team, 4).expect_err("four calls");
    assert_eq!(
        few.to_string(),
        "not enough data: 4 of 10 calls of this sort"
    );
    assert_eq!(refused(&team, 0), Err(NoCoaching::FewReps { reps: 4 }));
}

#[test]
fn at_most_three_things_are_said() {
    let all = [
        Metric::TalkRatio,
        Metric::LongestMonologue,
        Metric::SwitchesPerMinute,
        Metric::Patience,
        Metric::QuestionsPerHour,
    ];
    let mut calls: Vec<RepCall> = Vec::new();
    for metric in all {
        let values = match metric.wanted() {
            Wanted::Less => [0.9, 0.5, 0.45, 0.55, 0.5, 0.52],
            Wanted::More => [0.1, 0.5, 0.45, 0.55, 0.5, 0.52],
        };
        for (at, call) in team(metric, &values).into_iter().enumerate() {
            match calls.get_mut(at) {
                Some(known) => known.figures.extend(call.figures),
                None => calls.push(call),
            }
        }
    }
    let found = coached(0, &calls);
    assert_eq!((found.measures.len(), found.recommendations.len()), (5, 3));
}
