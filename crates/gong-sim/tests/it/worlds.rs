//! Worlds from folders and generators.

use std::collections::HashSet;
use std::error::Error as _;
use std::fs;

use gong_sim::{Error, World, WorldCall};
use serde_json::{Value, json};

use crate::asking::{Asker, plain, world};
use crate::shared;

#[test]
fn a_folder_is_read_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let call = plain("7", "2026-03-02T09:00:00Z");
    let file =
        json!({ "call": call.call_json(), "callTranscript": { "callId": "7", "transcript": [] } });
    fs::write(folder.path().join("7.json"), file.to_string()).unwrap();
    fs::write(folder.path().join("README.md"), "not a call").unwrap();

    let world = World::from_dir(folder.path()).unwrap();

    assert_eq!((world.len(), world.transcripts()), (1, 1));
}

#[test]
fn a_file_that_is_no_call_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        fs::write(folder.path().join("odd.json"), text).unwrap();
        World::from_dir(folder.path()).unwrap_err()
    };

    assert!(matches!(read("{"), Error::NotJson { .. }));
    let error = read(r#"{"call": {"metaData": {"id": "x7", "started": "2026-03-02T09:00:00Z"}}}"#);
    assert!(
        error
            .to_string()
            .ends_with("odd.json holds no call in Gong's shape")
    );
    assert_eq!(
        error.source().unwrap().to_string(),
        "a call has no usable metaData.id"
    );
    assert!(matches!(
        World::from_dir(&folder.path().join("none")),
        Err(Error::Unreadable { .. })
    ));
}

#[test]
fn an_edit_keeps_the_transcript_and_cannot_change_the_id() {
    let call = plain("1", "2026-03-02T09:00:00Z");
    let before = call.transcript_json();

    let edited = call
        .clone()
        .edited(|call| call["metaData"]["title"] = json!("New"))
        .unwrap();

    assert_eq!(
        (
            edited.transcript_json(),
            &edited.call_json()["metaData"]["title"]
        ),
        (before, &json!("New"))
    );
    assert!(
        call.clone()
            .edited(|call| call["metaData"]["id"] = json!("2"))
            .is_err()
    );
    assert!(call.edited(|call| call["metaData"] = Value::Null).is_err());
    let world = world([edited])
        .with_edited("1", WorldCall::without_transcript)
        .unwrap();
    assert_eq!(world.transcripts(), 0);
}

#[test]
fn generated_calls_differ_within_a_seed_and_are_the_same_across_runs() {
    let json = |seed| -> Vec<Value> {
        World::generate(seed, 60)
            .calls()
            .map(|call| json!([call.call_json(), call.transcript_json()]))
            .collect()
    };
    let ids = |seed| -> HashSet<String> {
        World::generate(seed, 2000)
            .calls()
            .map(|call| call.id().to_owned())
            .collect()
    };

    assert_eq!(json(1), json(1));
    assert_ne!(json(1), json(2));
    assert_eq!(ids(1).len(), 2000);
    assert!(ids(1).is_disjoint(&ids(2)));
    assert!(
        ids(1)
            .iter()
            .any(|id| id.len() == 20 && id.parse::<u64>().is_err())
    );
}

#[tokio::test]
async fn the_shared_real_conversations_are_served_whole() {
    let Some(shared) = shared::folder("the_shared_real_conversations_are_served_whole") else {
        return;
    };
    let world = World::from_dir(&shared.join("data/calls")).unwrap();
    let expected: HashSet<String> = world.calls().map(|call| call.id().to_owned()).collect();

    let asker = Asker::of(world).await;
    let (ids, pages) = asker.all_extensive(json!({})).await;

    assert_eq!((ids.len(), pages), (375, 4));
    assert_eq!(ids.into_iter().collect::<HashSet<_>>(), expected);
}

#[tokio::test]
async fn a_hundred_thousand_calls_are_served_in_windows() {
    let asker = Asker::of(World::generate(9, 100_000)).await;

    let window =
        json!({ "fromDateTime": "2026-03-02T00:00:00Z", "toDateTime": "2026-03-03T00:00:00Z" });
    let (ids, pages) = asker.all_extensive(window).await;

    assert!((500..620).contains(&ids.len()), "{}", ids.len());
    assert_eq!(pages, ids.len().div_ceil(100));
    let (_, body) = asker
        .post("/v2/calls/transcript", json!({ "filter": {} }))
        .await;
    assert_eq!(body["records"]["totalRecords"], 100_000);
}
