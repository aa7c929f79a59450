//! API keys in SQLite.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api_keys::{ApiKey, ApiKeys};
use crate::audit::AuditEntry;
use crate::moment::micros;
use crate::stored::{ApiKeyRow, Context, Entry};
use crate::{Error, ErrorKind, SqliteArchive};

use super::audit;

const COLUMNS: &str =
    "id, label, hash, role, user_id, permissions, created, expires, revoked, last_used";

#[async_trait]
impl ApiKeys for SqliteArchive {
    async fn add_api_key(&self, key: &ApiKey, entry: &AuditEntry) -> Result<(), Error> {
        let (key, entry) = (key.clone(), entry.clone());
        self.write(move |context, connection| {
            if by_id(context, connection, &key.id)?.is_some() {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("there is an API key {} already", key.id),
                ));
            }
            insert(context, connection, &key)?;
            audit::append(context, connection, &entry)?;
            Ok(())
        })
        .await
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        let id = id.to_owned();
        self.read_with(move |context, connection| by_id(context, connection, &id))
            .await
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        self.read_with(|context, connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM api_keys WHERE tenant = ?1 ORDER BY created, id");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([context.tenant()])?;
            let mut keys = Vec::new();
            while let Some(row) = rows.next()? {
                keys.push(from_row(row)?.key()?);
            }
            Ok(keys)
        })
        .await
    }

    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        entry: &AuditEntry,
    ) -> Result<bool, Error> {
        let (id, entry, log) = (id.to_owned(), entry.clone(), Arc::clone(&self.parts.log));
        self.write(move |context, connection| {
            let Some(key) = by_id(context, connection, &id)? else {
                return Ok(false);
            };
            // A database that is restored from before does not know; the log outside of it does.
            if key.revoked.is_none() {
                log.append(&context.tenant, &[Entry::Revoke(&id, micros(at))])?;
            }
            revoke(context, connection, &id, micros(at))?;
            audit::append(context, connection, &entry)?;
            Ok(true)
        })
        .await
    }

    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error> {
        if used.is_empty() {
            return Ok(());
        }
        let used = used.to_vec();
        self.write(move |context, connection| {
            let mut statement = connection.prepare_cached(
                "UPDATE api_keys SET last_used = max(coalesce(last_used, ?3), ?3)
                 WHERE tenant = ?1 AND id = ?2",
            )?;
            for (id, at) in &used {
                statement.execute(params![context.tenant(), id, micros(*at)])?;
            }
            Ok(())
        })
        .await
    }
}

/// Takes a key back; the first time stays.
pub(super) fn revoke(
    context: &Context,
    connection: &Connection,
    id: &str,
    at: i64,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE api_keys SET revoked = coalesce(revoked, ?3) WHERE tenant = ?1 AND id = ?2",
        )?
        .execute(params![context.tenant(), id, at])?;
    Ok(())
}

/// The keys that were taken back, and when.
pub(super) fn revoked(
    context: &Context,
    connection: &Connection,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, revoked FROM api_keys WHERE tenant = ?1 AND revoked IS NOT NULL",
    )?;
    let revoked = statement.query_map([context.tenant()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(revoked.collect::<Result<_, _>>()?)
}

/// The ids of all keys.
pub(super) fn ids(context: &Context, connection: &Connection) -> Result<BTreeSet<String>, Error> {
    let mut statement = connection.prepare_cached("SELECT id FROM api_keys WHERE tenant = ?1")?;
    let ids = statement.query_map([context.tenant()], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn insert(context: &Context, connection: &Connection, key: &ApiKey) -> Result<(), Error> {
    let row = ApiKeyRow::of(key);
    let sql = format!(
        "INSERT INTO api_keys (tenant, {COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    );
    connection.prepare_cached(&sql)?.execute(params![
        context.tenant(),
        row.id,
        row.label,
        row.hash,
        row.role,
        row.user_id,
        row.permissions,
        row.created,
        row.expires,
        row.revoked,
        row.last_used,
    ])?;
    Ok(())
}

fn by_id(context: &Context, connection: &Connection, id: &str) -> Result<Option<ApiKey>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE tenant = ?1 AND id = ?2");
    let row = connection
        .prepare_cached(&sql)?
        .query_row([context.tenant(), id], from_row)
        .optional()?;
    row.map(ApiKeyRow::key).transpose()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ApiKeyRow> {
    Ok(ApiKeyRow {
        id: row.get(0)?,
        label: row.get(1)?,
        hash: row.get(2)?,
        role: row.get(3)?,
        user_id: row.get(4)?,
        permissions: row.get(5)?,
        created: row.get(6)?,
        expires: row.get(7)?,
        revoked: row.get(8)?,
        last_used: row.get(9)?,
    })
}
