//! After an erasure no byte is left, and a tombstone outlives even the database.

use std::fs;
use std::path::Path;

use access::Role;
use call_archive::{
    ApiKey, ApiKeys, AuditEntry, Calls, CrmOutbox, Erasing, Erasure, ErrorKind, Finish, HoldName,
    HoldOn, Holds, Inbox, Indexes, JobKind, Jobs, Keep, OpenOptions, PersonName, Purge,
    PurgeReason, PurgeTarget, Purged, Purging, PutOutcome, Remnant, SqliteArchive,
};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::fixture::{
    NOW, call, deliver, files, holding, id, open, store, store_answer, store_write,
};

async fn do_erasures(archive: &SqliteArchive) {
    // The CRM is told, as far as anything lies there.
    let left = archive.remnants(usize::MAX).await.expect("read");
    let ids: Vec<String> = left.into_iter().map(|left| left.id).collect();
    archive.end_remnants(&ids).await.expect("ended");
    let until = NOW + SignedDuration::from_secs(60);
    let leases = archive.claim(&[JobKind::Erase], 10, until, NOW).await;
    let leases = leases.expect("claimed");
    assert!(!leases.is_empty());
    for lease in leases {
        archive.erase(&lease.call, NOW).await.expect("erased");
        archive
            .finish(&lease, Finish::Done, NOW)
            .await
            .expect("done");
    }
    assert_eq!(archive.settle(&[], NOW).await.expect("settled").open, []);
}

async fn begin(archive: &SqliteArchive, name: &str, how: Erasure) -> bool {
    archive
        .begin_erase(&id(name), how, NOW)
        .await
        .expect("begun")
}

async fn put_again(archive: &SqliteArchive, name: &str) -> PutOutcome {
    let outcomes = archive.put(vec![call(name, "word")], None, NOW).await;
    outcomes.expect("answered")[0]
}

#[tokio::test]
async fn no_byte_of_an_erased_call_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    archive.add_index("space", NOW).await.expect("an index");
    for n in 0..200 {
        store(&archive, call(format!("other-{n}"), "other")).await;
        if n == 100 {
            let mut put = call("gone-4711", "zqxcanary");
            put.call.parties[0].email = Some("x@gone-domain.example".to_owned());
            store(&archive, put).await;
        }
    }
    store_answer(&archive, 1, &["other-7", "gone-4711"], "word").await;
    store_write(&archive, "gone-4711", "zqxcanary").await;
    let (of_write, key_of_write, place_of_write): (Vec<u8>, Vec<u8>, Vec<u8>) =
        Connection::open(folder.path().join("archive.sqlite"))
            .expect("a database")
            .query_row(
                "SELECT payload, wrapped, place FROM crm_outbox",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .expect("a write");
    let of_answer: Vec<u8> = Connection::open(folder.path().join("archive.sqlite"))
        .expect("a database")
        .query_row("SELECT answer FROM llm_cache", [], |row| row.get(0))
        .expect("an answer");
    let (wrapped, hash): (Vec<u8>, String) = Connection::open(folder.path().join("archive.sqlite"))
        .expect("a database")
        .query_row(
            "SELECT k.wrapped, p.email_hash FROM call_keys k JOIN parties p USING (call)
                 WHERE call = 'gone-4711'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("a key");
    let traces: [&[u8]; 8] = [
        b"gone-4711",
        &wrapped,
        hash.as_bytes(),
        b"gone-domain",
        &of_answer,
        &of_write,
        &key_of_write,
        &place_of_write,
    ];
    for trace in traces {
        assert!(!holding(folder.path(), trace).is_empty(), "it was there");
    }

    begin(&archive, "gone-4711", Erasure::WithTombstone).await;
    do_erasures(&archive).await;

    for trace in traces {
        assert_eq!(holding(folder.path(), trace), [""; 0], "{trace:?}");
    }
    assert!(!holding(folder.path(), b"other-199").is_empty());
}

#[tokio::test]
async fn no_byte_is_left_of_a_call_that_was_only_delivered() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    deliver(&archive, "gone-4711", "zqxcanary").await;
    let wrapped: Vec<u8> = Connection::open(folder.path().join("archive.sqlite"))
        .expect("a database")
        .query_row("SELECT wrapped FROM call_keys", [], |row| row.get(0))
        .expect("a key");
    assert!(!holding(folder.path(), &wrapped).is_empty(), "it was there");

    let is_left = begin(&archive, "gone-4711", Erasure::WithTombstone).await;
    assert!(!is_left, "nothing is left to erase");
    archive.settle(&[], NOW).await.expect("settled");

    assert_eq!(holding(folder.path(), &wrapped), [""; 0]);
}

