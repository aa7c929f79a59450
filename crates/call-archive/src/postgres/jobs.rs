//! Jobs in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::{CallId, Revision};
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::moment::micros;
use crate::queue::{MAX_ABANDONED, MAX_ATTEMPTS, checked};
use crate::stored::{Context, bad_id, job_kind, number};
use crate::{
    Error, Finish, Finished, IndexId, Indexed, JobKind, JobRequest, Jobs, Lease, PostgresArchive,
};

use super::query::{Values, draw, draw_many, maybe, one, rows, run};
use super::{inbox, indexes, refusals};

#[async_trait]
impl Jobs for PostgresArchive {
    async fn enqueue(&self, jobs: &[JobRequest], now: Timestamp) -> Result<(), Error> {
        let jobs: Arc<[JobRequest]> = jobs.into();
        self.write(move |context, on| {
            let jobs = Arc::clone(&jobs);
            Box::pin(async move {
                for job in jobs.iter() {
                    enqueue(context, on, job, now).await?;
                }
                Ok(())
            })
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
        let kinds = words(kinds);
        self.write(move |context, on| {
            let kinds = kinds.clone();
            Box::pin(async move { claim(context, on, &kinds, most, until, now).await })
        })
        .await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<Finished, Error> {
        let (id, fence) = (lease.id, number(lease.fence));
        self.write(move |context, on| {
            Box::pin(async move {
                let sql = "UPDATE jobs SET lease_until = $4
                           WHERE tenant = $1 AND id = $2 AND fence = $3 AND state = 'leased'";
                let values: Values<'_> = &[&context.tenant(), &id, &fence, &micros(until)];
                Ok(match run(on, sql, values).await? {
                    0 => Finished::Lost,
                    _ => Finished::Held,
                })
            })
        })
        .await
    }

    async fn finish(&self, lease: &Lease, how: Finish, now: Timestamp) -> Result<Finished, Error> {
        let asked = Arc::new((lease.clone(), how));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { finish(context, on, &asked.0, &asked.1, now).await })
        })
        .await
    }

    async fn reclaim(&self, kinds: &[JobKind]) -> Result<u64, Error> {
        let kinds = words(kinds);
        self.write(move |context, on| {
            let kinds = kinds.clone();
            Box::pin(async move { abandon(context, on, &kinds, None).await })
        })
        .await
    }
}

/// Adds a job, or makes the one of its key new: due, unheld, with no failures.
pub(super) async fn renew(
    context: &Context,
    on: &Transaction<'_>,
    kind: JobKind,
    call: &str,
    index: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let fence = number(draw(on).await?);
    let sql = "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed,
                 abandoned, fence, created)
               VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0, $6, $5)
               ON CONFLICT (tenant, kind, call, index_id) DO UPDATE SET
                 state = 'waiting', not_before = excluded.not_before, failed = 0, abandoned = 0,
                 fence = excluded.fence, lease_until = NULL, error_class = NULL";
    let values: Values<'_> = &[
        &context.tenant(),
        &kind.as_str(),
        &call,
        &index,
        &micros(now),
        &fence,
    ];
    run(on, sql, values).await?;
    Ok(())
}

/// Adds a job unless one of its key is there, in whatever state; says whether it did.
pub(super) async fn add_if_missing(
    context: &Context,
    on: &Transaction<'_>,
    kind: JobKind,
    call: &str,
    index: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let fence = number(draw(on).await?);
    let sql = "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed,
                 abandoned, fence, created)
               VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0, $6, $5)
               ON CONFLICT (tenant, kind, call, index_id) DO NOTHING";
    let values: Values<'_> = &[
        &context.tenant(),
        &kind.as_str(),
        &call,
        &index,
        &micros(now),
        &fence,
    ];
    Ok(run(on, sql, values).await? > 0)
}

/// Adds a job; a dead one of its key lives again, a waiting one is due the earlier time, a leased
/// one stays as it is.
pub(super) async fn ask(
    context: &Context,
    on: &Transaction<'_>,
    request: &JobRequest,
    now: Timestamp,
) -> Result<(), Error> {
    let index = request.index.as_ref().map_or("", |index| index.0.as_str());
    let job = (request.kind, index, request.not_before);
    ask_many(context, on, job, &[request.call.to_string()], now).await
}

