//! The inbox in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::inbox::AFTER_ERASING;
use crate::moment::{instant, micros};
use crate::stored::{Context, SealedKey, bad_id, damaged, open_delivery, seal_delivery};
use crate::{
    Delivery, DeliveryOutcome, Error, Inbox, InboxStatus, JobKind, JobRequest, PostgresArchive,
    REPLAYS_KNOWN_FOR, Received,
};

use super::audit::append_record;
use super::put::call_key_or_new;
use super::query::{Values, maybe, rows, run};
use super::{jobs, refusals};

#[async_trait]
impl Inbox for PostgresArchive {
    async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        now: Timestamp,
    ) -> Result<Vec<DeliveryOutcome>, Error> {
        let deliveries: Arc<[Delivery]> = deliveries.into();
        self.write(move |context, on| {
            let deliveries = Arc::clone(&deliveries);
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(deliveries.len());
                for delivery in deliveries.iter() {
                    let outcome = take(context, on, delivery, now).await?;
                    append_record(context, on, &delivery.recorded(outcome)).await?;
                    outcomes.push(outcome);
                }
                Ok(outcomes)
            })
        })
        .await
    }

    async fn deliveries(&self, most: usize) -> Result<Vec<Received>, Error> {
        self.read_with(move |context, on| {
            Box::pin(async move {
                let sql = "SELECT call, body_hash, received, verified_by FROM inbox
                           WHERE tenant = $1 AND ended IS NULL
                           ORDER BY received, call, body_hash LIMIT $2";
                let most = i64::try_from(most).unwrap_or(i64::MAX);
                let mut found = Vec::new();
                for row in rows(on, sql, &[&context.tenant(), &most]).await? {
                    found.push(Received {
                        call: CallId::new(row.try_get::<_, String>(0)?).map_err(bad_id)?,
                        body_hash: row.try_get(1)?,
                        received: instant(row.try_get(2)?)?,
                        verified_by: row.try_get(3)?,
                    });
                }
                Ok(found)
            })
        })
        .await
    }

    async fn delivery_body(&self, of: &Received) -> Result<Option<Vec<u8>>, Error> {
        let of = Arc::new(of.clone());
        self.read_with(move |context, on| {
            let of = Arc::clone(&of);
            Box::pin(async move { body(context, on, &of).await })
        })
        .await
    }

    async fn inbox_status(&self) -> Result<InboxStatus, Error> {
        self.read_with(|context, on| {
            Box::pin(async move {
                let sql = "SELECT count(*), min(received) FROM inbox
                           WHERE tenant = $1 AND ended IS NULL";
                let row = maybe(on, sql, &[&context.tenant()]).await?;
                let row = row.ok_or_else(|| damaged("a count has no row"))?;
                let (waiting, oldest): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
                Ok(InboxStatus {
                    waiting: u64::try_from(waiting).unwrap_or(0),
                    oldest: oldest.map(instant).transpose()?,
                })
            })
        })
        .await
    }
}

async fn take(
    context: &Context,
    on: &Transaction<'_>,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<DeliveryOutcome, Error> {
    let (tenant, call) = (context.tenant(), &delivery.call);
    if refusals::is_erased(context, on, call).await? {
        return Ok(DeliveryOutcome::Erased);
    }
    let key = context.hash_key();
    let hash = key.delivery(&context.tenant, call, &delivery.body);
    let sql = "SELECT ended FROM inbox WHERE tenant = $1 AND call = $2 AND body_hash = $3";
    if let Some(row) = maybe(on, sql, &[&tenant, &call.as_str(), &hash]).await? {
        if row.try_get::<_, Option<i64>>(0)?.is_none() {
            let fetch = JobRequest::new(JobKind::Fetch, call.clone(), now);
            jobs::ask(context, on, &fetch, now).await?;
        }
        return Ok(DeliveryOutcome::Duplicate);
    }
    let key = call_key_or_new(context, on, call.as_str()).await?;
    let sealed = seal_delivery(context, &key, call, &hash, &delivery.body)?;
    let sql = "INSERT INTO inbox (tenant, call, body_hash, received, verified_by, body)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values: Values<'_> = &[
        &tenant,
        &call.as_str(),
        &hash,
        &micros(now),
        &delivery.verified_by,
        &sealed,
    ];
    run(on, sql, values).await?;
    let is_going = jobs::is_going(context, on, call).await?;
    let due = if is_going { now + AFTER_ERASING } else { now };
    jobs::renew(context, on, JobKind::Fetch, call.as_str(), "", due).await?;
    Ok(DeliveryOutcome::New)
}

async fn body(
    context: &Context,
    on: &Transaction<'_>,
    of: &Received,
) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT i.body, k.dek, k.wrapped FROM inbox i
               LEFT JOIN call_keys k ON k.tenant = i.tenant AND k.call = i.call
               WHERE i.tenant = $1 AND i.call = $2 AND i.body_hash = $3";
    let call = of.call.as_str();
    let row = maybe(on, sql, &[&context.tenant(), &call, &of.body_hash]).await?;
    let Some(row) = row else { return Ok(None) };
    let Some(sealed) = row.try_get::<_, Option<Vec<u8>>>(0)? else {
        return Ok(None);
    };
    let key: (Option<i64>, Option<Vec<u8>>) = (row.try_get(1)?, row.try_get(2)?);
    let (Some(dek), Some(wrapped)) = key else {
        return Err(damaged("the key of a delivery is not there"));
    };
    let key = context.open_call_key(call, &SealedKey { dek, wrapped })?;
    open_delivery(context, &key, &of.call, &of.body_hash, &sealed).map(Some)
}

/// Ends every delivery of a call, and forgets those that ended long ago. The key goes with the last
/// body of a call that nothing else is stored of.
pub(super) async fn end(
    context: &Context,
    on: &Transaction<'_>,
    call: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let tenant = context.tenant();
    let sql = "UPDATE inbox SET ended = $3, body = NULL
               WHERE tenant = $1 AND call = $2 AND ended IS NULL";
    run(on, sql, &[&tenant, &call, &micros(now)]).await?;
    let sql = "DELETE FROM inbox WHERE tenant = $1 AND ended <= $2";
    run(on, sql, &[&tenant, &micros(now - REPLAYS_KNOWN_FOR)]).await?;
    forget_keys(context, on, &[call]).await
}

/// Forgets the deliveries of calls.
pub(super) async fn forget(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[&str],
) -> Result<(), Error> {
    let sql = "DELETE FROM inbox WHERE tenant = $1 AND call = ANY($2)";
    run(on, sql, &[&context.tenant(), &calls]).await?;
    forget_keys(context, on, calls).await
}

async fn forget_keys(context: &Context, on: &Transaction<'_>, calls: &[&str]) -> Result<(), Error> {
    let sql = "DELETE FROM call_keys k WHERE k.tenant = $1 AND k.call = ANY($2)
                 AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.tenant = $1 AND c.id = k.call)";
    run(on, sql, &[&context.tenant(), &calls]).await?;
    Ok(())
}

/// The calls of which a delivery is kept.
pub(super) async fn calls(context: &Context, on: &Transaction<'_>) -> Result<Vec<CallId>, Error> {
    let sql = "SELECT DISTINCT call FROM inbox WHERE tenant = $1";
    let found = rows(on, sql, &[&context.tenant()]).await?;
    let names = found.iter().map(|row| row.try_get::<_, String>(0));
    names
        .map(|name| CallId::new(name?).map_err(bad_id))
        .collect()
}
