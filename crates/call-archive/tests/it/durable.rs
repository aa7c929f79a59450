//! What was acknowledged is there again, for this process and for others.

use std::time::Duration;

use access::Scope;
use call_archive::{
    Calls, Checkpoint, ErrorKind, Indexes, JobKind, Jobs, Ledger, OpenOptions, SqliteArchive,
};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::fixture::{NOW, call, id, open, store};

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let index = archive.add_index("space", NOW).await.expect("an index");
    let first = store(&archive, call("1", "word")).await;
    let checkpoint = Checkpoint {
        name: "window".to_owned(),
        value: "7".to_owned(),
    };
    archive.save(checkpoint).await.expect("saved");
    let key = archive.hash_key().await.expect("a key").bytes;
    let read = async |archive: &SqliteArchive| {
        let read = archive.read(&Scope::internal(), &[id("1")]).await;
        format!("{:?}", read.expect("read"))
    };
    let before = read(&archive).await;
    archive.close().await.expect("closed");
    drop(archive);

    let archive = open(folder.path()).await;

    assert_eq!(read(&archive).await, before);
    assert_eq!(archive.indexes().await.expect("listed")[0].id, index);
    let window = archive.load("window").await.expect("loaded");
    assert_eq!(window.as_deref(), Some("7"));
    assert_eq!(archive.hash_key().await.expect("a key").bytes, key);
    let until = NOW + SignedDuration::from_secs(60);
    let jobs = archive.claim(&[JobKind::Index], 10, until, NOW).await;
    assert_eq!(jobs.expect("claimed").len(), 1);
    assert!(store(&archive, call("2", "word")).await > first);
}

#[tokio::test]
async fn two_openings_of_one_folder_see_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (open(folder.path()).await, open(folder.path()).await);
    let mut revisions = Vec::new();
    for n in 0..20 {
        let writer = if n % 2 == 0 { &one } else { &two };
        revisions.push(store(writer, call(n, "word")).await);
    }

    assert!(revisions.is_sorted(), "one counter for both");
    for archive in [&one, &two] {
        assert_eq!(archive.status().await.expect("counts").calls, 20);
    }
}

#[tokio::test]
async fn a_closed_archive_reads_and_does_not_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    archive.close().await.expect("closed");

    let refused = archive.put(vec![call("2", "word")], None, NOW).await;

    let kind = refused.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Closed));
    assert_eq!(archive.known(&[id("1")]).await.expect("known").len(), 1);
}

#[tokio::test]
async fn a_new_folder_can_be_opened_by_many_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut opening = tokio::task::JoinSet::new();
        for n in 0..8 {
            let path = folder.path().to_owned();
            opening.spawn(async move {
                let archive = open(&path).await;
                store(&archive, call(n, "word")).await;
                archive.opening().made_key().is_some()
            });
        }

        let made = opening.join_all().await;

        assert_eq!(
            made.iter().filter(|made| **made).count(),
            1,
            "one made the key"
        );
        let archive = open(folder.path()).await;
        assert_eq!(archive.status().await.expect("counts").calls, 8);
    }
}

#[tokio::test]
async fn a_write_that_waits_too_long_for_another_process_may_be_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = OpenOptions::new(folder.path(), NOW).busy_timeout(Duration::from_millis(20));
    let archive = SqliteArchive::open(options).await.expect("opened");
    let other = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("begun");

    let busy = archive.put(vec![call("1", "word")], None, NOW).await;

    let error = busy.expect_err("somebody else writes");
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.is_transient());
    other.execute_batch("ROLLBACK").expect("ended");
    store(&archive, call("1", "word")).await;
}
