//! Secrets in PostgreSQL: one row each, there from the first claim on.

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::moment::{instant, micros};
use crate::secrets::counts;
use crate::stored::{Context, SecretRow};
use crate::{Claimed, Error, Finished, PostgresArchive, Secret, Secrets};

use super::query::{Values, maybe, rows, run};

#[async_trait]
impl Secrets for PostgresArchive {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, Error> {
        let name: Arc<str> = name.into();
        self.read_with(move |context, on| {
            let name = Arc::clone(&name);
            Box::pin(async move { load(context, on, &name).await })
        })
        .await
    }

    async fn claim_secret(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Claimed, Error> {
        let asked = Arc::new((name.to_owned(), holder.to_owned()));
        let (until, now) = (micros(until), micros(now));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { claim(context, on, &asked.0, &asked.1, until, now).await })
        })
        .await
    }

    async fn replace_secret(
        &self,
        name: &str,
        holder: &str,
        value: Option<Secret>,
    ) -> Result<Finished, Error> {
        let asked = Arc::new((name.to_owned(), holder.to_owned(), value));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (name, holder, value) = asked.as_ref();
                let value = value.as_ref().map(|value| value.as_str());
                let row = SecretRow::of(context, name, value)?;
                let sql = "UPDATE secrets
                           SET dek = $4, wrapped = $5, value = $6, holder = NULL, held_until = NULL
                           WHERE tenant = $1 AND name = $2 AND holder = $3";
                let values: Values<'_> = &[
                    &context.tenant(),
                    name,
                    holder,
                    &row.dek,
                    &row.wrapped,
                    &row.value,
                ];
                Ok(match run(on, sql, values).await? {
                    0 => Finished::Lost,
                    _ => Finished::Held,
                })
            })
        })
        .await
    }

    async fn release_secret(&self, name: &str, holder: &str) -> Result<(), Error> {
        let asked = Arc::new((name.to_owned(), holder.to_owned()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let sql = "UPDATE secrets SET holder = NULL, held_until = NULL
                           WHERE tenant = $1 AND name = $2 AND holder = $3";
                run(on, sql, &[&context.tenant(), &asked.0, &asked.1]).await?;
                Ok(())
            })
        })
        .await
    }
}

async fn claim(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    holder: &str,
    until: i64,
    now: i64,
) -> Result<Claimed, Error> {
    let tenant = context.tenant();
    let sql = "SELECT holder, held_until FROM secrets WHERE tenant = $1 AND name = $2";
    if let Some(row) = maybe(on, sql, &[&tenant, &name]).await? {
        let held: (Option<String>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        if let (Some(other), Some(end)) = held
            && other != holder
            && counts(end, now)
        {
            return Ok(Claimed::Busy(instant(end)?));
        }
    }
    let SecretRow { dek, wrapped, .. } = SecretRow::of(context, name, None)?;
    let sql = "INSERT INTO secrets (tenant, name, dek, wrapped, holder, held_until)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, name)
               DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until";
    let values: Values<'_> = &[&tenant, &name, &dek, &wrapped, &holder, &until];
    run(on, sql, values).await?;
    load(context, on, name).await.map(Claimed::Held)
}

/// Keeps a value that nobody has to claim.
pub(super) async fn keep(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    let row = SecretRow::of(context, name, Some(value))?;
    let sql = "INSERT INTO secrets (tenant, name, dek, wrapped, value) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (tenant, name) DO UPDATE
               SET dek = excluded.dek, wrapped = excluded.wrapped, value = excluded.value";
    let values: Values<'_> = &[&context.tenant(), &name, &row.dek, &row.wrapped, &row.value];
    run(on, sql, values).await?;
    Ok(())
}

pub(super) async fn load(
    context: &Context,
    on: &Transaction<'_>,
    name: &str,
) -> Result<Option<Secret>, Error> {
    let sql = "SELECT dek, wrapped, value FROM secrets WHERE tenant = $1 AND name = $2";
    let Some(row) = maybe(on, sql, &[&context.tenant(), &name]).await? else {
        return Ok(None);
    };
    let row = SecretRow {
        dek: row.try_get(0)?,
        wrapped: row.try_get(1)?,
        value: row.try_get(2)?,
    };
    row.open(context, name)
}

/// The names of all secrets.
pub(super) async fn names(context: &Context, on: &Transaction<'_>) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM secrets WHERE tenant = $1 ORDER BY name";
    let mut names = Vec::new();
    for row in rows(on, sql, &[&context.tenant()]).await? {
        names.push(row.try_get(0)?);
    }
    Ok(names)
}
