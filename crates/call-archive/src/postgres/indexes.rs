//! Indexes in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::moment::{instant, micros};
use crate::queue::unknown_index;
use crate::stored::{Context, bad_id, number, revision};
use crate::sweeping::{Stretch, Wanted, plan};
use crate::{
    Error, IndexId, IndexInfo, Indexed, IndexedCall, Indexes, PostgresArchive, Sweep, SweepPart,
};

use super::query::{Values, draw, one, rows, run, without_nul};
use super::row::VISIBLE;

const COLUMNS: &str = "call, text_revision, facts_hash, passages, previous, moved_at";

#[async_trait]
impl Indexes for PostgresArchive {
    async fn add_index(&self, space: &str, now: Timestamp) -> Result<IndexId, Error> {
        let space: Arc<str> = without_nul(space).into();
        self.write(move |context, on| {
            let space = Arc::clone(&space);
            Box::pin(async move {
                let id = IndexId(Uuid::new_v4().simple().to_string());
                let sql = "INSERT INTO indexes (tenant, id, space, created)
                           VALUES ($1, $2, $3, $4)";
                let values: Values<'_> = &[&context.tenant(), &id.0, &&*space, &micros(now)];
                run(on, sql, values).await?;
                let everything = SweepPart::whole(Vec::new());
                let calls = wanted(context, on, &Stretch::new(&everything)).await?;
                let calls: Vec<CallId> = calls.into_keys().collect();
                add_jobs(context, on, &id, &calls, now).await?;
                Ok(id)
            })
        })
        .await
    }

    async fn indexes(&self) -> Result<Vec<IndexInfo>, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql =
                    "SELECT id, space, created FROM indexes WHERE tenant = $1 ORDER BY position";
                let mut found = Vec::new();
                for row in rows(on, sql, &[&context.tenant()]).await? {
                    found.push(IndexInfo {
                        id: IndexId(row.try_get(0)?),
                        space: row.try_get(1)?,
                        created: instant(row.try_get(2)?)?,
                    });
                }
                Ok(found)
            })
        })
        .await
    }

    async fn drop_index(&self, index: &IndexId) -> Result<(), Error> {
        let index: Arc<str> = index.0.as_str().into();
        self.write(move |context, on| {
            let index = Arc::clone(&index);
            Box::pin(async move {
                for sql in [
                    "DELETE FROM jobs WHERE tenant = $1 AND index_id = $2",
                    "DELETE FROM indexed WHERE tenant = $1 AND index_id = $2",
                    "DELETE FROM indexes WHERE tenant = $1 AND id = $2",
                ] {
                    run(on, sql, &[&context.tenant(), &&*index]).await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn indexed(
        &self,
        index: &IndexId,
        calls: Option<&[CallId]>,
    ) -> Result<Vec<IndexedCall>, Error> {
        let asked = Arc::new((index.clone(), calls.map(<[CallId]>::to_vec)));
        self.read_with(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (index, calls) = asked.as_ref();
                match calls {
                    None => all(context, on, index).await,
                    Some(calls) => these(context, on, index, calls).await,
                }
            })
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
        let asked = Arc::new((index.clone(), part.clone()));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(
                async move { sweep(context, on, &asked.0, &asked.1, replaced_before, now).await },
            )
        })
        .await
    }
}

/// Whether the archive made an index and has not dropped it.
pub(super) async fn is_known(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM indexes WHERE tenant = $1 AND id = $2)";
    one(on, sql, &[&context.tenant(), &index.0]).await
}

/// Adds index jobs for the calls that have none; gives how many.
async fn add_jobs(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
    calls: &[CallId],
    now: Timestamp,
) -> Result<u64, Error> {
    if calls.is_empty() {
        return Ok(0);
    }
    // A fence has to be new to its own job only, so all of these may have the same.
    let fence = number(draw(on).await?);
    let calls: Vec<&str> = calls.iter().map(CallId::as_str).collect();
    let sql = "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed,
                 abandoned, fence, created)
               SELECT $1, 'index', call, $2, 'waiting', $4, 0, 0, $5, $4
               FROM unnest($3::text[]) WITH ORDINALITY AS t (call, place) ORDER BY place
               ON CONFLICT (tenant, kind, call, index_id) DO NOTHING";
    let values: Values<'_> = &[&context.tenant(), &index.0, &calls, &micros(now), &fence];
    run(on, sql, values).await
}

