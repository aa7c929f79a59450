//! The calls that a purge or a hold is about, looked up by clear columns.

use conversation::CallId;
use rusqlite::{Connection, Params, params};
use serde_json::json;

use crate::Error;
use crate::moment::{cut, micros};
use crate::selection::{Persons, Selection};
use crate::stored::{Context, bad_id};

/// The calls that are meant, and those that were named without being there, in order.
pub(super) fn named(
    context: &Context,
    connection: &Connection,
    selection: &Selection,
) -> Result<Vec<CallId>, Error> {
    let tenant = context.tenant();
    match selection {
        Selection::Calls(calls) => {
            let mut calls = calls.clone();
            calls.sort();
            calls.dedup();
            Ok(calls)
        }
        Selection::People { people, before } => {
            let sql = "SELECT c.id FROM calls c WHERE c.tenant = ?1
                 AND (?2 IS NULL OR c.started < ?2)
                 AND (c.primary_user IN (SELECT value FROM json_each(?3)) OR EXISTS (
                   SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                   AND (p.user_id IN (SELECT value FROM json_each(?3))
                     OR p.email_hash IN (SELECT value FROM json_each(?4)))))
                 ORDER BY c.id";
            let users = json!(people.users).to_string();
            let emails = json!(people.emails).to_string();
            let before = before.map(|before| micros(cut(before)));
            ids(connection, sql, params![tenant, before, users, emails])
        }
        Selection::Account { ids: links, domain } => {
            let sql = "SELECT c.id FROM calls c WHERE c.tenant = ?1 AND (
                 EXISTS (SELECT 1 FROM call_links l WHERE l.tenant = c.tenant AND l.call = c.id
                   AND l.kind = 'account' AND l.id IN (SELECT value FROM json_each(?2)))
                 OR EXISTS (SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                   AND p.side <> 'ours' AND p.domain = ?3))
                 ORDER BY c.id";
            ids(
                connection,
                sql,
                params![tenant, json!(links).to_string(), domain],
            )
        }
        Selection::Before { start, workspace } => {
            let sql = "SELECT id FROM calls WHERE tenant = ?1 AND started < ?2
                 AND (?3 IS NULL OR workspace = ?3) ORDER BY id";
            ids(
                connection,
                sql,
                params![tenant, micros(cut(*start)), workspace],
            )
        }
        Selection::Workspace(workspace) => {
            let sql = "SELECT id FROM calls WHERE tenant = ?1 AND workspace = ?2 ORDER BY id";
            ids(connection, sql, params![tenant, workspace])
        }
        Selection::Everything => {
            let sql = "SELECT id FROM calls WHERE tenant = ?1 ORDER BY id";
            ids(connection, sql, params![tenant])
        }
    }
}

/// Adds the other names under which the archive knows these people.
pub(super) fn widen(
    context: &Context,
    connection: &Connection,
    people: &mut Persons,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT email_hash, user_id FROM parties WHERE tenant = ?1
           AND (email_hash IN (SELECT value FROM json_each(?2))
             OR user_id IN (SELECT value FROM json_each(?3)))
         UNION
         SELECT email_hash, id FROM users WHERE tenant = ?1
           AND (email_hash IN (SELECT value FROM json_each(?2))
             OR id IN (SELECT value FROM json_each(?3)))",
    )?;
    let emails = json!(people.emails).to_string();
    let users = json!(people.users).to_string();
    let mut rows = statement.query(params![context.tenant(), emails, users])?;
    while let Some(row) = rows.next()? {
        people.widen(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

fn ids(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<CallId>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.push(CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?);
    }
    Ok(calls)
}
