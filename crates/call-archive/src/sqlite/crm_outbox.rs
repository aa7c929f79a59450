//! What was written to a CRM, in SQLite.

use std::collections::BTreeSet;

use async_trait::async_trait;
use conversation::DealId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::crm_outbox::{first_hour, hour, remaining};
use crate::moment::{instant, micros};
use crate::stored::{Context, RemnantRow, WriteRow, WriteSources, number, write_state};
use crate::{
    CrmOutbox, CrmRemnant, CrmRequests, Error, KeptWrite, SqliteArchive, WriteRun, WriteState,
    WritesOf,
};

use super::context::draw;
use super::refusals;

const COLUMNS: &str = "id, run, subject, state, sent, dek, wrapped, place, payload";

#[async_trait]
impl CrmOutbox for SqliteArchive {
    async fn keep_writes(&self, writes: Vec<KeptWrite>) -> Result<Vec<bool>, Error> {
        self.write(move |context, connection| {
            let writes = writes.iter();
            writes
                .map(|write| keep(context, connection, write))
                .collect()
        })
        .await
    }

    async fn writes(&self, which: &WritesOf) -> Result<Vec<KeptWrite>, Error> {
        let which = which.clone();
        self.read_with(move |context, connection| read(context, connection, &which))
            .await
    }

    async fn write_runs(&self) -> Result<Vec<WriteRun>, Error> {
        self.read_with(runs).await
    }

    async fn remnants(&self, most: usize) -> Result<Vec<CrmRemnant>, Error> {
        self.read_with(move |context, connection| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            remnants(context, connection, most)
        })
        .await
    }

    async fn end_remnants(&self, ids: &[String]) -> Result<(), Error> {
        let ids = ids.to_vec();
        self.write(move |context, connection| {
            let sql = "DELETE FROM crm_remnants WHERE tenant = ?1 AND id = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            for id in &ids {
                statement.execute([context.tenant(), id])?;
            }
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl CrmRequests for SqliteArchive {
    async fn spend_requests(&self, many: u32, now: Timestamp) -> Result<u32, Error> {
        let hour = hour(micros(now));
        self.write(move |context, connection| {
            let first = first_hour(hour);
            connection
                .prepare_cached("DELETE FROM crm_requests WHERE tenant = ?1 AND hour < ?2")?
                .execute(params![context.tenant(), first])?;
            connection
                .prepare_cached(
                    "INSERT INTO crm_requests (tenant, hour, spent) VALUES (?1, ?2, ?3)
                     ON CONFLICT (tenant, hour) DO UPDATE SET spent = spent + excluded.spent",
                )?
                .execute(params![context.tenant(), hour, many])?;
            let spent: i64 = connection
                .prepare_cached("SELECT sum(spent) FROM crm_requests WHERE tenant = ?1")?
                .query_row([context.tenant()], |row| row.get(0))?;
            Ok(u32::try_from(spent).unwrap_or(u32::MAX))
        })
        .await
    }
}

fn keep(context: &Context, connection: &Connection, write: &KeptWrite) -> Result<bool, Error> {
    let row = WriteRow::of(context, write)?;
    if is_refused(context, connection, write)? {
        // It was carried out while what it is about was erased.
        if write.state == WriteState::Done {
            add_remnant(context, connection, &row.remnant(context)?)?;
        }
        return Ok(false);
    }
    let position: Option<i64> = connection
        .prepare_cached("SELECT position FROM crm_outbox WHERE tenant = ?1 AND id = ?2")?
        .query_row([context.tenant(), &row.id], |row| row.get(0))
        .optional()?;
    let position = match position {
        Some(position) => position,
        None => number(draw(connection)?),
    };
    connection
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO crm_outbox (tenant, position, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ))?
        .execute(params![
            context.tenant(),
            position,
            row.id,
            row.run,
            row.subject,
            row.state,
            row.sent,
            row.dek,
            row.wrapped,
            row.place,
            row.payload
        ])?;
    derive(context, connection, &row, write)?;
    Ok(true)
}

/// Says what a write holds words of: what it names, every call about its deals, and whatever the
/// earlier writes of its subject held words of.
fn derive(
    context: &Context,
    connection: &Connection,
    row: &WriteRow,
    write: &KeptWrite,
) -> Result<(), Error> {
    for (kind, source) in WriteSources::rows(write) {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO derived_from (tenant, table_name, row_id, kind, source)
                 VALUES (?1, 'crm_outbox', ?2, ?3, ?4)",
            )?
            .execute([context.tenant(), &row.id, kind, &source])?;
        if kind == "sum" {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO derived_from (tenant, table_name, row_id, kind, source)
                     SELECT DISTINCT l.tenant, 'crm_outbox', ?2, 'call', l.call FROM call_links l
                     JOIN calls c ON c.tenant = l.tenant AND c.id = l.call
                     WHERE l.tenant = ?1 AND l.kind IN ('deal', 'pin') AND l.id = ?3
                       AND c.erasing IS NULL",
                )?
                .execute([context.tenant(), &row.id, &source])?;
        }
    }
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO derived_from (tenant, table_name, row_id, kind, source)
             SELECT d.tenant, d.table_name, ?2, d.kind, d.source FROM derived_from d
             WHERE d.tenant = ?1 AND d.table_name = 'crm_outbox' AND d.row_id IN
               (SELECT id FROM crm_outbox WHERE tenant = ?1 AND subject = ?3)",
        )?
        .execute([context.tenant(), &row.id, &row.subject])?;
    Ok(())
}

