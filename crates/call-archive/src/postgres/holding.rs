//! Legal holds in PostgreSQL: log first, then the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::holds::{Kept, kept_as, name_is_taken};
use crate::moment::{instant, micros};
use crate::selection::Selection;
use crate::stored::{Context, Entry, LoggedHold};
use crate::{Error, Hold, HoldName, HoldOn, Holds, PostgresArchive};

use super::query::{Values, one, rows, run};
use super::{append, selecting};

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

/// Adds a hold to the table.
pub(super) async fn add(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    hold: &LoggedHold,
) -> Result<(), Error> {
    let sql = "INSERT INTO holds (tenant, name, kind, value, since, released)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let values: Values<'_> = &[
        &context.tenant(),
        &name,
        &hold.kind,
        &hold.value,
        &hold.since,
        &hold.released,
    ];
    run(on, sql, values).await?;
    Ok(())
}

/// Notes in the table that a hold was lifted.
pub(super) async fn lift(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    at: i64,
) -> Result<(), Error> {
    let sql = "UPDATE holds SET released = coalesce(released, $3) WHERE tenant = $1 AND name = $2";
    run(on, sql, &[&context.tenant(), &name, &at]).await?;
    Ok(())
}
