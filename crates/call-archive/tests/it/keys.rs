//! The key file: made first, never replaced, never done without.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use access::Scope;
use call_archive::{
    Calls, Erasing, Erasure, Error, ErrorKind, FileKeys, GivenKeys, Kek, KeyCare, KeyStore, Ledger,
    OpenOptions, People, SqliteArchive,
};
use conversation::Tenant;
use rusqlite::Connection;
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::fixture::{NOW, call, files, id, open, store, store_user};

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
    let key = path.join("key");
    assert_eq!(first.opening().made_key(), key.to_str());
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

    let mode = |path: &Path| {
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

/// A store like one of a user's own: in memory, readable and writable, not a file.
#[derive(Default)]
struct Vault(Mutex<Vec<(String, [u8; 32])>>);

impl KeyStore for Vault {
    fn keys(&self) -> Result<Vec<Kek>, Error> {
        let held = self.0.lock().expect("not poisoned");
        let kek = |(id, key): &(String, [u8; 32])| Kek::new(id, Zeroizing::new(*key));
        held.iter().rev().map(kek).collect()
    }

    fn add(&self, kek: &Kek) -> Result<(), Error> {
        let mut held = self.0.lock().expect("not poisoned");
        held.push((kek.id().to_owned(), *kek.expose_bytes()));
        Ok(())
    }

    fn remove(&self, id: &str) -> Result<(), Error> {
        let mut held = self.0.lock().expect("not poisoned");
        held.retain(|(known, _)| known != id);
        Ok(())
    }

    fn place(&self) -> String {
        "the vault".to_owned()
    }
}

async fn open_with(folder: &Path, keys: Arc<dyn KeyStore>) -> Result<SqliteArchive, Error> {
    SqliteArchive::open(OpenOptions::new(folder, NOW).keys(keys)).await
}

async fn title(archive: &SqliteArchive, name: &str) -> Option<String> {
    let read = archive.read(&Scope::internal(), &[id(name)]).await;
    read.expect("read").pop()?.call.title
}

#[tokio::test]
async fn a_store_of_ones_own_takes_the_place_of_the_key_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Arc::new(Vault::default());
    let archive = open_with(folder.path(), vault.clone())
        .await
        .expect("opened");
    assert_eq!(archive.opening().made_key(), Some("the vault"));
    store(&archive, call("1", "word")).await;
    archive.close().await.expect("closed");
    drop(archive);
    assert!(!folder.path().join("key").exists());

    let without = SqliteArchive::open(OpenOptions::new(folder.path(), NOW)).await;
    let kind = without.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::KeyMissing));
    let archive = open_with(folder.path(), vault).await.expect("opened");
    assert!(title(&archive, "1").await.is_some());
}

#[tokio::test]
async fn a_text_of_keys_opens_an_archive_and_is_never_written() {
    let folder = filled().await;
    let text = fs::read_to_string(folder.path().join("key")).expect("a key");
    fs::remove_file(folder.path().join("key")).expect("removed");
    let given = GivenKeys::new(text, "the variable KEY").expect("keys");

    let archive = open_with(folder.path(), Arc::new(given))
        .await
        .expect("opened");

    assert!(title(&archive, "1").await.is_some());
    let rotated = archive
        .rotate_kek(NOW)
        .await
        .expect_err("it can only be read");
    assert_eq!(rotated.kind(), ErrorKind::Invalid);
    assert!(rotated.to_string().contains("the variable KEY"));
    let known = archive.key_status().await.expect("a status").keks;
    assert_eq!(known.len(), 1, "nothing was left half done");
}

#[tokio::test]
async fn a_rotated_master_key_opens_everything_and_the_former_one_stays_until_forgotten() {
    let folder = filled().await;
    let backup = fs::read(folder.path().join("archive.sqlite")).expect("a database");
    let archive = open(folder.path()).await;
    archive
        .begin_erase(&id("9"), Erasure::WithTombstone, NOW)
        .await
        .expect("begun");
    let before = archive.key_status().await.expect("a status");
    let [old] = &before.keks[..] else {
        panic!("{before:?}");
    };

    let new = archive.rotate_kek(NOW).await.expect("rotated");

    let after = archive.key_status().await.expect("a status");
    let shown: Vec<_> = after
        .keks
        .iter()
        .map(|k| (&*k.id, k.is_given, k.wraps))
        .collect();
    assert_eq!(shown, [(&*new, true, 2), (&*old.id, true, 0)]);
    assert_eq!(
        after.hash_key, before.hash_key,
        "the key of hashes is the same"
    );
    assert!(title(&archive, "1").await.is_some());
    archive.close().await.expect("closed");
    drop(archive);

    let archive = open(folder.path()).await;
    assert!(
        title(&archive, "1").await.is_some(),
        "a new process reads it"
    );
    archive.close().await.expect("closed");
    drop(archive);
    let rotated = fs::read(folder.path().join("archive.sqlite")).expect("a database");
    fs::write(folder.path().join("archive.sqlite"), backup).expect("a backup");
    let archive = open(folder.path()).await;
    assert!(
        title(&archive, "1").await.is_some(),
        "a backup from before opens"
    );
    archive.close().await.expect("closed");
    drop(archive);
    fs::write(folder.path().join("archive.sqlite"), rotated).expect("as it was");

    let archive = open(folder.path()).await;
    let in_use = archive.forget_kek(&new).await.expect_err("it is in use");
    assert_eq!(in_use.kind(), ErrorKind::Invalid);
    archive.forget_kek(&old.id).await.expect("forgotten");
    assert_eq!(archive.key_status().await.expect("a status").keks.len(), 1);
    let again = archive
        .forget_kek(&old.id)
        .await
        .expect_err("it is not known");
    assert_eq!(again.kind(), ErrorKind::Invalid);
    archive.close().await.expect("closed");
    drop(archive);
    let text = fs::read_to_string(folder.path().join("key")).expect("a key");
    assert!(text.contains(&new) && !text.contains(&old.id));
    // The database is lost: the tombstones still open by the key that is left.
    fs::remove_file(folder.path().join("archive.sqlite")).expect("removed");
    let archive = open(folder.path()).await;
    assert_eq!(archive.erased(&[id("9")]).await.expect("known"), [id("9")]);
}

