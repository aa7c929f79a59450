//! Dead jobs in SQLite.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use crate::dead::is_an_erasure;
use crate::moment::micros;
use crate::stored::{bad_id, job_kind, number};
use crate::{DeadJob, DeadLetters, Error, IndexId, JobKind, SqliteArchive};

use super::context::draw;
use super::inbox;

#[async_trait]
impl DeadLetters for SqliteArchive {
    async fn dead(&self, most: usize) -> Result<Vec<DeadJob>, Error> {
        self.read_with(move |context, connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, kind, call, index_id, failed, abandoned, error_class FROM jobs
                 WHERE tenant = ?1 AND state = 'dead' ORDER BY id LIMIT ?2",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = statement.query(params![context.tenant(), most])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let index: String = row.get(3)?;
                found.push(DeadJob {
                    id: row.get(0)?,
                    kind: job_kind(&row.get::<_, String>(1)?)?,
                    call: CallId::new(row.get::<_, String>(2)?).map_err(bad_id)?,
                    index: (!index.is_empty()).then_some(IndexId(index)),
                    failed: row.get(4)?,
                    abandoned: row.get(5)?,
                    class: row.get(6)?,
                });
            }
            Ok(found)
        })
        .await
    }

    async fn revive(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        self.write(move |context, connection| {
            let fence = draw(connection)?;
            let changed = connection
                .prepare_cached(
                    "UPDATE jobs SET state = 'waiting', not_before = ?3, failed = 0, abandoned = 0,
                       fence = ?4, lease_until = NULL, error_class = NULL
                     WHERE tenant = ?1 AND id = ?2 AND state = 'dead'",
                )?
                .execute(params![context.tenant(), id, micros(now), number(fence)])?;
            // Whatever it is: whoever waits for another kind looks once for nothing.
            for kind in JobKind::ALL {
                context.bell.ring(kind);
            }
            Ok(changed > 0)
        })
        .await
    }

    async fn bury(&self, id: i64, now: Timestamp) -> Result<bool, Error> {
        self.write(move |context, connection| {
            let dead: Option<(String, String)> = connection
                .prepare_cached(
                    "SELECT kind, call FROM jobs WHERE tenant = ?1 AND id = ?2 AND state = 'dead'",
                )?
                .query_row(params![context.tenant(), id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let Some((kind, call)) = dead else {
                return Ok(false);
            };
            match job_kind(&kind)? {
                JobKind::Erase => return Err(is_an_erasure()),
                JobKind::Fetch => inbox::end(context, connection, &call, now)?,
                JobKind::Index | JobKind::Transcript => {}
            }
            connection
                .prepare_cached("DELETE FROM jobs WHERE id = ?1")?
                .execute([id])?;
            Ok(true)
        })
        .await
    }
}
