//! The key file: made first, never replaced, never done without.

use std::fs;

use call_archive::{Calls, ErrorKind, Ledger, OpenOptions, SqliteArchive};
use conversation::Tenant;
use tempfile::TempDir;

use crate::fixture::{NOW, call, files, id, open, store};

async fn kind_of_opening(folder: &TempDir) -> Option<ErrorKind> {
    let opened = SqliteArchive::open(OpenOptions::new(folder.path(), NOW)).await;
    opened.err().map(|error| error.kind())
}

async fn filled() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    archive.close().await.expect("closed");
    folder
}

#[tokio::test]
async fn the_first_opening_says_that_it_made_a_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/er");

    let first = open(&path).await;
    assert_eq!(first.opening().made_key(), Some(&*path.join("key")));
    assert!(first.opening().is_new());
    let text = fs::read_to_string(path.join("key")).expect("a key");
    assert!(text.contains("Keep a copy"), "it says so itself");
    drop(first);

    let second = open(&path).await;
    assert_eq!(second.opening().made_key(), None);
    assert!(!second.opening().is_new());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_archive() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("archive");
    let archive = open(&path).await;
    store(&archive, call("1", "word")).await;

    let mode = |path: &std::path::Path| {
        let about = fs::metadata(path).expect("it is there");
        about.permissions().mode() & 0o777
    };
    assert_eq!(mode(&path), 0o700);
    let names: Vec<_> = files(&path).into_iter().map(|(name, _)| name).collect();
    for name in &names {
        assert_eq!(mode(&path.join(name)), 0o600, "{name}");
    }
    let known = [
        "archive.sqlite",
        "archive.sqlite-shm",
        "archive.sqlite-wal",
        "key",
        "tombstones",
    ];
    assert_eq!(names, known);
}

#[tokio::test]
async fn an_archive_without_its_key_is_not_touched() {
    let folder = filled().await;
    let key = fs::read(folder.path().join("key")).expect("a key");
    fs::remove_file(folder.path().join("key")).expect("removed");
    let before = files(folder.path());

    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::KeyMissing));
    assert_eq!(files(folder.path()), before, "nothing is written");

    fs::write(folder.path().join("key"), key).expect("put back");
    let archive = open(folder.path()).await;
    assert_eq!(archive.known(&[id("1")]).await.expect("known").len(), 1);
}

#[tokio::test]
async fn another_key_does_not_open_it() {
    let (folder, other) = (filled().await, filled().await);
    let database = fs::read(folder.path().join("archive.sqlite")).expect("a database");
    fs::copy(other.path().join("key"), folder.path().join("key")).expect("copied");

    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::WrongKey));
    let after = fs::read(folder.path().join("archive.sqlite")).expect("a database");
    assert_eq!(after, database, "nothing is written");

    fs::write(folder.path().join("key"), "id = k\nkey = 00\n").expect("written");
    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::WrongKey));
}

#[tokio::test]
async fn a_key_without_a_database_is_taken() {
    let folder = filled().await;
    let key = fs::read(folder.path().join("key")).expect("a key");
    fs::remove_file(folder.path().join("archive.sqlite")).expect("removed");
    fs::remove_file(folder.path().join("tombstones")).expect("removed");

    let archive = open(folder.path()).await;

    assert_eq!(archive.opening().made_key(), None);
    let after = fs::read(folder.path().join("key")).expect("a key");
    assert_eq!(after, key);
    store(&archive, call("1", "word")).await;
}

#[tokio::test]
async fn a_folder_without_an_archive_can_be_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");

    let opened = SqliteArchive::open(OpenOptions::new(&missing, NOW).existing()).await;

    let kind = opened.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::Invalid));
    assert!(!missing.exists(), "nothing is made");
}

#[tokio::test]
async fn each_tenant_has_keys_and_calls_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = open(folder.path()).await;
    let other = Tenant::new("other").expect("a valid id");
    let other = OpenOptions::new(folder.path(), NOW).tenant(other);
    let theirs = SqliteArchive::open(other).await.expect("opened");

    store(&ours, call("1", "word")).await;

    assert!(theirs.known(&[id("1")]).await.expect("known").is_empty());
    let (ours, theirs) = (ours.hash_key().await, theirs.hash_key().await);
    let (ours, theirs) = (ours.expect("a key"), theirs.expect("a key"));
    assert!(ours.id != theirs.id && ours.bytes != theirs.bytes);
}
