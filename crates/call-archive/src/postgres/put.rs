//! One put, inside a writing transaction.

use conversation::{Call, Revision, Transcript};
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::merge::{Change, Current, Next, merge};
use crate::moment::micros;
use crate::restored::confirms;
use crate::stored::{
    CallRow, Context, Depth, Key, PartyRow, SealedKey, TextRow, needs_key, number,
};
use crate::{Error, JobKind, Put, PutOutcome, Source};

use super::query::{Values, draw, maybe, rows, run, without_nul};
use super::row::{load, others, words};
use super::{deal_links, deals, jobs, labels, numbers, purging, refusals, unconfirmed};

pub(super) async fn put(
    context: &Context,
    on: &Transaction<'_>,
    mut put: Put,
    now: Timestamp,
) -> Result<PutOutcome, Error> {
    let id = put.call.id.clone();
    let (news, named) = (std::mem::take(&mut put.news), put.deals.take());
    let outcome = Box::pin(put_call(context, on, put, now)).await?;
    if outcome.is_taken() {
        deals::take(context, on, &news).await?;
        if let Some(named) = named {
            deal_links::by_context(context, on, &id, &named).await?;
        }
    }
    Ok(outcome)
}

/// The call itself; what it tells of deals comes after.
async fn put_call(
    context: &Context,
    on: &Transaction<'_>,
    put: Put,
    now: Timestamp,
) -> Result<PutOutcome, Error> {
    let id = put.call.id.clone();
    if refusals::is_erased(context, on, &id).await? {
        return Ok(PutOutcome::Erased);
    }
    if refusals::refuses(context, on, &put.call).await? {
        purging::erase_refused(context, on, &id, now).await?;
        return Ok(PutOutcome::Refused);
    }
    let mut row = load(context, on, &id, Depth::Whole).await?;
    if row
        .as_ref()
        .is_some_and(|row| row.clear.erasing().is_some())
    {
        return Ok(PutOutcome::Erased);
    }
    // A call that is hidden since a backup was restored is compared like one that is unknown.
    let is_unconfirmed = unconfirmed::is_unconfirmed(context, on, &id).await?;
    let is_as_expected = row.as_ref().map(|row| row.clear.revision()) == put.expected
        || (put.expected.is_none() && is_unconfirmed);
    if !is_as_expected {
        return Ok(PutOutcome::Conflict);
    }
    let mut put = put;
    if is_unconfirmed && confirms(&mut put) {
        unconfirmed::confirm(context, on, &id).await?;
    }

    let sealed_key = match &mut row {
        None => None,
        Some(row) => row.key.as_ref().map(|key| SealedKey {
            dek: key.dek,
            wrapped: key.wrapped.clone(),
        }),
    };
    let held = match row {
        None => None,
        Some(row) => {
            let mut others = others(context, on, std::slice::from_ref(&row)).await?;
            Some(others.open(context, row)?)
        }
    };
    let held_text = held_text(context, on, held.as_ref(), &put).await?;
    let next = merge(
        held.as_ref(),
        held_text.as_ref(),
        put,
        context.hash_key(),
        now,
    );
    match next.change {
        Change::Nothing => unchanged(context, on, sealed_key, held.as_ref(), next, now).await,
        Change::Something { text, facts } => {
            let revision = draw(on).await?;
            let text_revision = if text {
                Some(revision)
            } else {
                held.as_ref().and_then(|held| held.text_revision)
            };
            let (current, words) = stored(next, revision, text_revision);
            let key = key(context, on, sealed_key, &current, words.as_ref()).await?;
            write_call(context, on, key.as_ref(), &current, now).await?;
            write_parties(context, on, key.as_ref(), &current.call).await?;
            write_accounts(context, on, &current.call, current.source).await?;
            if let (Some(at), Some(words)) = (text_revision, &words) {
                write_words(context, on, key.as_ref(), id.as_str(), at, words).await?;
            }
            let before = held.as_ref().and_then(|held| held.text_revision);
            if let (true, Some(before), Some(words)) = (text, before, &words) {
                labels::follow(context, on, &id, (before, revision), words).await?;
            }
            if text_revision.is_some() {
                ask_for_index(context, on, &current, text || facts, now).await?;
            }
            Ok(PutOutcome::Stored {
                revision,
                text_changed: text,
                facts_changed: facts,
            })
        }
    }
}

