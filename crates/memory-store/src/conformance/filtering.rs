//! A filter keeps what it says, before anything is ranked.

use std::num::NonZeroUsize;

use access::{PrivateCalls, Scope};
use conversation::{AccountId, CallId, Period, Side, UserId, WorkspaceId};
use jiff::Timestamp;

use super::Make;
use super::trial::{Trial, calls, everything, places};
use crate::testing::{SampleCall, call};
use crate::{Filter, Question};

pub(super) async fn check(make: &Make<'_>) {
    every_filter_keeps_what_it_says(make).await;
    a_side_keeps_the_passages_it_is_heard_in(make).await;
    phrases_keep_passages_with_their_words_side_by_side(make).await;
    a_filter_costs_no_recall(make).await;
}

fn at(second: i64, nanosecond: i32) -> Timestamp {
    Timestamp::new(second, nanosecond).expect("in range")
}

fn user(id: &str) -> UserId {
    UserId::new(id).expect("a valid id")
}

fn world() -> Vec<SampleCall> {
    let samples = vec![
        call("a")
            .started(at(100, 0))
            .workspace("w")
            .account("acme")
            .user("ann")
            .tag("x"),
        call("b")
            .started(at(100, 1))
            .workspace("w")
            .account("acme")
            .user("bob")
            .tag("x")
            .tag("y"),
        call("c")
            .started(at(200, 0))
            .workspace("v")
            .account("beta")
            .user("ann")
            .user("bob"),
        call("d")
            .started(at(-1, -5))
            .private()
            .user("ann")
            .tag("x y"),
        call("e")
            .started(at(300, 0))
            .private()
            .workspace("w")
            .account("acme")
            .account("beta"),
    ];
    samples
        .into_iter()
        .map(|sample| sample.says("alpha talk"))
        .collect()
}

async fn every_filter_keeps_what_it_says(make: &Make<'_>) {
    let trial = Trial::of(make, &world()).await;
    let cases = scopes().into_iter().chain(times()).chain(facts());
    for (expected, filter) in cases {
        let found = trial.recall(&trial.question("alpha", filter.clone())).await;
        assert_eq!(calls(&found.meaning).concat(), expected, "{filter:?}");
        assert_eq!(calls(&found.words).concat(), expected, "{filter:?}");
    }
}

