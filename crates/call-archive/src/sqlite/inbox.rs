//! The inbox in SQLite.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::inbox::AFTER_ERASING;
use crate::moment::{instant, micros};
use crate::stored::{Context, bad_id, damaged, open_delivery, seal_delivery};
use crate::{
    Delivery, DeliveryOutcome, Error, Inbox, InboxStatus, JobKind, JobRequest, REPLAYS_KNOWN_FOR,
    Received, SqliteArchive,
};

use super::context::{call_key, call_key_or_new};
use super::{audit, jobs, refusals};

#[async_trait]
impl Inbox for SqliteArchive {
    async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        now: Timestamp,
    ) -> Result<Vec<DeliveryOutcome>, Error> {
        self.write(move |context, connection| {
            let mut outcomes = Vec::with_capacity(deliveries.len());
            for delivery in &deliveries {
                let outcome = take(context, connection, delivery, now)?;
                audit::append(context, connection, &delivery.recorded(outcome))?;
                outcomes.push(outcome);
            }
            Ok(outcomes)
        })
        .await
    }

    async fn deliveries(&self, most: usize) -> Result<Vec<Received>, Error> {
        self.read_with(move |context, connection| {
            let mut statement = connection.prepare_cached(
                "SELECT call, body_hash, received, verified_by FROM inbox
                 WHERE tenant = ?1 AND ended IS NULL ORDER BY received, call, body_hash LIMIT ?2",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = statement.query(params![context.tenant(), most])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(Received {
                    call: CallId::new(row.get::<_, String>(0)?).map_err(bad_id)?,
                    body_hash: row.get(1)?,
                    received: instant(row.get(2)?)?,
                    verified_by: row.get(3)?,
                });
            }
            Ok(found)
        })
        .await
    }

    async fn delivery_body(&self, of: &Received) -> Result<Option<Vec<u8>>, Error> {
        let of = of.clone();
        self.read_with(move |context, connection| body(context, connection, &of))
            .await
    }

    async fn inbox_status(&self) -> Result<InboxStatus, Error> {
        self.read_with(|context, connection| {
            let (waiting, oldest): (i64, Option<i64>) = connection
                .prepare_cached(
                    "SELECT count(*), min(received) FROM inbox
                     WHERE tenant = ?1 AND ended IS NULL",
                )?
                .query_row([context.tenant()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(InboxStatus {
                waiting: u64::try_from(waiting).unwrap_or(0),
                oldest: oldest.map(instant).transpose()?,
            })
        })
        .await
    }
}

fn take(
    context: &Context,
    connection: &Connection,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<DeliveryOutcome, Error> {
    let call = &delivery.call;
    if refusals::is_erased(context, connection, call)? {
        return Ok(DeliveryOutcome::Erased);
    }
    let key = context.hash_key();
    let hash = key.delivery(&context.tenant, call, &delivery.body);
    let ended: Option<Option<i64>> = connection
        .prepare_cached(
            "SELECT ended FROM inbox WHERE tenant = ?1 AND call = ?2 AND body_hash = ?3",
        )?
        .query_row([context.tenant(), call.as_str(), &hash], |row| row.get(0))
        .optional()?;
    if let Some(ended) = ended {
        if ended.is_none() {
            let fetch = JobRequest::new(JobKind::Fetch, call.clone(), now);
            jobs::ask(context, connection, &fetch, now)?;
        }
        return Ok(DeliveryOutcome::Duplicate);
    }
    let key = call_key_or_new(context, connection, call.as_str())?;
    connection
        .prepare_cached(
            "INSERT INTO inbox (tenant, call, body_hash, received, verified_by, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            context.tenant(),
            call.as_str(),
            hash,
            micros(now),
            delivery.verified_by,
            seal_delivery(context, &key, call, &hash, &delivery.body)?,
        ])?;
    let is_going = jobs::is_going(context, connection, call)?;
    let due = if is_going { now + AFTER_ERASING } else { now };
    jobs::renew(context, connection, JobKind::Fetch, call.as_str(), "", due)?;
    Ok(DeliveryOutcome::New)
}

fn body(
    context: &Context,
    connection: &Connection,
    of: &Received,
) -> Result<Option<Vec<u8>>, Error> {
    let sealed: Option<Option<Vec<u8>>> = connection
        .prepare_cached(
            "SELECT body FROM inbox WHERE tenant = ?1 AND call = ?2 AND body_hash = ?3",
        )?
        .query_row([context.tenant(), of.call.as_str(), &of.body_hash], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(sealed) = sealed.flatten() else {
        return Ok(None);
    };
    let key = call_key(context, connection, of.call.as_str())?
        .ok_or_else(|| damaged("the key of a delivery is not there"))?;
    open_delivery(context, &key, &of.call, &of.body_hash, &sealed).map(Some)
}

/// Ends every delivery of a call, and forgets those that ended long ago. The key goes with the last
/// body of a call that nothing else is stored of.
pub(super) fn end(
    context: &Context,
    connection: &Connection,
    call: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let tenant = context.tenant();
    connection
        .prepare_cached(
            "UPDATE inbox SET ended = ?3, body = NULL
             WHERE tenant = ?1 AND call = ?2 AND ended IS NULL",
        )?
        .execute(params![tenant, call, micros(now)])?;
    connection
        .prepare_cached("DELETE FROM inbox WHERE tenant = ?1 AND ended <= ?2")?
        .execute(params![tenant, micros(now - REPLAYS_KNOWN_FOR)])?;
    forget_key(context, connection, call)
}

/// Forgets the deliveries of a call.
pub(super) fn forget(context: &Context, connection: &Connection, call: &str) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM inbox WHERE tenant = ?1 AND call = ?2")?
        .execute([context.tenant(), call])?;
    forget_key(context, connection, call)
}

fn forget_key(context: &Context, connection: &Connection, call: &str) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM call_keys WHERE tenant = ?1 AND call = ?2
               AND NOT EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND id = ?2)",
        )?
        .execute([context.tenant(), call])?;
    Ok(())
}

/// The calls of which a delivery is kept.
pub(super) fn calls(context: &Context, connection: &Connection) -> Result<Vec<CallId>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT call FROM inbox WHERE tenant = ?1")?;
    let names = statement.query_map([context.tenant()], |row| row.get::<_, String>(0))?;
    names
        .map(|name| CallId::new(name?).map_err(bad_id))
        .collect()
}