/// Adds the erasures of calls, due at once.
pub(super) async fn ask_erasures(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[String],
    now: Timestamp,
) -> Result<(), Error> {
    if calls.is_empty() {
        return Ok(());
    }
    ask_many(context, on, (JobKind::Erase, "", now), calls, now).await
}

async fn ask_many(
    context: &Context,
    on: &Transaction<'_>,
    (kind, index, not_before): (JobKind, &str, Timestamp),
    calls: &[String],
    now: Timestamp,
) -> Result<(), Error> {
    let last = number(draw_many(on, calls.len()).await?);
    let sql = "INSERT INTO jobs (tenant, kind, call, index_id, state, not_before, failed,
                 abandoned, fence, created)
               SELECT $1, $2, call, $4, 'waiting', $5, 0, 0, $6 - place + 1, $7
               FROM unnest($3::text[]) WITH ORDINALITY AS asked (call, place)
               ON CONFLICT (tenant, kind, call, index_id) DO UPDATE SET
                 not_before = CASE jobs.state WHEN 'dead' THEN excluded.not_before
                   ELSE least(jobs.not_before, excluded.not_before) END,
                 failed = CASE jobs.state WHEN 'dead' THEN 0 ELSE jobs.failed END,
                 abandoned = CASE jobs.state WHEN 'dead' THEN 0 ELSE jobs.abandoned END,
                 error_class = CASE jobs.state WHEN 'dead' THEN NULL ELSE jobs.error_class END,
                 state = 'waiting'
               WHERE jobs.state <> 'leased'";
    let values: Values<'_> = &[
        &context.tenant(),
        &kind.as_str(),
        &calls,
        &index,
        &micros(not_before),
        &last,
        &micros(now),
    ];
    run(on, sql, values).await?;
    Ok(())
}

async fn enqueue(
    context: &Context,
    on: &Transaction<'_>,
    request: &JobRequest,
    now: Timestamp,
) -> Result<(), Error> {
    let is_known = match &request.index {
        Some(index) => indexes::is_known(context, on, index).await?,
        None => false,
    };
    checked(request, |_| is_known)?;
    if request.kind != JobKind::Erase && is_going(context, on, &request.call).await? {
        return Ok(());
    }
    ask(context, on, request, now).await
}

/// Whether a call is erased or being erased.
pub(super) async fn is_going(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
) -> Result<bool, Error> {
    if refusals::is_erased(context, on, call).await? {
        return Ok(true);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM calls
                 WHERE tenant = $1 AND id = $2 AND erasing IS NOT NULL)";
    one(on, sql, &[&context.tenant(), &call.as_str()]).await
}

