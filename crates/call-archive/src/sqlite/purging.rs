//! Purging in SQLite: the erase log, then everything else in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use uuid::Uuid;

use crate::deals::Gone;
use crate::holds::apart;
use crate::moment::{cut, instant, micros};
use crate::selection::{Persons, Selection};
use crate::stored::{Context, Entry, EraseLog};
use crate::{
    Erasure, Error, ErrorKind, JobKind, Keep, Preview, Purge, PurgeReason, PurgeTarget, Purged,
    Purging, Receipt, Remnant, Settled, SqliteArchive,
};

use super::writer::After;
use super::{crm_outbox, customers, deal_links, erasing, holding, receipts, refusals, selecting};

#[async_trait]
impl Purging for SqliteArchive {
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error> {
        let target = target.clone();
        self.read_with(move |context, connection| {
            let selection = meant(context, connection, &target, now)?;
            let calls = selecting::named(context, connection, &selection)?;
            let (_, held) = apart(&calls, &holding::kept(context, connection)?);
            let gone = gone(context, connection, &selection)?;
            Ok(Preview {
                held,
                deals: gone.deals.len() as u64,
                ..count(context, connection, &calls)?
            })
        })
        .await
    }

    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error> {
        let (purge, log) = (purge.clone(), Arc::clone(&self.parts.log));
        self.write(move |context, connection| begin(context, connection, &log, &purge, cut(now)))
            .await
    }

    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error> {
        let emptied = self.write_then(After::TruncateLog, |context, connection| {
            connection
                .prepare_cached(
                    "UPDATE jobs SET state = 'waiting', failed = 0, abandoned = 0,
                       lease_until = NULL, error_class = NULL
                     WHERE tenant = ?1 AND kind = 'erase' AND state = 'dead'",
                )?
                .execute([context.tenant()])?;
            context.bell.ring(JobKind::Erase);
            Ok(())
        });
        let mut unreached = unreached.to_vec();
        match emptied.await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Busy => unreached.push(Remnant::LogReaders),
            Err(error) => return Err(error),
        }
        unreached.sort_unstable();
        unreached.dedup();
        self.write(move |context, connection| {
            if crm_outbox::has_remnants(context, connection)? {
                unreached.push(Remnant::Crm);
            }
            receipts::close(context, connection, &unreached, micros(now))?;
            let all = receipts::all(context, connection)?;
            let is_open = |receipt: &Receipt| receipt.finished.is_none();
            Ok(Settled {
                open: all.into_iter().filter(is_open).collect(),
                unreached,
            })
        })
        .await
    }

    async fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        self.read_with(receipts::all).await
    }
}

/// What a target means here: a person under every name that the archive knows.
fn meant(
    context: &Context,
    connection: &Connection,
    target: &PurgeTarget,
    now: Timestamp,
) -> Result<Selection, Error> {
    let mut selection = Selection::of_target(target, context.hash_key(), cut(now))?;
    if let Selection::People { people, .. } = &mut selection {
        selecting::widen(context, connection, people)?;
    }
    Ok(selection)
}

