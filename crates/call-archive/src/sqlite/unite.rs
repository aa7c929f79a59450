//! Tables and log of erasures become the same: what either knows, both know.
//!
//! They differ after a crash between the two, and after a database was restored from before an
//! erasure. A call that the log refuses and the database still holds is erased again.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::selection::Selection;
use crate::stored::{Context, Depth, Entry, EraseLog, Logged, damaged};
use crate::{Erasure, Error};

use super::open::in_transaction;
use super::row::{load, open};
use super::{api_keys, deal_links, erasing, holding, inbox, moving, purging, refusals, selecting};

pub(super) fn unite(
    context: &Context,
    connection: &Connection,
    log: &EraseLog,
    outside: &Logged,
    now: Timestamp,
) -> Result<(), Error> {
    match &outside.hash_key {
        None => log.append_key(&context.tenant, context.keys.wrapped_hash())?,
        Some(key) if key == context.keys.wrapped_hash() => {}
        // The same key, wrapped by another one since.
        Some(key) if key.id == context.hash_key().id => {
            log.append_key(&context.tenant, context.keys.wrapped_hash())?;
        }
        Some(_) => {
            return Err(damaged(
                "the erase log beside the archive is that of another archive",
            ));
        }
    }
    let inside = Logged {
        hash_key: None,
        calls: refusals::calls(context, connection)?,
        people: refusals::people(context, connection)?,
        floors: refusals::floors(context, connection)?,
        holds: holding::logged(context, connection)?,
        revoked: api_keys::revoked(context, connection)?,
    };
    log.append(&context.tenant, &outside.lacking(&inside))?;
    let mut news = inside.lacking(outside);
    // A key that this database never had needs no revocation.
    let keys = api_keys::ids(context, connection)?;
    news.retain(|entry| !matches!(entry, Entry::Revoke(key, _) if !keys.contains(*key)));
    if news.is_empty() {
        return Ok(());
    }
    in_transaction(connection, || {
        moving::refuse(connection)?;
        take(context, connection, &news, outside, now)
    })
}

/// Takes over what only the log knows, and erases what it refuses.
fn take(
    context: &Context,
    connection: &Connection,
    news: &[Entry<'_>],
    outside: &Logged,
    now: Timestamp,
) -> Result<(), Error> {
    for entry in news {
        match *entry {
            Entry::Call(hash, at) => refusals::add_call(context, connection, hash, at)?,
            Entry::Person(hash, at) => {
                refusals::add_person(context, connection, hash, at)?;
            }
            Entry::Floor(workspace, before) => {
                refusals::add_floor(context, connection, workspace, before)?;
            }
            Entry::Hold(name, hold) => holding::add(context, connection, name, hold)?,
            Entry::Release(name, at) => holding::lift(context, connection, name, at)?,
            Entry::Revoke(key, at) => api_keys::revoke(context, connection, key, at)?,
        }
    }
    let mut calls = selecting::named(context, connection, &Selection::Everything)?;
    calls.extend(inbox::calls(context, connection)?);
    for call in calls {
        if outside.calls.contains_key(&context.tombstone(&call)) {
            erasing::begin(context, connection, &call, Erasure::WithTombstone, now)?;
            continue;
        }
        let Some(row) = load(context, connection, &call)? else {
            continue;
        };
        let held = open(context, connection, row, Depth::WithoutRaw)?;
        if refusals::refuses(context, connection, &held.call)? {
            purging::erase_refused(context, connection, &call, now)?;
        }
    }
    deal_links::forget_refused(context, connection)
}
