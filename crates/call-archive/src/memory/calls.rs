//! Calls in memory.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;

use crate::cursor::Cursor;
use crate::merge::{Change, Current, merge};
use crate::moment::micros;
use crate::{
    CallPage, CallQuery, Calls, Checkpoint, Error, JobKind, Known, MemoryArchive, Put, PutOutcome,
    StoredCall, StoredText,
};

use super::findings::follow;
use super::state::{Row, State, is_reached};
use crate::restored::confirms;

#[async_trait]
impl Calls for MemoryArchive {
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error> {
        let state = self.state();
        Ok(ids
            .iter()
            .filter_map(|id| state.visible(id))
            .map(|row| known(&row.current))
            .collect())
    }

    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error> {
        let mut state = self.writing()?;
        let outcomes = batch
            .into_iter()
            .map(|put| self.put_with_deals(&mut state, put, now))
            .collect::<Result<_, _>>()?;
        if let Some(entry) = checkpoint {
            state.checkpoints.insert(entry.name, entry.value);
        }
        Ok(outcomes)
    }

    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error> {
        let after = query.after.as_deref().map(Cursor::parse).transpose()?;
        let state = self.state();
        let mut found: Vec<(Cursor, &Current)> = state
            .all_visible()
            .map(|row| &row.current)
            .filter(|current| is_reached(scope, current) && matches(query, current))
            .map(|current| (place(current), current))
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0));
        let total = found.len() as u64;
        let mut rest = found
            .into_iter()
            .filter(|(place, _)| after.as_ref().is_none_or(|after| place < after));
        let page: Vec<_> = rest.by_ref().take(query.limit).collect();
        let next = rest
            .next()
            .and_then(|_| page.last().map(|(place, _)| place.to_text()));
        let calls = page
            .into_iter()
            .map(|(_, current)| (current.call.clone(), current.text_state))
            .collect();
        Ok(CallPage::new(calls, total, next))
    }

    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error> {
        let state = self.state();
        Ok(ids
            .iter()
            .filter_map(|id| state.visible(id))
            .filter(|row| is_reached(scope, &row.current))
            .map(stored)
            .collect())
    }

    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error> {
        let state = self.state();
        let text = |(id, revision): &(CallId, Revision)| {
            let row = state.visible(id)?;
            let text = row.texts.get(revision)?;
            is_reached(scope, &row.current).then(|| text.clone())
        };
        Ok(which.iter().map(text).collect())
    }
}

impl MemoryArchive {
    /// The call, and what it tells of deals.
    fn put_with_deals(
        &self,
        state: &mut State,
        mut put: Put,
        now: Timestamp,
    ) -> Result<PutOutcome, Error> {
        let id = put.call.id.clone();
        let (news, named) = (std::mem::take(&mut put.news), put.deals.take());
        let outcome = self.put_one(state, put, now);
        if outcome.is_taken() {
            self.take_deals(state, &news)?;
            if let Some(named) = named {
                self.link_by_context(state, &id, &named);
            }
        }
        Ok(outcome)
    }

