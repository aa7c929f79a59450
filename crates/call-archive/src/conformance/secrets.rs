//! Laws of kept secrets: one holder at a time, and nothing but what the holder wrote.

use jiff::{SignedDuration, Timestamp};

use crate::{Claimed, Finished, Secret, Secrets};

use super::fixture::NOW;

const NAME: &str = "tokens";

pub(super) async fn check<S: Secrets + 'static>(make: &impl AsyncFn() -> (S, S)) {
    what_was_replaced_last_is_given(make().await).await;
    a_claim_has_one_holder_and_ends(make().await).await;
    a_claim_of_a_clock_that_was_set_back_is_over(make().await).await;
    names_are_apart(make().await).await;
}

fn at(second: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(second)
}

fn secret(text: &str) -> Secret {
    text.to_owned().into()
}

async fn what_was_replaced_last_is_given<S: Secrets>((one, other): (S, S)) {
    let law = "what was replaced last is given, whole, through every handle";
    assert!(one.secret(NAME).await.expect("readable").is_none(), "{law}");
    let long = "ü".repeat(20_000);
    let mut before: Option<Secret> = None;
    for (number, text) in ["first", &long, ""].into_iter().enumerate() {
        let holder = format!("holder {number}");
        let claimed = one.claim_secret(NAME, &holder, at(20), NOW).await;
        assert_eq!(claimed.expect("claimed"), Claimed::Held(before), "{law}");
        let replaced = other
            .replace_secret(NAME, &holder, Some(secret(text)))
            .await;
        assert_eq!(replaced.expect("replaced"), Finished::Held, "{law}");
        for handle in [&one, &other] {
            let given = handle.secret(NAME).await.expect("readable");
            assert!(given == Some(secret(text)), "{law}");
        }
        before = Some(secret(text));
    }

    one.claim_secret(NAME, "last", at(20), NOW)
        .await
        .expect("claimed");
    let removed = one.replace_secret(NAME, "last", None).await;
    assert_eq!(removed.expect("removed"), Finished::Held);
    let given = other.secret(NAME).await.expect("readable");
    assert!(given.is_none(), "what was removed is gone");
}

async fn a_claim_has_one_holder_and_ends<S: Secrets>((one, other): (S, S)) {
    let claim = async |who: &S, holder: &str, now: i64| {
        let claimed = who.claim_secret(NAME, holder, at(now + 20), at(now)).await;
        claimed.expect("an answer")
    };
    let replace = async |who: &S, holder: &str, text: &str| {
        let replaced = who.replace_secret(NAME, holder, Some(secret(text))).await;
        replaced.expect("an answer")
    };
    assert_eq!(claim(&one, "a", 0).await, Claimed::Held(None));

    let law = "a claim has one holder";
    assert_eq!(claim(&other, "b", 1).await, Claimed::Busy(at(20)), "{law}");
    assert_eq!(replace(&other, "b", "b's").await, Finished::Lost, "{law}");
    other.release_secret(NAME, "b").await.expect("harmless");
    assert_eq!(claim(&one, "c", 2).await, Claimed::Busy(at(20)), "{law}");

    let law = "a claim ends when it is released";
    one.release_secret(NAME, "a").await.expect("released");
    assert_eq!(claim(&other, "b", 3).await, Claimed::Held(None), "{law}");
    assert_eq!(replace(&one, "a", "a's").await, Finished::Lost, "{law}");

    let law = "a claim ends with its time, and then another may have it";
    assert_eq!(claim(&one, "c", 23).await, Claimed::Held(None), "{law}");
    assert_eq!(replace(&other, "b", "b's").await, Finished::Lost, "{law}");
    assert_eq!(replace(&one, "c", "c's").await, Finished::Held, "{law}");

    let law = "a claim ends when it replaces";
    assert_eq!(replace(&one, "c", "again").await, Finished::Lost, "{law}");
    let held = claim(&other, "d", 24).await;
    assert_eq!(held, Claimed::Held(Some(secret("c's"))), "{law}");
}

async fn a_claim_of_a_clock_that_was_set_back_is_over<S: Secrets>((one, other): (S, S)) {
    let claimed = one.claim_secret(NAME, "a", at(90_000), at(89_980)).await;
    assert_eq!(claimed.expect("claimed"), Claimed::Held(None));

    let claimed = other.claim_secret(NAME, "b", at(20), NOW).await;

    let law = "a claim whose end is too far away is over";
    assert_eq!(claimed.expect("claimed"), Claimed::Held(None), "{law}");
}

async fn names_are_apart<S: Secrets>((one, other): (S, S)) {
    let claimed = one.claim_secret("x", "a", at(20), NOW).await;
    assert_eq!(claimed.expect("claimed"), Claimed::Held(None));
    let claimed = other.claim_secret("y", "b", at(20), NOW).await;
    assert_eq!(claimed.expect("claimed"), Claimed::Held(None));
    let replaced = one.replace_secret("x", "a", Some(secret("x"))).await;
    assert_eq!(replaced.expect("replaced"), Finished::Held);

    let given = other.secret("y").await.expect("readable");
    assert!(given.is_none(), "names are apart");
}
