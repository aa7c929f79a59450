//! Erasing in SQLite: erase log, then hiding, then the key and the rows.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::moment::micros;
use crate::shell::less_of;
use crate::stored::{Context, Depth, Entry, keep_word};
use crate::{Erasing, Erasure, Error, JobKind, JobRequest, Keep, SqliteArchive};

use super::context::draw;
use super::row::{load, open};
use super::{crm_outbox, inbox, jobs, put, refusals};

/// The tables that hold something of a call, but its row, its jobs and its tombstone.
const PARTS: [&str; 14] = [
    "DELETE FROM call_keys WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM transcripts WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM parties WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM call_links WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM indexed WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM purged WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM unconfirmed WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM finding_runs WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM findings WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM labels WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM inbox WHERE tenant = ?1 AND call = ?2",
    "DELETE FROM llm_cache WHERE tenant = ?1 AND id IN
       (SELECT row_id FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache'
          AND kind = 'call' AND source = ?2)",
    "DELETE FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache' AND row_id IN
       (SELECT row_id FROM derived_from WHERE tenant = ?1 AND table_name = 'llm_cache'
          AND kind = 'call' AND source = ?2)",
    "DELETE FROM call_numbers WHERE tenant = ?1 AND call = ?2",
];

#[async_trait]
impl Erasing for SqliteArchive {
    async fn begin_erase(
        &self,
        call: &CallId,
        how: Erasure,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (call, log) = (call.clone(), Arc::clone(&self.parts.log));
        self.write(move |context, connection| {
            if how == Erasure::WithTombstone {
                // Durable outside of the database before the transaction is.
                let hash = context.tombstone(&call);
                log.append(&context.tenant, &[Entry::Call(&hash, micros(now))])?;
            }
            begin(context, connection, &call, how, now)
        })
        .await
    }

    async fn erase(&self, call: &CallId, now: Timestamp) -> Result<(), Error> {
        let call = call.clone();
        self.write(move |context, connection| erase(context, connection, &call, now))
            .await
    }

    async fn erased(&self, ids: &[CallId]) -> Result<Vec<CallId>, Error> {
        let ids = ids.to_vec();
        self.read_with(move |context, connection| {
            let mut erased = Vec::new();
            for id in ids {
                if refusals::is_erased(context, connection, &id)? {
                    erased.push(id);
                }
            }
            Ok(erased)
        })
        .await
    }

    async fn set_missing(&self, ids: &[CallId], missing: Option<Timestamp>) -> Result<(), Error> {
        let ids = ids.to_vec();
        self.write(move |context, connection| {
            let mut statement = connection.prepare_cached(
                "UPDATE calls SET missing_since =
                   CASE WHEN ?3 IS NULL THEN NULL ELSE coalesce(missing_since, ?3) END
                 WHERE tenant = ?1 AND id = ?2",
            )?;
            for id in &ids {
                let missing = missing.map(micros);
                statement.execute(params![context.tenant(), id.as_str(), missing])?;
            }
            Ok(())
        })
        .await
    }
}

pub(super) fn begin(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    how: Erasure,
    now: Timestamp,
) -> Result<bool, Error> {
    if how == Erasure::WithTombstone {
        let hash = context.tombstone(call);
        refusals::add_call(context, connection, &hash, micros(now))?;
    }
    let is_there = match load(context, connection, call)? {
        None => false,
        Some(row) => {
            let keeps_shell = how == Erasure::MayReturn(Keep::PrivateShell);
            if keeps_shell && row.known().is_shell {
                row.erasing().is_some()
            } else {
                let keep = less_of(row.erasing(), how);
                connection
                    .prepare_cached("UPDATE calls SET erasing = ?3 WHERE tenant = ?1 AND id = ?2")?
                    .execute([context.tenant(), call.as_str(), keep_word(keep)])?;
                true
            }
        }
    };
    if is_there || how == Erasure::WithTombstone {
        for sql in [
            "DELETE FROM jobs WHERE tenant = ?1 AND call = ?2 AND kind <> 'erase'",
            "DELETE FROM indexed WHERE tenant = ?1 AND call = ?2",
        ] {
            connection
                .prepare_cached(sql)?
                .execute([context.tenant(), call.as_str()])?;
        }
        inbox::forget(context, connection, call.as_str())?;
        crm_outbox::forget_call(context, connection, call.as_str())?;
    }
    if is_there {
        let request = JobRequest::new(JobKind::Erase, call.clone(), now);
        jobs::ask(context, connection, &request, now)?;
    }
    Ok(is_there)
}

fn erase(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(row) = load(context, connection, call)? else {
        return Ok(());
    };
    let Some(keep) = row.erasing() else {
        return Ok(());
    };
    let shell = match keep {
        Keep::Nothing => None,
        Keep::PrivateShell => {
            let held = open(context, connection, row, Depth::WithoutRaw)?;
            Some(held.shell(context.hash_key(), draw(connection)?))
        }
    };
    for sql in PARTS {
        connection
            .prepare_cached(sql)?
            .execute([context.tenant(), call.as_str()])?;
    }
    connection
        .prepare_cached("DELETE FROM calls WHERE tenant = ?1 AND id = ?2")?
        .execute([context.tenant(), call.as_str()])?;
    if let Some(shell) = shell {
        put::write_call(context, connection, None, &shell, now)?;
    }
    Ok(())
}
