//! The audit log in SQLite: one chain, because one transaction writes at a time.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::audit::{Audit, AuditEntry, AuditHead, AuditKey, AuditRecord};
use crate::stored::{AuditRow, Context, damaged};
use crate::{Error, SqliteArchive};

const CHAIN: &str = "main";
const COLUMNS: &str =
    "chain, seq, at, actor, role, action, targets, outcome, bytes, params, prev, mac";

#[async_trait]
impl Audit for SqliteArchive {
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error> {
        if entries.is_empty() {
            return Ok(None);
        }
        let entries = entries.to_vec();
        self.write(move |context, connection| {
            let mut head = None;
            for entry in &entries {
                head = Some(append(context, connection, entry)?);
            }
            Ok(head)
        })
        .await
    }

    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        let (chain, seq) = after.map_or((String::new(), 0), |after| {
            (
                after.chain.clone(),
                i64::try_from(after.seq).unwrap_or(i64::MAX),
            )
        });
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.read_with(move |context, connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM audit WHERE tenant = ?1 AND (chain, seq) > (?2, ?3)
                 ORDER BY chain, seq LIMIT ?4"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![context.tenant(), chain, seq, most])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(from_row(row)?.record()?);
            }
            Ok(records)
        })
        .await
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error> {
        self.read_with(|context, connection| {
            let mut statement = connection.prepare_cached(
                "SELECT chain, max(seq), mac FROM audit WHERE tenant = ?1 GROUP BY chain
                 ORDER BY chain",
            )?;
            let heads = statement.query_map([context.tenant()], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?))
            })?;
            heads.map(|head| head_of(head?)).collect()
        })
        .await
    }

    async fn audit_key(&self) -> Result<AuditKey, Error> {
        Ok(self.parts.context.audit_key())
    }
}

/// Appends an entry inside the transaction of what it tells of.
pub(super) fn append(
    context: &Context,
    connection: &Connection,
    entry: &AuditEntry,
) -> Result<AuditHead, Error> {
    let last = connection
        .prepare_cached(
            "SELECT chain, seq, mac FROM audit WHERE tenant = ?1 AND chain = ?2
             ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([context.tenant(), CHAIN], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?))
        })
        .optional()?;
    let last = last.map(head_of).transpose()?;
    let record = context.audit_key().chained(CHAIN, last.as_ref(), entry);
    let row = AuditRow::of(&record);
    let sql = format!(
        "INSERT INTO audit (tenant, {COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    connection.prepare_cached(&sql)?.execute(params![
        context.tenant(),
        row.chain,
        row.seq,
        row.at,
        row.actor,
        row.role,
        row.action,
        row.targets,
        row.outcome,
        row.bytes,
        row.params,
        row.prev,
        row.mac,
    ])?;
    Ok(record.head())
}

fn head_of((chain, seq, mac): (String, i64, String)) -> Result<AuditHead, Error> {
    let seq = u64::try_from(seq).map_err(|_| damaged("a record of the audit log is damaged"))?;
    Ok(AuditHead { chain, seq, mac })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        chain: row.get(0)?,
        seq: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        role: row.get(4)?,
        action: row.get(5)?,
        targets: row.get(6)?,
        outcome: row.get(7)?,
        bytes: row.get(8)?,
        params: row.get(9)?,
        prev: row.get(10)?,
        mac: row.get(11)?,
    })
}
