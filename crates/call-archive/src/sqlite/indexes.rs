//! Indexes in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::moment::{instant, micros};
use crate::queue::unknown_index;
use crate::stored::{Context, bad_id, revision};
use crate::sweeping::{Stretch, Wanted, plan};
use crate::{
    Error, IndexId, IndexInfo, Indexed, IndexedCall, Indexes, JobKind, SqliteArchive, Sweep,
    SweepPart,
};

use super::jobs;
use super::row::VISIBLE;

const COLUMNS: &str = "call, text_revision, facts_hash, passages, previous, moved_at";

#[async_trait]
impl Indexes for SqliteArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        let space = space.to_owned();
        self.write(move |context, connection| {
            let id = IndexId(Uuid::new_v4().simple().to_string());
            connection.execute(
                "INSERT INTO indexes (tenant, id, space, created) VALUES (?1, ?2, ?3, ?4)",
                params![context.tenant(), id.0, space, micros(now)],
            )?;
            let everything = SweepPart::whole(Vec::new());
            let calls = wanted(context, connection, &Stretch::new(&everything))?;
            for call in calls.keys() {
                let call = call.as_str();
                jobs::add_if_missing(context, connection, JobKind::Index, call, &id.0, now)?;
            }
            Ok(id)
        })
        .await
    }

    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error> {
        self.read_with(|context, connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, space, created FROM indexes WHERE tenant = ?1 ORDER BY position",
            )?;
            let mut rows = statement.query([context.tenant()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(IndexInfo {
                    id: IndexId(row.get(0)?),
                    space: row.get(1)?,
                    created: instant(row.get(2)?)?,
                });
            }
            Ok(found)
        })
        .await
    }

    async fn drop_index(&self, index: &IndexId) -> Result<(), Error> {
        let index = index.0.clone();
        self.write(move |context, connection| {
            for sql in [
                "DELETE FROM jobs WHERE tenant = ?1 AND index_id = ?2",
                "DELETE FROM indexed WHERE tenant = ?1 AND index_id = ?2",
                "DELETE FROM indexes WHERE tenant = ?1 AND id = ?2",
            ] {
                connection.execute(sql, [context.tenant(), &index])?;
            }
            Ok(())
        })
        .await
    }

    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error> {
        let (index, calls) = (index.clone(), calls.map(<[CallId]>::to_vec));
        self.read_with(move |context, connection| match calls {
            None => all(context, connection, &index),
            Some(calls) => {
                let mut found = Vec::with_capacity(calls.len());
                for call in &calls {
                    found.extend(one(context, connection, &index, call)?);
                }
                Ok(found)
            }
        })
        .await
    }

    async fn sweep(
        &self,
        index: &IndexId,
        part: &SweepPart,
        replaced_before: Timestamp,
        now: Timestamp,
    ) -> Result<Sweep, Error> {
        let (index, part) = (index.clone(), part.clone());
        self.write(move |context, connection| {
            sweep(context, connection, &index, &part, replaced_before, now)
        })
        .await
    }
}

/// Whether the archive made an index and has not dropped it.
pub(super) fn is_known(
    context: &Context,
    connection: &Connection,
    index: &IndexId,
) -> Result<bool, Error> {
    let is_known = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM indexes WHERE tenant = ?1 AND id = ?2)")?
        .query_row([context.tenant(), &index.0], |row| row.get(0))?;
    Ok(is_known)
}

fn sweep(
    context: &Context,
    connection: &Connection,
    index: &IndexId,
    part: &SweepPart,
    replaced_before: Timestamp,
    now: Timestamp,
) -> Result<Sweep, Error> {
    if !is_known(context, connection, index)? {
        return Err(unknown_index());
    }
    // Instants are kept in microseconds; what is compared with them must be, too.
    let replaced_before = instant(micros(replaced_before))?;
    let mut stretch = Stretch::new(part);
    let wanted = wanted(context, connection, &stretch)?;
    let indexed = indexed_in(context, connection, index, &stretch)?;
    let plan = plan(&mut stretch, wanted, indexed, replaced_before);
    let each = |sql: &str, calls: &[CallId]| {
        let mut statement = connection.prepare_cached(sql)?;
        for call in calls {
            statement.execute([context.tenant(), &index.0, call.as_str()])?;
        }
        Ok::<_, Error>(())
    };
    each(
        "DELETE FROM indexed WHERE tenant = ?1 AND index_id = ?2 AND call = ?3",
        &plan.lost,
    )?;
    each(
        "UPDATE indexed SET previous = NULL WHERE tenant = ?1 AND index_id = ?2 AND call = ?3",
        &plan.settled,
    )?;
    let mut enqueued = 0;
    for call in &plan.stale {
        let call = call.as_str();
        enqueued += u64::from(jobs::add_if_missing(
            context,
            connection,
            JobKind::Index,
            call,
            &index.0,
            now,
        )?);
    }
    forget_replaced(context, connection, &stretch)?;
    Ok(Sweep {
        drop: plan.drop,
        enqueued,
        next: stretch.to().cloned(),
    })
}

