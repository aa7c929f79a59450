//! Backups: consistent while writing, brought back with everything that was erased since.

use std::fs;
use std::path::Path;

use access::Scope;
use call_archive::{
    AccountQuery, CallQuery, Calls, DealQuery, Deals, Erasing, Erasure, Erasures, ErrorKind,
    Existing, Indexes, Ledger, OpenOptions, Purge, PurgeReason, PurgeTarget, Purging, PutOutcome,
    SqliteArchive,
};
use conversation::AccountId;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::fixture::{NOW, call, deliver, holding, id, open, store, store_deal};

async fn restore(folder: &Path, backup: &Path, how: Existing, log: Erasures) -> Option<ErrorKind> {
    let options = OpenOptions::new(folder, NOW);
    let restored = SqliteArchive::restore(options, backup, how, log).await;
    restored.err().map(|error| error.kind())
}

async fn listed(archive: &SqliteArchive) -> u64 {
    let page = archive
        .list(&Scope::internal(), &CallQuery::default())
        .await;
    page.expect("listed").total
}

#[tokio::test]
async fn a_backup_is_whole_while_others_write_and_holds_neither_key_nor_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    for n in 0..40 {
        store(&archive, call(n, "zqxcanary")).await;
    }
    let backup = folder.path().join("backup");
    let writing = async {
        for n in 100..140 {
            store(&archive, call(n, "zqxcanary")).await;
        }
    };

    let (bytes, ()) = tokio::join!(archive.backup(&backup), writing);

    assert!(bytes.expect("copied") > 0);
    let connection = Connection::open(&backup).expect("a database");
    let check: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    let calls: i64 = connection
        .query_row("SELECT count(*) FROM calls", [], |row| row.get(0))
        .expect("counted");
    assert!(check == "ok" && calls >= 40, "{check}, {calls} calls");
    drop(connection);
    assert_eq!(holding(folder.path(), b"zqxcanary"), [""; 0]);
    let key = fs::read_to_string(folder.path().join("key")).expect("a key");
    let digits = key
        .lines()
        .find_map(|line| line.strip_prefix("key = "))
        .expect("digits");
    let bytes = fs::read(&backup).expect("readable");
    assert!(
        !bytes
            .windows(digits.len())
            .any(|at| at == digits.as_bytes())
    );
    let again = archive.backup(&backup).await.map_err(|error| error.kind());
    assert_eq!(
        again,
        Err(ErrorKind::Invalid),
        "a backup is never written over"
    );
}

#[tokio::test]
async fn deals_of_an_account_that_was_purged_since_the_backup_stay_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store_deal(&archive, "word").await;
    let backup = folder.path().join("backup");
    archive.backup(&backup).await.expect("copied");
    let account = AccountId::new("a1").expect("a valid id");
    let purge = Purge {
        target: PurgeTarget::Account(account.clone()),
        reason: PurgeReason::Asked,
        actor: "tester".to_owned(),
    };
    archive.begin_purge(&purge, NOW).await.expect("begun");
    archive.close().await.expect("closed");

    let how = (Existing::Replace, Erasures::FromLog);
    assert_eq!(restore(folder.path(), &backup, how.0, how.1).await, None);

    let archive = open(folder.path()).await;
    let query = DealQuery::as_of(Timestamp::MAX);
    let page = archive.deals(&Scope::internal(), &query).await;
    assert_eq!(page.expect("read").deals, []);
    let which = AccountQuery::Ids(vec![account]);
    assert_eq!(archive.accounts(&which).await.expect("read"), []);
}