fn begin(
    context: &Context,
    connection: &Connection,
    log: &EraseLog,
    purge: &Purge,
    now: Timestamp,
) -> Result<Purged, Error> {
    let selection = meant(context, connection, &purge.target, now)?;
    let named = selecting::named(context, connection, &selection)?;
    let (free, held) = apart(&named, &holding::kept(context, connection)?);
    if purge.reason == PurgeReason::Asked && !held.is_empty() {
        return Ok(Purged::Held(held));
    }

    // What is written is durable before the transaction is, and before any index is touched.
    let at = micros(now);
    let hashes: Vec<String> = free.iter().map(|call| context.tombstone(call)).collect();
    let mut entries: Vec<Entry<'_>> = hashes.iter().map(|hash| Entry::Call(hash, at)).collect();
    let people = match &selection {
        Selection::People { people, .. } => people.tombstones(context.hash_key()),
        _ => Vec::new(),
    };
    entries.extend(people.iter().map(|hash| Entry::Person(hash, at)));
    let gone = gone(context, connection, &selection)?;
    entries.extend(gone.entries(at));
    let mut is_new = false;
    for hash in &people {
        is_new |= refusals::add_person(context, connection, hash, at)?;
    }
    if let Selection::People { people, .. } = &selection {
        forget_users(context, connection, people)?;
    }
    if let Selection::Before { start, workspace } = &selection {
        let (workspace, before) = (workspace.as_deref().unwrap_or(""), micros(cut(*start)));
        if refusals::add_floor(context, connection, workspace, before)? {
            is_new = true;
            entries.push(Entry::Floor(workspace, before));
        }
    }
    if purge.reason == PurgeReason::Retention && free.is_empty() && !is_new {
        return Ok(Purged::Nothing);
    }
    log.append(&context.tenant, &entries)?;
    forget(context, connection, &gone, at)?;

    let preview = count(context, connection, &free)?;
    let id = Uuid::new_v4().simple().to_string();
    let mut left = 0;
    for call in &free {
        if erasing::begin(context, connection, call, Erasure::WithTombstone, now)? {
            receipts::wait_for(context, connection, &id, call)?;
            left += 1;
        }
    }
    let receipt = Receipt {
        id,
        kind: purge.target.kind().to_owned(),
        reason: purge.reason.as_str().to_owned(),
        actor: purge.actor.clone(),
        target: purge.target.hash(context.hash_key()),
        before: purge.target.floor(),
        begun: now,
        calls: preview.calls,
        with_text: preview.with_text,
        sentences: preview.sentences,
        kept_by_hold: (named.len() - free.len()) as u64,
        left,
        finished: None,
        unreached: Vec::new(),
    };
    receipts::add(context, connection, &receipt)?;
    Ok(Purged::Begun(Box::new(receipt)))
}

/// What goes with an account beside its calls.
fn gone(context: &Context, connection: &Connection, selection: &Selection) -> Result<Gone, Error> {
    let accounts = Gone::names(selection);
    let deals = deal_links::of_accounts(context, connection, &accounts)?;
    Ok(Gone::of(context, accounts, deals))
}

/// Refuses it from now on, and destroys it.
fn forget(context: &Context, connection: &Connection, gone: &Gone, at: i64) -> Result<(), Error> {
    for hash in &gone.account_hashes {
        refusals::add_person(context, connection, hash, at)?;
    }
    for hash in &gone.deal_hashes {
        refusals::add_call(context, connection, hash, at)?;
    }
    deal_links::forget(context, connection, &gone.deals)?;
    deal_links::forget_accounts(context, connection, &gone.accounts)
}

/// Takes people out of the company's own.
fn forget_users(context: &Context, connection: &Connection, people: &Persons) -> Result<(), Error> {
    connection
        .prepare_cached(
            "DELETE FROM users WHERE tenant = ?1
             AND (id IN (SELECT value FROM json_each(?2))
               OR email_hash IN (SELECT value FROM json_each(?3)))",
        )?
        .execute([
            context.tenant(),
            &json!(people.users).to_string(),
            &json!(people.emails).to_string(),
        ])?;
    customers::forget_refused(context, connection)
}

/// How much these calls are.
fn count(context: &Context, connection: &Connection, calls: &[CallId]) -> Result<Preview, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT c.started, c.text_revision IS NOT NULL, coalesce(t.sentences, 0) FROM calls c
         LEFT JOIN transcripts t ON t.tenant = c.tenant AND t.call = c.id
           AND t.text_revision = c.text_revision
         WHERE c.tenant = ?1 AND c.id = ?2",
    )?;
    let mut preview = Preview::default();
    for call in calls {
        let row: Option<(i64, bool, i64)> = statement
            .query_row([context.tenant(), call.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((started, has_text, sentences)) = row else {
            preview.unknown += 1;
            continue;
        };
        let started = Some(instant(started)?);
        preview.calls += 1;
        preview.with_text += u64::from(has_text);
        preview.sentences += u64::try_from(sentences).unwrap_or(0);
        preview.oldest = preview.oldest.min(started).or(started);
        preview.newest = preview.newest.max(started);
    }
    Ok(preview)
}

/// Has erased what is stored of a call that is refused, unless a hold keeps it.
pub(super) fn erase_refused(
    context: &Context,
    connection: &Connection,
    call: &CallId,
    now: Timestamp,
) -> Result<(), Error> {
    let is_stored: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND id = ?2)")?
        .query_row(params![context.tenant(), call.as_str()], |row| row.get(0))?;
    if is_stored {
        let kept = holding::kept(context, connection)?;
        if !kept.values().any(|calls| calls.contains(call)) {
            let how = Erasure::MayReturn(Keep::Nothing);
            erasing::begin(context, connection, call, how, now)?;
        }
    }
    Ok(())
}