/// Whether something that a write is about is not there any more.
fn is_refused(
    context: &Context,
    connection: &Connection,
    write: &KeptWrite,
) -> Result<bool, Error> {
    let mut is_there = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND id = ?2 AND erasing IS NULL)",
    )?;
    for call in &write.calls {
        let is_there: bool =
            is_there.query_row([context.tenant(), call.as_str()], |row| row.get(0))?;
        if !is_there {
            return Ok(true);
        }
    }
    for deal in write.deals.iter().chain(&write.sums_up) {
        if refusals::is_deal_erased(context, connection, deal)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(
    context: &Context,
    connection: &Connection,
    which: &WritesOf,
) -> Result<Vec<KeptWrite>, Error> {
    let select = format!("SELECT {COLUMNS} FROM crm_outbox WHERE tenant = ?1");
    let found = match which {
        WritesOf::Subjects(subjects) => {
            let sql = format!("{select} AND subject = ?2 ORDER BY position DESC LIMIT 1");
            let mut found = Vec::new();
            for subject in subjects.iter().collect::<BTreeSet<_>>() {
                found.extend(rows(context, connection, &sql, subject)?);
            }
            found
        }
        WritesOf::State(state) => {
            let sql = format!("{select} AND state = ?2 ORDER BY position");
            rows(context, connection, &sql, state.as_str())?
        }
        WritesOf::Run(run) => {
            let sql = format!("{select} AND run = ?2 ORDER BY position");
            rows(context, connection, &sql, run)?
        }
    };
    found
        .iter()
        .map(|row| row.open(context, sources(context, connection, &row.id)?))
        .collect()
}

fn rows(
    context: &Context,
    connection: &Connection,
    sql: &str,
    value: &str,
) -> Result<Vec<WriteRow>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([context.tenant(), value], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<WriteRow> {
    Ok(WriteRow {
        id: row.get(0)?,
        run: row.get(1)?,
        subject: row.get(2)?,
        state: row.get(3)?,
        sent: row.get(4)?,
        dek: row.get(5)?,
        wrapped: row.get(6)?,
        place: row.get(7)?,
        payload: row.get(8)?,
    })
}

fn sources(context: &Context, connection: &Connection, id: &str) -> Result<WriteSources, Error> {
    let mut sources = WriteSources::default();
    let mut statement = connection.prepare_cached(
        "SELECT kind, source FROM derived_from
         WHERE tenant = ?1 AND table_name = 'crm_outbox' AND row_id = ?2 ORDER BY kind, source",
    )?;
    let mut rows = statement.query([context.tenant(), id])?;
    while let Some(row) = rows.next()? {
        sources.take(&row.get::<_, String>(0)?, row.get(1)?)?;
    }
    Ok(sources)
}

fn runs(context: &Context, connection: &Connection) -> Result<Vec<WriteRun>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT run, state, min(sent), count(*) FROM crm_outbox WHERE tenant = ?1
         GROUP BY run, state ORDER BY min(position)",
    )?;
    let mut rows = statement.query([context.tenant()])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        let state = write_state(&row.get::<_, String>(1)?)?;
        let many: i64 = row.get(3)?;
        let (sent, many) = (instant(row.get(2)?)?, many.unsigned_abs());
        WriteRun::count(&mut runs, row.get(0)?, state, sent, many);
    }
    runs.reverse();
    Ok(runs)
}

fn remnants(
    context: &Context,
    connection: &Connection,
    most: i64,
) -> Result<Vec<CrmRemnant>, Error> {
    let sql = "SELECT id, sent, dek, wrapped, place FROM crm_remnants
               WHERE tenant = ?1 ORDER BY sent, id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![context.tenant(), most], |row| {
        Ok(RemnantRow {
            id: row.get(0)?,
            sent: row.get(1)?,
            dek: row.get(2)?,
            wrapped: row.get(3)?,
            place: row.get(4)?,
        })
    })?;
    rows.map(|row| row?.open(context)).collect()
}

