//! What must be sealed is found in no byte on the disk, and nothing sealed can be moved or changed.

use access::Scope;
use call_archive::{
    About, Calls, Checkpoint, Class, ErrorKind, FindingId, Findings, Ledger, People, Secrets,
    SqliteArchive, Verdict, classes,
};
use jiff::SignedDuration;
use rusqlite::Connection;
use std::path::Path;

use crate::fixture::{
    NOW, call, deliver, holding, id, open, store, store_answer, store_deal, store_finding,
    store_user, store_write,
};

const CANARY: &str = "zqxcanary";
const MAGIC_OF_ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

fn beside(folder: &Path) -> Connection {
    Connection::open(folder.join("archive.sqlite")).expect("a database")
}

async fn keep_secret(archive: &SqliteArchive, text: &str) {
    let until = NOW + SignedDuration::from_secs(20);
    let claimed = archive.claim_secret("tokens", "me", until, NOW).await;
    claimed.expect("claimed");
    let text = Some(text.to_owned().into());
    let replaced = archive.replace_secret("tokens", "me", text).await;
    replaced.expect("replaced");
}

async fn save(archive: &SqliteArchive, value: &str) {
    let entry = Checkpoint {
        name: "a.setting".to_owned(),
        value: value.to_owned(),
    };
    archive.save(entry).await.expect("saved");
}

async fn kind_of_reading(archive: &SqliteArchive, name: &str) -> Option<ErrorKind> {
    let read = archive.read(&Scope::internal(), &[id(name)]).await;
    read.err().map(|error| error.kind())
}

#[tokio::test]
async fn no_byte_on_the_disk_shows_what_is_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let first = store(&archive, call("call-7", CANARY)).await;
    let mut second = call("call-7", CANARY);
    second.expected = Some(first);
    second.call.title = Some(format!("{CANARY}new"));
    store(&archive, second).await;
    store_user(&archive, "u1", CANARY).await;
    store_user(&archive, "u1", &format!("{CANARY}new")).await;
    store_finding(&archive, "call-7", first, CANARY).await;
    keep_secret(&archive, &format!("{CANARY}secret")).await;
    store_deal(&archive, CANARY).await;
    deliver(&archive, "call-7", CANARY).await;
    store_answer(&archive, 1, &["call-7"], CANARY).await;
    store_write(&archive, "call-7", CANARY).await;
    save(&archive, &format!("{CANARY}setting")).await;

    assert!(
        !holding(folder.path(), b"call-7").is_empty(),
        "clear ids are found, so the search does search"
    );
    assert_eq!(holding(folder.path(), CANARY.as_bytes()), [""; 0]);
    archive.close().await.expect("closed");
    drop(archive);
    assert_eq!(holding(folder.path(), b"call-7"), ["archive.sqlite"]);
    assert_eq!(holding(folder.path(), CANARY.as_bytes()), [""; 0]);
}

#[tokio::test]
async fn what_an_older_version_left_readable_is_sealed_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let first = store(&archive, call("1", CANARY)).await;
    store_finding(&archive, "1", first, CANARY).await;
    let finding = FindingId::from_bytes([7; 32]);
    let about = About::Finding(finding);
    let labelled = archive
        .label(&Scope::internal(), &about, Verdict::Right, NOW)
        .await;
    assert!(labelled.expect("labelled"));
    save(&archive, "newer").await;
    archive.close().await.expect("closed");
    drop(archive);
    let old = beside(folder.path());
    let as_it_was = format!(
        "DELETE FROM secrets WHERE name = 'ledger/archive.keyed';
         INSERT INTO checkpoints VALUES ('default', 'a.setting', '{CANARY}words');
         UPDATE labels SET detector = 'tracker:0011';"
    );
    old.execute_batch(&as_it_was).expect("written");
    drop(old);
    assert!(!holding(folder.path(), CANARY.as_bytes()).is_empty());

    let archive = open(folder.path()).await;

    let setting = archive.load("a.setting").await.expect("loaded");
    assert_eq!(setting, Some(format!("{CANARY}words")));
    let key = archive.hash_key().await.expect("a key");
    let labels = archive.labels(&Scope::internal()).await.expect("read");
    let keyed = FindingId::from_bytes(key.fingerprint(&finding.to_string()));
    let label = labels.first().expect("what was said stays");
    assert_eq!(label.finding, keyed);
    assert_eq!(label.detector, key.detector("tracker:0011"));
    let kept = archive.findings(&Scope::internal(), &id("1")).await;
    assert_eq!(kept.expect("read").expect("words").runs, [], "made again");
    assert_eq!(holding(folder.path(), CANARY.as_bytes()), [""; 0]);
    archive.close().await.expect("closed");
    drop(archive);
    let archive = open(folder.path()).await;
    let labels = archive.labels(&Scope::internal()).await.expect("read");
    assert_eq!(labels[0].finding, keyed, "keyed once");
}

