//! Private calls: withheld by default, taken out when they turn private, back when they come back.
use gong_sim::{Operation, World, WorldCall};
use gong_sync::{Outcome, PrivatePolicy};

use crate::fixture::{Bench, at, id};

fn world() -> World {
    let open = WorldCall::plain("71", at("2026-07-02T09:00:00Z"));
    let private = WorldCall::plain("72", at("2026-07-02T10:00:00Z"))
        .private(true)
        .unwrap();
    World::empty()
        .with_call(open)
        .unwrap()
        .with_call(private)
        .unwrap()
}

#[tokio::test]
async fn of_a_private_call_only_id_times_and_privacy_are_kept_and_its_words_are_never_asked_for() {
    let bench = Bench::new(world()).await;

    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Private), 1);
    let stored = bench.stored("72").await.unwrap();
    assert!(bench.known("72").await.unwrap().is_shell);
    assert!(stored.call.is_private() && stored.call.parties.is_empty());
    assert!(stored.call.title.is_none() && stored.call.url.is_none() && stored.text.is_none());
    assert!(stored.raw.blocks.is_empty());
    assert_eq!(stored.call.started, at("2026-07-02T10:00:00Z"));
    let asked = bench.sim.recorded();
    let of_words = asked
        .iter()
        .filter(|asked| asked.operation == Operation::GetCallTranscripts.as_str());
    for asked in of_words {
        assert!(!asked.body.as_ref().unwrap().to_string().contains("\"72\""));
    }
    assert_eq!(bench.update().await.outcomes.of(Outcome::Private), 1);
}

#[tokio::test]
async fn stored_if_asked_for() {
    let mut bench = Bench::new(world()).await;
    bench.options.private = PrivatePolicy::Store;

    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Indexing), 2);
    let content = bench.content().await;
    assert!(content[&id("72")].passages > 0);
    assert!(bench.stored("72").await.unwrap().call.is_private());
}

#[tokio::test]
async fn a_call_that_turns_private_leaves_archive_and_index_and_comes_back_whole() {
    let bench = Bench::new(world()).await;
    bench.update().await;
    let whole = bench.content().await;

    bench.sim.set_private("71", true).unwrap();
    let gone = bench.update().await;
    assert_eq!(
        (gone.outcomes.of(Outcome::Private), gone.index.erased),
        (2, 1)
    );
    assert!(bench.known("71").await.unwrap().is_shell);
    assert_eq!(bench.content().await[&id("71")].passages, 0);

    bench.sim.set_private("71", false).unwrap();
    let back = bench.update().await;
    assert_eq!(back.outcomes.of(Outcome::Indexing), 1);
    assert_eq!(bench.content().await, whole);
}

#[tokio::test]
async fn a_call_that_is_open_again_before_it_was_erased_is_brought_again_after_it() {
    let bench = Bench::new(world()).await;
    bench.update().await;
    let whole = bench.content().await;

    bench.sim.set_private("71", true).unwrap();
    let outcome = bench.sync().call(&id("71")).await.unwrap();
    assert_eq!(outcome, Outcome::Private);
    assert!(bench.known("71").await.is_none(), "it is being erased");
    bench.sim.set_private("71", false).unwrap();
    let report = bench.update().await;

    assert_eq!(report.index.erased, 1);
    assert_eq!(bench.content().await, whole);
}

#[tokio::test]
async fn an_answer_that_does_not_say_whether_a_call_is_private_opens_no_private_one() {
    let bench = Bench::new(world()).await;
    bench.update().await;

    bench
        .sim
        .edit_call("72", |call| {
            call.edited(|call| call["metaData"]["isPrivate"] = serde_json::Value::Null)
        })
        .unwrap();
    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Private), 1);
    assert!(bench.known("72").await.unwrap().is_shell);
}

#[tokio::test]
async fn a_stored_private_call_goes_when_the_policy_becomes_skip() {
    let mut bench = Bench::new(world()).await;
    bench.options.private = PrivatePolicy::Store;
    bench.update().await;

    bench.options.private = PrivatePolicy::Skip;
    bench.update().await;

    assert!(bench.known("72").await.unwrap().is_shell);
    assert_eq!(bench.content().await[&id("72")].passages, 0);
}
