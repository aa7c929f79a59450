//! Purging in PostgreSQL: the erase log, then everything else in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::CallId;
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use uuid::Uuid;

use crate::deals::Gone;
use crate::holds::apart;
use crate::moment::{cut, instant, micros};
use crate::selection::{Persons, Selection};
use crate::stored::{Context, Entry, EraseLog};
use crate::{
    Erasure, Error, Keep, PostgresArchive, Preview, Purge, PurgeReason, PurgeTarget, Purged,
    Purging, Receipt, Remnant, Settled,
};

use super::query::{one, rows, run};
use super::{
    append, crm_outbox, customers, deal_links, erasing, holding, receipts, refusals, selecting,
};

#[async_trait]
impl Purging for PostgresArchive {
    async fn preview(&self, target: &PurgeTarget, now: Timestamp) -> Result<Preview, Error> {
        let target = Arc::new(target.clone());
        self.read_with(move |context, on| {
            let target = Arc::clone(&target);
            Box::pin(async move {
                let selection = meant(context, on, &target, now).await?;
                let calls = selecting::named(context, on, &selection).await?;
                let (_, held) = apart(&calls, &holding::kept(context, on).await?);
                let gone = gone(context, on, &selection).await?;
                Ok(Preview {
                    held,
                    deals: gone.deals.len() as u64,
                    ..count(context, on, &calls).await?
                })
            })
        })
        .await
    }

    async fn begin_purge(&self, purge: &Purge, now: Timestamp) -> Result<Purged, Error> {
        let asked = Arc::new((purge.clone(), self.erase_log()?));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move { begin(context, on, &asked.1, &asked.0, cut(now)).await })
        })
        .await
    }

    /// What a vacuum has not reached is no part of the answer: the server decides when it runs.
    async fn settle(&self, unreached: &[Remnant], now: Timestamp) -> Result<Settled, Error> {
        let mut unreached = unreached.to_vec();
        unreached.sort_unstable();
        unreached.dedup();
        self.write(move |context, on| {
            let mut unreached = unreached.clone();
            Box::pin(async move {
                if crm_outbox::has_remnants(context, on).await? {
                    unreached.push(Remnant::Crm);
                }
                let sql = "UPDATE jobs SET state = 'waiting', failed = 0, abandoned = 0,
                             lease_until = NULL, error_class = NULL
                           WHERE tenant = $1 AND kind = 'erase' AND state = 'dead'";
                run(on, sql, &[&context.tenant()]).await?;
                receipts::close(context, on, &unreached, micros(now)).await?;
                let all = receipts::all(context, on).await?;
                let is_open = |receipt: &Receipt| receipt.finished.is_none();
                Ok(Settled {
                    open: all.into_iter().filter(is_open).collect(),
                    unreached,
                })
            })
        })
        .await
    }

    async fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        self.read_with(|context, on| Box::pin(receipts::all(context, on)))
            .await
    }
}

/// What a target means here: a person under every name that the archive knows.
async fn meant(
    context: &Context,
    on: &Transaction<'_>,
    target: &PurgeTarget,
    now: Timestamp,
) -> Result<Selection, Error> {
    let mut selection = Selection::of_target(target, context.hash_key(), cut(now))?;
    if let Selection::People { people, .. } = &mut selection {
        selecting::widen(context, on, people).await?;
    }
    Ok(selection)
}