#[tokio::test]
async fn every_sealed_column_holds_sealed_values_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let first = store(&archive, call("1", CANARY)).await;
    store_user(&archive, "u1", CANARY).await;
    store_finding(&archive, "1", first, CANARY).await;
    keep_secret(&archive, CANARY).await;
    store_deal(&archive, CANARY).await;
    deliver(&archive, "1", CANARY).await;
    store_answer(&archive, 1, &["1"], CANARY).await;
    store_write(&archive, "1", CANARY).await;

    let connection = beside(folder.path());
    for column in classes()
        .iter()
        .filter(|column| column.class != Class::Clear)
    {
        let (table, name) = (column.table, column.column);
        let mut statement = connection
            .prepare(&format!(
                "SELECT {name} FROM {table} WHERE {name} IS NOT NULL"
            ))
            .expect("prepared");
        let values: Vec<Vec<u8>> = statement
            .query_map([], |row| row.get(0))
            .expect("read")
            .collect::<Result<_, _>>()
            .expect("bytes");
        assert!(!values.is_empty(), "{table}.{name} is used");
        for value in values {
            assert!(value.len() > 1 + 12 + 16, "{table}.{name} is sealed");
            assert!(matches!(value[0], 1 | 2), "{table}.{name} has a format");
            let is_packed_only = value.windows(4).any(|window| window == MAGIC_OF_ZSTD);
            assert!(!is_packed_only, "{table}.{name} is sealed, not just packed");
        }
    }
}

#[tokio::test]
async fn a_value_that_was_changed_or_moved_does_not_open() {
    for sql in [
        "UPDATE calls SET title = (SELECT title FROM calls WHERE id = '2') WHERE id = '1'",
        "UPDATE calls SET title = details WHERE id = '1'",
        "UPDATE calls SET raw = CAST(substr(raw, 1, length(raw) - 1) || x'00' AS BLOB) WHERE id = '1'",
        "UPDATE parties SET person = (SELECT person FROM parties WHERE call = '2')
         WHERE call = '1'",
        "UPDATE transcripts SET text = (SELECT text FROM transcripts WHERE call = '2')
         WHERE call = '1'",
        "UPDATE call_keys SET wrapped = (SELECT wrapped FROM call_keys WHERE call = '2')
         WHERE call = '1'",
        "DELETE FROM call_keys WHERE call = '1'",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = open(folder.path()).await;
        store(&archive, call("1", CANARY)).await;
        store(&archive, call("2", "other")).await;
        assert_eq!(kind_of_reading(&archive, "1").await, None);

        beside(folder.path()).execute(sql, []).expect("changed");

        let kind = kind_of_reading(&archive, "1").await;
        assert_eq!(kind, Some(ErrorKind::Integrity), "{sql}");
        assert_eq!(kind_of_reading(&archive, "2").await, None, "{sql}");
    }
}

#[tokio::test]
async fn a_user_that_was_changed_or_moved_does_not_open() {
    for sql in [
        "UPDATE users SET person = (SELECT person FROM users WHERE id = 'u2') WHERE id = 'u1'",
        "UPDATE users SET wrapped = (SELECT wrapped FROM users WHERE id = 'u2') WHERE id = 'u1'",
        "UPDATE users SET (wrapped, person) =
           (SELECT wrapped, person FROM users WHERE id = 'u2') WHERE id = 'u1'",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = open(folder.path()).await;
        store_user(&archive, "u1", CANARY).await;
        store_user(&archive, "u2", "other").await;

        beside(folder.path()).execute(sql, []).expect("changed");

        let kind = archive.users().await.err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Integrity), "{sql}");
    }
}

#[tokio::test]
async fn a_secret_that_was_changed_or_moved_does_not_open() {
    for sql in [
        "UPDATE secrets SET name = 'other' WHERE name = 'tokens'",
        "UPDATE secrets SET value = CAST(substr(value, 1, length(value) - 1) || x'00' AS BLOB)",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = open(folder.path()).await;
        keep_secret(&archive, CANARY).await;
        beside(folder.path()).execute(sql, []).expect("changed");

        let mut kinds = Vec::new();
        for name in ["tokens", "other"] {
            let read = archive.secret(name).await;
            kinds.extend(read.err().map(|error| error.kind()));
        }
        assert_eq!(kinds, [ErrorKind::Integrity], "{sql}");
    }
}

#[tokio::test]
async fn a_user_of_whom_nothing_is_new_is_not_written_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let wrapped = || -> Vec<u8> {
        let sql = "SELECT wrapped FROM users";
        beside(folder.path())
            .query_row(sql, [], |row| row.get(0))
            .expect("read")
    };
    store_user(&archive, "u1", "ada").await;
    let first = wrapped();

    store_user(&archive, "u1", "ada").await;
    assert_eq!(wrapped(), first);
    store_user(&archive, "u1", "eve").await;
    assert_ne!(wrapped(), first, "what was there before cannot be opened");
}

#[tokio::test]
async fn a_person_is_found_by_keyed_hash_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "ada")).await;

    let key = archive.hash_key().await.expect("a key");
    let hash = key.email("ADAemail@example.com").expect("a hash");
    let found: String = beside(folder.path())
        .query_row(
            "SELECT call FROM parties WHERE email_hash = ?1",
            [hash],
            |row| row.get(0),
        )
        .expect("found");
    assert_eq!(found, "1");
}