/// The calls that a filter leaves, and the filter.
type Case = (&'static str, Filter);

fn case(expected: &'static str, change: impl FnOnce(&mut Filter)) -> Case {
    let mut filter = everything();
    change(&mut filter);
    (expected, filter)
}

fn scopes() -> Vec<Case> {
    let scoped = |expected, scope| case(expected, |filter| filter.scope = scope);
    vec![
        case("abcde", |_| ()),
        scoped("abc", Scope::everything(PrivateCalls::Withheld)),
        scoped("abcde", Scope::everything(PrivateCalls::Included)),
        scoped("acd", Scope::calls_of([user("ann")])),
        scoped("abcd", Scope::calls_of([user("ann"), user("bob")])),
        scoped("", Scope::calls_of([user("nobody")])),
        scoped("", Scope::calls_of([])),
        scoped("", Scope::nothing()),
        scoped(
            "abcd",
            Scope::everything(PrivateCalls::Withheld).with_own(Some(user("ann"))),
        ),
        scoped("abc", leading("bob", "ann")),
        scoped("abcd", leading("ann", "bob")),
        scoped("abc", leading("ann", "bob").without_private()),
        case("a", |filter| {
            filter.scope = Scope::calls_of([user("ann")]);
            filter.accounts = accounts(&["acme"]);
            filter.workspace = Some(workspace("w"));
            filter.period = Period::new(Some(at(0, 0)), None).expect("open");
        }),
    ]
}

fn leading(leader: &str, led: &str) -> Scope {
    Scope::team(user(leader), [user(led)], PrivateCalls::Withheld)
}

fn times() -> Vec<Case> {
    let between = |expected, from, to| {
        let period = Period::new(from, to).expect("it begins before it ends");
        case(expected, |filter| filter.period = period)
    };
    vec![
        between("bc", Some(at(100, 1)), Some(at(300, 0))),
        between("ad", None, Some(at(100, 1))),
        between("ce", Some(at(100, 2)), None),
        between("d", Some(at(-1, -5)), Some(at(0, -1))),
        between("", Some(at(-1, -4)), Some(at(100, 0))),
    ]
}

fn facts() -> Vec<Case> {
    let calls = |ids: &[&str]| -> Vec<CallId> {
        let ids = ids.iter().map(|id| CallId::new(*id).expect("a valid id"));
        ids.collect()
    };
    let tags = |tags: &[&str]| -> Vec<String> { tags.iter().map(|&tag| tag.to_owned()).collect() };
    vec![
        case("abe", |filter| filter.workspace = Some(workspace("w"))),
        case("", |filter| filter.workspace = Some(workspace("W"))),
        case("ac", |filter| filter.calls = calls(&["a", "c", "z"])),
        case("", |filter| filter.calls = calls(&["z"])),
        case("abe", |filter| filter.accounts = accounts(&["acme"])),
        case("abce", |filter| {
            filter.accounts = accounts(&["acme", "beta"]);
        }),
        case("bc", |filter| filter.users = vec![user("bob")]),
        case("abcd", |filter| {
            filter.users = vec![user("bob"), user("ann")];
        }),
        case("ab", |filter| filter.tags_any = tags(&["x"])),
        case("abd", |filter| filter.tags_any = tags(&["x y", "x", "z"])),
        case("b", |filter| filter.tags_all = tags(&["y", "x"])),
        case("", |filter| filter.tags_all = tags(&["x", "z"])),
        case("b", |filter| {
            filter.tags_any = tags(&["y"]);
            filter.tags_all = tags(&["x"]);
        }),
    ]
}

fn accounts(ids: &[&str]) -> Vec<AccountId> {
    let ids = ids
        .iter()
        .map(|id| AccountId::new(*id).expect("a valid id"));
    ids.collect()
}

fn workspace(id: &str) -> WorkspaceId {
    WorkspaceId::new(id).expect("a valid id")
}

async fn a_side_keeps_the_passages_it_is_heard_in(make: &Make<'_>) {
    let sample = call("1")
        .side_says(Side::Ours, "alpha talk")
        .side_says(Side::Theirs, "alpha talk")
        .side_says(Side::Unknown, "alpha talk");
    let trial = Trial::of(make, &[sample]).await;
    for (side, ordinal) in [(Side::Ours, 0), (Side::Theirs, 1), (Side::Unknown, 2)] {
        let mut filter = everything();
        filter.side = Some(side);
        let found = trial.recall(&trial.question("alpha", filter)).await;
        assert_eq!(
            places(&found.meaning),
            [("1".to_owned(), ordinal)],
            "{side}"
        );
        assert_eq!(places(&found.words), [("1".to_owned(), ordinal)], "{side}");
    }
}

async fn phrases_keep_passages_with_their_words_side_by_side(make: &Make<'_>) {
    let samples = [
        call("a").says("the security review is open"),
        call("b").says("a review of the security"),
        call("c").says("Security reviews, and an open security question"),
    ];
    let trial = Trial::of(make, &samples).await;
    let cases: [(&[&str], &str); 7] = [
        (&["security review"], "ac"),
        (&["SECURITY   reviewing"], "ac"),
        (&["the security review is open"], "a"),
        (&["security review", "open security"], "c"),
        (&["review"], "abc"),
        (&["open review"], ""),
        (&["!"], ""),
    ];
    for (phrases, expected) in cases {
        let mut filter = everything();
        filter.phrases = phrases.iter().map(|&phrase| phrase.to_owned()).collect();
        let found = trial.recall(&trial.question("security", filter)).await;
        assert_eq!(calls(&found.meaning).concat(), expected, "{phrases:?}");
        assert_eq!(calls(&found.words).concat(), expected, "{phrases:?}");
    }
}

const CALLS: usize = 500;
const PASSAGES_A_CALL: usize = 8;
/// Half-precision vectors of 48 dimensions are this near to the exact cosine.
const NEAR: f32 = 2e-3;

async fn a_filter_costs_no_recall(make: &Make<'_>) {
    let samples: Vec<SampleCall> = (0..CALLS).map(crowded).collect();
    let trial = Trial::new(make).await;
    for batch in samples.chunks(CALLS / 4) {
        trial.write(batch).await;
    }
    let vectors: Vec<_> = samples
        .iter()
        .map(|sample| sample.points(&trial.embedder))
        .collect();
    let asked = trial.embedder.vector("word3 word14 topic15 word92");

    // From one call in five hundred to all of them.
    for share in [CALLS, 100, 20, 5, 2, 1] {
        let mut filter = everything();
        filter.tags_any = vec![format!("every{share}")];
        let mut question = Question::new(filter).meaning(asked.clone());
        question.candidates = NonZeroUsize::new(60).expect("not zero");

        let found = trial.recall(&question).await.meaning;

        let mut exact: Vec<f32> = vectors
            .iter()
            .step_by(share)
            .flat_map(|call| &call.points)
            .filter_map(|point| Some(asked.dot(point.vector.as_ref()?)))
            .collect();
        exact.sort_by(|a, b| b.total_cmp(a));
        exact.truncate(60);
        assert_eq!(found.len(), exact.len(), "one in {share}");
        for (candidate, exact) in found.iter().zip(exact) {
            let n: usize = candidate.place.call.as_str().parse().expect("a number");
            assert_eq!(n % share, 0, "a candidate passes the filter");
            assert!(
                (candidate.score - exact).abs() < NEAR,
                "one in {share}: the best are found"
            );
        }
    }
    let mut filter = everything();
    filter.calls = vec![CallId::new("77").expect("a valid id")];
    let found = trial.recall(&trial.question("word1", filter)).await;
    assert_eq!(calls(&found.meaning), ["77"]);
    assert_eq!(
        found.meaning.len(),
        PASSAGES_A_CALL,
        "one call of many is found whole"
    );
}

fn crowded(n: usize) -> SampleCall {
    let mut sample = call(&n.to_string());
    for share in [CALLS, 100, 20, 5, 2, 1] {
        if n.is_multiple_of(share) {
            sample = sample.tag(&format!("every{share}"));
        }
    }
    let talk = (0..PASSAGES_A_CALL).map(|part| {
        let word = |factor: usize| (n * factor + part * 31) % 101;
        format!(
            "word{} word{} topic{} word{}",
            word(7),
            word(13),
            n % 40,
            word(59)
        )
    });
    talk.fold(sample, SampleCall::says)
}
