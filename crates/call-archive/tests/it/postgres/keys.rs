//! The care of keys in PostgreSQL, with another process that was there before.

use std::sync::Arc;

use access::Scope;
use call_archive::{Calls, ErrorKind, GivenKeys, KeyCare, Ledger, People, PostgresArchive, Put};

use crate::fixture::{NOW, call, id};

use super::server::Place;

async fn store(archive: &PostgresArchive, put: Put) {
    archive.put(vec![put], None, NOW).await.expect("stored");
}

async fn has_title(archive: &PostgresArchive, name: &str) -> bool {
    let read = archive.read(&Scope::internal(), &[id(name)]).await;
    read.expect("read")
        .iter()
        .any(|call| call.call.title.is_some())
}

#[tokio::test]
async fn a_rotated_master_key_opens_everything_and_the_former_one_goes_when_it_is_forgotten() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    store(&archive, call("1", "word")).await;
    let before = archive.key_status().await.expect("a status");
    let old = before.keks[0].id.clone();

    let new = archive.rotate_kek(NOW).await.expect("rotated");

    let after = archive.key_status().await.expect("a status");
    let shown: Vec<_> = after
        .keks
        .iter()
        .map(|k| (&*k.id, k.is_given, k.wraps))
        .collect();
    assert_eq!(shown, [(&*new, true, 2), (&*old, true, 0)]);
    assert_eq!(after.hash_key, before.hash_key);
    assert!(
        has_title(&place.open().await, "1").await,
        "a new process reads it"
    );
    let in_use = archive.forget_kek(&new).await.expect_err("it is in use");
    assert_eq!(in_use.kind(), ErrorKind::Invalid);
    archive.forget_kek(&old).await.expect("forgotten");
    assert!(
        archive.forget_kek(&old).await.is_err(),
        "it is not known any more"
    );
    assert_eq!(archive.key_status().await.expect("a status").keks.len(), 1);
    assert!(has_title(&place.open().await, "1").await);
}

#[tokio::test]
async fn a_key_that_can_only_be_read_is_not_rotated() {
    let Some(place) = Place::new().await else {
        return;
    };
    let text = std::fs::read_to_string(place.key()).expect("a key");
    let given = Arc::new(GivenKeys::new(text, "the variable KEY").expect("keys"));
    let archive = PostgresArchive::open(
        call_archive::PostgresOptions::new(&place.url, given, NOW).schema(&place.schema),
    )
    .await
    .expect("opened");

    let refused = archive
        .rotate_kek(NOW)
        .await
        .expect_err("it can only be read");

    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(archive.key_status().await.expect("a status").keks.len(), 1);
}

#[tokio::test]
async fn another_process_learns_a_data_key_that_it_did_not_know() {
    let Some(place) = Place::new().await else {
        return;
    };
    let (archive, other) = (place.open().await, place.open().await);
    for n in 0..7 {
        store(&archive, call(n, "word")).await;
    }
    let hash_key = archive.hash_key().await.expect("a key");

    // Seven calls and one note of the ledger.
    let first = archive.rotate_dek(3, NOW).await.expect("a step");
    assert_eq!((first.done, first.left), (3, 5));
    let last = archive.rotate_dek(9, NOW).await.expect("a step");
    assert_eq!((last.done, last.left, &last.dek), (5, 0, &first.dek));

    for n in 0..7 {
        assert!(has_title(&other, &n.to_string()).await, "call {n}");
    }
    store(&other, call("7", "word")).await;
    let third = place.open().await;
    archive.rotate_dek(100, NOW).await.expect("a step");
    // A write needs the keys of what it replaces.
    let mut again = call("3", "other");
    again.expected = third.known(&[id("3")]).await.expect("known")[0]
        .revision
        .into();
    store(&third, again).await;
    assert!(has_title(&archive, "7").await && has_title(&archive, "3").await);
    let verified = archive.verify_keys().await.expect("verified");
    assert!(
        verified.damaged.is_empty() && verified.opened >= 9 + 3,
        "{verified:?}"
    );
    assert_eq!(
        archive.hash_key().await.expect("a key").bytes,
        hash_key.bytes
    );
    assert!(archive.users().await.expect("users").is_empty());
}