/// Drops the texts of a stretch that neither their call nor any index names.
fn forget_replaced(
    context: &Context,
    connection: &Connection,
    stretch: &Stretch<'_>,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM transcripts AS t WHERE t.tenant = ?1
             AND t.call > ?2 AND (?3 IS NULL OR t.call <= ?3)
             AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = t.tenant AND c.id = t.call
               AND c.text_revision = t.text_revision)
             AND NOT EXISTS (SELECT 1 FROM indexed x WHERE x.tenant = t.tenant
               AND x.call = t.call
               AND (x.text_revision = t.text_revision OR x.previous = t.text_revision))",
        )?
        .execute(params![
            context.tenant(),
            stretch.after(),
            stretch.to().map(CallId::as_str)
        ])?;
    Ok(())
}

/// What an index should hold of a stretch.
fn wanted(
    context: &Context,
    connection: &Connection,
    stretch: &Stretch<'_>,
) -> Result<BTreeMap<CallId, Wanted>, Error> {
    let sql = format!(
        "SELECT c.id, c.text_revision, c.facts_hash FROM calls c
         WHERE c.tenant = ?1 AND c.id > ?2 AND (?3 IS NULL OR c.id <= ?3)
           AND {VISIBLE} AND c.text_revision IS NOT NULL
         ORDER BY c.id LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        context.tenant(),
        stretch.after(),
        stretch.to().map(CallId::as_str),
        limit(stretch)
    ])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let call = CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?;
        let wanted = Wanted {
            text_revision: revision(row.get(1)?)?,
            facts_hash: row.get(2)?,
        };
        found.insert(call, wanted);
    }
    Ok(found)
}

fn limit(stretch: &Stretch<'_>) -> i64 {
    i64::try_from(stretch.rows()).unwrap_or(i64::MAX)
}

/// What an index is known to hold of a stretch.
fn indexed_in(
    context: &Context,
    connection: &Connection,
    index: &IndexId,
    stretch: &Stretch<'_>,
) -> Result<BTreeMap<CallId, IndexedCall>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM indexed WHERE tenant = ?1 AND index_id = ?2
           AND call > ?3 AND (?4 IS NULL OR call <= ?4) ORDER BY call LIMIT ?5"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        context.tenant(),
        index.0,
        stretch.after(),
        stretch.to().map(CallId::as_str),
        limit(stretch)
    ])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let row = from_row(row)?;
        found.insert(row.call.clone(), row);
    }
    Ok(found)
}

fn all(
    context: &Context,
    connection: &Connection,
    index: &IndexId,
) -> Result<Vec<IndexedCall>, Error> {
    let everything = SweepPart::whole(Vec::new());
    let rows = indexed_in(context, connection, index, &Stretch::new(&everything))?;
    Ok(rows.into_values().collect())
}

fn one(
    context: &Context,
    connection: &Connection,
    index: &IndexId,
    call: &CallId,
) -> Result<Option<IndexedCall>, Error> {
    let sql =
        format!("SELECT {COLUMNS} FROM indexed WHERE tenant = ?1 AND index_id = ?2 AND call = ?3");
    connection
        .prepare_cached(&sql)?
        .query_row([context.tenant(), &index.0, call.as_str()], |row| {
            Ok(from_row(row))
        })
        .optional()?
        .transpose()
}

fn from_row(row: &Row<'_>) -> Result<IndexedCall, Error> {
    Ok(IndexedCall {
        call: CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?,
        now: Indexed {
            text_revision: revision(row.get(1)?)?,
            facts_hash: row.get(2)?,
            passages: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
        },
        previous: row.get::<_, Option<i64>>(4)?.map(revision).transpose()?,
        moved_at: instant(row.get(5)?)?,
    })
}