/// The held words, where the put has none of its own.
async fn held_text(
    context: &Context,
    on: &Transaction<'_>,
    held: Option<&Current>,
    put: &Put,
) -> Result<Option<Transcript>, Error> {
    let has_own = put.transcript.as_ref().is_some_and(|own| !own.is_empty());
    let Some(at) = held
        .and_then(|held| held.text_revision)
        .filter(|_| !has_own)
    else {
        return Ok(None);
    };
    let which = (put.call.id.clone(), at);
    let found = words(context, on, std::slice::from_ref(&which)).await?;
    found
        .get(&which)
        .map(|words| words.open(context, &which.0, at))
        .transpose()
}

fn stored(
    next: Next,
    revision: Revision,
    text_revision: Option<Revision>,
) -> (Current, Option<Transcript>) {
    let current = Current {
        call: next.call,
        source: next.source,
        raw: next.raw,
        hashes: next.hashes,
        revision,
        text_revision,
        text_state: next.text_state,
        is_partial: next.is_partial,
        missing_since: next.missing_since,
    };
    (current, next.transcript)
}

/// What no hash covers is still kept up to date: the vendor's blocks and the marks.
async fn unchanged(
    context: &Context,
    on: &Transaction<'_>,
    sealed_key: Option<SealedKey>,
    held: Option<&Current>,
    next: Next,
    now: Timestamp,
) -> Result<PutOutcome, Error> {
    let held = held.expect("a call that was unknown before is always changed by a put");
    let is_same = held.raw == next.raw
        && held.is_partial == next.is_partial
        && held.text_state == next.text_state
        && held.missing_since == next.missing_since;
    let current = stored(next, held.revision, held.text_revision).0;
    if !is_same {
        let key = key(context, on, sealed_key, &current, None).await?;
        write_call(context, on, key.as_ref(), &current, now).await?;
    }
    if current.text_revision.is_some() {
        ask_for_index(context, on, &current, false, now).await?;
    }
    Ok(PutOutcome::Unchanged {
        revision: held.revision,
    })
}

/// The key of a call that has something to seal, made if it has none.
async fn key(
    context: &Context,
    on: &Transaction<'_>,
    held: Option<SealedKey>,
    current: &Current,
    words: Option<&Transcript>,
) -> Result<Option<Key>, Error> {
    if !needs_key(current, words) {
        return Ok(None);
    }
    let call = current.call.id.as_str();
    if let Some(held) = held {
        return context.open_call_key(call, &held).map(Some);
    }
    call_key_or_new(context, on, call).await.map(Some)
}

/// The key of a call, made if it has none. A call of which nothing is stored yet may have one
/// since it was delivered.
pub(super) async fn call_key_or_new(
    context: &Context,
    on: &Transaction<'_>,
    call: &str,
) -> Result<Key, Error> {
    let tenant = context.tenant();
    let sql = "SELECT dek, wrapped FROM call_keys WHERE tenant = $1 AND call = $2";
    if let Some(row) = maybe(on, sql, &[&tenant, &call]).await? {
        let sealed = SealedKey {
            dek: row.try_get(0)?,
            wrapped: row.try_get(1)?,
        };
        return context.open_call_key(call, &sealed);
    }
    let (key, sealed) = context.new_call_key(call)?;
    let sql = "INSERT INTO call_keys (tenant, call, dek, wrapped) VALUES ($1, $2, $3, $4)";
    let values: Values<'_> = &[&tenant, &call, &sealed.dek, &sealed.wrapped];
    run(on, sql, values).await?;
    Ok(key)
}

const WRITE_CALL: &str = "INSERT INTO calls (tenant, id, source, workspace, started, scheduled,
      duration, direction, scope, language, is_private, primary_user, revision, text_revision,
      text_hash, facts_hash, record_hash, text_state, pending_since, missing_since, is_partial,
      is_shell, erasing, stored, title, details, raw)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
      $20, $21, $22, $23, $24, $25, $26, $27)
    ON CONFLICT (tenant, id) DO UPDATE SET
      source = excluded.source, workspace = excluded.workspace, started = excluded.started,
      scheduled = excluded.scheduled, duration = excluded.duration,
      direction = excluded.direction, scope = excluded.scope, language = excluded.language,
      is_private = excluded.is_private, primary_user = excluded.primary_user,
      revision = excluded.revision, text_revision = excluded.text_revision,
      text_hash = excluded.text_hash, facts_hash = excluded.facts_hash,
      record_hash = excluded.record_hash, text_state = excluded.text_state,
      pending_since = excluded.pending_since, missing_since = excluded.missing_since,
      is_partial = excluded.is_partial, is_shell = excluded.is_shell,
      erasing = excluded.erasing, stored = excluded.stored, title = excluded.title,
      details = excluded.details, raw = excluded.raw";

