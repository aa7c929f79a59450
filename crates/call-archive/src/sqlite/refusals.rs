//! What is refused for good: calls by tombstone, whatever shows an erased person, whatever started
//! below a floor.

use std::collections::BTreeMap;

use conversation::{AccountId, Call, CallId, DealId, DealSnapshot};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use crate::deals::is_older;
use crate::moment::{cut, micros};
use crate::selection::people_of;
use crate::stored::Context;
use crate::{Error, User};

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

/// Whether a floor or a person's tombstone refuses a call.
pub(super) fn refuses(
    context: &Context,
    connection: &Connection,
    call: &Call,
) -> Result<bool, Error> {
    let started = micros(cut(call.started));
    let workspace = call
        .workspace
        .as_ref()
        .map_or("", conversation::WorkspaceId::as_str);
    let (is_below, is_any_erased): (bool, bool) = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM floors
               WHERE tenant = ?1 AND workspace IN ('', ?2) AND before > ?3),
             EXISTS (SELECT 1 FROM people_tombstones WHERE tenant = ?1)",
        )?
        .query_row(params![context.tenant(), workspace, started], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if is_below || !is_any_erased {
        return Ok(is_below);
    }
    let mut of_person = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM people_tombstones
         WHERE tenant = ?1 AND hash = ?2 AND erased > ?3)",
    )?;
    for hash in people_of(call, context.hash_key()) {
        if of_person.query_row(params![context.tenant(), hash, started], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether one of the company's own people was erased, and no later call shows them.
pub(super) fn refuses_user(
    context: &Context,
    connection: &Connection,
    user: &User,
) -> Result<bool, Error> {
    let key = context.hash_key();
    let email = user.email.as_deref().and_then(|email| key.email(email));
    let of_user = key.user(user.id.as_str());
    let erased: Option<i64> = connection
        .prepare_cached(
            "SELECT max(erased) FROM people_tombstones WHERE tenant = ?1 AND hash IN (?2, ?3)",
        )?
        .query_row(params![context.tenant(), of_user, email], |row| row.get(0))?;
    let Some(erased) = erased else {
        return Ok(false);
    };
    let is_shown_later: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = ?1 AND c.started >= ?2
               AND c.erasing IS NULL AND (c.primary_user = ?3 OR EXISTS (
                 SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                 AND (p.user_id = ?3 OR p.email_hash = ?4))))",
        )?
        .query_row(
            params![context.tenant(), erased, user.id.as_str(), email],
            |row| row.get(0),
        )?;
    Ok(!is_shown_later)
}

/// Whether the person with this keyed hash was erased.
pub(super) fn is_person_erased(
    context: &Context,
    connection: &Connection,
    hash: &str,
) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM people_tombstones WHERE tenant = ?1 AND hash = ?2)";
    let is_erased = connection
        .prepare_cached(sql)?
        .query_row([context.tenant(), hash], |row| row.get(0))?;
    Ok(is_erased)
}

/// Whether a deal was erased, or belongs to an account that was, and was not made later.
pub(super) fn refuses_deal(
    context: &Context,
    connection: &Connection,
    snapshot: &DealSnapshot,
) -> Result<bool, Error> {
    if is_deal_erased(context, connection, &snapshot.deal)? {
        return Ok(true);
    }
    match &snapshot.account {
        Some(account) => refuses_account(context, connection, account, snapshot.created),
        None => Ok(false),
    }
}

/// Whether a deal was erased.
pub(super) fn is_deal_erased(
    context: &Context,
    connection: &Connection,
    deal: &DealId,
) -> Result<bool, Error> {
    let hash = context.hash_key().deal(&context.tenant, deal);
    let is_erased = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstones WHERE tenant = ?1 AND hash = ?2)")?
        .query_row([context.tenant(), &hash], |row| row.get(0))?;
    Ok(is_erased)
}

/// Whether an account was erased, and what is told of it was not made later.
pub(super) fn refuses_account(
    context: &Context,
    connection: &Connection,
    account: &AccountId,
    created: Option<Date>,
) -> Result<bool, Error> {
    let hash = context.hash_key().account(account.as_str());
    let erased: Option<i64> = connection
        .prepare_cached("SELECT erased FROM people_tombstones WHERE tenant = ?1 AND hash = ?2")?
        .query_row([context.tenant(), &hash], |row| row.get(0))
        .optional()?;
    is_older(erased, created)
}

/// Refuses a call from now on.
pub(super) fn add_call(
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

/// Refuses what shows a person and started before; says whether that is new.
pub(super) fn add_person(
    context: &Context,
    connection: &Connection,
    hash: &str,
    at: i64,
) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached(
            "INSERT INTO people_tombstones (tenant, hash, erased) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, hash) DO UPDATE SET erased = excluded.erased
             WHERE erased < excluded.erased",
        )?
        .execute(params![context.tenant(), hash, at])?;
    Ok(changed > 0)
}

/// Refuses what started before; says whether that is new.
pub(super) fn add_floor(
    context: &Context,
    connection: &Connection,
    workspace: &str,
    before: i64,
) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached(
            "INSERT INTO floors (tenant, workspace, before) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, workspace) DO UPDATE SET before = excluded.before
             WHERE before < excluded.before",
        )?
        .execute(params![context.tenant(), workspace, before])?;
    Ok(changed > 0)
}

/// Every tombstone of a call.
pub(super) fn calls(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT hash, created FROM tombstones WHERE tenant = ?1";
    pairs(context, connection, sql)
}

/// Every tombstone of a person.
pub(super) fn people(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT hash, erased FROM people_tombstones WHERE tenant = ?1";
    pairs(context, connection, sql)
}

/// Every floor, by workspace; the empty name is all of them.
pub(super) fn floors(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT workspace, before FROM floors WHERE tenant = ?1";
    pairs(context, connection, sql)
}

fn pairs(
    context: &Context,
    connection: &Connection,
    sql: &str,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([context.tenant()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
