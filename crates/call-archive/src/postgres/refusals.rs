//! What is refused for good: calls by tombstone, whatever shows an erased person, whatever started
//! below a floor.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{AccountId, Call, CallId, DealId, DealSnapshot};
use deadpool_postgres::Transaction;
use jiff::civil::Date;

use crate::deals::is_older;
use crate::moment::{cut, micros};
use crate::selection::people_of;
use crate::stored::{Context, bad_id};
use crate::{Error, User};

use super::query::{Values, maybe, one, rows, run};

/// Which of these calls a tombstone refuses.
pub(super) async fn erased(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[CallId],
) -> Result<BTreeSet<CallId>, Error> {
    let hashes: Vec<String> = calls.iter().map(|call| context.tombstone(call)).collect();
    let sql = "SELECT hash FROM tombstones WHERE tenant = $1 AND hash = ANY($2)";
    let mut found = BTreeSet::new();
    for row in rows(on, sql, &[&context.tenant(), &hashes]).await? {
        found.insert(row.try_get::<_, String>(0)?);
    }
    let erased = calls.iter().zip(&hashes);
    Ok(erased
        .filter(|(_, hash)| found.contains(*hash))
        .map(|(call, _)| call.clone())
        .collect())
}

/// Whether a tombstone refuses a call.
pub(super) async fn is_erased(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
) -> Result<bool, Error> {
    let found = erased(context, on, std::slice::from_ref(call)).await?;
    Ok(!found.is_empty())
}

/// Whether a floor or a person's tombstone refuses a call.
pub(super) async fn refuses(
    context: &Context,
    on: &Transaction<'_>,
    call: &Call,
) -> Result<bool, Error> {
    let started = micros(cut(call.started));
    let workspace = call
        .workspace
        .as_ref()
        .map_or("", conversation::WorkspaceId::as_str);
    let sql = "SELECT EXISTS (SELECT 1 FROM floors
                 WHERE tenant = $1 AND workspace IN ('', $2) AND before > $3)
               OR EXISTS (SELECT 1 FROM people_tombstones
                 WHERE tenant = $1 AND hash = ANY($4) AND erased > $3)";
    let people = people_of(call, context.hash_key());
    let values: Values<'_> = &[&context.tenant(), &workspace, &started, &people];
    one(on, sql, values).await
}

/// Whether one of the company's own people was erased, and no later call shows them.
pub(super) async fn refuses_user(
    context: &Context,
    on: &Transaction<'_>,
    user: &User,
) -> Result<bool, Error> {
    let key = context.hash_key();
    let email = user.email.as_deref().and_then(|email| key.email(email));
    let of_user = key.user(user.id.as_str());
    let tenant = context.tenant();
    let sql = "SELECT max(erased) FROM people_tombstones WHERE tenant = $1 AND hash IN ($2, $3)";
    let Some(row) = maybe(on, sql, &[&tenant, &of_user, &email]).await? else {
        return Ok(false);
    };
    let Some(erased) = row.try_get::<_, Option<i64>>(0)? else {
        return Ok(false);
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = $1 AND c.started >= $2
                 AND c.erasing IS NULL AND (c.primary_user = $3 OR EXISTS (
                   SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                   AND (p.user_id = $3 OR p.email_hash = $4))))";
    let values: Values<'_> = &[&tenant, &erased, &user.id.as_str(), &email];
    let is_shown_later: bool = one(on, sql, values).await?;
    Ok(!is_shown_later)
}

/// Whether a deal was erased, or belongs to an account that was, and was not made later.
pub(super) async fn refuses_deal(
    context: &Context,
    on: &Transaction<'_>,
    snapshot: &DealSnapshot,
) -> Result<bool, Error> {
    if is_deal_erased(context, on, &snapshot.deal).await? {
        return Ok(true);
    }
    match &snapshot.account {
        Some(account) => refuses_account(context, on, account, snapshot.created).await,
        None => Ok(false),
    }
}

/// Whether the person with this keyed hash was erased.
pub(super) async fn is_person_erased(
    context: &Context,
    on: &Transaction<'_>,
    hash: &str,
) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM people_tombstones WHERE tenant = $1 AND hash = $2)";
    one(on, sql, &[&context.tenant(), &hash]).await
}

/// Whether a deal was erased.
pub(super) async fn is_deal_erased(
    context: &Context,
    on: &Transaction<'_>,
    deal: &DealId,
) -> Result<bool, Error> {
    let hash = context.hash_key().deal(&context.tenant, deal);
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstones WHERE tenant = $1 AND hash = $2)";
    one(on, sql, &[&context.tenant(), &hash]).await
}

/// Whether an account was erased, and what is told of it was not made later.
pub(super) async fn refuses_account(
    context: &Context,
    on: &Transaction<'_>,
    account: &AccountId,
    created: Option<Date>,
) -> Result<bool, Error> {
    let hash = context.hash_key().account(account.as_str());
    let sql = "SELECT erased FROM people_tombstones WHERE tenant = $1 AND hash = $2";
    let row = maybe(on, sql, &[&context.tenant(), &hash]).await?;
    let erased = row.map(|row| row.try_get(0)).transpose()?;
    is_older(erased, created)
}

/// Refuses a call from now on.
pub(super) async fn add_call(
    context: &Context,
    on: &Transaction<'_>,
    hash: &str,
    at: i64,
) -> Result<(), Error> {
    add_calls(context, on, &[(hash, at)]).await
}

