//! What was written to a CRM, in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::DealId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::crm_outbox::{first_hour, hour, remaining};
use crate::moment::{instant, micros};
use crate::stored::{Context, RemnantRow, WriteRow, WriteSources, number, write_state};
use crate::{
    CrmOutbox, CrmRemnant, CrmRequests, Error, KeptWrite, PostgresArchive, WriteRun, WriteState,
    WritesOf,
};

use super::query::{Values, draw, maybe, one, rows, run};
use super::refusals;

const COLUMNS: &str = "id, run, subject, state, sent, dek, wrapped, place, payload";
const OF_REMNANT: &str = "id, sent, dek, wrapped, place";

#[async_trait]
impl CrmOutbox for PostgresArchive {
    async fn keep_writes(&self, writes: Vec<KeptWrite>) -> Result<Vec<bool>, Error> {
        let writes: Arc<[KeptWrite]> = writes.into();
        self.write(move |context, on| {
            let writes = Arc::clone(&writes);
            Box::pin(async move {
                let mut kept = Vec::with_capacity(writes.len());
                for write in writes.iter() {
                    kept.push(keep(context, on, write).await?);
                }
                Ok(kept)
            })
        })
        .await
    }

    async fn writes(&self, which: &WritesOf) -> Result<Vec<KeptWrite>, Error> {
        let which = Arc::new(which.clone());
        self.read_with(move |context, on| {
            let which = Arc::clone(&which);
            Box::pin(async move { read(context, on, &which).await })
        })
        .await
    }

    async fn write_runs(&self) -> Result<Vec<WriteRun>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = "SELECT run, state, min(sent), count(*) FROM crm_outbox
                           WHERE tenant = $1 GROUP BY run, state ORDER BY min(position)";
                let mut runs = Vec::new();
                for row in rows(on, sql, &[&context.tenant()]).await? {
                    let state = write_state(&row.try_get::<_, String>(1)?)?;
                    let many: i64 = row.try_get(3)?;
                    let sent = instant(row.try_get(2)?)?;
                    WriteRun::count(&mut runs, row.try_get(0)?, state, sent, many.unsigned_abs());
                }
                runs.reverse();
                Ok(runs)
            })
        })
        .await
    }

    async fn remnants(&self, most: usize) -> Result<Vec<CrmRemnant>, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.read_with(move |context, on| {
            Box::pin(async move {
                let sql = format!(
                    "SELECT {OF_REMNANT} FROM crm_remnants
                     WHERE tenant = $1 ORDER BY sent, id LIMIT $2"
                );
                let mut found = Vec::new();
                for row in rows(on, &sql, &[&context.tenant(), &most]).await? {
                    found.push(remnant(&row)?.open(context)?);
                }
                Ok(found)
            })
        })
        .await
    }

    async fn end_remnants(&self, ids: &[String]) -> Result<(), Error> {
        let ids: Arc<[String]> = ids.into();
        self.write(move |context, on| {
            let ids = Arc::clone(&ids);
            Box::pin(async move {
                let sql = "DELETE FROM crm_remnants WHERE tenant = $1 AND id = ANY($2)";
                run(on, sql, &[&context.tenant(), &&*ids]).await?;
                Ok(())
            })
        })
        .await
    }
}

#[async_trait]
impl CrmRequests for PostgresArchive {
    async fn spend_requests(&self, many: u32, now: Timestamp) -> Result<u32, Error> {
        let hour = hour(micros(now));
        self.write(move |context, on| {
            Box::pin(async move {
                let (tenant, first, many) = (context.tenant(), first_hour(hour), i64::from(many));
                let sql = "DELETE FROM crm_requests WHERE tenant = $1 AND hour < $2";
                run(on, sql, &[&tenant, &first]).await?;
                let sql = "INSERT INTO crm_requests (tenant, hour, spent) VALUES ($1, $2, $3)
                           ON CONFLICT (tenant, hour)
                           DO UPDATE SET spent = crm_requests.spent + excluded.spent";
                run(on, sql, &[&tenant, &hour, &many]).await?;
                let sql = "SELECT sum(spent)::bigint FROM crm_requests WHERE tenant = $1";
                let spent: i64 = one(on, sql, &[&tenant]).await?;
                Ok(u32::try_from(spent).unwrap_or(u32::MAX))
            })
        })
        .await
    }
}

async fn keep(context: &Context, on: &Transaction<'_>, write: &KeptWrite) -> Result<bool, Error> {
    let row = WriteRow::of(context, write)?;
    if is_refused(context, on, write).await? {
        // It was carried out while what it is about was erased.
        if write.state == WriteState::Done {
            add_remnant(context, on, &row.remnant(context)?).await?;
        }
        return Ok(false);
    }
    let tenant = context.tenant();
    let sql = "SELECT position FROM crm_outbox WHERE tenant = $1 AND id = $2";
    let position: i64 = match maybe(on, sql, &[&tenant, &row.id]).await? {
        Some(row) => row.try_get(0)?,
        None => number(draw(on).await?),
    };
    let sql = format!(
        "INSERT INTO crm_outbox (tenant, position, {COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, sent = excluded.sent,
           dek = excluded.dek, wrapped = excluded.wrapped, place = excluded.place,
           payload = excluded.payload"
    );
    let values: Values<'_> = &[
        &tenant,
        &position,
        &row.id,
        &row.run,
        &row.subject,
        &row.state,
        &row.sent,
        &row.dek,
        &row.wrapped,
        &row.place,
        &row.payload,
    ];
    run(on, &sql, values).await?;
    derive(context, on, &row, write).await?;
    Ok(true)
}

