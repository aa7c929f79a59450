//! Dead jobs in PostgreSQL.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::dead::is_an_erasure;
use crate::moment::micros;
use crate::stored::{bad_id, job_kind, number};
use crate::{DeadJob, DeadLetters, Error, IndexId, JobKind, PostgresArchive};

use super::inbox;
use super::query::{Values, draw, maybe, rows, run};

#[async_trait]
impl DeadLetters for PostgresArchive {
    async fn dead(&self, most: usize) -> Result<Vec<DeadJob>, Error> {
        self.read_with(move |context, on| {
            Box::pin(async move {
                let sql = "SELECT id, kind, call, index_id, failed, abandoned, error_class
                           FROM jobs WHERE tenant = $1 AND state = 'dead' ORDER BY id LIMIT $2";
                let most = i64::try_from(most).unwrap_or(i64::MAX);
                let mut found = Vec::new();
                for row in rows(on, sql, &[&context.tenant(), &most]).await? {
                    let index: String = row.try_get(3)?;
                    let (failed, abandoned): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
                    found.push(DeadJob {
                        id: row.try_get(0)?,
                        kind: job_kind(row.try_get(1)?)?,
                        call: CallId::new(row.try_get::<_, String>(2)?).map_err(bad_id)?,
                        index: (!index.is_empty()).then_some(IndexId(index)),
                        failed: u32::try_from(failed).unwrap_or(u32::MAX),
                        abandoned: u32::try_from(abandoned).unwrap_or(u32::MAX),
                        class: row.try_get(6)?,
                    });
                }
                Ok(found)
            })
        })
        .await
    }

    async fn revive(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        self.write(move |context, on| {
            Box::pin(async move {
                let fence = number(draw(on).await?);
                let sql = "UPDATE jobs SET state = 'waiting', not_before = $3, failed = 0,
                             abandoned = 0, fence = $4, lease_until = NULL, error_class = NULL
                           WHERE tenant = $1 AND id = $2 AND state = 'dead'";
                let values: Values<'_> = &[&context.tenant(), &id, &micros(now), &fence];
                Ok(run(on, sql, values).await? > 0)
            })
        })
        .await
    }

    async fn bury(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        self.write(move |context, on| {
            Box::pin(async move {
                let sql =
                    "SELECT kind, call FROM jobs WHERE tenant = $1 AND id = $2 AND state = 'dead'";
                let Some(row) = maybe(on, sql, &[&context.tenant(), &id]).await? else {
                    return Ok(false);
                };
                match job_kind(row.try_get(0)?)? {
                    JobKind::Erase => return Err(is_an_erasure()),
                    JobKind::Fetch => inbox::end(context, on, row.try_get(1)?, now).await?,
                    JobKind::Index | JobKind::Transcript => {}
                }
                run(on, "DELETE FROM jobs WHERE id = $1", &[&id]).await?;
                Ok(true)
            })
        })
        .await
    }
}
