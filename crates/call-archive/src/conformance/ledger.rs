//! Laws of the ledger: named values, one hash key, true counts.

use crate::{Archive, Checkpoint, JobKind, JobRequest, Status};

use super::fixture::{
    NOW, at, bare, current_index, full_put, id, private, put, stored, with_words,
};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_saved_value_is_loaded(&make().await).await;
    the_hash_key_is_always_the_same(&make().await).await;
    counts_are_true(&make().await).await;
}

async fn a_saved_value_is_loaded<A: Archive>(archive: &A) {
    assert_eq!(archive.load("a").await.ok(), Some(None));
    for value in ["1", "", "2 ü"] {
        let entry = Checkpoint {
            name: "a".to_owned(),
            value: value.to_owned(),
        };
        archive.save(entry).await.expect("saved");
        let loaded = archive.load("a").await.expect("loaded");
        assert_eq!(loaded.as_deref(), Some(value));
    }
    assert_eq!(archive.load("b").await.ok(), Some(None));
}

async fn the_hash_key_is_always_the_same<A: Archive>(archive: &A) {
    let key = archive.hash_key().await.expect("a key");
    let again = archive.hash_key().await.expect("a key");

    assert!(!key.id.is_empty() && key.id == again.id);
    assert!(key.bytes == again.bytes && key.bytes != [0; 32]);
}

async fn counts_are_true<A: Archive>(archive: &A) {
    let empty = archive.status().await.expect("counts");
    assert_eq!(empty, Status::default());

    with_words(archive, "1").await;
    let second = with_words(archive, "2").await;
    stored(archive, put(private(bare("3")), None)).await;
    let mut fourth = put(bare("4"), None);
    fourth.call.started = at(-500);
    stored(archive, fourth).await;
    current_index(archive, NOW).await;
    stored(archive, full_put("2", "New.", Some(second))).await;
    let marked = archive.set_missing(&[id("1")], Some(NOW)).await;
    marked.expect("marked");
    let asked = JobRequest::new(JobKind::Transcript, id("4"), NOW);
    archive.enqueue(&[asked], NOW).await.expect("enqueued");

    let wanted = Status {
        calls: 4,
        with_text: 2,
        pending_text: 1,
        private: 1,
        missing: 1,
        unconfirmed: 0,
        indexed: 1,
        jobs: vec![("index", 1), ("transcript", 1)],
        dead: vec![],
        oldest: Some(at(-500)),
        newest: Some(NOW),
    };
    assert_eq!(archive.status().await.expect("counts"), wanted);
}
