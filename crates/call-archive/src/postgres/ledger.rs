//! The ledger in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;

use crate::moment::instant;
use crate::stored::{Context, bad_id, in_ledger};
use crate::{Checkpoint, Error, HashKey, JobKind, Ledger, PostgresArchive, Status};

use super::query::{maybe, one, rows, run};
use super::row::VISIBLE;
use super::secrets;
use super::unconfirmed;

#[async_trait]
impl Ledger for PostgresArchive {
    async fn load(&self, name: &str) -> Result<Option<String>, Error> {
        let name: Arc<str> = name.into();
        self.read_with(move |context, on| {
            let name = Arc::clone(&name);
            Box::pin(async move { load(context, on, &name).await })
        })
        .await
    }

    async fn save(&self, entry: Checkpoint) -> Result<(), Error> {
        let entry = Arc::new(entry);
        self.write(move |context, on| {
            let entry = Arc::clone(&entry);
            Box::pin(async move { save(context, on, &entry).await })
        })
        .await
    }

    async fn hash_key(&self) -> Result<HashKey, Error> {
        Ok(self.parts.context.hash_key().clone())
    }

    async fn status(&self) -> Result<Status, Error> {
        self.read_with(|context, on| Box::pin(status(context, on)))
            .await
    }
}

/// A value by its name. One in the clear was written by a version before this one, and is newer.
pub(super) async fn load(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
) -> Result<Option<String>, Error> {
    let sql = "SELECT value FROM checkpoints WHERE tenant = $1 AND name = $2";
    if let Some(row) = maybe(on, sql, &[&context.tenant(), &name]).await? {
        return Ok(Some(row.try_get(0)?));
    }
    let sealed = secrets::load(context, on, &in_ledger(name)).await?;
    Ok(sealed.map(|value| value.as_str().to_owned()))
}

/// Seals a value; what stood under its name cannot be opened any more.
pub(super) async fn save(
    context: &Context,
    on: &Transaction<'_>,
    entry: &Checkpoint,
) -> Result<(), Error> {
    secrets::keep(context, on, &in_ledger(&entry.name), &entry.value).await?;
    let sql = "DELETE FROM checkpoints WHERE tenant = $1 AND name = $2";
    run(on, sql, &[&context.tenant(), &entry.name]).await?;
    Ok(())
}

async fn status(context: &Context, on: &Transaction<'_>) -> Result<Status, Error> {
    let mut status = calls(context, on).await?;
    let sql = format!(
        "SELECT count(*) FROM calls c
         JOIN indexed x ON x.tenant = c.tenant AND x.call = c.id
           AND x.text_revision = c.text_revision AND x.facts_hash = c.facts_hash
         WHERE c.tenant = $1 AND {VISIBLE} AND x.index_id =
           (SELECT id FROM indexes WHERE tenant = $1 ORDER BY position DESC LIMIT 1)"
    );
    status.indexed = count(one(on, &sql, &[&context.tenant()]).await?);
    let sql = "SELECT kind, count(*) FROM jobs WHERE tenant = $1 AND state <> 'dead' GROUP BY kind";
    let mut counts = BTreeMap::<String, u64>::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        counts.insert(row.try_get(0)?, count(row.try_get(1)?));
    }
    status.jobs = JobKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind.as_str(), *counts.get(kind.as_str())?)))
        .collect();
    status.jobs.sort_unstable();
    let sql = "SELECT DISTINCT call FROM jobs
               WHERE tenant = $1 AND state = 'dead' AND kind = 'index' ORDER BY call";
    for row in rows(on, sql, &[&context.tenant()]).await? {
        let call = CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?;
        status.dead.push(call);
    }
    Ok(status)
}

async fn calls(context: &Context, on: &Transaction<'_>) -> Result<Status, Error> {
    let sql = format!(
        "SELECT count(*), count(c.text_revision), count(*) FILTER (WHERE c.text_state = 'pending'),
           count(*) FILTER (WHERE c.is_private), count(c.missing_since), min(c.started),
           max(c.started)
         FROM calls c WHERE c.tenant = $1 AND {VISIBLE}"
    );
    let mut status = Status::default();
    if let Some(row) = maybe(on, &sql, &[&context.tenant()]).await? {
        status.calls = count(row.try_get(0)?);
        status.with_text = count(row.try_get(1)?);
        status.pending_text = count(row.try_get(2)?);
        status.private = count(row.try_get(3)?);
        status.missing = count(row.try_get(4)?);
        status.oldest = row.try_get::<_, Option<i64>>(5)?.map(instant).transpose()?;
        status.newest = row.try_get::<_, Option<i64>>(6)?.map(instant).transpose()?;
    }
    status.unconfirmed = count(unconfirmed::count(context, on).await?);
    Ok(status)
}

fn count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
