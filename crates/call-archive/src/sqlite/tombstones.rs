//! The table of tombstones: the same calls as in the file beside the database.

use std::collections::BTreeMap;

use conversation::CallId;
use rusqlite::{Connection, params};

use crate::Error;
use crate::stored::Context;

/// Whether a tombstone refuses a call.
pub(super) fn is_erased(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<bool, Error> {
    let is_erased = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstones WHERE tenant = ?1 AND hash = ?2)")?
        .query_row([context.tenant(), &context.tombstone(call)], |row| {
            row.get(0)
        })?;
    Ok(is_erased)
}

/// Adds a tombstone to the table.
pub(super) fn add(
    context: &Context,
    connection: &Connection,
    hash: &str,
    at: i64,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO tombstones (tenant, hash, created) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![context.tenant(), hash, at])?;
    Ok(())
}

/// Every tombstone of the table.
pub(super) fn all(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut statement =
        connection.prepare("SELECT hash, created FROM tombstones WHERE tenant = ?1")?;
    let rows = statement.query_map([context.tenant()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
