//! Keys and versions: nothing is made on the way, and nothing foreign is touched.

use std::fs;

use call_archive::{Checkpoint, ErrorKind, Ledger, PostgresArchive, classes};
use std::collections::BTreeSet;

use super::server::{Place, a_key};

async fn kind_of_opening(place: &Place) -> Option<ErrorKind> {
    let opened = PostgresArchive::open(place.options()).await;
    opened.err().map(|error| error.kind())
}

async fn tables(place: &Place) -> i64 {
    let sql = "SELECT count(*) FROM pg_tables WHERE schemaname = $1";
    let client = place.client().await;
    let row = client.query_one(sql, &[&place.schema]).await;
    row.expect("counted").get(0)
}

#[tokio::test]
async fn without_the_key_nothing_is_made() {
    let Some(place) = Place::new().await else {
        return;
    };
    fs::remove_file(place.key()).expect("removed");

    assert_eq!(kind_of_opening(&place).await, Some(ErrorKind::KeyMissing));

    assert!(!place.key().exists(), "no key is made on the way");
    assert_eq!(tables(&place).await, 0, "and no table");
}

#[tokio::test]
async fn another_key_does_not_open_it() {
    let Some(place) = Place::new().await else {
        return;
    };
    drop(place.open().await);
    fs::write(place.key(), a_key(8)).expect("written");

    assert_eq!(kind_of_opening(&place).await, Some(ErrorKind::WrongKey));

    fs::write(place.key(), a_key(7)).expect("written");
    assert_eq!(kind_of_opening(&place).await, None);
}

#[tokio::test]
async fn every_column_is_classed_and_every_class_has_its_column() {
    let Some(place) = Place::new().await else {
        return;
    };
    drop(place.open().await);
    let sql = "SELECT table_name::text, column_name::text
               FROM information_schema.columns JOIN information_schema.tables
                 USING (table_schema, table_name)
               WHERE table_schema = $1 AND table_type = 'BASE TABLE'";
    let rows = place.client().await.query(sql, &[&place.schema]).await;
    let live: BTreeSet<(String, String)> = rows
        .expect("listed")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();

    let classed: BTreeSet<_> = classes()
        .iter()
        .map(|column| (column.table.to_owned(), column.column.to_owned()))
        .collect();

    assert_eq!(live, classed, "the tables are those of SQLite");
}

#[tokio::test]
async fn a_schema_that_was_made_otherwise_is_not_opened() {
    let Some(place) = Place::new().await else {
        return;
    };
    drop(place.open().await);
    let changed = "UPDATE migrations SET checksum = 'other' WHERE number = 1";
    place
        .client()
        .await
        .execute(changed, &[])
        .await
        .expect("written");

    assert_eq!(kind_of_opening(&place).await, Some(ErrorKind::Integrity));
}

#[tokio::test]
async fn another_database_is_not_taken_for_an_archive() {
    let Some(place) = Place::new().await else {
        return;
    };
    let made = place
        .client()
        .await
        .batch_execute("CREATE TABLE t (n int)")
        .await;
    made.expect("made");

    assert_eq!(kind_of_opening(&place).await, Some(ErrorKind::Invalid));
    assert_eq!(tables(&place).await, 1, "nothing is added to it");
}

#[tokio::test]
async fn looking_at_the_schema_changes_nothing() {
    let Some(place) = Place::new().await else {
        return;
    };

    let before = PostgresArchive::schema_status(&place.options()).await;
    let before = before.expect("looked at");
    assert!(before.applied.is_empty() && !before.pending.is_empty());
    assert_eq!(tables(&place).await, 0);

    drop(place.open().await);
    let after = PostgresArchive::schema_status(&place.options()).await;
    let after = after.expect("looked at");
    assert_eq!(after.applied.len(), before.pending.len());
    assert!(after.pending.is_empty());
}

#[tokio::test]
async fn each_tenant_has_keys_of_its_own() {
    let Some(place) = Place::new().await else {
        return;
    };
    let ours = place.open().await;
    let other = conversation::Tenant::new("other").expect("a valid id");
    let theirs = PostgresArchive::open(place.options().tenant(other)).await;
    let theirs = theirs.expect("opened");

    let (ours, theirs) = (ours.hash_key().await, theirs.hash_key().await);

    assert_ne!(ours.expect("a key").bytes, theirs.expect("a key").bytes);
}

#[tokio::test]
async fn what_an_older_version_left_readable_is_sealed_when_it_is_opened() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    let entry = Checkpoint {
        name: "a.setting".to_owned(),
        value: "zqxcanary".to_owned(),
    };
    archive.save(entry).await.expect("saved");
    let client = place.client().await;
    let schema = &place.schema;
    let readable = async || {
        let sql = format!("SELECT count(*) FROM {schema}.checkpoints");
        let row = client.query_one(&sql, &[]).await.expect("counted");
        row.get::<_, i64>(0)
    };
    assert_eq!(readable().await, 0, "what is saved is sealed");
    let old = format!("INSERT INTO {schema}.checkpoints VALUES ('default', 'a.setting', 'older')");
    client.batch_execute(&old).await.expect("written");
    let loaded = archive.load("a.setting").await.expect("loaded");
    assert_eq!(
        loaded.as_deref(),
        Some("older"),
        "of a replica not yet replaced"
    );
    drop(archive);

    let archive = place.open().await;

    assert_eq!(readable().await, 0);
    let loaded = archive.load("a.setting").await.expect("loaded");
    assert_eq!(loaded.as_deref(), Some("older"));
}