async fn claim(
    context: &Context,
    on: &Transaction<'_>,
    kinds: &[&'static str],
    most: usize,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Lease>, Error> {
    abandon(context, on, kinds, Some(now)).await?;
    let sql = "SELECT id, kind, call, index_id, failed + abandoned + 1 FROM jobs
               WHERE tenant = $1 AND state = 'waiting' AND not_before <= $2 AND kind = ANY($3)
               ORDER BY not_before, id LIMIT $4";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let due = rows(on, sql, &[&context.tenant(), &micros(now), &kinds, &most]).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let last = draw_many(on, due.len()).await?;
    let first = last.get() + 1 - due.len() as u64;
    let mut leases = Vec::with_capacity(due.len());
    for (fence, row) in (first..).zip(due) {
        let kind = job_kind(row.try_get(1)?)?;
        let call = CallId::new(row.try_get::<_, String>(2)?).map_err(bad_id)?;
        let index: String = row.try_get(3)?;
        let attempt = u32::try_from(row.try_get::<_, i64>(4)?).unwrap_or(u32::MAX);
        let fence = Revision::new(fence);
        let mut lease = Lease::new(row.try_get(0)?, kind, call, fence, attempt, until);
        lease.index = (!index.is_empty()).then_some(IndexId(index));
        leases.push(lease);
    }
    let ids: Vec<i64> = leases.iter().map(|lease| lease.id).collect();
    let fences: Vec<i64> = leases.iter().map(|lease| number(lease.fence)).collect();
    let sql = "UPDATE jobs SET state = 'leased', fence = t.fence, lease_until = $3
               FROM unnest($1::bigint[], $2::bigint[]) AS t (id, fence) WHERE jobs.id = t.id";
    run(on, sql, &[&ids, &fences, &micros(until)]).await?;
    Ok(leases)
}

/// Takes leases back: those that ended by an instant, or all of these kinds.
async fn abandon(
    context: &Context,
    on: &Transaction<'_>,
    kinds: &[&'static str],
    ended_by: Option<Timestamp>,
) -> Result<u64, Error> {
    let sql = "UPDATE jobs SET
                 state = CASE WHEN abandoned + 1 < $4 THEN 'waiting' ELSE 'dead' END,
                 error_class = CASE WHEN abandoned + 1 < $4 THEN error_class ELSE 'abandoned' END,
                 abandoned = abandoned + 1, lease_until = NULL
               WHERE tenant = $1 AND state = 'leased' AND kind = ANY($2)
                 AND ($3::bigint IS NULL OR lease_until <= $3)";
    let values: Values<'_> = &[
        &context.tenant(),
        &kinds,
        &ended_by.map(micros),
        &i64::from(MAX_ABANDONED),
    ];
    run(on, sql, values).await
}

async fn finish(
    context: &Context,
    on: &Transaction<'_>,
    lease: &Lease,
    how: &Finish,
    now: Timestamp,
) -> Result<Finished, Error> {
    let sql = "SELECT call, index_id, kind FROM jobs
               WHERE tenant = $1 AND id = $2 AND fence = $3 AND state = 'leased'";
    let id = lease.id;
    let held = maybe(on, sql, &[&context.tenant(), &id, &number(lease.fence)]).await?;
    let Some(held) = held else {
        return Ok(Finished::Lost);
    };
    let (call, index): (String, String) = (held.try_get(0)?, held.try_get(1)?);
    match how {
        Finish::Done => {
            remove(on, id).await?;
            if job_kind(held.try_get(2)?)? == JobKind::Fetch {
                inbox::end(context, on, &call, now).await?;
            }
        }
        Finish::Indexed(brought) => {
            remove(on, id).await?;
            if !index.is_empty() {
                move_up(context, on, &index, &call, brought, now).await?;
            }
        }
        Finish::Retry { at, class } => {
            let sql = "UPDATE jobs SET
                         state = CASE WHEN failed + 1 < $4 THEN 'waiting' ELSE 'dead' END,
                         failed = failed + 1, not_before = $2, error_class = $3,
                         lease_until = NULL
                       WHERE id = $1";
            run(
                on,
                sql,
                &[&id, &micros(*at), class, &i64::from(MAX_ATTEMPTS)],
            )
            .await?;
        }
        Finish::Later { at } => {
            let sql = "UPDATE jobs SET state = 'waiting', not_before = $2, lease_until = NULL
                       WHERE id = $1";
            run(on, sql, &[&id, &micros(*at)]).await?;
        }
        Finish::Dead { class } => {
            let sql = "UPDATE jobs SET state = 'dead', error_class = $2, lease_until = NULL
                       WHERE id = $1";
            run(on, sql, &[&id, class]).await?;
        }
    }
    Ok(Finished::Held)
}

async fn remove(on: &Transaction<'_>, id: i64) -> Result<(), Error> {
    run(on, "DELETE FROM jobs WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Sets what an index holds, never to an older revision than it says.
async fn move_up(
    context: &Context,
    on: &Transaction<'_>,
    index: &str,
    call: &str,
    brought: &Indexed,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO indexed (tenant, index_id, call, text_revision, facts_hash, passages,
                 previous, moved_at)
               VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)
               ON CONFLICT (tenant, index_id, call) DO UPDATE SET
                 previous = CASE WHEN indexed.text_revision < excluded.text_revision
                   THEN indexed.text_revision ELSE indexed.previous END,
                 moved_at = CASE WHEN indexed.text_revision < excluded.text_revision
                   THEN excluded.moved_at ELSE indexed.moved_at END,
                 text_revision = excluded.text_revision,
                 facts_hash = excluded.facts_hash,
                 passages = excluded.passages
               WHERE indexed.text_revision <= excluded.text_revision";
    let passages = i64::try_from(brought.passages).unwrap_or(i64::MAX);
    let values: Values<'_> = &[
        &context.tenant(),
        &index,
        &call,
        &number(brought.text_revision),
        &brought.facts_hash,
        &passages,
        &micros(now),
    ];
    run(on, sql, values).await?;
    Ok(())
}

fn words(kinds: &[JobKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}
