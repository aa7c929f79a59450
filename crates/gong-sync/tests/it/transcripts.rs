//! Words that come after their call, or before it.
use gong_sim::{Operation, World, WorldCall};
use gong_sync::{Outcome, Reach, Run};
use serde_json::json;

use crate::fixture::{Bench, at, id};
use call_archive::TextState;

fn call(number: &str) -> WorldCall {
    WorldCall::plain(number, at("2026-07-02T09:00:00Z"))
}

#[tokio::test]
async fn a_transcript_that_comes_late_is_asked_for_by_a_hundred_ids_and_heals_the_call() {
    let mut world = World::empty();
    for number in 100..220 {
        let late = call(&number.to_string()).transcript_after(at("2026-07-02T12:04:00Z"));
        world = world.with_call(late).unwrap();
    }
    let bench = Bench::new(world).await;
    let first = bench.update().await;
    assert_eq!(first.outcomes.of(Outcome::NotReady), 120);
    assert_eq!((first.transcripts_pending, first.index.indexed), (120, 0));

    let early = bench.due().await;
    assert_eq!(early.requests.made(), 0, "nobody asks before two minutes");
    bench.advance("2m");
    let still_early = bench.due().await;
    assert_eq!(
        still_early.requests.made(),
        2,
        "two requests of a hundred ids at the most"
    );
    bench.advance("3m");
    let healed = bench.due().await;

    assert_eq!(healed.requests.made(), 4);
    assert_eq!(healed.outcomes.of(Outcome::Indexing), 120);
    let content = bench.content().await;
    assert!(content.values().all(|call| call.passages > 0));
    assert_eq!(bench.jobs_left().await, 0);
}

#[tokio::test]
async fn after_an_hour_only_runs_ask_again_and_they_heal_too() {
    let late = call("71").transcript_after(at("2026-07-03T13:00:00Z"));
    let bench = Bench::new(World::empty().with_call(late).unwrap()).await;
    bench.update().await;
    for wait in ["2m", "3m", "10m", "45m", "1m"] {
        bench.advance(wait);
        bench.due().await;
    }
    assert_eq!(bench.sim.stats().of(Operation::GetCallTranscripts), 1 + 4);
    assert_eq!(bench.jobs_left().await, 0);

    bench.advance("24h");
    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Indexing), 1);
    assert_eq!(report.transcripts_pending, 0);
}

#[tokio::test]
async fn after_seven_days_there_is_no_transcript_and_a_reconcile_asks_nevertheless() {
    let late = call("71").transcript_after(at("2026-07-14T00:00:00Z"));
    let bench = Bench::new(World::empty().with_call(late).unwrap()).await;
    bench.update().await;

    bench.advance("193h");
    bench.run(Run::Reconcile(Reach::Month)).await;
    let given_up = bench.known("71").await.unwrap();
    bench.advance("96h");
    bench.run(Run::Reconcile(Reach::Month)).await;

    assert_eq!(given_up.text, TextState::None);
    assert!(bench.known("71").await.unwrap().text_revision.is_some());
}

#[tokio::test]
async fn a_transcript_known_before_the_details_of_its_call_is_brought_once_they_are_there() {
    let details = at("2026-07-02T12:10:00Z");
    let bench = Bench::new(
        World::empty()
            .with_call(call("71").details_after(details))
            .unwrap(),
    )
    .await;

    // A webhook or a person asks for the call before Gong tells of it.
    let outcome = bench.sync().call(&id("71")).await.unwrap();
    assert_eq!(outcome, Outcome::NotReady);
    bench.advance("2m");
    bench.due().await;
    assert!(bench.known("71").await.is_none());
    for wait in ["5m", "5m", "15m"] {
        bench.advance(wait);
        bench.due().await;
    }

    assert!(bench.known("71").await.unwrap().text_revision.is_some());
    assert_eq!(bench.content().await.len(), 1);
}

#[tokio::test]
async fn a_reconcile_finds_calls_that_only_the_plain_list_knows() {
    let details = at("2026-07-02T12:10:00Z");
    let bench = Bench::new(
        World::empty()
            .with_call(call("71").details_after(details))
            .unwrap(),
    )
    .await;

    let report = bench.run(Run::Reconcile(Reach::Month)).await;
    assert_eq!((report.requests.listing, report.outcomes.total()), (1, 0));
    bench.advance("15m");
    bench.due().await;

    assert!(bench.known("71").await.unwrap().text_revision.is_some());
}

#[tokio::test]
async fn a_call_that_gong_does_not_know_is_missing_and_one_it_knows_is_stored() {
    let bench = Bench::new(World::empty().with_call(call("71")).unwrap()).await;
    let sync = bench.sync();

    assert_eq!(sync.call(&id("72")).await.unwrap(), Outcome::Missing);
    assert_eq!(sync.call(&id("71")).await.unwrap(), Outcome::Indexing);
    assert_eq!(sync.call(&id("71")).await.unwrap(), Outcome::Unchanged);
}

#[tokio::test]
async fn a_transcript_corrected_upstream_replaces_the_old_one_in_the_index() {
    let bench = Bench::new(World::empty().with_call(call("71")).unwrap()).await;
    bench.update().await;
    let before = bench.known("71").await.unwrap().text_revision.unwrap();

    bench
        .sim
        .correct_transcript("71", |words| {
            words[0]["sentences"][0]["text"] = json!("Corrected.");
        })
        .unwrap();
    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Indexing), 1);
    let after = bench.known("71").await.unwrap().text_revision.unwrap();
    assert!(after > before);
    let content = bench.content().await;
    assert!(
        content[&id("71")]
            .words
            .as_ref()
            .unwrap()
            .contains("Corrected.")
    );
}

#[tokio::test]
async fn an_answer_without_the_transcript_does_not_take_the_words_away() {
    let bench = Bench::new(World::empty().with_call(call("71")).unwrap()).await;
    bench.update().await;
    let before = bench.content().await;

    bench
        .sim
        .edit_call("71", |call| Ok(call.without_transcript()))
        .unwrap();
    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::NotReady), 0);
    assert_eq!(bench.content().await, before);
}