/// Says what a write holds words of: what it names, every call about its deals, and whatever the
/// earlier writes of its subject held words of.
async fn derive(
    context: &Context,
    on: &Transaction<'_>,
    row: &WriteRow,
    write: &KeptWrite,
) -> Result<(), Error> {
    let tenant = context.tenant();
    for (kind, source) in WriteSources::rows(write) {
        let sql = "INSERT INTO derived_from (tenant, table_name, row_id, kind, source)
                   VALUES ($1, 'crm_outbox', $2, $3, $4) ON CONFLICT DO NOTHING";
        run(on, sql, &[&tenant, &row.id, &kind, &source]).await?;
        if kind == "sum" {
            let sql = "INSERT INTO derived_from (tenant, table_name, row_id, kind, source)
                       SELECT DISTINCT l.tenant, 'crm_outbox', $2::text, 'call', l.call
                       FROM call_links l JOIN calls c ON c.tenant = l.tenant AND c.id = l.call
                       WHERE l.tenant = $1 AND l.kind IN ('deal', 'pin') AND l.id = $3
                         AND c.erasing IS NULL
                       ON CONFLICT DO NOTHING";
            run(on, sql, &[&tenant, &row.id, &source]).await?;
        }
    }
    let sql = "INSERT INTO derived_from (tenant, table_name, row_id, kind, source)
               SELECT DISTINCT d.tenant, d.table_name, $2::text, d.kind, d.source
               FROM derived_from d WHERE d.tenant = $1 AND d.table_name = 'crm_outbox'
                 AND d.row_id IN (SELECT id FROM crm_outbox WHERE tenant = $1 AND subject = $3)
               ON CONFLICT DO NOTHING";
    run(on, sql, &[&tenant, &row.id, &row.subject]).await?;
    Ok(())
}

/// Whether something that a write is about is not there any more.
async fn is_refused(
    context: &Context,
    on: &Transaction<'_>,
    write: &KeptWrite,
) -> Result<bool, Error> {
    let calls: Vec<&str> = write
        .calls
        .iter()
        .map(conversation::CallId::as_str)
        .collect();
    let sql = "SELECT NOT EXISTS (
                 SELECT 1 FROM unnest($2::text[]) AS asked (id) WHERE NOT EXISTS (
                   SELECT 1 FROM calls c
                   WHERE c.tenant = $1 AND c.id = asked.id AND c.erasing IS NULL))";
    let are_there: bool = one(on, sql, &[&context.tenant(), &calls]).await?;
    if !are_there {
        return Ok(true);
    }
    for deal in write.deals.iter().chain(&write.sums_up) {
        if refusals::is_deal_erased(context, on, deal).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn read(
    context: &Context,
    on: &Transaction<'_>,
    which: &WritesOf,
) -> Result<Vec<KeptWrite>, Error> {
    let tenant = context.tenant();
    let found = match which {
        WritesOf::Subjects(subjects) => {
            let sql = format!(
                "SELECT DISTINCT ON (subject) {COLUMNS} FROM crm_outbox
                 WHERE tenant = $1 AND subject = ANY($2) ORDER BY subject, position DESC"
            );
            rows(on, &sql, &[&tenant, &subjects]).await?
        }
        WritesOf::State(state) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM crm_outbox
                 WHERE tenant = $1 AND state = $2 ORDER BY position"
            );
            rows(on, &sql, &[&tenant, &state.as_str()]).await?
        }
        WritesOf::Run(of) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM crm_outbox WHERE tenant = $1 AND run = $2 ORDER BY position"
            );
            rows(on, &sql, &[&tenant, &of]).await?
        }
    };
    let mut writes = Vec::with_capacity(found.len());
    for row in &found {
        let row = from_row(row)?;
        let sources = sources(context, on, &row.id).await?;
        writes.push(row.open(context, sources)?);
    }
    Ok(writes)
}

fn from_row(row: &Row) -> Result<WriteRow, Error> {
    Ok(WriteRow {
        id: row.try_get(0)?,
        run: row.try_get(1)?,
        subject: row.try_get(2)?,
        state: row.try_get(3)?,
        sent: row.try_get(4)?,
        dek: row.try_get(5)?,
        wrapped: row.try_get(6)?,
        place: row.try_get(7)?,
        payload: row.try_get(8)?,
    })
}

async fn sources(context: &Context, on: &Transaction<'_>, id: &str) -> Result<WriteSources, Error> {
    let sql = "SELECT kind, source FROM derived_from
               WHERE tenant = $1 AND table_name = 'crm_outbox' AND row_id = $2
               ORDER BY kind, source";
    let mut sources = WriteSources::default();
    for row in rows(on, sql, &[&context.tenant(), &id]).await? {
        sources.take(&row.try_get::<_, String>(0)?, row.try_get(1)?)?;
    }
    Ok(sources)
}

