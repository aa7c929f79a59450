//! Keys of calls and the one counter, as SQLite keeps them.

use conversation::Revision;
use rusqlite::{Connection, OptionalExtension, params};

use crate::Error;
use crate::stored::{Context, Key, SealedKey, revision};

/// The key of a call, if it has one.
pub(super) fn call_key(
    context: &Context,
    connection: &Connection,
    call: &str,
) -> Result<Option<Key>, Error> {
    let sealed = connection
        .prepare_cached("SELECT dek, wrapped FROM call_keys WHERE tenant = ?1 AND call = ?2")?
        .query_row([context.tenant(), call], |row| {
            Ok(SealedKey {
                dek: row.get(0)?,
                wrapped: row.get(1)?,
            })
        })
        .optional()?;
    sealed
        .map(|sealed| context.open_call_key(call, &sealed))
        .transpose()
}

/// The key of a call, made if it has none.
pub(super) fn call_key_or_new(
    context: &Context,
    connection: &Connection,
    call: &str,
) -> Result<Key, Error> {
    if let Some(key) = call_key(context, connection, call)? {
        return Ok(key);
    }
    let (key, sealed) = context.new_call_key(call)?;
    connection
        .prepare_cached(
            "INSERT INTO call_keys (tenant, call, dek, wrapped) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![context.tenant(), call, sealed.dek, sealed.wrapped])?;
    Ok(key)
}

/// The next number of the one counter.
pub(super) fn draw(connection: &Connection) -> Result<Revision, Error> {
    let number: i64 = connection
        .prepare_cached("UPDATE meta SET value = value + 1 WHERE name = 'counter' RETURNING value")?
        .query_row([], |row| row.get(0))?;
    revision(number)
}
