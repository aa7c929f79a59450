//! The outbox in the archive: it keeps the laws, and whatever dies, the end is the same.

use std::path::Path;
use std::sync::Arc;

use call_archive::{
    Calls, CrmOutbox, FileKeys, MemoryArchive, OpenOptions, PostgresArchive, PostgresOptions, Put,
    PutOutcome, Source, SqliteArchive,
};
use conversation::{Call, CallId};
use crm_sync::{ArchiveOutbox, conformance};
use jiff::Timestamp;

use crate::flow::lived_with;

const NOW: Timestamp = Timestamp::constant(1_793_500_000, 0);

/// Puts calls of which only id and start are known.
pub(crate) async fn put(archive: &impl Calls, calls: &[&str]) {
    let put = |id: &&str| {
        let call = Call::new(CallId::new(*id).expect("an id"), NOW);
        Put::new(call, Source::Gong, None)
    };
    let outcomes = archive
        .put(calls.iter().map(put).collect(), None, NOW)
        .await;
    for outcome in outcomes.expect("answered") {
        assert!(matches!(outcome, PutOutcome::Stored { .. }));
    }
}

/// The outbox of an archive.
pub(crate) fn of(archive: &(impl CrmOutbox + Clone + 'static)) -> ArchiveOutbox {
    ArchiveOutbox::new(Arc::new(archive.clone()), "hubspot")
}

async fn open(folder: &Path) -> SqliteArchive {
    let opened = SqliteArchive::open(OpenOptions::new(folder, NOW)).await;
    opened.expect("it opens")
}

async fn keeps_the_laws(archive: &(impl Calls + CrmOutbox + Clone + 'static)) {
    put(archive, &["1", "2", "3"]).await;
    conformance::check_outbox(&of(archive)).await;
    let runs = of(archive).runs().await.expect("listed");
    let names: Vec<&str> = runs.iter().map(|run| run.run.as_str()).collect();
    assert_eq!(names, ["fourth", "second", "first"]);
}

#[tokio::test]
async fn the_outbox_in_the_archive_in_memory_keeps_the_laws() {
    keeps_the_laws(&MemoryArchive::new()).await;
}

#[tokio::test]
async fn the_outbox_in_sqlite_keeps_the_laws() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_the_laws(&open(folder.path()).await).await;
}

#[tokio::test]
async fn the_outbox_in_postgres_keeps_the_laws() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let schema = format!("crm_outbox_{}", std::process::id());
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls)
        .await
        .expect("connected");
    let connection = tokio::spawn(connection);
    let sql = format!("CREATE SCHEMA {schema}");
    client.batch_execute(&sql).await.expect("made");
    let key = format!("id = k-7\nkey = {}\n", "07".repeat(32));
    std::fs::write(folder.path().join("key"), key).expect("written");
    let keys = Arc::new(FileKeys::at(folder.path().join("key")));
    let options = PostgresOptions::new(&server, keys, NOW)
        .schema(&schema)
        .erase_log(folder.path().join("tombstones"));
    let archive = PostgresArchive::open(options).await.expect("it opens");

    keeps_the_laws(&archive).await;

    drop(archive);
    let sql = format!("DROP SCHEMA {schema} CASCADE");
    client.batch_execute(&sql).await.expect("dropped");
    drop(client);
    connection.await.expect("ended").expect("without a fault");
}

/// The server, or a loud word that the test did not run.
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn server() -> Option<String> {
    let url = std::env::var("GONGKIT_POSTGRES").ok();
    if url.is_none() {
        eprintln!("NOT RUN: GONGKIT_POSTGRES names no server; .ci/postgres starts one");
    }
    url
}

#[tokio::test]
async fn whatever_dies_what_another_opening_reads_ends_the_same() {
    let lived = async |has_unique, points| {
        let folder = tempfile::tempdir().expect("a folder");
        put(&open(folder.path()).await, &["1", "2", "3"]).await;
        let outbox = async || Arc::new(of(&open(folder.path()).await));
        lived_with(has_unique, points, outbox).await
    };
    for has_unique in [true, false] {
        let (uninterrupted, points) = lived(has_unique, usize::MAX).await;
        assert!(points > 10, "only {points} points");
        for point in 0..points {
            let (resumed, _) = lived(has_unique, point).await;
            assert_eq!(
                resumed, uninterrupted,
                "died at {point}, unique {has_unique}"
            );
        }
    }
}