#[tokio::test]
async fn what_was_erased_since_the_backup_stays_erased_and_the_rest_is_hidden_until_confirmed() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    archive.add_index("space", NOW).await.expect("an index");
    for n in ["1", "2", "3"] {
        store(&archive, call(n, "word")).await;
    }
    let backup = folder.path().join("backup");
    archive.backup(&backup).await.expect("copied");
    let highest = store(&archive, call("4", "word")).await;
    archive
        .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
        .await
        .expect("begun");
    archive.close().await.expect("closed");
    drop(archive);

    let kept = restore(folder.path(), &backup, Existing::Keep, Erasures::FromLog).await;
    assert_eq!(
        kept,
        Some(ErrorKind::Invalid),
        "an archive is not replaced by accident"
    );
    let restored = restore(folder.path(), &backup, Existing::Replace, Erasures::FromLog).await;
    assert_eq!(restored, None);

    let archive = open(folder.path()).await;
    assert_eq!(
        listed(&archive).await,
        0,
        "nothing is shown before it is confirmed"
    );
    assert!(
        archive.indexes().await.expect("read").is_empty(),
        "it starts with no index"
    );
    assert_eq!(archive.status().await.expect("counted").unconfirmed, 2);
    assert!(archive.verify().await.expect("looked at").is_whole());
    assert_eq!(
        archive.erased(&[id("1"), id("2")]).await.expect("known"),
        [id("1")]
    );
    archive.add_index("space", NOW).await.expect("an index");
    assert!(
        archive.status().await.expect("counted").jobs.is_empty() || listed(&archive).await == 0
    );

    // A listing tells of one again, unchanged; the other is gone.
    let outcomes = archive
        .put(vec![call("2", "word"), call("1", "word")], None, NOW)
        .await;
    let outcomes = outcomes.expect("answered");
    assert!(
        matches!(outcomes[0], PutOutcome::Unchanged { .. }),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[1], PutOutcome::Erased);
    assert_eq!(listed(&archive).await, 1);
    assert_eq!(archive.status().await.expect("counted").unconfirmed, 1);
    let later = store(&archive, call("4", "word")).await;
    assert!(later > highest, "no number is drawn twice");
}

#[tokio::test]
async fn without_its_erase_log_or_its_key_nothing_is_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    let backup = folder.path().join("backup");
    archive.backup(&backup).await.expect("copied");
    let other = tempfile::tempdir().expect("a folder");
    let to = other.path();

    let without_log = restore(to, &backup, Existing::Keep, Erasures::FromLog).await;
    assert_eq!(without_log, Some(ErrorKind::Invalid));
    let without_key = restore(to, &backup, Existing::Keep, Erasures::Unknown).await;
    assert_eq!(without_key, Some(ErrorKind::KeyMissing));
    open(to).await.close().await.expect("closed");
    let wrong_key = restore(to, &backup, Existing::Replace, Erasures::FromLog).await;
    assert_eq!(wrong_key, Some(ErrorKind::WrongKey));
    assert!(
        !to.join("archive.sqlite.restoring").exists(),
        "nothing is left behind"
    );

    for name in ["archive.sqlite", "tombstones"] {
        fs::remove_file(to.join(name)).expect("removed");
    }
    fs::copy(folder.path().join("key"), to.join("key")).expect("the key");
    let restored = restore(to, &backup, Existing::Keep, Erasures::Unknown).await;
    assert_eq!(restored, None, "asked for by name");
    assert_eq!(
        open(to).await.known(&[id("1")]).await.expect("known").len(),
        1
    );
}

#[tokio::test]
async fn a_changed_value_is_named_by_its_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    store(&archive, call("2", "word")).await;
    let whole = archive.verify().await.expect("looked at");
    assert!(whole.is_whole());
    assert_eq!((whole.calls, whole.transcripts), (2, 2));

    let connection = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let change = "UPDATE calls SET started = started + 1 WHERE id = '2'";
    connection.execute(change, []).expect("changed");

    assert_eq!(
        archive.verify().await.expect("looked at").damaged,
        [id("2")]
    );
}

#[tokio::test]
async fn a_changed_delivery_is_named_by_its_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    deliver(&archive, "1", "one").await;
    deliver(&archive, "2", "two").await;
    assert!(archive.verify().await.expect("looked at").is_whole());

    let connection = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let swap = "UPDATE inbox SET body = (SELECT body FROM inbox WHERE call = '1')";
    connection.execute(swap, []).expect("changed");

    assert_eq!(
        archive.verify().await.expect("looked at").damaged,
        [id("2")]
    );
}