fn add_remnant(context: &Context, connection: &Connection, row: &RemnantRow) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO crm_remnants (tenant, id, sent, dek, wrapped, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            context.tenant(),
            row.id,
            row.sent,
            row.dek,
            row.wrapped,
            row.place
        ])?;
    Ok(())
}

/// Whether anything is still to be blanked.
pub(super) fn has_remnants(context: &Context, connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM crm_remnants WHERE tenant = ?1)";
    let found = connection
        .prepare_cached(sql)?
        .query_row([context.tenant()], |row| row.get(0))?;
    Ok(found)
}

/// Destroys every write of a subject that holds words of a call, or sums up what it says.
pub(super) fn forget_call(
    context: &Context,
    connection: &Connection,
    call: &str,
) -> Result<(), Error> {
    let of_call = "SELECT row_id FROM derived_from
                   WHERE tenant = ?1 AND table_name = 'crm_outbox' AND kind = 'call' AND source = ?2
                   UNION
                   SELECT s.row_id FROM derived_from c
                   JOIN derived_from l ON l.tenant = c.tenant AND l.table_name = 'crm_outbox'
                     AND l.row_id = c.row_id AND l.kind = 'link'
                   JOIN derived_from s ON s.tenant = c.tenant AND s.table_name = 'crm_outbox'
                     AND s.kind = 'sum' AND s.source = l.source
                   WHERE c.tenant = ?1 AND c.table_name = 'crm_outbox' AND c.kind = 'call'
                     AND c.source = ?2";
    forget(context, connection, of_call, call)
}

/// Destroys every write of a subject that is about a deal.
pub(super) fn forget_deal(
    context: &Context,
    connection: &Connection,
    deal: &DealId,
) -> Result<(), Error> {
    let of_deal = "SELECT row_id FROM derived_from WHERE tenant = ?1
                     AND table_name = 'crm_outbox' AND kind IN ('deal', 'sum') AND source = ?2";
    forget(context, connection, of_deal, &deal.to_string())
}

fn forget(
    context: &Context,
    connection: &Connection,
    meant: &str,
    source: &str,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT subject FROM crm_outbox WHERE tenant = ?1 AND id IN ({meant})"
    ))?;
    let subjects = statement.query_map([context.tenant(), source], |row| row.get(0))?;
    let subjects: Vec<String> = subjects.collect::<Result<_, _>>()?;
    let newest_first = format!(
        "SELECT {COLUMNS} FROM crm_outbox WHERE tenant = ?1 AND subject = ?2
         ORDER BY position DESC"
    );
    for subject in &subjects {
        let mut writes = Vec::new();
        for row in rows(context, connection, &newest_first, subject)? {
            writes.push((row.state()?, row));
        }
        if let Some(row) = remaining(writes.into_iter()) {
            add_remnant(context, connection, &row.remnant(context)?)?;
        }
        for sql in [
            "DELETE FROM derived_from WHERE tenant = ?1 AND table_name = 'crm_outbox'
               AND row_id IN (SELECT id FROM crm_outbox WHERE tenant = ?1 AND subject = ?2)",
            "DELETE FROM crm_outbox WHERE tenant = ?1 AND subject = ?2",
        ] {
            connection
                .prepare_cached(sql)?
                .execute([context.tenant(), subject])?;
        }
    }
    Ok(())
}

/// How many writes and remnants open, and how many do not.
pub(super) fn verify(context: &Context, connection: &Connection) -> Result<(u64, u64), Error> {
    let (mut sound, mut damaged) = (0, 0);
    let mut note = |is_sound: bool| {
        if is_sound {
            sound += 1;
        } else {
            damaged += 1;
        }
    };
    let sql = format!("SELECT {COLUMNS} FROM crm_outbox WHERE tenant = ?1");
    let mut statement = connection.prepare(&sql)?;
    for row in statement.query_map([context.tenant()], from_row)? {
        note(row?.open(context, WriteSources::default()).is_ok());
    }
    let sql = "SELECT id, sent, dek, wrapped, place FROM crm_remnants WHERE tenant = ?1";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([context.tenant()])?;
    while let Some(row) = rows.next()? {
        let row = RemnantRow {
            id: row.get(0)?,
            sent: row.get(1)?,
            dek: row.get(2)?,
            wrapped: row.get(3)?,
            place: row.get(4)?,
        };
        note(row.open(context).is_ok());
    }
    Ok((sound, damaged))
}