#[tokio::test]
async fn a_rotation_that_stopped_after_its_new_key_is_taken_up_again() {
    let folder = filled().await;
    let keys = FileKeys::at(folder.path().join("key"));
    let made = Kek::random().expect("a key");
    keys.add(&made).expect("added");

    let archive = open(folder.path()).await;
    assert!(
        title(&archive, "1").await.is_some(),
        "it opens by the former key"
    );
    let rotated = archive.rotate_kek(NOW).await.expect("rotated");

    assert_eq!(rotated, made.id());
    assert_eq!(keys.keys().expect("keys").len(), 2, "no third key is made");
}

#[tokio::test]
async fn a_key_under_a_known_name_that_is_another_key_is_wrong() {
    let folder = filled().await;
    let keys = FileKeys::at(folder.path().join("key"));
    let id = keys.keys().expect("keys")[0].id().to_owned();
    let other = GivenKeys::new(
        format!("id = {id}\nkey = {}", "00".repeat(32)),
        "a variable",
    );

    let opened = open_with(folder.path(), Arc::new(other.expect("keys"))).await;

    assert_eq!(
        opened.err().map(|error| error.kind()),
        Some(ErrorKind::WrongKey)
    );
}

#[tokio::test]
async fn a_rotated_data_key_wraps_every_key_anew_step_by_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let other = open(folder.path()).await;
    for n in 0..7 {
        store(&archive, call(format!("{n}"), "word")).await;
    }
    store_user(&archive, "u1", "ada").await;
    let hash_key = archive.hash_key().await.expect("a key");

    // Seven calls, one user, one note of the ledger.
    let first = archive.rotate_dek(3, NOW).await.expect("a step");
    assert_eq!((first.done, first.left), (3, 6));
    assert!(title(&archive, "0").await.is_some() && title(&archive, "6").await.is_some());
    let second = archive.rotate_dek(3, NOW).await.expect("a step");
    assert_eq!((second.done, second.left), (3, 3));
    let last = archive.rotate_dek(3, NOW).await.expect("a step");
    assert_eq!((last.done, last.left), (3, 0));
    assert_eq!(
        (&first.dek, &second.dek),
        (&last.dek, &last.dek),
        "one rotation, one key"
    );

    let status = archive.key_status().await.expect("a status");
    let wraps: Vec<_> = status
        .deks
        .iter()
        .map(|dek| (dek.version, dek.wraps))
        .collect();
    assert_eq!(wraps, [(1, 0), (2, 9)]);
    // A process that was there before reads what the new key wraps, and may still use its own.
    for n in 0..7 {
        assert!(title(&other, &n.to_string()).await.is_some());
    }
    assert_eq!(other.users().await.expect("users").len(), 1);
    store(&other, call("7", "word")).await;
    assert!(title(&archive, "7").await.is_some());
    let verified = archive.verify_keys().await.expect("verified");
    assert!(
        verified.damaged.is_empty() && verified.opened >= 10 + 3,
        "{verified:?}"
    );
    assert_eq!(
        archive.hash_key().await.expect("a key").bytes,
        hash_key.bytes
    );
}

#[tokio::test]
async fn a_wrapped_key_that_does_not_open_is_named() {
    let folder = filled().await;
    let archive = open(folder.path()).await;
    store(&archive, call("2", "word")).await;
    let database = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let sql = "UPDATE call_keys SET wrapped = (SELECT wrapped FROM call_keys WHERE call = '1')";
    database.execute(sql, []).expect("changed");

    let verified = archive.verify_keys().await.expect("verified");

    assert_eq!(verified.damaged, ["call_keys/2"]);
}