/// Refuses calls from now on.
pub(super) async fn add_calls(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[(&str, i64)],
) -> Result<(), Error> {
    let sql = "INSERT INTO tombstones (tenant, hash, created)
               SELECT $1, hash, at FROM unnest($2::text[], $3::bigint[]) AS new (hash, at)
               ON CONFLICT DO NOTHING";
    add(context, on, sql, calls).await.map(drop)
}

/// Refuses what shows a person and started before; says whether that is new.
pub(super) async fn add_person(
    context: &Context,
    on: &Transaction<'_>,
    hash: &str,
    at: i64,
) -> Result<bool, Error> {
    Ok(add_people(context, on, &[(hash, at)]).await? > 0)
}

/// The same for several; gives how many are new.
pub(super) async fn add_people(
    context: &Context,
    on: &Transaction<'_>,
    people: &[(&str, i64)],
) -> Result<u64, Error> {
    let sql = "INSERT INTO people_tombstones AS t (tenant, hash, erased)
               SELECT $1, hash, at FROM unnest($2::text[], $3::bigint[]) AS new (hash, at)
               ON CONFLICT (tenant, hash) DO UPDATE SET erased = excluded.erased
               WHERE t.erased < excluded.erased";
    add(context, on, sql, people).await
}

/// Refuses what started before; says whether that is new.
pub(super) async fn add_floor(
    context: &Context,
    on: &Transaction<'_>,
    workspace: &str,
    before: i64,
) -> Result<bool, Error> {
    Ok(add_floors(context, on, &[(workspace, before)]).await? > 0)
}

/// The same for several; gives how many are new.
pub(super) async fn add_floors(
    context: &Context,
    on: &Transaction<'_>,
    floors: &[(&str, i64)],
) -> Result<u64, Error> {
    let sql = "INSERT INTO floors AS t (tenant, workspace, before)
               SELECT $1, workspace, at
               FROM unnest($2::text[], $3::bigint[]) AS new (workspace, at)
               ON CONFLICT (tenant, workspace) DO UPDATE SET before = excluded.before
               WHERE t.before < excluded.before";
    add(context, on, sql, floors).await
}

/// Runs a statement that takes names with their instants, each name once.
pub(super) async fn add(
    context: &Context,
    on: &Transaction<'_>,
    sql: &str,
    new: &[(&str, i64)],
) -> Result<u64, Error> {
    if new.is_empty() {
        return Ok(0);
    }
    let (names, instants): (Vec<&str>, Vec<i64>) = new.iter().copied().unzip();
    run(on, sql, &[&context.tenant(), &names, &instants]).await
}

/// The users of the company that any call shows.
pub(super) async fn users_shown(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<Vec<String>, Error> {
    let sql = "SELECT user_id FROM parties WHERE tenant = $1 AND user_id IS NOT NULL
               UNION SELECT primary_user FROM calls
               WHERE tenant = $1 AND primary_user IS NOT NULL";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    found.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The stored calls that a floor or a person's tombstone refuses; `users` are those that were
/// erased, and when. What [`refuses`] says of one call, by the clear columns of all.
pub(super) async fn refused(
    context: &Context,
    on: &Transaction<'_>,
    users: Vec<(String, i64)>,
) -> Result<Vec<CallId>, Error> {
    let sql = "WITH gone AS (SELECT * FROM unnest($2::text[], $3::bigint[]) AS u (id, erased))
               SELECT c.id FROM calls c JOIN floors f ON f.tenant = c.tenant
                 AND f.workspace IN ('', coalesce(c.workspace, '')) AND f.before > c.started
               WHERE c.tenant = $1
               UNION
               SELECT c.id FROM calls c JOIN parties p ON p.tenant = c.tenant AND p.call = c.id
                 JOIN people_tombstones t ON t.tenant = c.tenant AND t.hash = p.email_hash
                   AND t.erased > c.started
               WHERE c.tenant = $1
               UNION
               SELECT c.id FROM calls c JOIN parties p ON p.tenant = c.tenant AND p.call = c.id
                 JOIN gone ON gone.id = p.user_id AND gone.erased > c.started
               WHERE c.tenant = $1
               UNION
               SELECT c.id FROM calls c
                 JOIN gone ON gone.id = c.primary_user AND gone.erased > c.started
               WHERE c.tenant = $1
               ORDER BY 1";
    let (ids, erased): (Vec<String>, Vec<i64>) = users.into_iter().unzip();
    let found = rows(on, sql, &[&context.tenant(), &ids, &erased]).await?;
    let ids = found
        .iter()
        .map(|row| CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id));
    ids.collect()
}

/// Every tombstone of a call.
pub(super) async fn calls(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT hash, created FROM tombstones WHERE tenant = $1";
    pairs(context, on, sql).await
}

/// Every tombstone of a person.
pub(super) async fn people(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT hash, erased FROM people_tombstones WHERE tenant = $1";
    pairs(context, on, sql).await
}

/// Every floor, by workspace; the empty name is all of them.
pub(super) async fn floors(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT workspace, before FROM floors WHERE tenant = $1";
    pairs(context, on, sql).await
}

async fn pairs(
    context: &Context,
    on: &Transaction<'_>,
    sql: &str,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut found = BTreeMap::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        found.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(found)
}
