//! Legal holds in SQLite: log first, then the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::holds::{Kept, kept_as, name_is_taken};
use crate::moment::{instant, micros};
use crate::selection::Selection;
use crate::stored::{Context, Entry, LoggedHold};
use crate::{Error, Hold, HoldName, HoldOn, Holds, SqliteArchive};

use super::selecting;

#[async_trait]
impl Holds for SqliteArchive {
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error> {
        let (name, on, log) = (name.clone(), on.clone(), Arc::clone(&self.parts.log));
        self.write(move |context, connection| {
            let (kind, value) = kept_as(&on, context.hash_key())?;
            let is_taken: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM holds WHERE tenant = ?1 AND name = ?2)",
                )?
                .query_row([context.tenant(), name.as_str()], |row| row.get(0))?;
            if is_taken {
                return Err(name_is_taken());
            }
            let hold = LoggedHold {
                kind: kind.to_owned(),
                value,
                since: micros(now),
                released: None,
            };
            log.append(&context.tenant, &[Entry::Hold(name.as_str(), &hold)])?;
            add(context, connection, name.as_str(), &hold)
        })
        .await
    }

    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error> {
        let (name, log) = (name.clone(), Arc::clone(&self.parts.log));
        self.write(move |context, connection| {
            let is_there = connection
                .prepare_cached(
                    "SELECT 1 FROM holds WHERE tenant = ?1 AND name = ?2 AND released IS NULL",
                )?
                .query_row([context.tenant(), name.as_str()], |_| Ok(()))
                .optional()?;
            if is_there.is_none() {
                return Ok(false);
            }
            log.append(
                &context.tenant,
                &[Entry::Release(name.as_str(), micros(now))],
            )?;
            lift(context, connection, name.as_str(), micros(now))?;
            Ok(true)
        })
        .await
    }

    async fn holds(&self) -> Result<Vec<Hold>, Error> {
        self.read_with(holds).await
    }

    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error> {
        let calls = calls.to_vec();
        self.read_with(move |context, connection| {
            let kept = kept(context, connection)?;
            let first = |call: CallId| {
                let (name, _) = kept.iter().find(|(_, kept)| kept.contains(&call))?;
                Some((call, name.clone()))
            };
            Ok(calls.into_iter().filter_map(first).collect())
        })
        .await
    }
}

/// What each hold keeps.
pub(super) fn kept(context: &Context, connection: &Connection) -> Result<Kept, Error> {
    let mut kept = Kept::new();
    for hold in holds(context, connection)? {
        if hold.released.is_none() {
            let selection = Selection::of_hold(&hold)?;
            let calls = selecting::named(context, connection, &selection)?;
            kept.insert(hold.name, calls.into_iter().collect());
        }
    }
    Ok(kept)
}

fn holds(context: &Context, connection: &Connection) -> Result<Vec<Hold>, Error> {
    let found = logged(context, connection)?;
    let hold = |(name, hold): (String, LoggedHold)| {
        Ok(Hold {
            name: HoldName::new(name)?,
            kind: hold.kind,
            value: hold.value,
            since: instant(hold.since)?,
            released: hold.released.map(instant).transpose()?,
        })
    };
    found.into_iter().map(hold).collect()
}

/// Every hold, as the log keeps it.
pub(super) fn logged(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, LoggedHold>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT name, kind, value, since, released FROM holds WHERE tenant = ?1")?;
    let rows = statement.query_map([context.tenant()], |row| {
        let hold = LoggedHold {
            kind: row.get(1)?,
            value: row.get(2)?,
            since: row.get(3)?,
            released: row.get(4)?,
        };
        Ok((row.get(0)?, hold))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a hold to the table.
pub(super) fn add(
    context: &Context,
    connection: &Connection,
    name: &str,
    hold: &LoggedHold,
) -> Result<(), Error> {
    let LoggedHold {
        kind,
        value,
        since,
        released,
    } = hold;
    connection
        .prepare_cached(
            "INSERT INTO holds (tenant, name, kind, value, since, released)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            context.tenant(),
            name,
            kind,
            value,
            since,
            released
        ])?;
    Ok(())
}

/// Notes in the table that a hold was lifted.
pub(super) fn lift(
    context: &Context,
    connection: &Connection,
    name: &str,
    at: i64,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE holds SET released = coalesce(released, ?3) WHERE tenant = ?1 AND name = ?2",
        )?
        .execute(params![context.tenant(), name, at])?;
    Ok(())
}
