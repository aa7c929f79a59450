//! API keys in PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::api_keys::{ApiKey, ApiKeys};
use crate::audit::AuditEntry;
use crate::moment::micros;
use crate::stored::{ApiKeyRow, Context, Entry};
use crate::{Error, ErrorKind, PostgresArchive};

use super::audit::append_record;
use super::query::{Values, rows, run};
use super::{append, refusals};

const COLUMNS: &str =
    "id, label, hash, role, user_id, permissions, created, expires, revoked, last_used";

#[async_trait]
impl ApiKeys for PostgresArchive {
    async fn add_api_key(&self, key: &ApiKey, entry: &AuditEntry) -> Result<(), Error> {
        let asked = Arc::new((key.clone(), entry.clone()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (key, entry) = asked.as_ref();
                if by_id(context, on, &key.id).await?.is_some() {
                    return Err(Error::new(
                        ErrorKind::Invalid,
                        format!("there is an API key {} already", key.id),
                    ));
                }
                insert(context, on, key).await?;
                append_record(context, on, entry).await.map(drop)
            })
        })
        .await
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        let id: Arc<str> = id.into();
        self.read_with(move |context, on| {
            let id = Arc::clone(&id);
            Box::pin(async move { by_id(context, on, &id).await })
        })
        .await
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = format!(
                    "SELECT {COLUMNS} FROM api_keys WHERE tenant = $1 ORDER BY created, id"
                );
                read(on, &sql, &[&context.tenant()]).await
            })
        })
        .await
    }

    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        entry: &AuditEntry,
    ) -> Result<bool, Error> {
        let asked = Arc::new((id.to_owned(), entry.clone(), self.erase_log()?));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (id, entry, log) = asked.as_ref();
                let Some(key) = by_id(context, on, id).await? else {
                    return Ok(false);
                };
                // A database that is restored from before does not know; the log outside of it does.
                if key.revoked.is_none() {
                    append(context, log, &[Entry::Revoke(id, micros(at))]).await?;
                }
                revoke(context, on, id, micros(at)).await?;
                append_record(context, on, entry).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error> {
        if used.is_empty() {
            return Ok(());
        }
        let used: Arc<[(String, Timestamp)]> = used.into();
        self.write(move |context, on| {
            let used = Arc::clone(&used);
            Box::pin(async move {
                let sql = "UPDATE api_keys SET last_used = greatest(last_used, $3)
                           WHERE tenant = $1 AND id = $2";
                for (id, at) in used.iter() {
                    run(on, sql, &[&context.tenant(), id, &micros(*at)]).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Takes a key back; the first time stays.
async fn revoke(context: &Context, on: &Transaction<'_>, id: &str, at: i64) -> Result<(), Error> {
    revoke_many(context, on, &[(id, at)]).await
}

/// The same for several.
pub(super) async fn revoke_many(
    context: &Context,
    on: &Transaction<'_>,
    keys: &[(&str, i64)],
) -> Result<(), Error> {
    let sql = "UPDATE api_keys SET revoked = coalesce(revoked, at)
               FROM unnest($2::text[], $3::bigint[]) AS new (key, at)
               WHERE tenant = $1 AND id = key";
    refusals::add(context, on, sql, keys).await.map(drop)
}

/// The keys that were taken back, and when.
pub(super) async fn revoked(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT id, revoked FROM api_keys WHERE tenant = $1 AND revoked IS NOT NULL";
    let mut revoked = BTreeMap::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        revoked.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(revoked)
}

/// The ids of all keys.
pub(super) async fn ids(
    context: &Context,
    on: &Transaction<'_>,
) -> Result<BTreeSet<String>, Error> {
    let sql = "SELECT id FROM api_keys WHERE tenant = $1";
    let mut ids = BTreeSet::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        ids.insert(row.try_get(0)?);
    }
    Ok(ids)
}

async fn insert(context: &Context, on: &Transaction<'_>, key: &ApiKey) -> Result<(), Error> {
    let row = ApiKeyRow::of(key);
    let sql = format!(
        "INSERT INTO api_keys (tenant, {COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    let values: Values<'_> = &[
        &context.tenant(),
        &row.id,
        &row.label,
        &row.hash,
        &row.role,
        &row.user_id,
        &row.permissions,
        &row.created,
        &row.expires,
        &row.revoked,
        &row.last_used,
    ];
    run(on, &sql, values).await.map(drop)
}

async fn by_id(context: &Context, on: &Transaction<'_>, id: &str) -> Result<Option<ApiKey>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE tenant = $1 AND id = $2");
    let found = read(on, &sql, &[&context.tenant(), &id]).await?;
    Ok(found.into_iter().next())
}

async fn read(on: &Transaction<'_>, sql: &str, values: Values<'_>) -> Result<Vec<ApiKey>, Error> {
    let mut keys = Vec::new();
    for row in rows(on, sql, values).await? {
        let row = ApiKeyRow {
            id: row.try_get(0)?,
            label: row.try_get(1)?,
            hash: row.try_get(2)?,
            role: row.try_get(3)?,
            user_id: row.try_get(4)?,
            permissions: row.try_get(5)?,
            created: row.try_get(6)?,
            expires: row.try_get(7)?,
            revoked: row.try_get(8)?,
            last_used: row.try_get(9)?,
        };
        keys.push(row.key()?);
    }
    Ok(keys)
}
