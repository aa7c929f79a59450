//! Calls in SQLite.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::merge::Current;
use crate::stored::{Context, Depth};
use crate::{
    CallPage, CallQuery, Calls, Checkpoint, Error, Known, Put, PutOutcome, SqliteArchive,
    StoredCall, StoredText,
};

use super::row::{load, load_within, open, words};
use super::{ledger, listing, put};

#[async_trait]
impl Calls for SqliteArchive {
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error> {
        let ids = ids.to_vec();
        self.read_with(move |context, connection| {
            let mut known = Vec::with_capacity(ids.len());
            for id in &ids {
                let row = load(context, connection, id)?;
                known.extend(
                    row.filter(|row| row.erasing().is_none())
                        .map(|row| row.known()),
                );
            }
            Ok(known)
        })
        .await
    }

    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error> {
        self.write(move |context, connection| {
            let mut outcomes = Vec::with_capacity(batch.len());
            for each in batch {
                outcomes.push(put::put(context, connection, each, now)?);
            }
            if let Some(entry) = checkpoint {
                ledger::save(context, connection, &entry)?;
            }
            Ok(outcomes)
        })
        .await
    }

    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error> {
        let (scope, query) = (scope.clone(), query.clone());
        self.read_with(move |context, connection| {
            listing::list(context, connection, &scope, &query)
        })
        .await
    }

    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error> {
        let (scope, ids) = (scope.clone(), ids.to_vec());
        self.read_with(move |context, connection| {
            let mut calls = Vec::with_capacity(ids.len());
            for id in &ids {
                if let Some(row) = load_within(context, connection, &scope, id)? {
                    let held = open(context, connection, row, Depth::Whole)?;
                    calls.push(stored(context, connection, held)?);
                }
            }
            Ok(calls)
        })
        .await
    }

    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error> {
        let (scope, which) = (scope.clone(), which.to_vec());
        self.read_with(move |context, connection| {
            let text =
                |(id, at): &(CallId, Revision)| match load_within(context, connection, &scope, id)?
                {
                    Some(_) => words(context, connection, id.as_str(), *at),
                    None => Ok(None),
                };
            which.iter().map(text).collect()
        })
        .await
    }
}

fn stored(
    context: &Context,
    connection: &Connection,
    current: Current,
) -> Result<StoredCall, Error> {
    let text = match current.text_revision {
        None => None,
        Some(revision) => {
            words(context, connection, current.call.id.as_str(), revision)?.map(|transcript| {
                StoredText {
                    revision,
                    transcript,
                }
            })
        }
    };
    Ok(StoredCall {
        call: current.call,
        source: current.source,
        revision: current.revision,
        facts_hash: current.hashes.facts,
        text,
        text_state: current.text_state,
        raw: current.raw,
        is_partial: current.is_partial,
        missing_since: current.missing_since,
    })
}
