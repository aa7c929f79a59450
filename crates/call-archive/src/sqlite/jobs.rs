//! Jobs in SQLite.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::moment::micros;
use crate::queue::{MAX_ABANDONED, MAX_ATTEMPTS, checked};
use crate::stored::{Context, bad_id, job_kind, number};
use crate::{
    Error, Finish, Finished, IndexId, Indexed, JobKind, JobRequest, Jobs, Lease, SqliteArchive,
};

use super::context::draw;
use super::{inbox, indexes, refusals};

#[async_trait]
impl Jobs for SqliteArchive {
    async fn enqueue(&self, jobs: &[JobRequest], now: Timestamp) -> Result<(), Error> {
        let jobs = jobs.to_vec();
        self.write(move |context, connection| {
            jobs.iter()
                .try_for_each(|job| enqueue(context, connection, job, now))
        })
        .await
    }

    async fn claim(
        &self,
        kinds: &[JobKind],
        most: usize,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Lease>, Error> {
        let kinds = kinds.to_vec();
        self.write(move |context, connection| claim(context, connection, &kinds, most, until, now))
            .await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error> {
        let (id, fence) = (lease.id, lease.fence);
        self.write(move |context, connection| {
            let changed = connection
                .prepare_cached(
                    "UPDATE jobs SET lease_until = ?4
                     WHERE tenant = ?1 AND id = ?2 AND fence = ?3 AND state = 'leased'",
                )?
                .execute(params![context.tenant(), id, number(fence), micros(until)])?;
            Ok(held_if(changed))
        })
        .await
    }

    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error> {
        let lease = lease.clone();
        self.write(move |context, connection| finish(context, connection, &lease, how, now))
            .await
    }

    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error> {
        let kinds = kinds_json(kinds);
        self.write(move |context, connection| {
            let taken = abandon(context, connection, &kinds, None)?;
            Ok(taken as u64)
        })
        .await
    }
}

/// Adds a job, or makes the one of its key new: due, unheld, with no failures.
pub(super) fn renew(
    context: &Context,
    connection: &Connection,
    kind: JobKind,
    call: &str,
    index: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let fence = draw(connection)?;
    connection
        .prepare_cached(
            "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed, abandoned,
               fence, created)
             VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, 0, 0, ?6, ?5)
             ON CONFLICT (tenant, kind, call, index_id) DO UPDATE SET
               state = 'waiting', not_before = excluded.not_before, failed = 0, abandoned = 0,
               fence = excluded.fence, lease_until = NULL, error_class = NULL",
        )?
        .execute(params![
            context.tenant(),
            kind.as_str(),
            call,
            index,
            micros(now),
            number(fence),
        ])?;
    context.bell.ring(kind);
    Ok(())
}

/// Adds a job unless one of its key is there, in whatever state; says whether it did.
pub(super) fn add_if_missing(
    context: &Context,
    connection: &Connection,
    kind: JobKind,
    call: &str,
    index: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let fence = draw(connection)?;
    let added = connection
        .prepare_cached(
            "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed, abandoned,
               fence, created)
             VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, 0, 0, ?6, ?5)
             ON CONFLICT (tenant, kind, call, index_id) DO NOTHING",
        )?
        .execute(params![
            context.tenant(),
            kind.as_str(),
            call,
            index,
            micros(now),
            number(fence),
        ])?;
    if added > 0 {
        context.bell.ring(kind);
    }
    Ok(added > 0)
}

/// Adds a job; a dead one of its key lives again, a waiting one is due the earlier time, a leased
/// one stays as it is.
pub(super) fn ask(
    context: &Context,
    connection: &Connection,
    request: &JobRequest,
    now: Timestamp,
) -> Result<(), Error> {
    let fence = draw(connection)?;
    connection
        .prepare_cached(
            "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed, abandoned,
               fence, created)
             VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, 0, 0, ?6, ?7)
             ON CONFLICT (tenant, kind, call, index_id) DO UPDATE SET
               not_before = CASE state WHEN 'dead' THEN excluded.not_before
                 ELSE min(not_before, excluded.not_before) END,
               failed = CASE state WHEN 'dead' THEN 0 ELSE failed END,
               abandoned = CASE state WHEN 'dead' THEN 0 ELSE abandoned END,
               error_class = CASE state WHEN 'dead' THEN NULL ELSE error_class END,
               state = 'waiting'
             WHERE state <> 'leased'",
        )?
        .execute(params![
            context.tenant(),
            request.kind.as_str(),
            request.call.as_str(),
            request.index.as_ref().map_or("", |index| index.0.as_str()),
            micros(request.not_before),
            number(fence),
            micros(now),
        ])?;
    context.bell.ring(request.kind);
    Ok(())
}

fn enqueue(
    context: &Context,
    connection: &Connection,
    request: &JobRequest,
    now: Timestamp,
) -> Result<(), Error> {
    let is_known = match &request.index {
        Some(index) => indexes::is_known(context, connection, index)?,
        None => false,
    };
    checked(request, |_| is_known)?;
    if request.kind != JobKind::Erase && is_going(context, connection, &request.call)? {
        return Ok(());
    }
    ask(context, connection, request, now)
}

/// Whether a call is erased or being erased.
pub(super) fn is_going(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<bool, Error> {
    if refusals::is_erased(context, connection, call)? {
        return Ok(true);
    }
    let is_going = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM calls
             WHERE tenant = ?1 AND id = ?2 AND erasing IS NOT NULL)",
        )?
        .query_row([context.tenant(), call.as_str()], |row| row.get(0))?;
    Ok(is_going)
}

