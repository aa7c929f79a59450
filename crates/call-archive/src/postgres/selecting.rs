//! The calls that a purge or a hold is about, looked up by clear columns.

use conversation::CallId;
use deadpool_postgres::Transaction;

use crate::Error;
use crate::moment::{cut, micros};
use crate::selection::{Persons, Selection};
use crate::stored::{Context, bad_id};

use super::query::{Values, rows};

/// The calls that are meant, and those that were named without being there, in order.
pub(super) async fn named(
    context: &Context,
    on: &Transaction<'_>,
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
            let sql = "SELECT c.id FROM calls c WHERE c.tenant = $1
                         AND ($2::bigint IS NULL OR c.started < $2)
                         AND (c.primary_user = ANY($3) OR EXISTS (
                           SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                           AND (p.user_id = ANY($3) OR p.email_hash = ANY($4))))
                       ORDER BY c.id";
            let before = before.map(|before| micros(cut(before)));
            ids(on, sql, &[&tenant, &before, &people.users, &people.emails]).await
        }
        Selection::Account { ids: links, domain } => {
            let sql = "SELECT c.id FROM calls c WHERE c.tenant = $1 AND (
                         EXISTS (SELECT 1 FROM call_links l WHERE l.tenant = c.tenant
                           AND l.call = c.id AND l.kind = 'account' AND l.id = ANY($2))
                         OR EXISTS (SELECT 1 FROM parties p WHERE p.tenant = c.tenant
                           AND p.call = c.id AND p.side <> 'ours' AND p.domain = $3))
                       ORDER BY c.id";
            ids(on, sql, &[&tenant, links, domain]).await
        }
        Selection::Before { start, workspace } => {
            let sql = "SELECT id FROM calls WHERE tenant = $1 AND started < $2
                         AND ($3::text IS NULL OR workspace = $3) ORDER BY id";
            ids(on, sql, &[&tenant, &micros(cut(*start)), workspace]).await
        }
        Selection::Workspace(workspace) => {
            let sql = "SELECT id FROM calls WHERE tenant = $1 AND workspace = $2 ORDER BY id";
            ids(on, sql, &[&tenant, workspace]).await
        }
        Selection::Everything => {
            let sql = "SELECT id FROM calls WHERE tenant = $1 ORDER BY id";
            ids(on, sql, &[&tenant]).await
        }
    }
}

/// Adds the other names under which the archive knows these people.
pub(super) async fn widen(
    context: &Context,
    on: &Transaction<'_>,
    people: &mut Persons,
) -> Result<(), Error> {
    let sql = "SELECT email_hash, user_id FROM parties
               WHERE tenant = $1 AND (email_hash = ANY($2) OR user_id = ANY($3))
               UNION
               SELECT email_hash, id FROM users
               WHERE tenant = $1 AND (email_hash = ANY($2) OR id = ANY($3))";
    let found = rows(on, sql, &[&context.tenant(), &people.emails, &people.users]).await?;
    for row in found {
        people.widen(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(())
}

async fn ids(on: &Transaction<'_>, sql: &str, values: Values<'_>) -> Result<Vec<CallId>, Error> {
    let mut calls = Vec::new();
    for row in rows(on, sql, values).await? {
        calls.push(CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?);
    }
    Ok(calls)
}
