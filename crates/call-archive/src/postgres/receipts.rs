//! Receipts in PostgreSQL: what was erased, in numbers.

use conversation::CallId;
use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use crate::moment::{instant, micros};
use crate::stored::Context;
use crate::{Error, Receipt, Remnant};

use super::query::{Values, rows, run};

/// Adds a receipt.
pub(super) async fn add(
    context: &Context,
    on: &Transaction<'_>,
    receipt: &Receipt,
) -> Result<(), Error> {
    let sql = "INSERT INTO receipts (tenant, id, kind, reason, actor, target, before, begun, calls,
                 with_text, sentences, kept_by_hold, finished, unreached)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, '')";
    let before = receipt.before.map(micros);
    let values: Values<'_> = &[
        &context.tenant(),
        &receipt.id,
        &receipt.kind,
        &receipt.reason,
        &receipt.actor,
        &receipt.target,
        &before,
        &micros(receipt.begun),
        &number(receipt.calls),
        &number(receipt.with_text),
        &number(receipt.sentences),
        &number(receipt.kept_by_hold),
    ];
    run(on, sql, values).await?;
    Ok(())
}

/// The receipt is not finished before this call is destroyed.
pub(super) async fn wait_for(
    context: &Context,
    on: &Transaction<'_>,
    receipt: &str,
    call: &CallId,
) -> Result<(), Error> {
    let sql = "INSERT INTO purged (tenant, call, receipt) VALUES ($1, $2, $3)";
    run(on, sql, &[&context.tenant(), &call.as_str(), &receipt]).await?;
    Ok(())
}

/// Finishes the receipts that wait for no call, or says what of them is left.
pub(super) async fn close(
    context: &Context,
    on: &Transaction<'_>,
    unreached: &[Remnant],
    now: i64,
) -> Result<(), Error> {
    let words: Vec<&str> = unreached.iter().map(|left| left.as_str()).collect();
    let words = words.join(" ");
    let finished = words.is_empty().then_some(now);
    let sql = "UPDATE receipts SET unreached = $2, finished = $3
               WHERE tenant = $1 AND finished IS NULL AND NOT EXISTS (
                 SELECT 1 FROM purged p WHERE p.tenant = receipts.tenant
                 AND p.receipt = receipts.id)";
    run(on, sql, &[&context.tenant(), &words, &finished]).await?;
    Ok(())
}

/// Every receipt, the newest first.
pub(super) async fn all(context: &Context, on: &Transaction<'_>) -> Result<Vec<Receipt>, Error> {
    let sql = "SELECT id, kind, reason, actor, target, before, begun, calls, with_text, sentences,
                 kept_by_hold, finished, unreached,
                 (SELECT count(*) FROM purged p WHERE p.tenant = r.tenant AND p.receipt = r.id)
               FROM receipts r WHERE tenant = $1 ORDER BY position DESC";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    found.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Receipt, Error> {
    let count = |column: usize| {
        let count: i64 = row.try_get(column)?;
        Ok::<_, Error>(u64::try_from(count).unwrap_or(0))
    };
    let moment = |column: usize| {
        let at: Option<i64> = row.try_get(column)?;
        at.map(instant).transpose()
    };
    let unreached: String = row.try_get(12)?;
    let is_named = |left: &Remnant| unreached.split(' ').any(|word| word == left.as_str());
    Ok(Receipt {
        id: row.try_get(0)?,
        kind: row.try_get(1)?,
        reason: row.try_get(2)?,
        actor: row.try_get(3)?,
        target: row.try_get(4)?,
        before: moment(5)?,
        begun: instant(row.try_get(6)?)?,
        calls: count(7)?,
        with_text: count(8)?,
        sentences: count(9)?,
        kept_by_hold: count(10)?,
        left: count(13)?,
        finished: moment(11)?,
        unreached: Remnant::ALL.into_iter().filter(is_named).collect(),
    })
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