fn claim(
    context: &Context,
    connection: &Connection,
    kinds: &[JobKind],
    most: usize,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Lease>, Error> {
    let kinds = kinds_json(kinds);
    abandon(context, connection, &kinds, Some(now))?;
    let mut due = connection.prepare_cached(
        "SELECT id, kind, call, index_id, failed + abandoned + 1 FROM jobs
         WHERE tenant = ?1 AND state = 'waiting' AND not_before <= ?2
           AND kind IN (SELECT value FROM json_each(?3))
         ORDER BY not_before, id LIMIT ?4",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = due.query(params![context.tenant(), micros(now), kinds, most])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = job_kind(&row.get::<_, String>(1)?)?;
        let call = CallId::new(row.get::<_, String>(2)?).map_err(bad_id)?;
        let index: String = row.get(3)?;
        let mut lease = Lease::new(
            row.get(0)?,
            kind,
            call,
            draw(connection)?,
            row.get(4)?,
            until,
        );
        lease.index = (!index.is_empty()).then_some(IndexId(index));
        found.push(lease);
    }
    let mut take = connection.prepare_cached(
        "UPDATE jobs SET state = 'leased', fence = ?2, lease_until = ?3 WHERE id = ?1",
    )?;
    for lease in &found {
        take.execute(params![lease.id, number(lease.fence), micros(until)])?;
    }
    Ok(found)
}

/// Takes leases back: those that ended by an instant, or all of these kinds.
fn abandon(
    context: &Context,
    connection: &Connection,
    kinds: &str,
    ended_by: Option<Timestamp>,
) -> Result<usize, Error> {
    let taken = connection
        .prepare_cached(
            "UPDATE jobs SET
               state = CASE WHEN abandoned + 1 < ?4 THEN 'waiting' ELSE 'dead' END,
               error_class = CASE WHEN abandoned + 1 < ?4 THEN error_class ELSE 'abandoned' END,
               abandoned = abandoned + 1, lease_until = NULL
             WHERE tenant = ?1 AND state = 'leased' AND kind IN (SELECT value FROM json_each(?2))
               AND (?3 IS NULL OR lease_until <= ?3)",
        )?
        .execute(params![
            context.tenant(),
            kinds,
            ended_by.map(micros),
            MAX_ABANDONED
        ])?;
    Ok(taken)
}

fn finish(
    context: &Context,
    connection: &Connection,
    lease: &Lease,
    how: Finish,
    now: Timestamp,
) -> Result<Finished, Error> {
    let job: Option<(String, String, String)> = connection
        .prepare_cached(
            "SELECT call, index_id, kind FROM jobs
             WHERE tenant = ?1 AND id = ?2 AND fence = ?3 AND state = 'leased'",
        )?
        .query_row(
            params![context.tenant(), lease.id, number(lease.fence)],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((call, index, kind)) = job else {
        return Ok(Finished::Lost);
    };
    match how {
        Finish::Done => {
            remove(connection, lease.id)?;
            if job_kind(&kind)? == JobKind::Fetch {
                inbox::end(context, connection, &call, now)?;
            }
        }
        Finish::Indexed(brought) => {
            remove(connection, lease.id)?;
            if !index.is_empty() {
                move_up(context, connection, &index, &call, &brought, now)?;
            }
        }
        Finish::Retry { at, class } => {
            connection
                .prepare_cached(
                    "UPDATE jobs SET
                       state = CASE WHEN failed + 1 < ?4 THEN 'waiting' ELSE 'dead' END,
                       failed = failed + 1, not_before = ?2, error_class = ?3, lease_until = NULL
                     WHERE id = ?1",
                )?
                .execute(params![lease.id, micros(at), class, MAX_ATTEMPTS])?;
        }
        Finish::Later { at } => {
            connection
                .prepare_cached(
                    "UPDATE jobs SET state = 'waiting', not_before = ?2, lease_until = NULL
                     WHERE id = ?1",
                )?
                .execute(params![lease.id, micros(at)])?;
        }
        Finish::Dead { class } => {
            connection
                .prepare_cached(
                    "UPDATE jobs SET state = 'dead', error_class = ?2, lease_until = NULL
                     WHERE id = ?1",
                )?
                .execute(params![lease.id, class])?;
        }
    }
    Ok(Finished::Held)
}

fn remove(connection: &Connection, id: i64) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM jobs WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Sets what an index holds, never to an older revision than it says.
fn move_up(
    context: &Context,
    connection: &Connection,
    index: &str,
    call: &str,
    brought: &Indexed,
    now: Timestamp,
) -> Result<(), Error> {
    let passages = i64::try_from(brought.passages).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT INTO indexed (tenant, index_id, call, text_revision, facts_hash, passages,
               previous, moved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7)
             ON CONFLICT (tenant, index_id, call) DO UPDATE SET
               previous = CASE WHEN text_revision < excluded.text_revision
                 THEN text_revision ELSE previous END,
               moved_at = CASE WHEN text_revision < excluded.text_revision
                 THEN excluded.moved_at ELSE moved_at END,
               text_revision = excluded.text_revision,
               facts_hash = excluded.facts_hash,
               passages = excluded.passages
             WHERE text_revision <= excluded.text_revision",
        )?
        .execute(params![
            context.tenant(),
            index,
            call,
            number(brought.text_revision),
            brought.facts_hash,
            passages,
            micros(now),
        ])?;
    Ok(())
}

fn held_if(changed: usize) -> Finished {
    if changed > 0 {
        Finished::Held
    } else {
        Finished::Lost
    }
}

fn kinds_json(kinds: &[JobKind]) -> String {
    let words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    serde_json::json!(words).to_string()
}