/// Writes the row of a call, sealing what must be sealed; its figures are those of the row before.
pub(super) async fn write_call(
    context: &Context,
    on: &Transaction<'_>,
    key: Option<&Key>,
    current: &Current,
    now: Timestamp,
) -> Result<(), Error> {
    numbers::forget(context, on, current.call.id.as_str()).await?;
    let (row, raw) = CallRow::of(context, key, current)?;
    let plain = |text: Option<String>| text.as_deref().map(without_nul);
    let (direction, scope) = (plain(row.direction), plain(row.scope));
    let language = plain(row.language);
    let values: Values<'_> = &[
        &context.tenant(),
        &row.id,
        &row.source,
        &row.workspace,
        &row.started,
        &row.scheduled,
        &row.duration,
        &direction,
        &scope,
        &language,
        &row.is_private,
        &row.primary_user,
        &row.revision,
        &row.text_revision,
        &row.text_hash,
        &row.facts_hash,
        &row.record_hash,
        &row.text_state,
        &row.pending_since,
        &row.missing_since,
        &row.is_partial,
        &row.is_shell,
        &row.erasing,
        &micros(now),
        &row.title,
        &row.details,
        &raw,
    ];
    run(on, WRITE_CALL, values).await?;
    Ok(())
}

async fn write_parties(
    context: &Context,
    on: &Transaction<'_>,
    key: Option<&Key>,
    call: &Call,
) -> Result<(), Error> {
    let (tenant, id) = (context.tenant(), call.id.as_str());
    let sql = "DELETE FROM parties WHERE tenant = $1 AND call = $2";
    run(on, sql, &[&tenant, &id]).await?;
    let sql = "INSERT INTO parties (tenant, call, position, party, speaker, user_id, side,
                 email_hash, phone_hash, domain, person)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    for row in PartyRow::all(context, key, call)? {
        let domain = row.domain.as_deref().map(without_nul);
        let values: Values<'_> = &[
            &tenant,
            &id,
            &row.position,
            &row.party,
            &row.speaker,
            &row.user,
            &row.side,
            &row.email_hash,
            &row.phone_hash,
            &domain,
            &row.person,
        ];
        run(on, sql, values).await?;
    }
    Ok(())
}

async fn write_accounts(
    context: &Context,
    on: &Transaction<'_>,
    call: &Call,
    source: Source,
) -> Result<(), Error> {
    let (tenant, id) = (context.tenant(), call.id.as_str());
    let sql = "DELETE FROM call_links WHERE tenant = $1 AND call = $2 AND kind = 'account'";
    run(on, sql, &[&tenant, &id]).await?;
    let accounts: Vec<&str> = call
        .accounts
        .iter()
        .map(conversation::AccountId::as_str)
        .collect();
    let sql = "INSERT INTO call_links (tenant, call, kind, id, made_by)
               SELECT $1, $2, 'account', account, $4 FROM unnest($3::text[]) AS account";
    run(on, sql, &[&tenant, &id, &accounts, &source.as_str()]).await?;
    Ok(())
}

async fn write_words(
    context: &Context,
    on: &Transaction<'_>,
    key: Option<&Key>,
    call: &str,
    at: Revision,
    words: &Transcript,
) -> Result<(), Error> {
    let row = TextRow::of(context, key, call, at, words)?;
    let sql = "INSERT INTO transcripts (tenant, call, text_revision, utterances, sentences, text)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant, call, text_revision) DO UPDATE SET
                 utterances = excluded.utterances, sentences = excluded.sentences,
                 text = excluded.text";
    let values: Values<'_> = &[
        &context.tenant(),
        &call,
        &number(at),
        &row.utterances,
        &row.sentences,
        &row.text,
    ];
    run(on, sql, values).await?;
    Ok(())
}

/// The index jobs of a put: new if something to index is new, otherwise only where one is missing.
async fn ask_for_index(
    context: &Context,
    on: &Transaction<'_>,
    current: &Current,
    is_new: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let call = current.call.id.as_str();
    let sql = "SELECT i.id, coalesce(x.text_revision = $3 AND x.facts_hash = $4, false)
               FROM indexes i
               LEFT JOIN indexed x ON x.tenant = i.tenant AND x.index_id = i.id AND x.call = $2
               WHERE i.tenant = $1 ORDER BY i.position";
    let revision = current.text_revision.map(number);
    let values: Values<'_> = &[&context.tenant(), &call, &revision, &current.hashes.facts];
    for row in rows(on, sql, values).await? {
        let (index, is_current): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
        if is_new {
            jobs::renew(context, on, JobKind::Index, call, &index, now).await?;
        } else if !is_current {
            jobs::add_if_missing(context, on, JobKind::Index, call, &index, now).await?;
        }
    }
    Ok(())
}
