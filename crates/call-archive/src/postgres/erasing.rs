//! Erasing in PostgreSQL: erase log, then hiding, then the key and the rows.
//!
//! A row that was deleted still stands in its page until a vacuum; its key stands in no other place
//! and goes the same way.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::moment::micros;
use crate::shell::less_of;
use crate::stored::{Context, Depth, Entry, keep_word};
use crate::{Erasing, Erasure, Error, JobKind, JobRequest, Keep, PostgresArchive};

use super::query::{draw, rows, run};
use super::row::{load, others};
use super::{append, crm_outbox, inbox, jobs, put, refusals};

/// The tables that hold something of a call, but its row, its jobs and its tombstone.
const PARTS: [&str; 14] = [
    "DELETE FROM call_keys WHERE tenant = $1 AND call = $2",
    "DELETE FROM transcripts WHERE tenant = $1 AND call = $2",
    "DELETE FROM parties WHERE tenant = $1 AND call = $2",
    "DELETE FROM call_links WHERE tenant = $1 AND call = $2",
    "DELETE FROM indexed WHERE tenant = $1 AND call = $2",
    "DELETE FROM purged WHERE tenant = $1 AND call = $2",
    "DELETE FROM finding_runs WHERE tenant = $1 AND call = $2",
    "DELETE FROM findings WHERE tenant = $1 AND call = $2",
    "DELETE FROM labels WHERE tenant = $1 AND call = $2",
    "DELETE FROM inbox WHERE tenant = $1 AND call = $2",
    "DELETE FROM llm_cache WHERE tenant = $1 AND id IN
       (SELECT row_id FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache'
          AND kind = 'call' AND source = $2)",
    "DELETE FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache' AND row_id IN
       (SELECT row_id FROM derived_from WHERE tenant = $1 AND table_name = 'llm_cache'
          AND kind = 'call' AND source = $2)",
    "DELETE FROM call_numbers WHERE tenant = $1 AND call = $2",
    "DELETE FROM unconfirmed WHERE tenant = $1 AND call = $2",
];

#[async_trait]
impl Erasing for PostgresArchive {
    async fn begin_erase(
        &self,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let log = match how {
            Erasure::WithTombstone => Some(self.erase_log()?),
            Erasure::MayReturn(_) => None,
        };
        let asked = Arc::new((call.clone(), log));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (call, log) = asked.as_ref();
                if let Some(log) = log {
                    // Durable outside of the database before the transaction is.
                    let hash = context.tombstone(call);
                    append(context, log, &[Entry::Call(&hash, micros(now))]).await?;
                }
                begin(context, on, call, how, now).await
            })
        })
        .await
    }

    async fn erase(&self, call: &CallId, now: Timestamp) -> Result<(), Error> {
        let call = call.clone();
        self.write(move |context, on| {
            let call = call.clone();
            Box::pin(async move { erase(context, on, &call, now).await })
        })
        .await
    }

    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error> {
        let ids: Arc<[CallId]> = ids.into();
        self.read_with(move |context, on| {
            let ids = Arc::clone(&ids);
            Box::pin(async move {
                let erased = refusals::erased(context, on, &ids).await?;
                let asked = ids.iter().filter(|id| erased.contains(*id));
                Ok(asked.cloned().collect())
            })
        })
        .await
    }

    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error> {
        let ids: Arc<[String]> = ids.iter().map(ToString::to_string).collect();
        self.write(move |context, on| {
            let ids = Arc::clone(&ids);
            Box::pin(async move {
                let sql = "UPDATE calls SET missing_since = CASE WHEN $3::bigint IS NULL THEN NULL
                             ELSE coalesce(missing_since, $3) END
                           WHERE tenant = $1 AND id = ANY($2)";
                let missing = missing.map(micros);
                run(on, sql, &[&context.tenant(), &&*ids, &missing]).await?;
                Ok(())
            })
        })
        .await
    }
}

pub(super) async fn begin(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    how: Erasure,
    now: Timestamp,
) -> Result<bool, Error> {
    let (tenant, id) = (context.tenant(), call.as_str());
    if how == Erasure::WithTombstone {
        refusals::add_call(context, on, &context.tombstone(call), micros(now)).await?;
    }
    let is_there = match load(context, on, call, Depth::WithoutRaw).await? {
        None => false,
        Some(row) => {
            let row = row.clear;
            let keeps_shell = how == Erasure::MayReturn(Keep::PrivateShell);
            if keeps_shell && row.known().is_shell {
                row.erasing().is_some()
            } else {
                let keep = keep_word(less_of(row.erasing(), how));
                let sql = "UPDATE calls SET erasing = $3 WHERE tenant = $1 AND id = $2";
                run(on, sql, &[&tenant, &id, &keep]).await?;
                true
            }
        }
    };
    if is_there || how == Erasure::WithTombstone {
        for sql in [
            "DELETE FROM jobs WHERE tenant = $1 AND call = $2 AND kind <> 'erase'",
            "DELETE FROM indexed WHERE tenant = $1 AND call = $2",
        ] {
            run(on, sql, &[&tenant, &id]).await?;
        }
        inbox::forget(context, on, &[id]).await?;
        crm_outbox::forget_calls(context, on, &[id]).await?;
    }
    if is_there {
        let request = JobRequest::new(JobKind::Erase, call.clone(), now);
        jobs::ask(context, on, &request, now).await?;
    }
    Ok(is_there)
}

/// Begins to erase calls wholly, in few statements; of some only a delivery may be there.
pub(super) async fn begin_many(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[CallId],
    now: Timestamp,
) -> Result<(), Error> {
    if calls.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = calls.iter().map(CallId::as_str).collect();
    let keep = keep_word(Keep::Nothing);
    let sql = "UPDATE calls SET erasing = $3 WHERE tenant = $1 AND id = ANY($2) RETURNING id";
    let mut stored = Vec::new();
    for row in rows(on, sql, &[&context.tenant(), &ids, &keep]).await? {
        stored.push(row.try_get(0)?);
    }
    for sql in [
        "DELETE FROM jobs WHERE tenant = $1 AND call = ANY($2) AND kind <> 'erase'",
        "DELETE FROM indexed WHERE tenant = $1 AND call = ANY($2)",
    ] {
        run(on, sql, &[&context.tenant(), &ids]).await?;
    }
    inbox::forget(context, on, &ids).await?;
    crm_outbox::forget_calls(context, on, &ids).await?;
    jobs::ask_erasures(context, on, &stored, now).await
}

async fn erase(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(row) = load(context, on, call, Depth::WithoutRaw).await? else {
        return Ok(());
    };
    let Some(keep) = row.clear.erasing() else {
        return Ok(());
    };
    let shell = match keep {
        Keep::Nothing => None,
        Keep::PrivateShell => {
            let mut others = others(context, on, std::slice::from_ref(&row)).await?;
            let held = others.open(context, row)?;
            Some(held.shell(context.hash_key(), draw(on).await?))
        }
    };
    let (tenant, id) = (context.tenant(), call.as_str());
    for sql in PARTS {
        run(on, sql, &[&tenant, &id]).await?;
    }
    let sql = "DELETE FROM calls WHERE tenant = $1 AND id = $2";
    run(on, sql, &[&tenant, &id]).await?;
    if let Some(shell) = shell {
        put::write_call(context, on, None, &shell, now).await?;
    }
    Ok(())
}
