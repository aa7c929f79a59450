//! The schema is the one that is written down.

use std::collections::BTreeSet;

use call_archive::{
    Calls, ErrorKind, OpenOptions, People, SqliteArchive, classes, classes_as_markdown,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::fixture::{NOW, call, id, open, store, store_user};
use crate::views::{documented, seen};

async fn database() -> (TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).await.close().await.expect("closed");
    let connection = Connection::open(folder.path().join("archive.sqlite"));
    (folder, connection.expect("a database"))
}

async fn kind_of_opening(folder: &TempDir) -> Option<ErrorKind> {
    let opened = SqliteArchive::open(OpenOptions::new(folder.path(), NOW)).await;
    opened.err().map(|error| error.kind())
}

#[tokio::test]
async fn every_column_is_classed_and_every_class_has_its_column() {
    let (_folder, connection) = database().await;
    let mut statement = connection
        .prepare(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'",
        )
        .expect("prepared");
    let live: BTreeSet<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("read")
        .collect::<Result<_, _>>()
        .expect("columns");

    let classed: BTreeSet<_> = classes()
        .iter()
        .map(|column| (column.table.to_owned(), column.column.to_owned()))
        .collect();

    assert_eq!(live, classed);
    assert_eq!(classes().len(), classed.len(), "each is classed once");
}

#[test]
fn the_table_for_people_names_every_column() {
    let text = classes_as_markdown();
    for column in classes() {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("| {} |", column.table)))
            .expect("a line per table");
        assert!(line.contains(column.column), "{column:?}");
        assert!(line.contains(column.erased_with), "{column:?}");
    }
}

#[tokio::test]
async fn an_archive_of_the_first_version_is_brought_to_this_one_with_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    store(&archive, call("1", "ada")).await;
    archive.close().await.expect("closed");
    let connection = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    for view in documented().keys().rev() {
        let sql = format!("DROP VIEW {view}");
        connection.execute_batch(&sql).expect("changed");
    }
    let to_first = "DROP TABLE users; DROP TABLE people_tombstones; DROP TABLE floors;
        DROP TABLE holds; DROP TABLE receipts; DROP TABLE purged; DROP TABLE unconfirmed;
        DROP TABLE finding_runs; DROP TABLE findings; DROP TABLE labels;
        DROP TABLE budget; DROP TABLE secrets;
        DROP TABLE api_keys; DROP TABLE audit; DROP TABLE duties;
        DROP TABLE accounts; DROP TABLE deals; DROP TABLE deal_snapshots;
        DROP TABLE moves; DROP TABLE inbox; DROP TABLE llm_cache; DROP TABLE derived_from;
        DROP TABLE call_numbers; DROP TABLE crm_outbox; DROP TABLE crm_remnants;
        DROP TABLE crm_requests; DROP TABLE customer_contacts; DROP TABLE customer_domains;
        DROP TABLE engagements; DROP TABLE engagement_links;
        ALTER TABLE migrations DROP COLUMN since;
        DELETE FROM migrations WHERE number > 1;";
    connection.execute_batch(to_first).expect("changed");
    drop(connection);

    let archive = open(folder.path()).await;

    assert_eq!(archive.known(&[id("1")]).await.expect("read").len(), 1);
    store_user(&archive, "u1", "ada").await;
    assert_eq!(archive.users().await.expect("read").len(), 1);
    let connection = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let seen = seen(&connection);
    assert!(seen.keys().eq(documented().keys()));
    assert_eq!(seen["v_calls"].len(), 1);
}

#[tokio::test]
async fn an_archive_of_a_newer_version_is_not_opened() {
    let (folder, connection) = database().await;
    let newer = "INSERT INTO migrations (number, name, checksum, applied) VALUES (99, 'x', 'x', 0)";
    connection.execute(newer, []).expect("written");
    drop(connection);

    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::NewerSchema));
}

#[tokio::test]
async fn a_schema_that_was_made_otherwise_is_not_opened() {
    let (folder, connection) = database().await;
    let changed = "UPDATE migrations SET checksum = 'other' WHERE number = 1";
    connection.execute(changed, []).expect("written");
    drop(connection);

    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::Integrity));
}

#[tokio::test]
async fn another_database_is_not_taken_for_an_archive() {
    let (folder, connection) = database().await;
    drop(connection);
    let path = folder.path().join("archive.sqlite");
    std::fs::remove_file(&path).expect("removed");
    let other = Connection::open(&path).expect("made");
    other.execute_batch("CREATE TABLE t (n)").expect("made");
    drop(other);

    assert_eq!(kind_of_opening(&folder).await, Some(ErrorKind::Invalid));
}
