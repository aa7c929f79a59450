//! Laws of kept answers: whole, reached like all of their calls, and gone with any of them.

use access::{PrivateCalls, Scope};
use conversation::AccountId;
use jiff::Timestamp;

use crate::{
    ANSWERS_KEPT, AnswerId, Answers, Archive, Erasure, Keep, KeptAnswer, Purge, PurgeReason,
    PurgeTarget,
};

use super::fixture::{NOW, at, bare, full_put, id, private, put, stored, user, with_words};

pub(super) async fn check<A: Archive + Answers>(make: &impl AsyncFn() -> A) {
    what_was_kept_is_given_whole(&make().await).await;
    an_answer_without_its_calls_is_not_kept(&make().await).await;
    an_answer_is_reached_like_all_of_its_calls(&make().await).await;
    an_answer_goes_with_any_of_its_calls(&make().await).await;
    an_answer_goes_with_its_customer(&make().await).await;
    old_answers_are_forgotten(&make().await).await;
}

fn named(number: u8) -> AnswerId {
    AnswerId::from_bytes([number; 32])
}

fn answer(number: u8, text: &str, calls: &[&str]) -> KeptAnswer {
    let calls = calls.iter().map(id).collect();
    KeptAnswer::new(named(number), "a model", NOW, text, calls)
}

async fn keep<A: Answers>(archive: &A, answer: KeptAnswer) -> bool {
    archive.keep_answer(answer).await.expect("an answer")
}

async fn given<A: Answers>(archive: &A, scope: &Scope, number: u8) -> Option<KeptAnswer> {
    archive
        .answer(scope, &named(number))
        .await
        .expect("readable")
}

fn everything() -> Scope {
    Scope::everything(PrivateCalls::Included)
}

async fn what_was_kept_is_given_whole<A: Archive + Answers>(archive: &A) {
    let law = "what was kept is given, whole, and the later one counts";
    with_words(archive, "1").await;
    with_words(archive, "2").await;
    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");
    for text in ["{}", &"Größe\0 \u{202e}".repeat(5_000)] {
        let mut kept = answer(1, text, &["1", "2"]);
        kept.accounts = vec![AccountId::new("a1").expect("a valid id")];
        assert!(keep(archive, kept.clone()).await, "{law}");
        let found = given(archive, &everything(), 1).await;
        assert_eq!(found, Some(kept), "{law}");
    }
    assert_eq!(given(archive, &everything(), 2).await, None, "{law}");
}

async fn an_answer_without_its_calls_is_not_kept<A: Archive + Answers>(archive: &A) {
    let law = "an answer that was made from a call that is not there is not kept";
    with_words(archive, "1").await;
    for calls in [&[][..], &["2"], &["1", "2"]] {
        assert!(!keep(archive, answer(1, "x", calls)).await, "{law}");
    }
    let how = Erasure::MayReturn(Keep::Nothing);
    let begun = archive.begin_erase(&id("1"), how, NOW).await;
    assert!(begun.expect("begun"));
    assert!(!keep(archive, answer(1, "x", &["1"])).await, "{law}");
    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");
}

async fn an_answer_is_reached_like_all_of_its_calls<A: Archive + Answers>(archive: &A) {
    let law = "an answer is given to whoever reaches all of its calls";
    with_words(archive, "1").await;
    let mut hidden = full_put("2", "Between us.", None);
    hidden.call = private(hidden.call);
    stored(archive, hidden).await;
    stored(archive, put(bare("3"), None)).await;
    for (number, calls) in [(1, &["1"][..]), (2, &["1", "2"]), (3, &["1", "3"])] {
        assert!(keep(archive, answer(number, "x", calls)).await);
    }
    let public = Scope::everything(PrivateCalls::Withheld);
    let own = Scope::calls_of([user("u1")]);
    for (scope, reached) in [
        (everything(), &[1, 2, 3][..]),
        (public, &[1, 3]),
        (own, &[1, 2]),
        (Scope::calls_of([user("u9")]), &[]),
        (Scope::nothing(), &[]),
    ] {
        for number in 1..=3 {
            let found = given(archive, &scope, number).await;
            let wanted = reached.contains(&number);
            assert_eq!(found.is_some(), wanted, "{law}: {number}, {scope:?}");
        }
    }
}

async fn an_answer_goes_with_any_of_its_calls<A: Archive + Answers>(archive: &A) {
    for name in ["1", "2", "3"] {
        with_words(archive, name).await;
    }
    assert!(keep(archive, answer(1, "x", &["1", "2"])).await);
    assert!(keep(archive, answer(2, "x", &["3"])).await);
    let how = Erasure::MayReturn(Keep::Nothing);
    archive
        .begin_erase(&id("2"), how, NOW)
        .await
        .expect("begun");
    let law = "an answer is hidden once one of its calls is being erased";
    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");

    archive.erase(&id("2"), NOW).await.expect("erased");
    with_words(archive, "2").await;

    let law = "an answer is destroyed with each of its calls, though the call comes back";
    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");
    let law = "an answer of other calls stays";
    assert!(given(archive, &everything(), 2).await.is_some(), "{law}");
}

async fn an_answer_goes_with_its_customer<A: Archive + Answers>(archive: &A) {
    let law = "an answer goes with a customer that it was made for";
    let account = |name: &str| AccountId::new(name).expect("a valid id");
    stored(archive, put(bare("1"), None)).await;
    for (number, of) in [(1, "a1"), (2, "a2")] {
        let mut kept = answer(number, "x", &["1"]);
        kept.accounts = vec![account(of)];
        assert!(keep(archive, kept).await);
    }

    let purge = Purge {
        target: PurgeTarget::Account(account("a1")),
        reason: PurgeReason::Asked,
        actor: "me".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");

    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");
    assert!(given(archive, &everything(), 2).await.is_some(), "{law}");
}

async fn old_answers_are_forgotten<A: Archive + Answers>(archive: &A) {
    let law = "an answer is forgotten in the end";
    with_words(archive, "1").await;
    let made_at = |number: u8, made: Timestamp| {
        let mut kept = answer(number, "x", &["1"]);
        kept.made = made;
        kept
    };
    assert!(keep(archive, made_at(1, NOW)).await);
    assert!(keep(archive, made_at(2, NOW + ANSWERS_KEPT)).await);
    assert!(given(archive, &everything(), 1).await.is_some(), "{law}");

    assert!(keep(archive, made_at(3, at(1) + ANSWERS_KEPT)).await);

    assert_eq!(given(archive, &everything(), 1).await, None, "{law}");
    assert!(given(archive, &everything(), 2).await.is_some(), "{law}");
}