async fn begin(
    context: &Context,
    on: &Transaction<'_>,
    log: &Arc<EraseLog>,
    purge: &Purge,
    now: Timestamp,
) -> Result<Purged, Error> {
    let selection = meant(context, on, &purge.target, now).await?;
    let named = selecting::named(context, on, &selection).await?;
    let (free, held) = apart(&named, &holding::kept(context, on).await?);
    if purge.reason == PurgeReason::Asked && !held.is_empty() {
        return Ok(Purged::Held(held));
    }
    let is_new = refuse(context, on, log, &selection, &free, micros(now)).await?;
    if purge.reason == PurgeReason::Retention && free.is_empty() && !is_new {
        return Ok(Purged::Nothing);
    }

    let preview = count(context, on, &free).await?;
    let id = Uuid::new_v4().simple().to_string();
    let mut left = 0;
    for call in &free {
        if erasing::begin(context, on, call, Erasure::WithTombstone, now).await? {
            receipts::wait_for(context, on, &id, call).await?;
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
    receipts::add(context, on, &receipt).await?;
    Ok(Purged::Begun(Box::new(receipt)))
}

/// Refuses what a purge refuses; durable in the log before the transaction is, and before any index
/// is touched. Says whether a person or a floor is new.
async fn refuse(
    context: &Context,
    on: &Transaction<'_>,
    log: &Arc<EraseLog>,
    selection: &Selection,
    calls: &[CallId],
    at: i64,
) -> Result<bool, Error> {
    let hashes: Vec<String> = calls.iter().map(|call| context.tombstone(call)).collect();
    let mut entries: Vec<Entry<'_>> = hashes.iter().map(|hash| Entry::Call(hash, at)).collect();
    let people = match selection {
        Selection::People { people, .. } => people.tombstones(context.hash_key()),
        _ => Vec::new(),
    };
    entries.extend(people.iter().map(|hash| Entry::Person(hash, at)));
    let gone = gone(context, on, selection).await?;
    entries.extend(gone.entries(at));
    let mut is_new = false;
    for hash in &people {
        is_new |= refusals::add_person(context, on, hash, at).await?;
    }
    if let Selection::People { people, .. } = selection {
        forget_users(context, on, people).await?;
    }
    if let Selection::Before { start, workspace } = selection {
        let (workspace, before) = (workspace.as_deref().unwrap_or(""), micros(cut(*start)));
        if refusals::add_floor(context, on, workspace, before).await? {
            is_new = true;
            entries.push(Entry::Floor(workspace, before));
        }
    }
    append(context, log, &entries).await?;
    forget(context, on, &gone, at).await?;
    Ok(is_new)
}

/// What goes with an account beside its calls.
async fn gone(
    context: &Context,
    on: &Transaction<'_>,
    selection: &Selection,
) -> Result<Gone, Error> {
    let accounts = Gone::names(selection);
    let deals = deal_links::of_accounts(context, on, &accounts).await?;
    Ok(Gone::of(context, accounts, deals))
}

/// Refuses it from now on, and destroys it.
async fn forget(
    context: &Context,
    on: &Transaction<'_>,
    gone: &Gone,
    at: i64,
) -> Result<(), Error> {
    for hash in &gone.account_hashes {
        refusals::add_person(context, on, hash, at).await?;
    }
    for hash in &gone.deal_hashes {
        refusals::add_call(context, on, hash, at).await?;
    }
    deal_links::forget(context, on, &gone.deals).await?;
    deal_links::forget_accounts(context, on, &gone.accounts).await
}

/// Takes people out of the company's own.
async fn forget_users(
    context: &Context,
    on: &Transaction<'_>,
    people: &Persons,
) -> Result<(), Error> {
    let sql = "DELETE FROM users WHERE tenant = $1 AND (id = ANY($2) OR email_hash = ANY($3))";
    run(on, sql, &[&context.tenant(), &people.users, &people.emails]).await?;
    customers::forget_refused(context, on).await
}

/// How much these calls are.
async fn count(
    context: &Context,
    on: &Transaction<'_>,
    calls: &[CallId],
) -> Result<Preview, Error> {
    let sql = "SELECT c.started, c.text_revision IS NOT NULL, coalesce(t.sentences, 0)
               FROM calls c
               LEFT JOIN transcripts t ON t.tenant = c.tenant AND t.call = c.id
                 AND t.text_revision = c.text_revision
               WHERE c.tenant = $1 AND c.id = ANY($2)";
    let ids: Vec<&str> = calls.iter().map(CallId::as_str).collect();
    let mut preview = Preview::default();
    for row in rows(on, sql, &[&context.tenant(), &ids]).await? {
        let (started, has_text): (i64, bool) = (row.try_get(0)?, row.try_get(1)?);
        let sentences: i64 = row.try_get(2)?;
        let started = Some(instant(started)?);
        preview.calls += 1;
        preview.with_text += u64::from(has_text);
        preview.sentences += u64::try_from(sentences).unwrap_or(0);
        preview.oldest = preview.oldest.min(started).or(started);
        preview.newest = preview.newest.max(started);
    }
    preview.unknown = (calls.len() as u64).saturating_sub(preview.calls);
    Ok(preview)
}

/// Has erased what is stored of a call that is refused, unless a hold keeps it.
pub(super) async fn erase_refused(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM calls WHERE tenant = $1 AND id = $2)";
    if one(on, sql, &[&context.tenant(), &call.as_str()]).await? {
        let kept = holding::kept(context, on).await?;
        if !kept.values().any(|calls| calls.contains(call)) {
            let how = Erasure::MayReturn(Keep::Nothing);
            erasing::begin(context, on, call, how, now).await?;
        }
    }
    Ok(())
}
