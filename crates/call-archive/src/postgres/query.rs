//! The few ways in which statements are run: each prepared once per connection.

use conversation::Revision;
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSqlOwned, ToSql};

use crate::Error;
use crate::stored::{damaged, revision};

/// Values for the places of a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Makes this transaction the only writing one until it ends.
pub(super) async fn take_turn(on: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT value FROM meta WHERE name = 'counter' FOR UPDATE";
    one::<i64>(on, sql, &[]).await.map(drop)
}

/// The next number of the one counter.
pub(super) async fn draw(on: &Transaction<'_>) -> Result<Revision, Error> {
    draw_many(on, 1).await
}

/// The last of the next numbers of the one counter.
pub(super) async fn draw_many(on: &Transaction<'_>, many: usize) -> Result<Revision, Error> {
    let many = i64::try_from(many).unwrap_or(i64::MAX);
    let sql = "UPDATE meta SET value = value + $1 WHERE name = 'counter' RETURNING value";
    revision(one(on, sql, &[&many]).await?)
}

/// Runs a statement; gives how many rows it changed.
pub(super) async fn run(on: &Transaction<'_>, sql: &str, values: Values<'_>) -> Result<u64, Error> {
    let statement = on.prepare_cached(sql).await?;
    Ok(on.execute(&statement, values).await?)
}

/// Every row of a statement.
pub(super) async fn rows(
    on: &Transaction<'_>,
    sql: &str,
    values: Values<'_>,
) -> Result<Vec<Row>, Error> {
    let statement = on.prepare_cached(sql).await?;
    Ok(on.query(&statement, values).await?)
}

/// The row of a statement that gives at most one.
pub(super) async fn maybe(
    on: &Transaction<'_>,
    sql: &str,
    values: Values<'_>,
) -> Result<Option<Row>, Error> {
    let statement = on.prepare_cached(sql).await?;
    Ok(on.query_opt(&statement, values).await?)
}

/// The one value of a statement that gives one row.
pub(super) async fn one<T: FromSqlOwned>(
    on: &Transaction<'_>,
    sql: &str,
    values: Values<'_>,
) -> Result<T, Error> {
    let row = maybe(on, sql, values).await?;
    let row = row.ok_or_else(|| damaged("a row of the archive is not there"))?;
    Ok(row.try_get(0)?)
}

/// A text that PostgreSQL can hold: it knows no NUL.
pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