    fn put_one(&self, state: &mut State, put: Put, now: Timestamp) -> PutOutcome {
        let id = put.call.id.clone();
        let tombstone = self.key.call(&self.tenant, &id);
        if state.tombstones.contains(&tombstone) {
            return PutOutcome::Erased;
        }
        if self.refuses(state, &put.call) {
            self.erase_refused(state, &id, now);
            return PutOutcome::Refused;
        }
        let held = state.calls.get(&id);
        if held.is_some_and(|row| row.erasing.is_some()) {
            return PutOutcome::Erased;
        }
        // A call that is hidden since a backup was restored is compared like one that is unknown.
        let is_unconfirmed = state.unconfirmed.contains(&id);
        let is_as_expected = held.map(|row| row.current.revision) == put.expected
            || (put.expected.is_none() && is_unconfirmed);
        if !is_as_expected {
            return PutOutcome::Conflict;
        }
        let mut put = put;
        if is_unconfirmed && confirms(&mut put) {
            state.unconfirmed.remove(&id);
        }
        let held = state.calls.get(&id);

        let held_text = held.and_then(|row| row.texts.get(&row.current.text_revision?));
        let next = merge(held.map(|row| &row.current), held_text, put, &self.key, now);
        let (text, facts) = match next.change {
            Change::Nothing => (false, false),
            Change::Something { text, facts } => (text, facts),
        };
        let before = held.map(|row| (row.current.revision, row.current.text_revision));
        let revision = match (next.change, before) {
            (Change::Nothing, Some((revision, _))) => revision,
            _ => state.draw(),
        };
        let text_revision = if text {
            Some(revision)
        } else {
            before.and_then(|(_, text_revision)| text_revision)
        };
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
        if text_revision.is_some() {
            ask_for_index(state, &current, text || facts, now);
        }
        if let (true, Some(transcript)) = (text, &next.transcript) {
            follow(state, &id, (revision, transcript));
        }
        let held = state.calls.remove(&id);
        let is_same = held.as_ref().is_some_and(|row| {
            let held = &row.current;
            (held.revision, &held.raw, held.is_partial, held.text_state)
                == (
                    revision,
                    &current.raw,
                    current.is_partial,
                    current.text_state,
                )
        });
        if !is_same {
            state.numbers.remove(&id);
        }
        let mut texts = held.map(|row| row.texts).unwrap_or_default();
        if let (Some(revision), Some(transcript)) = (text_revision, next.transcript) {
            texts.insert(revision, transcript);
        }
        state.calls.insert(
            id,
            Row {
                current,
                texts,
                erasing: None,
            },
        );
        match next.change {
            Change::Nothing => PutOutcome::Unchanged { revision },
            Change::Something { .. } => PutOutcome::Stored {
                revision,
                text_changed: text,
                facts_changed: facts,
            },
        }
    }
}

/// The index jobs of a put: new if something to index is new, otherwise only where one is missing.
fn ask_for_index(state: &mut State, current: &Current, is_new: bool, now: Timestamp) {
    let call = &current.call.id;
    let indexes: Vec<_> = state.indexes.iter().map(|info| info.id.clone()).collect();
    for index in indexes {
        if is_new {
            state.renew_job(JobKind::Index, call, Some(&index), now);
        } else if !state.is_current(&index, current)
            && state.job(JobKind::Index, call, Some(&index)).is_none()
        {
            state.add_job(JobKind::Index, call.clone(), Some(index), now);
        }
    }
}

fn known(current: &Current) -> Known {
    Known {
        call: current.call.id.clone(),
        revision: current.revision,
        text_revision: current.text_revision,
        text: current.text_state,
        privacy: current.call.privacy,
        source: current.source,
        started: current.call.started,
        missing_since: current.missing_since,
        is_shell: current.is_shell(),
    }
}

fn stored(row: &Row) -> StoredCall {
    let current = &row.current;
    let text = current.text_revision.and_then(|revision| {
        Some(StoredText {
            revision,
            transcript: row.texts.get(&revision)?.clone(),
        })
    });
    StoredCall {
        call: current.call.clone(),
        source: current.source,
        revision: current.revision,
        facts_hash: current.hashes.facts.clone(),
        text,
        text_state: current.text_state,
        raw: current.raw.clone(),
        is_partial: current.is_partial,
        missing_since: current.missing_since,
    }
}

fn place(current: &Current) -> Cursor {
    Cursor {
        started: micros(current.call.started),
        id: current.call.id.clone(),
    }
}

fn matches(query: &CallQuery, current: &Current) -> bool {
    let call = &current.call;
    query.period.contains(call.started)
        && (query.workspace.is_none() || query.workspace == call.workspace)
        && query
            .user
            .as_ref()
            .is_none_or(|user| call.users().contains(user))
}
