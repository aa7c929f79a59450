//! Table and file of tombstones become the same: what either knows, both know.
//!
//! They differ after a crash between the two, and after a database was restored from before an
//! erasure. A call that the file refuses and the database still holds is erased again.

use conversation::CallId;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::stored::{Context, TombstoneFile, Tombstones, bad_id, damaged};
use crate::{Erasure, Error};

use super::open::in_transaction;
use super::{erasing, tombstones};

pub(super) fn unite(
    context: &Context,
    connection: &Connection,
    file: &TombstoneFile,
    outside: &Tombstones,
    now: Timestamp,
) -> Result<(), Error> {
    match &outside.hash_key {
        None => file.append_key(&context.tenant, context.keys.wrapped_hash())?,
        Some(key) if key.id == context.hash_key().id => {}
        Some(_) => {
            return Err(damaged(
                "the tombstones beside the archive are those of another archive",
            ));
        }
    }
    let inside = tombstones::all(context, connection)?;
    for (hash, at) in &inside {
        if !outside.calls.contains_key(hash) {
            file.append(&context.tenant, hash, *at)?;
        }
    }
    if outside.calls.keys().all(|hash| inside.contains_key(hash)) {
        return Ok(());
    }
    in_transaction(connection, || {
        for (hash, at) in &outside.calls {
            tombstones::add(context, connection, hash, *at)?;
        }
        for call in calls(context, connection)? {
            if outside.calls.contains_key(&context.tombstone(&call)) {
                erasing::begin(context, connection, &call, Erasure::WithTombstone, now)?;
            }
        }
        Ok(())
    })
}

fn calls(context: &Context, connection: &Connection) -> Result<Vec<CallId>, Error> {
    let mut statement = connection.prepare("SELECT id FROM calls WHERE tenant = ?1")?;
    let mut rows = statement.query([context.tenant()])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.push(CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?);
    }
    Ok(calls)
}
