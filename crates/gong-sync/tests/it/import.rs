//! Calls from files.
use conversation::CallId;
use futures::stream;
use gong_sync::{Failure, Fetched, Outcome, Parts, Sync};
use serde_json::json;
use std::sync::Arc;

use crate::fixture::{Bench, id};
use gong_sim::World;

fn file(number: &str, text: &str) -> Vec<u8> {
    let file = json!({
        "call": { "metaData": { "id": number, "started": "2026-03-01T09:00:00Z", "title": "A call" } },
        "callTranscript": { "callId": number, "transcript": [
            { "speakerId": "1", "topic": null, "sentences": [{ "start": 0, "end": 900, "text": text }] },
        ] },
    });
    file.to_string().into_bytes()
}

#[tokio::test]
async fn files_are_imported_without_a_client_and_what_is_no_call_is_named() {
    let bench = Bench::new(World::empty()).await;
    let mut parts = bench.parts();
    parts.client = None;
    let mut files: Vec<Result<Fetched, Failure>> = (100..300)
        .map(|number| Fetched::from_json(&file(&number.to_string(), "Hello there.")))
        .map(|read| read.map_err(|error| Failure::from(&error)))
        .collect();
    for bad in ["{", "[]", "{}", r#"{"call": {"metaData": {"id": "9"}}}"#] {
        let read = Fetched::from_json(bad.as_bytes());
        files.push(read.map_err(|error| Failure::from(&error)));
    }

    let report = Sync::new(parts).import(stream::iter(files)).await;

    assert!(report.is_complete());
    assert_eq!(report.outcomes.of(Outcome::Indexing), 200);
    assert_eq!(report.failures.len(), 4);
    assert_eq!(report.failures[3].call, Some(CallId::new("9").unwrap()));
    assert_eq!(bench.content().await.len(), 200);
    assert_eq!(bench.sim.stats().total, 0);
}

#[tokio::test]
async fn importing_twice_is_importing_once_and_a_changed_file_replaces() {
    let bench = Bench::new(World::empty()).await;
    let read = |text| Fetched::from_json(&file("5", text)).unwrap();

    let first = bench
        .sync()
        .store(vec![read("One."), read("Two.")])
        .await
        .unwrap();
    let second = bench.sync().store(vec![read("Two.")]).await.unwrap();
    let third = bench.sync().store(vec![read("Three.")]).await.unwrap();

    let two = vec![(id("5"), Outcome::Indexing), (id("5"), Outcome::Indexing)];
    assert_eq!(first, two);
    assert_eq!(second, [(id("5"), Outcome::Unchanged)]);
    assert_eq!(third, [(id("5"), Outcome::Indexing)]);
    assert!(
        bench.content().await[&id("5")]
            .words
            .as_ref()
            .unwrap()
            .contains("Three.")
    );
}

#[tokio::test]
async fn a_file_does_not_take_a_call_of_gongs_over() {
    let bench = Bench::new(World::generate(7, 3)).await;
    bench.update().await;
    let call = bench.content().await.into_keys().next().unwrap();

    let read = Fetched::from_json(&file(call.as_str(), "From a file.")).unwrap();
    bench.sync().store(vec![read]).await.unwrap();

    assert_eq!(bench.content().await[&call].source, "gong");
}

#[tokio::test]
async fn an_erased_call_does_not_come_back_by_any_way() {
    use call_archive::Erasure;
    let bench = Bench::new(World::generate(7, 3)).await;
    bench.update().await;
    let call = bench.content().await.into_keys().next().unwrap();
    let now = bench.sim.now();
    bench
        .archive
        .begin_erase(&call, Erasure::WithTombstone, now)
        .await
        .unwrap();

    let run = bench.update().await;
    let again = bench.update().await;
    let read = Fetched::from_json(&file(call.as_str(), "From a file.")).unwrap();
    let imported = bench.sync().store(vec![read]).await.unwrap();
    let webhook = bench.sync().call(&call).await.unwrap();

    assert_eq!(run.index.erased, 1);
    assert_eq!(
        (
            run.outcomes.of(Outcome::Erased),
            again.outcomes.of(Outcome::Erased)
        ),
        (0, 0)
    );
    assert_eq!(imported, [(call.clone(), Outcome::Erased)]);
    assert_eq!(webhook, Outcome::Erased);
    assert_eq!(bench.content().await.len(), 2);
}

#[tokio::test]
async fn an_archive_without_an_index_takes_calls_and_indexes_them_later() {
    let bench = Bench::new(World::generate(7, 5)).await;
    let clock = bench.sim.clock().clone();
    let archive = Arc::clone(&bench.archive);
    let parts = Parts::new(archive, Arc::new(move || clock.now())).client(bench.client());

    let report = Sync::new(parts).run(gong_sync::Run::Update).await;
    assert!(report.is_complete());
    assert_eq!(
        (report.outcomes.of(Outcome::Indexing), report.index.indexed),
        (5, 0)
    );

    assert_eq!(bench.sync().drain().await.unwrap().indexed, 5);
    assert_eq!(bench.content().await.len(), 5);
}
