//! Legal holds in PostgreSQL: log first, then the table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::holds::{Kept, kept_as, name_is_taken};
use crate::moment::{instant, micros};
use crate::selection::{Persons, Selection};
use crate::stored::{Context, Entry, LoggedHold, bad_id};
use crate::{Error, Hold, HoldName, HoldOn, Holds, PostgresArchive};

use super::query::{Values, one, rows, run};
use super::{append, refusals, selecting};

#[async_trait]
impl Holds for PostgresArchive {
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error> {
        let asked = Arc::new((name.clone(), on.clone(), self.erase_log()?));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (name, about, log) = asked.as_ref();
                let (kind, value) = kept_as(about, context.hash_key())?;
                let sql = "SELECT EXISTS (SELECT 1 FROM holds WHERE tenant = $1 AND name = $2)";
                if one(on, sql, &[&context.tenant(), &name.as_str()]).await? {
                    return Err(name_is_taken());
                }
                let hold = LoggedHold {
                    kind: kind.to_owned(),
                    value,
                    since: micros(now),
                    released: None,
                };
                append(context, log, &[Entry::Hold(name.as_str(), &hold)]).await?;
                add(context, on, name.as_str(), &hold).await
            })
        })
        .await
    }

    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error> {
        let asked = Arc::new((name.clone(), self.erase_log()?));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (name, log) = asked.as_ref();
                let sql = "SELECT EXISTS (SELECT 1 FROM holds
                             WHERE tenant = $1 AND name = $2 AND released IS NULL)";
                if !one::<bool>(on, sql, &[&context.tenant(), &name.as_str()]).await? {
                    return Ok(false);
                }
                let lifted = [Entry::Release(name.as_str(), micros(now))];
                append(context, log, &lifted).await?;
                lift(context, on, name.as_str(), micros(now)).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn holds(&self) -> Result<Vec<Hold>, Error> {
        self.read_with(|context, on| Box::pin(holds(context, on)))
            .await
    }

    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error> {
        let calls: Arc<[CallId]> = calls.into();
        self.read_with(move |context, on| {
            let calls = Arc::clone(&calls);
            Box::pin(async move {
                let kept = kept(context, on).await?;
                let first = |call: &CallId| {
                    let (name, _) = kept.iter().find(|(_, kept)| kept.contains(call))?;
                    Some((call.clone(), name.clone()))
                };
                Ok(calls.iter().filter_map(first).collect())
            })
        })
        .await
    }
}

/// What each hold keeps.
pub(super) async fn kept(context: &Context, on: &Transaction<'_>) -> Result<Kept, Error> {
    let mut kept = Kept::new();
    for hold in holds(context, on).await? {
        if hold.released.is_none() {
            let selection = Selection::of_hold(&hold)?;
            let calls = selecting::named(context, on, &selection).await?;
            kept.insert(hold.name, calls.into_iter().collect());
        }
    }
    Ok(kept)
}

async fn holds(context: &Context, on: &Transaction<'_>) -> Result<Vec<Hold>, Error> {
    let hold = |(name, hold): (String, LoggedHold)| {
        Ok(Hold {
            name: HoldName::new(name)?,
            kind: hold.kind,
            value: hold.value,
            since: instant(hold.since)?,
            released: hold.released.map(instant).transpose()?,
        })
    };
    let found = logged(context, on).await?;
    found.into_iter().map(hold).collect()
}

/// Every hold, as the log keeps it.
pub(super) async fn logged(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeMap<String, LoggedHold>, Error> {
    let sql = "SELECT name, kind, value, since, released FROM holds WHERE tenant = $1";
    let mut found = BTreeMap::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        let hold = LoggedHold {
            kind: row.try_get(1)?,
            value: row.try_get(2)?,
            since: row.try_get(3)?,
            released: row.try_get(4)?,
        };
        found.insert(row.try_get(0)?, hold);
    }
    Ok(found)
}

