//! `verify` opens everything that is sealed.

use call_archive::{Answers, Archive, Class, CrmOutbox, Inbox, classes};
use rusqlite::{Connection, params};

use crate::fixture::{
    call, deliver, open, store, store_answer, store_deal, store_finding, store_user, store_write,
};

/// One row of everything that holds something sealed, but the secrets of an installation.
pub(crate) async fn fill(archive: &(impl Archive + Answers + CrmOutbox + Inbox)) {
    let revision = store(archive, call("1", "word")).await;
    store_user(archive, "u1", "word").await;
    store_finding(archive, "1", revision, "word").await;
    store_deal(archive, "word").await;
    deliver(archive, "1", "word").await;
    store_answer(archive, 1, &["1"], "word").await;
    store_write(archive, "1", "word").await;
}

/// Every column that is sealed, but the keys of the archive itself: without them nothing opens,
/// and opening an archive opens them.
pub(crate) fn sealed_columns() -> Vec<(&'static str, &'static str)> {
    let columns = classes().into_iter();
    columns
        .filter(|column| column.class != Class::Clear && !["deks", "keks"].contains(&column.table))
        .map(|column| (column.table, column.column))
        .collect()
}

fn values(on: &Connection, table: &str, column: &str) -> Vec<Vec<u8>> {
    let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
    let mut statement = on.prepare(&sql).expect("a statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("read")
}

fn replace(on: &Connection, table: &str, column: &str, from: &[u8], to: &[u8]) {
    let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
    on.execute(&sql, params![from, to]).expect("changed");
}

#[tokio::test]
async fn a_flipped_byte_in_any_sealed_value_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    fill(&archive).await;
    let on = Connection::open(folder.path().join("archive.sqlite")).expect("a database");
    let whole = archive.verify().await.expect("looked at");
    assert!(whole.is_whole(), "{whole:?}");
    assert_eq!((whole.deals, whole.accounts, whole.users), (1, 1, 1));
    assert_eq!(whole.writes, 2, "with what is left in the CRM");

    for (table, column) in sealed_columns() {
        let held = values(&on, table, column);
        assert!(!held.is_empty(), "{table}.{column} is used");
        for value in held {
            let mut flipped = value.clone();
            *flipped.last_mut().expect("a byte") ^= 1;
            replace(&on, table, column, &value, &flipped);
            let found = archive.verify().await.expect("looked at");
            assert!(!found.is_whole(), "{table}.{column}");
            replace(&on, table, column, &flipped, &value);
        }
    }

    assert!(archive.verify().await.expect("looked at").is_whole());
}
