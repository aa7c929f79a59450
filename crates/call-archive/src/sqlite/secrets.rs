//! Secrets in SQLite: one row each, there from the first claim on.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::moment::{instant, micros};
use crate::secrets::counts;
use crate::stored::{Context, SecretRow};
use crate::{Claimed, Error, Finished, Secret, Secrets, SqliteArchive};

#[async_trait]
impl Secrets for SqliteArchive {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, Error> {
        let name = name.to_owned();
        self.read_with(move |context, connection| load(context, connection, &name))
            .await
    }

    async fn claim_secret(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Claimed, Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        let (until, now) = (micros(until), micros(now));
        self.write(move |context, connection| {
            let held: Option<(Option<String>, Option<i64>)> = connection
                .prepare_cached(
                    "SELECT holder, held_until FROM secrets WHERE tenant = ?1 AND name = ?2",
                )?
                .query_row([context.tenant(), &name], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((Some(other), Some(end))) = held
                && other != holder
                && counts(end, now)
            {
                return Ok(Claimed::Busy(instant(end)?));
            }
            let SecretRow { dek, wrapped, .. } = SecretRow::of(context, &name, None)?;
            connection
                .prepare_cached(
                    "INSERT INTO secrets (tenant, name, dek, wrapped, holder, held_until)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, name)
                     DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until",
                )?
                .execute(params![context.tenant(), name, dek, wrapped, holder, until])?;
            load(context, connection, &name).map(Claimed::Held)
        })
        .await
    }

    async fn replace_secret(
        &self,
        name: &str,
        holder: &str,
        value: Option<Secret>,
    ) -> Result<Finished, Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |context, connection| {
            let value = value.as_ref().map(|value| value.as_str());
            let row = SecretRow::of(context, &name, value)?;
            let changed = connection
                .prepare_cached(
                    "UPDATE secrets
                     SET dek = ?4, wrapped = ?5, value = ?6, holder = NULL, held_until = NULL
                     WHERE tenant = ?1 AND name = ?2 AND holder = ?3",
                )?
                .execute(params![
                    context.tenant(),
                    name,
                    holder,
                    row.dek,
                    row.wrapped,
                    row.value
                ])?;
            Ok(if changed == 1 {
                Finished::Held
            } else {
                Finished::Lost
            })
        })
        .await
    }

    async fn release_secret(&self, name: &str, holder: &str) -> Result<(), Error> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |context, connection| {
            connection
                .prepare_cached(
                    "UPDATE secrets SET holder = NULL, held_until = NULL
                     WHERE tenant = ?1 AND name = ?2 AND holder = ?3",
                )?
                .execute(params![context.tenant(), name, holder])?;
            Ok(())
        })
        .await
    }
}

/// Keeps a value that nobody has to claim.
pub(super) fn keep(
    context: &Context,
    connection: &Connection,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    let row = SecretRow::of(context, name, Some(value))?;
    connection
        .prepare_cached(
            "INSERT INTO secrets (tenant, name, dek, wrapped, value) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (tenant, name) DO UPDATE
             SET dek = excluded.dek, wrapped = excluded.wrapped, value = excluded.value",
        )?
        .execute(params![
            context.tenant(),
            name,
            row.dek,
            row.wrapped,
            row.value
        ])?;
    Ok(())
}

pub(super) fn load(
    context: &Context,
    connection: &Connection,
    name: &str,
) -> Result<Option<Secret>, Error> {
    let sql = "SELECT dek, wrapped, value FROM secrets WHERE tenant = ?1 AND name = ?2";
    let row = connection
        .prepare_cached(sql)?
        .query_row([context.tenant(), name], |row| {
            Ok(SecretRow {
                dek: row.get(0)?,
                wrapped: row.get(1)?,
                value: row.get(2)?,
            })
        })
        .optional()?;
    row.map_or(Ok(None), |row| row.open(context, name))
}

/// The names of all secrets.
pub(super) fn names(context: &Context, connection: &Connection) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM secrets WHERE tenant = ?1 ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let names = statement.query_map([context.tenant()], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
