//! What is forgotten is gone, and nothing else is.

use conversation::{CallId, Revision, WorkspaceId};

use super::Make;
use super::trial::Trial;
use crate::testing::{SampleCall, call};
use crate::{Forget, PersonKey};

pub(super) async fn check(make: &Make<'_>) {
    each_kind_of_forgetting_drops_what_it_names(make).await;
    what_is_forgotten_can_be_written_again(make).await;
    much_writing_and_forgetting_leaves_what_is_left(make).await;
}

fn world() -> Vec<SampleCall> {
    vec![
        call("1")
            .workspace("w")
            .person("ann")
            .says("alpha one")
            .says("alpha two"),
        // The newer facts no longer name Ann.
        call("1").workspace("w").revision(2).says("alpha three"),
        call("2")
            .workspace("v")
            .person("ann")
            .person("bob")
            .says("alpha four"),
        call("3").person("bob").says("alpha five"),
        call("33").says("alpha six"),
    ]
}

fn id(id: &str) -> CallId {
    CallId::new(id).expect("a valid id")
}

async fn each_kind_of_forgetting_drops_what_it_names(make: &Make<'_>) {
    let workspace = |id| Forget::Workspace(WorkspaceId::new(id).expect("a valid id"));
    let person = |key: &str| Forget::Person(PersonKey(key.to_owned()));
    let cases = [
        (
            Forget::Call(id("1")),
            3,
            vec![("2", 1), ("3", 1), ("33", 1)],
        ),
        (
            Forget::Calls(vec![id("3"), id("1"), id("4"), id("3")]),
            4,
            vec![("2", 1), ("33", 1)],
        ),
        (
            Forget::Calls(vec![]),
            0,
            vec![("1", 1), ("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (
            Forget::Call(id("3")),
            1,
            vec![("1", 1), ("1", 2), ("2", 1), ("33", 1)],
        ),
        (
            Forget::Call(id("4")),
            0,
            vec![("1", 1), ("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (
            Forget::Revision(id("1"), Revision::new(1)),
            2,
            vec![("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (
            Forget::Revision(id("1"), Revision::new(3)),
            0,
            vec![("1", 1), ("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (person("ann"), 4, vec![("3", 1), ("33", 1)]),
        (person("bob"), 2, vec![("1", 1), ("1", 2), ("33", 1)]),
        (
            person(""),
            0,
            vec![("1", 1), ("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (workspace("w"), 3, vec![("2", 1), ("3", 1), ("33", 1)]),
        (
            workspace("1"),
            0,
            vec![("1", 1), ("1", 2), ("2", 1), ("3", 1), ("33", 1)],
        ),
        (Forget::All, 6, vec![]),
    ];
    for (which, dropped, left) in cases {
        let trial = Trial::of(make, &world()).await;

        assert_eq!(trial.forget(which.clone()).await, dropped, "{which:?}");

        let held = trial.holdings().await;
        let held: Vec<_> = held.iter().map(|held| (held.0.as_str(), held.1)).collect();
        assert_eq!(held, left, "{which:?}");
        let found = trial.ask("alpha").await;
        let expected = 6 - usize::try_from(dropped).expect("a small number");
        assert_eq!(found.meaning.len(), expected, "{which:?} by meaning");
        assert_eq!(found.words.len(), expected, "{which:?} by words");
        assert_eq!(trial.forget(which.clone()).await, 0, "{which:?} again");
    }
    assert_eq!(Trial::new(make).await.forget(Forget::All).await, 0);
}

async fn what_is_forgotten_can_be_written_again(make: &Make<'_>) {
    let trial = Trial::of(make, &world()).await;
    let (held, found) = (trial.holdings().await, trial.ask("alpha two").await);
    for which in [Forget::Call(id("1")), Forget::All] {
        trial.forget(which).await;
        trial.write(&world()).await;
        assert_eq!(trial.holdings().await, held);
        assert_eq!(
            trial.ask("alpha two").await,
            found,
            "as if it had never been forgotten"
        );
    }
}

async fn much_writing_and_forgetting_leaves_what_is_left(make: &Make<'_>) {
    let trial = Trial::new(make).await;
    let sample = |n: usize, turn: usize| {
        let talk = (0..3).map(|part| format!("topic{n} turn{turn} part{part}"));
        talk.fold(call(&format!("c{n}")), SampleCall::says)
    };
    for turn in 0..6 {
        let samples: Vec<_> = (0..12).map(|n| sample(n, turn)).collect();
        trial.write(&samples).await;
        for n in (turn % 2..12).step_by(2) {
            assert_eq!(trial.forget(Forget::Call(id(&format!("c{n}")))).await, 3);
        }
    }

    let expected: Vec<String> = (0..12).step_by(2).map(|n| format!("c{n}")).collect();
    let mut expected_held = expected.clone();
    expected_held.sort();
    let held: Vec<_> = trial
        .holdings()
        .await
        .into_iter()
        .map(|held| held.0)
        .collect();
    assert_eq!(held, expected_held);
    for n in (0..12).step_by(2) {
        let found = trial.ask(&format!("topic{n} turn5 part1")).await;
        for list in [found.meaning, found.words] {
            let best = list
                .first()
                .map(|c| (c.place.call.to_string(), c.place.ordinal));
            assert_eq!(best, Some((format!("c{n}"), 1)), "its vector is its own");
        }
    }
}