#[tokio::test]
async fn a_delivery_that_a_restored_database_brings_back_is_erased_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    deliver(&archive, "1", "word").await;
    deliver(&archive, "2", "word").await;
    archive.close().await.expect("closed");
    drop(archive);
    let restore = saved(folder.path());
    let archive = open(folder.path()).await;
    begin(&archive, "1", Erasure::WithTombstone).await;
    archive.close().await.expect("closed");
    drop(archive);

    restore();
    let archive = open(folder.path()).await;

    let left = archive.deliveries(9).await.expect("listed");
    let left: Vec<_> = left.iter().map(|row| row.call.clone()).collect();
    assert_eq!(left, [id("2")]);
}

#[tokio::test]
async fn a_shell_keeps_no_key_and_no_part_of_its_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    begin(&archive, "1", Erasure::MayReturn(Keep::PrivateShell)).await;
    do_erasures(&archive).await;

    let connection = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    for table in ["call_keys", "transcripts", "parties", "call_links", "jobs"] {
        let rows: i64 = connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("a count");
        assert_eq!(rows, 0, "{table}");
    }
    assert!(archive.known(&[id("1")]).await.expect("known")[0].is_shell);
}

/// Copies the database away and gives what brings it back.
fn saved(folder: &Path) -> impl Fn() {
    let (path, copy) = (folder.join("archive.sqlite"), folder.join("copy"));
    fs::copy(&path, &copy).expect("copied");
    move || {
        fs::copy(&copy, &path).expect("copied back");
    }
}

#[tokio::test]
async fn a_restored_database_erases_again_what_the_file_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    store(&archive, call("2", "word")).await;
    archive.close().await.expect("closed");
    drop(archive);
    let restore = saved(folder.path());
    let archive = open(folder.path()).await;
    begin(&archive, "1", Erasure::WithTombstone).await;
    do_erasures(&archive).await;
    archive.close().await.expect("closed");
    drop(archive);

    restore();
    let archive = open(folder.path()).await;

    let ids = [id("1"), id("2")];
    let known = archive.known(&ids).await.expect("known");
    assert_eq!(known.len(), 1, "what the file refuses is hidden at once");
    assert_eq!(archive.erased(&ids).await.expect("known"), [id("1")]);
    assert_eq!(put_again(&archive, "1").await, PutOutcome::Erased);
    do_erasures(&archive).await;
}

fn purge(target: PurgeTarget) -> Purge {
    Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "a test".to_owned(),
    }
}

#[tokio::test]
async fn a_restored_database_takes_people_floors_and_holds_from_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let mut old = call("old", "word");
    old.call.started = NOW - SignedDuration::from_hours(48);
    old.call.parties.clear();
    store(&archive, old).await;
    for (name, email) in [("1", "gone@x.example"), ("2", "here@x.example")] {
        let mut put = call(name, "word");
        put.call.started = NOW - SignedDuration::from_hours(1);
        put.call.parties[0].email = Some(email.to_owned());
        put.call.parties[0].user = None;
        store(&archive, put).await;
    }
    archive.close().await.expect("closed");
    drop(archive);
    let restore = saved(folder.path());
    let archive = open(folder.path()).await;
    let day_ago = NOW - SignedDuration::from_hours(24);
    for target in [
        PurgeTarget::Person(PersonName::Email("gone@x.example".to_owned())),
        PurgeTarget::Before {
            start: day_ago,
            workspace: None,
        },
    ] {
        let begun = archive.begin_purge(&purge(target), NOW).await;
        assert!(matches!(begun, Ok(Purged::Begun(_))));
    }
    let hold = HoldName::new("case").expect("a name");
    archive
        .hold(&hold, &HoldOn::Call(id("2")), NOW)
        .await
        .expect("held");
    do_erasures(&archive).await;
    archive.close().await.expect("closed");
    drop(archive);

    restore();
    let archive = open(folder.path()).await;

    let known = archive.known(&[id("old"), id("1"), id("2")]).await;
    let left: Vec<_> = known
        .expect("known")
        .into_iter()
        .map(|it| it.call)
        .collect();
    assert_eq!(left, [id("2")], "the others are hidden at once");
    let mut late = call("late", "word");
    late.call.started = day_ago - SignedDuration::from_secs(1);
    let outcomes = archive.put(vec![late], None, NOW).await.expect("answered");
    assert_eq!(outcomes, [PutOutcome::Refused]);
    let purged = archive
        .begin_purge(&purge(PurgeTarget::Calls(vec![id("2")])), NOW)
        .await;
    assert_eq!(purged.ok(), Some(Purged::Held(vec![(hold, 1)])));
    do_erasures(&archive).await;
}

