//! The ledger in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::CallId;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::moment::instant;
use crate::stored::{Context, bad_id, in_ledger};
use crate::{Checkpoint, Error, HashKey, JobKind, Ledger, SqliteArchive, Status};

use super::row::VISIBLE;
use super::secrets;

#[async_trait]
impl Ledger for SqliteArchive {
    async fn load(&self, name: &str) -> Result<Option<String>, Error> {
        let name = name.to_owned();
        self.read_with(move |context, connection| load(context, connection, &name))
            .await
    }

    async fn save(&self, entry: Checkpoint) -> Result<(), Error> {
        self.write(move |context, connection| save(context, connection, &entry))
            .await
    }

    async fn hash_key(&self) -> Result<HashKey, Error> {
        Ok(self.parts.context.hash_key().clone())
    }

    async fn status(&self) -> Result<Status, Error> {
        self.read_with(status).await
    }
}

/// A value by its name. One in the clear was written by a version before this one, and is newer.
pub(super) fn load(
    context: &Context,
    connection: &Connection,
    name: &str,
) -> Result<Option<String>, Error> {
    let clear = connection
        .prepare_cached("SELECT value FROM checkpoints WHERE tenant = ?1 AND name = ?2")?
        .query_row([context.tenant(), name], |row| row.get(0))
        .optional()?;
    if clear.is_some() {
        return Ok(clear);
    }
    let sealed = secrets::load(context, connection, &in_ledger(name))?;
    Ok(sealed.map(|value| value.as_str().to_owned()))
}

/// Seals a value; what stood under its name cannot be opened any more.
pub(super) fn save(
    context: &Context,
    connection: &Connection,
    entry: &Checkpoint,
) -> Result<(), Error> {
    secrets::keep(context, connection, &in_ledger(&entry.name), &entry.value)?;
    connection
        .prepare_cached("DELETE FROM checkpoints WHERE tenant = ?1 AND name = ?2")?
        .execute([context.tenant(), &entry.name])?;
    Ok(())
}

fn status(context: &Context, connection: &Connection) -> Result<Status, Error> {
    let mut status = calls(context, connection)?;
    status.indexed = connection.query_row(
        &format!(
            "SELECT count(*) FROM calls c
             JOIN indexed x ON x.tenant = c.tenant AND x.call = c.id
               AND x.text_revision = c.text_revision AND x.facts_hash = c.facts_hash
             WHERE c.tenant = ?1 AND {VISIBLE} AND x.index_id =
               (SELECT id FROM indexes WHERE tenant = ?1 ORDER BY position DESC LIMIT 1)"
        ),
        [context.tenant()],
        |row| count(row, 0),
    )?;
    let mut jobs = connection.prepare_cached(
        "SELECT kind, count(*) FROM jobs WHERE tenant = ?1 AND state <> 'dead' GROUP BY kind",
    )?;
    let counts: BTreeMap<String, u64> = jobs
        .query_map([context.tenant()], |row| Ok((row.get(0)?, count(row, 1)?)))?
        .collect::<Result<_, _>>()?;
    let mut by_kind: Vec<_> = JobKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind.as_str(), *counts.get(kind.as_str())?)))
        .collect();
    by_kind.sort_unstable();
    status.jobs = by_kind;
    let mut dead = connection.prepare_cached(
        "SELECT DISTINCT call FROM jobs
         WHERE tenant = ?1 AND state = 'dead' AND kind = 'index' ORDER BY call",
    )?;
    let mut rows = dead.query([context.tenant()])?;
    while let Some(row) = rows.next()? {
        let call = CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?;
        status.dead.push(call);
    }
    Ok(status)
}

fn calls(context: &Context, connection: &Connection) -> Result<Status, Error> {
    let sql = format!(
        "SELECT count(*), count(c.text_revision), coalesce(sum(c.text_state = 'pending'), 0),
           coalesce(sum(c.is_private), 0), count(c.missing_since), min(c.started), max(c.started)
         FROM calls c WHERE c.tenant = ?1 AND {VISIBLE}"
    );
    let mut status = Status::default();
    let (oldest, newest) = connection.query_row(&sql, [context.tenant()], |row| {
        status.calls = count(row, 0)?;
        status.with_text = count(row, 1)?;
        status.pending_text = count(row, 2)?;
        status.private = count(row, 3)?;
        status.missing = count(row, 4)?;
        Ok((row.get::<_, Option<i64>>(5)?, row.get::<_, Option<i64>>(6)?))
    })?;
    status.unconfirmed = connection.query_row(
        "SELECT count(*) FROM unconfirmed u JOIN calls c ON c.tenant = u.tenant AND c.id = u.call
         WHERE u.tenant = ?1 AND c.erasing IS NULL",
        [context.tenant()],
        |row| count(row, 0),
    )?;
    status.oldest = oldest.map(instant).transpose()?;
    status.newest = newest.map(instant).transpose()?;
    Ok(status)
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column)
        .map(|count: i64| u64::try_from(count).unwrap_or(0))
}