fn remnant(row: &Row) -> Result<RemnantRow, Error> {
    Ok(RemnantRow {
        id: row.try_get(0)?,
        sent: row.try_get(1)?,
        dek: row.try_get(2)?,
        wrapped: row.try_get(3)?,
        place: row.try_get(4)?,
    })
}

async fn add_remnant(
    context: &Context,
    on: &Transaction<'_>,
    row: &RemnantRow,
) -> Result<(), Error> {
    let sql =
        format!("INSERT INTO crm_remnants (tenant, {OF_REMNANT}) VALUES ($1, $2, $3, $4, $5, $6)");
    let values: Values<'_> = &[
        &context.tenant(),
        &row.id,
        &row.sent,
        &row.dek,
        &row.wrapped,
        &row.place,
    ];
    run(on, &sql, values).await?;
    Ok(())
}

/// Whether anything is still to be blanked.
pub(super) async fn has_remnants(context: &Context, on: &Transaction<'_>) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM crm_remnants WHERE tenant = $1)";
    one(on, sql, &[&context.tenant()]).await
}

/// Destroys every write of a subject that holds words of one of these calls, or sums up what it
/// says.
pub(super) async fn forget_calls(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[&str],
) -> Result<(), Error> {
    let of_calls = "SELECT row_id FROM derived_from WHERE tenant = $1
                      AND table_name = 'crm_outbox' AND kind = 'call' AND source = ANY($2)
                    UNION
                    SELECT s.row_id FROM derived_from c
                    JOIN derived_from l ON l.tenant = c.tenant AND l.table_name = 'crm_outbox'
                      AND l.row_id = c.row_id AND l.kind = 'link'
                    JOIN derived_from s ON s.tenant = c.tenant AND s.table_name = 'crm_outbox'
                      AND s.kind = 'sum' AND s.source = l.source
                    WHERE c.tenant = $1 AND c.table_name = 'crm_outbox' AND c.kind = 'call'
                      AND c.source = ANY($2)";
    forget(context, on, of_calls, calls).await
}

/// Destroys every write of a subject that is about one of these deals.
pub(super) async fn forget_deals(
    context: &Context,
    on: &Transaction<'_>,
    deals: &[DealId],
) -> Result<(), Error> {
    let names: Vec<String> = deals.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of_deals = "SELECT row_id FROM derived_from WHERE tenant = $1
                      AND table_name = 'crm_outbox' AND kind IN ('deal', 'sum')
                      AND source = ANY($2)";
    forget(context, on, of_deals, &names).await
}

async fn forget(
    context: &Context,
    on: &Transaction<'_>,
    meant: &str,
    sources: &[&str],
) -> Result<(), Error> {
    let tenant = context.tenant();
    let sql =
        format!("SELECT DISTINCT subject FROM crm_outbox WHERE tenant = $1 AND id IN ({meant})");
    let mut subjects: Vec<String> = Vec::new();
    for row in rows(on, &sql, &[&tenant, &sources]).await? {
        subjects.push(row.try_get(0)?);
    }
    if subjects.is_empty() {
        return Ok(());
    }
    let newest_first = format!(
        "SELECT {COLUMNS} FROM crm_outbox WHERE tenant = $1 AND subject = $2
         ORDER BY position DESC"
    );
    for subject in &subjects {
        let mut writes = Vec::new();
        for row in rows(on, &newest_first, &[&tenant, subject]).await? {
            let row = from_row(&row)?;
            writes.push((row.state()?, row));
        }
        if let Some(row) = remaining(writes.into_iter()) {
            add_remnant(context, on, &row.remnant(context)?).await?;
        }
    }
    for sql in [
        "DELETE FROM derived_from WHERE tenant = $1 AND table_name = 'crm_outbox'
           AND row_id IN (SELECT id FROM crm_outbox WHERE tenant = $1 AND subject = ANY($2))",
        "DELETE FROM crm_outbox WHERE tenant = $1 AND subject = ANY($2)",
    ] {
        run(on, sql, &[&tenant, &subjects]).await?;
    }
    Ok(())
}

/// How many writes and remnants open, and how many do not.
pub(super) async fn verify(context: &Context, on: &Transaction<'_>) -> Result<(u64, u64), Error> {
    let (mut sound, mut damaged) = (0, 0);
    let mut note = |is_sound: bool| {
        if is_sound {
            sound += 1;
        } else {
            damaged += 1;
        }
    };
    let sql = format!("SELECT {COLUMNS} FROM crm_outbox WHERE tenant = $1");
    for row in rows(on, &sql, &[&context.tenant()]).await? {
        let row = from_row(&row)?;
        note(row.open(context, WriteSources::default()).is_ok());
    }
    let sql = format!("SELECT {OF_REMNANT} FROM crm_remnants WHERE tenant = $1");
    for row in rows(on, &sql, &[&context.tenant()]).await? {
        note(remnant(&row)?.open(context).is_ok());
    }
    Ok((sound, damaged))
}
