//! Receipts in SQLite: what was erased, in numbers.

use conversation::CallId;
use rusqlite::{Connection, Row, params};

use crate::moment::{instant, micros};
use crate::stored::Context;
use crate::{Error, Receipt, Remnant};

/// Adds a receipt.
pub(super) fn add(
    context: &Context,
    connection: &Connection,
    receipt: &Receipt,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO receipts (tenant, id, kind, reason, actor, target, before, begun, calls,
               with_text, sentences, kept_by_hold, finished, unreached)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL, '')",
        )?
        .execute(params![
            context.tenant(),
            receipt.id,
            receipt.kind,
            receipt.reason,
            receipt.actor,
            receipt.target,
            receipt.before.map(micros),
            micros(receipt.begun),
            number(receipt.calls),
            number(receipt.with_text),
            number(receipt.sentences),
            number(receipt.kept_by_hold),
        ])?;
    Ok(())
}

/// The receipt is not finished before this call is destroyed.
pub(super) fn wait_for(
    context: &Context,
    connection: &Connection,
    receipt: &str,
    call: &CallId,
) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO purged (tenant, call, receipt) VALUES (?1, ?2, ?3)")?
        .execute([context.tenant(), call.as_str(), receipt])?;
    Ok(())
}

/// Finishes the receipts that wait for no call, or says what of them is left.
pub(super) fn close(
    context: &Context,
    connection: &Connection,
    unreached: &[Remnant],
    now: i64,
) -> Result<(), Error> {
    let words: Vec<&str> = unreached.iter().map(|left| left.as_str()).collect();
    connection
        .prepare_cached(
            "UPDATE receipts SET unreached = ?2, finished = CASE ?2 WHEN '' THEN ?3 END
             WHERE tenant = ?1 AND finished IS NULL AND NOT EXISTS (
               SELECT 1 FROM purged p WHERE p.tenant = receipts.tenant
               AND p.receipt = receipts.id)",
        )?
        .execute(params![context.tenant(), words.join(" "), now])?;
    Ok(())
}

/// Every receipt, the newest first.
pub(super) fn all(context: &Context, connection: &Connection) -> Result<Vec<Receipt>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, reason, actor, target, before, begun, calls, with_text, sentences,
           kept_by_hold, finished, unreached,
           (SELECT count(*) FROM purged p WHERE p.tenant = r.tenant AND p.receipt = r.id)
         FROM receipts r WHERE tenant = ?1 ORDER BY position DESC",
    )?;
    let mut rows = statement.query([context.tenant()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(from_row(row)?);
    }
    Ok(found)
}

fn from_row(row: &Row<'_>) -> Result<Receipt, Error> {
    let count = |column| {
        let count: i64 = row.get(column)?;
        Ok::<_, Error>(u64::try_from(count).unwrap_or(0))
    };
    let unreached: String = row.get(12)?;
    let is_named = |left: &Remnant| unreached.split(' ').any(|word| word == left.as_str());
    Ok(Receipt {
        id: row.get(0)?,
        kind: row.get(1)?,
        reason: row.get(2)?,
        actor: row.get(3)?,
        target: row.get(4)?,
        before: row.get::<_, Option<i64>>(5)?.map(instant).transpose()?,
        begun: instant(row.get(6)?)?,
        calls: count(7)?,
        with_text: count(8)?,
        sentences: count(9)?,
        kept_by_hold: count(10)?,
        left: count(13)?,
        finished: row.get::<_, Option<i64>>(11)?.map(instant).transpose()?,
        unreached: Remnant::ALL.into_iter().filter(is_named).collect(),
    })
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
