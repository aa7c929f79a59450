//! The audit log in PostgreSQL: one chain, because writers take turns.

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Transaction;

use crate::audit::{Audit, AuditEntry, AuditHead, AuditKey, AuditRecord};
use crate::stored::{AuditRow, Context, damaged};
use crate::{Error, PostgresArchive};

use super::query::{Values, maybe, rows, run};

const CHAIN: &str = "main";
const COLUMNS: &str =
    "chain, seq, at, actor, role, action, targets, outcome, bytes, params, prev, mac";

#[async_trait]
impl Audit for PostgresArchive {
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error> {
        if entries.is_empty() {
            return Ok(None);
        }
        let entries: Arc<[AuditEntry]> = entries.into();
        self.write(move |context, on| {
            let entries = Arc::clone(&entries);
            Box::pin(async move {
                let mut head = None;
                for entry in entries.iter() {
                    head = Some(append_record(context, on, entry).await?);
                }
                Ok(head)
            })
        })
        .await
    }

    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        let (chain, seq) = after.map_or((String::new(), 0), |after| {
            let seq = i64::try_from(after.seq).unwrap_or(i64::MAX);
            (after.chain.clone(), seq)
        });
        let chain: Arc<str> = chain.into();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.read_with(move |context, on| {
            let chain = Arc::clone(&chain);
            Box::pin(async move {
                let sql = format!(
                    "SELECT {COLUMNS} FROM audit WHERE tenant = $1 AND (chain, seq) > ($2, $3)
                     ORDER BY chain, seq LIMIT $4"
                );
                let values: Values<'_> = &[&context.tenant(), &&*chain, &seq, &most];
                let mut records = Vec::new();
                for row in rows(on, &sql, values).await? {
                    let row = AuditRow {
                        chain: row.try_get(0)?,
                        seq: row.try_get(1)?,
                        at: row.try_get(2)?,
                        actor: row.try_get(3)?,
                        role: row.try_get(4)?,
                        action: row.try_get(5)?,
                        targets: row.try_get(6)?,
                        outcome: row.try_get(7)?,
                        bytes: row.try_get(8)?,
                        params: row.try_get(9)?,
                        prev: row.try_get(10)?,
                        mac: row.try_get(11)?,
                    };
                    records.push(row.record()?);
                }
                Ok(records)
            })
        })
        .await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = "SELECT DISTINCT ON (chain) chain, seq, mac FROM audit
                           WHERE tenant = $1 ORDER BY chain, seq DESC";
                let found = rows(on, sql, &[&context.tenant()]).await?;
                found.iter().map(head_of).collect()
            })
        })
        .await
    }

    async fn audit_key(&self) -> Result<AuditKey, Error> {
        Ok(self.parts.context.audit_key())
    }
}

/// Appends an entry inside the transaction of what it tells of.
pub(super) async fn append_record(
    context: &Context,
    on: &Transaction<'_>,
    entry: &AuditEntry,
) -> Result<AuditHead, Error> {
    let sql = "SELECT chain, seq, mac FROM audit WHERE tenant = $1 AND chain = $2
               ORDER BY seq DESC LIMIT 1";
    let last = maybe(on, sql, &[&context.tenant(), &CHAIN]).await?;
    let last = last.as_ref().map(head_of).transpose()?;
    let record = context.audit_key().chained(CHAIN, last.as_ref(), entry);
    let row = AuditRow::of(&record);
    let sql = format!(
        "INSERT INTO audit (tenant, {COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    let values: Values<'_> = &[
        &context.tenant(),
        &row.chain,
        &row.seq,
        &row.at,
        &row.actor,
        &row.role,
        &row.action,
        &row.targets,
        &row.outcome,
        &row.bytes,
        &row.params,
        &row.prev,
        &row.mac,
    ];
    run(on, &sql, values).await?;
    Ok(record.head())
}

fn head_of(row: &tokio_postgres::Row) -> Result<AuditHead, Error> {
    let seq = u64::try_from(row.try_get::<_, i64>(1)?)
        .map_err(|_| damaged("a record of the audit log is damaged"))?;
    Ok(AuditHead {
        chain: row.try_get(0)?,
        seq,
        mac: row.try_get(2)?,
    })
}