#[tokio::test]
async fn the_erase_log_and_the_tables_name_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let person = PurgeTarget::Person(PersonName::Email("zqxcanary@x.example".to_owned()));
    archive
        .begin_purge(&purge(person), NOW)
        .await
        .expect("begun");
    let on = HoldOn::Person(PersonName::Email("qvxcanary@x.example".to_owned()));
    let name = HoldName::new("case").expect("a name");
    archive.hold(&name, &on, NOW).await.expect("held");
    archive.settle(&[], NOW).await.expect("settled");

    assert_eq!(holding(folder.path(), b"canary"), [""; 0]);
    assert_eq!(holding(folder.path(), b"\nperson default ").len(), 1);
}

#[tokio::test]
async fn a_reader_in_the_log_is_named_on_the_receipt_until_it_has_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    let reader = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    reader.execute_batch("BEGIN").expect("a snapshot");
    let count = |_: &rusqlite::Row<'_>| Ok(());
    reader
        .query_row("SELECT count(*) FROM calls", [], count)
        .expect("read");
    let target = PurgeTarget::Calls(vec![id("1")]);
    archive
        .begin_purge(&purge(target), NOW)
        .await
        .expect("begun");
    archive.erase(&id("1"), NOW).await.expect("erased");

    let settled = archive.settle(&[], NOW).await.expect("settled");
    assert_eq!(settled.unreached, [Remnant::LogReaders]);
    assert_eq!(settled.open[0].unreached, [Remnant::LogReaders]);

    reader.execute_batch("COMMIT").expect("ended");
    assert_eq!(archive.settle(&[], NOW).await.expect("settled").open, []);
}

#[tokio::test]
async fn tombstones_outlive_a_lost_database_and_a_lost_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    begin(&archive, "1", Erasure::WithTombstone).await;
    archive.close().await.expect("closed");
    drop(archive);

    fs::remove_file(folder.path().join("archive.sqlite")).expect("lost");
    let archive = open(folder.path()).await;
    assert_eq!(put_again(&archive, "1").await, PutOutcome::Erased);
    archive.close().await.expect("closed");
    drop(archive);

    fs::remove_file(folder.path().join("tombstones")).expect("lost");
    open(folder.path()).await.close().await.expect("closed");
    fs::remove_file(folder.path().join("archive.sqlite")).expect("lost");
    let archive = open(folder.path()).await;
    assert_eq!(put_again(&archive, "1").await, PutOutcome::Erased);
}

#[tokio::test]
async fn tombstones_are_of_no_use_without_their_key() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).await.close().await.expect("closed");
    for name in ["archive.sqlite", "key"] {
        fs::remove_file(folder.path().join(name)).expect("lost");
    }
    let before = files(folder.path());

    let opened = SqliteArchive::open(OpenOptions::new(folder.path(), NOW)).await;

    let kind = opened.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::KeyMissing));
    assert_eq!(files(folder.path()), before, "nothing is written");
}

#[tokio::test]
async fn a_tombstone_that_cannot_be_written_hides_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "word")).await;
    let path = folder.path().join("tombstones");
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("in its place");

    let begun = archive
        .begin_erase(&id("1"), Erasure::WithTombstone, NOW)
        .await;

    let kind = begun.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Storage), "the file comes first");
    assert_eq!(archive.known(&[id("1")]).await.expect("known").len(), 1);
}

#[tokio::test]
async fn a_restored_database_takes_back_the_api_keys_that_were_revoked_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let told = |what| AuditEntry::new(NOW, "local", "admin", "auth keys", what);
    for key in ["k1", "k2"] {
        let key = ApiKey::new(
            key,
            "00",
            Role::Viewer,
            NOW,
            NOW + SignedDuration::from_hours(1),
        );
        archive
            .add_api_key(&key, &told("created"))
            .await
            .expect("added");
    }
    archive.close().await.expect("closed");
    drop(archive);
    let restore = saved(folder.path());
    let archive = open(folder.path()).await;
    let revoked = archive.revoke_api_key("k1", NOW, &told("revoked")).await;
    assert!(revoked.expect("revoked"));
    let late = ApiKey::new("k3", "00", Role::Viewer, NOW, NOW);
    archive
        .add_api_key(&late, &told("created"))
        .await
        .expect("added");
    archive
        .revoke_api_key("k3", NOW, &told("revoked"))
        .await
        .expect("revoked");
    archive.close().await.expect("closed");
    drop(archive);

    restore();

    let archive = open(folder.path()).await;
    let keys = archive.api_keys().await.expect("listed");
    let revoked: Vec<_> = keys
        .iter()
        .map(|key| (key.id.as_str(), key.revoked))
        .collect();
    assert_eq!(revoked, [("k1", Some(NOW)), ("k2", None)]);
}
