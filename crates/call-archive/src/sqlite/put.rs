//! One put, inside the writer's transaction.

use conversation::{Call, Revision, Transcript};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::merge::{Change, Current, Next, merge};
use crate::moment::micros;
use crate::restored::confirms;
use crate::stored::{CallRow, Clear, Context, Depth, Key, PartyRow, TextRow, needs_key, number};
use crate::{Error, JobKind, Put, PutOutcome, Source};

use super::context::{call_key_or_new, draw};
use super::row::{load, open, words};
use super::{deal_links, deals, jobs, labels, numbers, purging, refusals, unconfirmed};

pub(super) fn put(
    context: &Context,
    connection: &Connection,
    mut put: Put,
    now: Timestamp,
) -> Result<PutOutcome, Error> {
    let id = put.call.id.clone();
    let (news, named) = (std::mem::take(&mut put.news), put.deals.take());
    let outcome = put_call(context, connection, put, now)?;
    if outcome.is_taken() {
        deals::take(context, connection, &news)?;
        if let Some(named) = named {
            deal_links::by_context(context, connection, &id, &named)?;
        }
    }
    Ok(outcome)
}

/// The call itself; what it tells of deals comes after.
fn put_call(
    context: &Context,
    connection: &Connection,
    put: Put,
    now: Timestamp,
) -> Result<PutOutcome, Error> {
    let id = put.call.id.clone();
    if refusals::is_erased(context, connection, &id)? {
        return Ok(PutOutcome::Erased);
    }
    if refusals::refuses(context, connection, &put.call)? {
        purging::erase_refused(context, connection, &id, now)?;
        return Ok(PutOutcome::Refused);
    }
    let row = load(context, connection, &id)?;
    if row.as_ref().is_some_and(|row| row.erasing().is_some()) {
        return Ok(PutOutcome::Erased);
    }
    // A call that is hidden since a backup was restored is compared like one that is unknown.
    let is_unconfirmed = unconfirmed::is_unconfirmed(context, connection, &id)?;
    let is_as_expected = row.as_ref().map(Clear::revision) == put.expected
        || (put.expected.is_none() && is_unconfirmed);
    if !is_as_expected {
        return Ok(PutOutcome::Conflict);
    }
    let mut put = put;
    if is_unconfirmed && confirms(&mut put) {
        unconfirmed::confirm(context, connection, &id)?;
    }

    let held = row
        .map(|row| open(context, connection, row, Depth::Whole))
        .transpose()?;
    let held_text = held_text(context, connection, held.as_ref(), &put)?;
    let next = merge(
        held.as_ref(),
        held_text.as_ref(),
        put,
        context.hash_key(),
        now,
    );
    match next.change {
        Change::Nothing => unchanged(context, connection, held.as_ref(), next, now),
        Change::Something { text, facts } => {
            let revision = draw(connection)?;
            let text_revision = if text {
                Some(revision)
            } else {
                held.as_ref().and_then(|held| held.text_revision)
            };
            let current = stored(next, revision, text_revision);
            let key = key(context, connection, &current.0, current.1.as_ref())?;
            let key = key.as_ref();
            write_call(context, connection, key, &current.0, now)?;
            write_parties(context, connection, key, &current.0.call)?;
            write_accounts(context, connection, &current.0.call, current.0.source)?;
            if let (Some(at), Some(words)) = (text_revision, &current.1) {
                write_words(context, connection, key, id.as_str(), at, words)?;
            }
            if let (true, Some(before), Some(words)) = (
                text,
                held.as_ref().and_then(|held| held.text_revision),
                &current.1,
            ) {
                labels::follow(context, connection, &id, (before, revision), words)?;
            }
            if text_revision.is_some() {
                let is_new = text || facts;
                ask_for_index(context, connection, &current.0, is_new, now)?;
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
fn held_text(
    context: &Context,
    connection: &Connection,
    held: Option<&Current>,
    put: &Put,
) -> Result<Option<Transcript>, Error> {
    let has_own = put.transcript.as_ref().is_some_and(|own| !own.is_empty());
    match held.and_then(|held| held.text_revision) {
        Some(at) if !has_own => words(context, connection, put.call.id.as_str(), at),
        _ => Ok(None),
    }
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
fn unchanged(
    context: &Context,
    connection: &Connection,
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
        let key = key(context, connection, &current, None)?;
        write_call(context, connection, key.as_ref(), &current, now)?;
    }
    if current.text_revision.is_some() {
        ask_for_index(context, connection, &current, false, now)?;
    }
    Ok(PutOutcome::Unchanged {
        revision: held.revision,
    })
}

/// The key of a call that has something to seal.
fn key(
    context: &Context,
    connection: &Connection,
    current: &Current,
    words: Option<&Transcript>,
) -> Result<Option<Key>, Error> {
    needs_key(current, words)
        .then(|| call_key_or_new(context, connection, current.call.id.as_str()))
        .transpose()
}

/// Writes the row of a call, sealing what must be sealed; its figures are those of the row before.
pub(super) fn write_call(
    context: &Context,
    connection: &Connection,
    key: Option<&Key>,
    current: &Current,
    now: Timestamp,
) -> Result<(), Error> {
    numbers::forget(context, connection, current.call.id.as_str())?;
    let (row, raw) = CallRow::of(context, key, current)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO calls (tenant, id, source, workspace, started, scheduled,
               duration, direction, scope, language, is_private, primary_user, revision,
               text_revision, text_hash, facts_hash, record_hash, text_state, pending_since,
               missing_since, is_partial, is_shell, erasing, stored, title, details, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
        )?
        .execute(params![
            context.tenant(),
            row.id,
            row.source,
            row.workspace,
            row.started,
            row.scheduled,
            row.duration,
            row.direction,
            row.scope,
            row.language,
            row.is_private,
            row.primary_user,
            row.revision,
            row.text_revision,
            row.text_hash,
            row.facts_hash,
            row.record_hash,
            row.text_state,
            row.pending_since,
            row.missing_since,
            row.is_partial,
            row.is_shell,
            row.erasing,
            micros(now),
            row.title,
            row.details,
            raw,
        ])?;
    Ok(())
}

fn write_parties(
    context: &Context,
    connection: &Connection,
    key: Option<&Key>,
    call: &Call,
) -> Result<(), Error> {
    let id = call.id.as_str();
    connection
        .prepare_cached("DELETE FROM parties WHERE tenant = ?1 AND call = ?2")?
        .execute([context.tenant(), id])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO parties (tenant, call, position, party, speaker, user_id, side, email_hash,
           phone_hash, domain, person)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for row in PartyRow::all(context, key, call)? {
        insert.execute(params![
            context.tenant(),
            id,
            row.position,
            row.party,
            row.speaker,
            row.user,
            row.side,
            row.email_hash,
            row.phone_hash,
            row.domain,
            row.person,
        ])?;
    }
    Ok(())
}

fn write_accounts(
    context: &Context,
    connection: &Connection,
    call: &Call,
    source: Source,
) -> Result<(), Error> {
    let id = call.id.as_str();
    connection
        .prepare_cached(
            "DELETE FROM call_links WHERE tenant = ?1 AND call = ?2 AND kind = 'account'",
        )?
        .execute([context.tenant(), id])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO call_links (tenant, call, kind, id, made_by)
         VALUES (?1, ?2, 'account', ?3, ?4)",
    )?;
    for account in &call.accounts {
        insert.execute([context.tenant(), id, account.as_str(), source.as_str()])?;
    }
    Ok(())
}

fn write_words(
    context: &Context,
    connection: &Connection,
    key: Option<&Key>,
    call: &str,
    at: Revision,
    words: &Transcript,
) -> Result<(), Error> {
    let row = TextRow::of(context, key, call, at, words)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO transcripts
               (tenant, call, text_revision, utterances, sentences, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            context.tenant(),
            call,
            number(at),
            row.utterances,
            row.sentences,
            row.text,
        ])?;
    Ok(())
}

/// The index jobs of a put: new if something to index is new, otherwise only where one is missing.
fn ask_for_index(
    context: &Context,
    connection: &Connection,
    current: &Current,
    is_new: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let call = current.call.id.as_str();
    let mut statement = connection.prepare_cached(
        "SELECT i.id, x.text_revision IS ?3 AND x.facts_hash IS ?4
         FROM indexes i
         LEFT JOIN indexed x ON x.tenant = i.tenant AND x.index_id = i.id AND x.call = ?2
         WHERE i.tenant = ?1 ORDER BY i.position",
    )?;
    let mut rows = statement.query(params![
        context.tenant(),
        call,
        current.text_revision.map(number),
        current.hashes.facts,
    ])?;
    while let Some(row) = rows.next()? {
        let (index, is_current): (String, bool) = (row.get(0)?, row.get(1)?);
        if is_new {
            jobs::renew(context, connection, JobKind::Index, call, &index, now)?;
        } else if !is_current {
            jobs::add_if_missing(context, connection, JobKind::Index, call, &index, now)?;
        }
    }
    Ok(())
}