async fn sweep(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
    part: &SweepPart,
    replaced_before: Timestamp,
    now: Timestamp,
) -> Result<Sweep, Error> {
    if !is_known(context, on, index).await? {
        return Err(unknown_index());
    }
    // Instants are kept in microseconds; what is compared with them must be, too.
    let replaced_before = instant(micros(replaced_before))?;
    let mut stretch = Stretch::new(part);
    let wanted = wanted(context, on, &stretch).await?;
    let indexed = indexed_in(context, on, index, &stretch).await?;
    let plan = plan(&mut stretch, wanted, indexed, replaced_before);
    for (sql, calls) in [
        (
            "DELETE FROM indexed WHERE tenant = $1 AND index_id = $2 AND call = ANY($3)",
            &plan.lost,
        ),
        (
            "UPDATE indexed SET previous = NULL
             WHERE tenant = $1 AND index_id = $2 AND call = ANY($3)",
            &plan.settled,
        ),
    ] {
        let calls: Vec<&str> = calls.iter().map(CallId::as_str).collect();
        run(on, sql, &[&context.tenant(), &index.0, &calls]).await?;
    }
    let enqueued = add_jobs(context, on, index, &plan.stale, now).await?;
    forget_replaced(context, on, &stretch).await?;
    Ok(Sweep {
        drop: plan.drop,
        enqueued,
        next: stretch.to().cloned(),
    })
}

/// Drops the texts of a stretch that neither their call nor any index names.
async fn forget_replaced(
    context: &Context,
    on: &Transaction<'_>,
    stretch: &Stretch<'_>,
) -> Result<(), Error> {
    let sql = "DELETE FROM transcripts AS t WHERE t.tenant = $1
               AND t.call > $2 AND ($3::text IS NULL OR t.call <= $3)
               AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = t.tenant AND c.id = t.call
                 AND c.text_revision = t.text_revision)
               AND NOT EXISTS (SELECT 1 FROM indexed x WHERE x.tenant = t.tenant
                 AND x.call = t.call
                 AND (x.text_revision = t.text_revision OR x.previous = t.text_revision))";
    let to = stretch.to().map(CallId::as_str);
    run(on, sql, &[&context.tenant(), &stretch.after(), &to]).await?;
    Ok(())
}

/// What an index should hold of a stretch.
async fn wanted(
    context: &Context,
    on: &Transaction<'_>,
    stretch: &Stretch<'_>,
) -> Result<BTreeMap<CallId, Wanted>, Error> {
    let sql = format!(
        "SELECT c.id, c.text_revision, c.facts_hash FROM calls c
         WHERE c.tenant = $1 AND c.id > $2 AND ($3::text IS NULL OR c.id <= $3)
           AND {VISIBLE} AND c.text_revision IS NOT NULL
         ORDER BY c.id LIMIT $4"
    );
    let to = stretch.to().map(CallId::as_str);
    let values: Values<'_> = &[&context.tenant(), &stretch.after(), &to, &limit(stretch)];
    let mut found = BTreeMap::new();
    for row in rows(on, &sql, values).await? {
        let call = CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?;
        let wanted = Wanted {
            text_revision: revision(row.try_get(1)?)?,
            facts_hash: row.try_get(2)?,
        };
        found.insert(call, wanted);
    }
    Ok(found)
}

fn limit(stretch: &Stretch<'_>) -> i64 {
    i64::try_from(stretch.rows()).unwrap_or(i64::MAX)
}

/// What an index is known to hold of a stretch.
async fn indexed_in(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
    stretch: &Stretch<'_>,
) -> Result<BTreeMap<CallId, IndexedCall>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM indexed WHERE tenant = $1 AND index_id = $2
           AND call > $3 AND ($4::text IS NULL OR call <= $4) ORDER BY call LIMIT $5"
    );
    let to = stretch.to().map(CallId::as_str);
    let (after, limit) = (stretch.after(), limit(stretch));
    let values: Values<'_> = &[&context.tenant(), &index.0, &after, &to, &limit];
    let mut found = BTreeMap::new();
    for row in rows(on, &sql, values).await? {
        let row = from_row(&row)?;
        found.insert(row.call.clone(), row);
    }
    Ok(found)
}

async fn all(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
) -> Result<Vec<IndexedCall>, Error> {
    let everything = SweepPart::whole(Vec::new());
    let rows = indexed_in(context, on, index, &Stretch::new(&everything)).await?;
    Ok(rows.into_values().collect())
}

async fn these(
    context: &Context,
    on: &Transaction<'_>,
    index: &IndexId,
    calls: &[CallId],
) -> Result<Vec<IndexedCall>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM indexed WHERE tenant = $1 AND index_id = $2 AND call = ANY($3)"
    );
    let ids: Vec<&str> = calls.iter().map(CallId::as_str).collect();
    let mut found = BTreeMap::new();
    for row in rows(on, &sql, &[&context.tenant(), &index.0, &ids]).await? {
        let row = from_row(&row)?;
        found.insert(row.call.clone(), row);
    }
    Ok(calls
        .iter()
        .filter_map(|call| found.get(call).cloned())
        .collect())
}

fn from_row(row: &Row) -> Result<IndexedCall, Error> {
    Ok(IndexedCall {
        call: CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?,
        now: Indexed {
            text_revision: revision(row.try_get(1)?)?,
            facts_hash: row.try_get(2)?,
            passages: u64::try_from(row.try_get::<_, i64>(3)?).unwrap_or(0),
        },
        previous: row
            .try_get::<_, Option<i64>>(4)?
            .map(revision)
            .transpose()?,
        moved_at: instant(row.try_get(5)?)?,
    })
}