/// Which of these calls a hold keeps.
pub(super) async fn kept_of(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[CallId],
) -> Result<BTreeSet<CallId>, Error> {
    let mut meant = Meant::default();
    for hold in holds(context, on).await? {
        if hold.released.is_none() {
            meant.take(Selection::of_hold(&hold)?);
        }
    }
    if meant.everything {
        return Ok(calls.iter().cloned().collect());
    }
    let ids: Vec<&str> = calls.iter().map(CallId::as_str).collect();
    let sql = "SELECT c.id FROM calls c WHERE c.tenant = $1 AND c.id = ANY($2) AND (
                 c.id = ANY($3) OR c.workspace = ANY($4) OR c.primary_user = ANY($5)
                 OR EXISTS (SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
                   AND (p.user_id = ANY($5) OR p.email_hash = ANY($6)
                     OR (p.side <> 'ours' AND p.domain = ANY($7))))
                 OR EXISTS (SELECT 1 FROM call_links l WHERE l.tenant = c.tenant
                   AND l.call = c.id AND l.kind = 'account' AND l.id = ANY($8)))";
    let values: Values<'_> = &[
        &context.tenant(),
        &ids,
        &meant.calls,
        &meant.workspaces,
        &meant.people.users,
        &meant.people.emails,
        &meant.domains,
        &meant.accounts,
    ];
    let found = rows(on, sql, values).await?;
    let kept = found
        .iter()
        .map(|row| CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id));
    kept.collect()
}

/// What several holds are about.
#[derive(Default)]
struct Meant {
    everything: bool,
    calls: Vec<String>,
    workspaces: Vec<String>,
    people: Persons,
    domains: Vec<String>,
    accounts: Vec<String>,
}

impl Meant {
    fn take(&mut self, selection: Selection) {
        match selection {
            Selection::Calls(calls) => self.calls.extend(calls.iter().map(ToString::to_string)),
            Selection::Workspace(workspace) => self.workspaces.push(workspace),
            Selection::People { people, .. } => {
                self.people.users.extend(people.users);
                self.people.emails.extend(people.emails);
            }
            Selection::Account { ids, domain } => {
                self.accounts.extend(ids);
                self.domains.extend(domain);
            }
            // A hold is never about a day; what it is not known to be about it keeps.
            Selection::Everything | Selection::Before { .. } => self.everything = true,
        }
    }
}

/// Adds a hold to the table.
async fn add(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    hold: &LoggedHold,
) -> Result<(), Error> {
    add_many(context, on, &[(name, hold)]).await
}

/// The same for several.
pub(super) async fn add_many(
    context: &Context,
    on: &Transaction<'_>,
    holds: &[(&str, &LoggedHold)],
) -> Result<(), Error> {
    if holds.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO holds (tenant, name, kind, value, since, released)
               SELECT $1, new.* FROM
                 unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS new
               ON CONFLICT DO NOTHING";
    let names: Vec<&str> = holds.iter().map(|(name, _)| *name).collect();
    let kinds: Vec<&str> = holds.iter().map(|(_, hold)| hold.kind.as_str()).collect();
    let about: Vec<&str> = holds.iter().map(|(_, hold)| hold.value.as_str()).collect();
    let since: Vec<i64> = holds.iter().map(|(_, hold)| hold.since).collect();
    let released: Vec<Option<i64>> = holds.iter().map(|(_, hold)| hold.released).collect();
    let values: Values<'_> = &[&context.tenant(), &names, &kinds, &about, &since, &released];
    run(on, sql, values).await.map(drop)
}

/// Notes in the table that a hold was lifted.
async fn lift(context: &Context, on: &Transaction<'_>, name: &str, at: i64) -> Result<(), Error> {
    lift_many(context, on, &[(name, at)]).await
}

/// The same for several.
pub(super) async fn lift_many(
    context: &Context,
    on: &Transaction<'_>,
    holds: &[(&str, i64)],
) -> Result<(), Error> {
    let sql = "UPDATE holds SET released = coalesce(released, at)
               FROM unnest($2::text[], $3::bigint[]) AS lifted (hold, at)
               WHERE tenant = $1 AND name = hold";
    refusals::add(context, on, sql, holds).await.map(drop)
}
