//! Calls in PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{PrivateCalls, Scope};
use async_trait::async_trait;
use conversation::{CallId, Revision, Transcript};
use jiff::Timestamp;

use crate::merge::Current;
use crate::stored::Depth;
use crate::{
    CallPage, CallQuery, Calls, Checkpoint, Error, Known, PostgresArchive, Put, PutOutcome,
    StoredCall, StoredText,
};

use super::row::{load_within, others, words};
use super::{ledger, listing, put};

#[async_trait]
impl Calls for PostgresArchive {
    async fn known(&self, ids: &[CallId]) -> Result<Vec<Known>, Error> {
        let ids: Arc<[CallId]> = ids.into();
        self.read_with(move |context, on| {
            let ids = Arc::clone(&ids);
            Box::pin(async move {
                let everything = Scope::everything(PrivateCalls::Included);
                let depth = Depth::WithoutRaw;
                let found: BTreeMap<_, _> = load_within(context, on, &everything, &ids, depth)
                    .await?
                    .into_iter()
                    .map(|row| (row.clear.id.clone(), row.clear.known()))
                    .collect();
                Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
            })
        })
        .await
    }

    async fn put(
        &self,
        batch: Vec<Put>,
        checkpoint: Option<Checkpoint>,
        now: Timestamp,
    ) -> Result<Vec<PutOutcome>, Error> {
        let asked = Arc::new((batch, checkpoint));
        self.write(move |context, on| {
            let asked = Arc::clone(&asked);
            Box::pin(async move {
                let (batch, checkpoint) = asked.as_ref();
                let mut outcomes = Vec::with_capacity(batch.len());
                for each in batch {
                    outcomes.push(put::put(context, on, each.clone(), now).await?);
                }
                if let Some(entry) = checkpoint {
                    ledger::save(context, on, entry).await?;
                }
                Ok(outcomes)
            })
        })
        .await
    }

    async fn list(&self, scope: &Scope, query: &CallQuery) -> Result<CallPage, Error> {
        listing::list(self, scope, query).await
    }

    async fn read(&self, scope: &Scope, ids: &[CallId]) -> Result<Vec<StoredCall>, Error> {
        let asked = Arc::new((scope.clone(), ids.to_vec()));
        let (rows, mut others, sealed) = self
            .read_within(scope, move |context, on| {
                let asked = Arc::clone(&asked);
                Box::pin(async move {
                    let (scope, ids) = asked.as_ref();
                    let rows = load_within(context, on, scope, ids, Depth::Whole).await?;
                    let others = others(context, on, &rows).await?;
                    let texts: Vec<_> = rows
                        .iter()
                        .filter_map(|row| {
                            let known = row.clear.known();
                            Some((known.call, known.text_revision?))
                        })
                        .collect();
                    let sealed = words(context, on, &texts).await?;
                    Ok((rows, others, sealed))
                })
            })
            .await?;
        let opened = self
            .aside(move |context| {
                let mut opened = BTreeMap::new();
                for row in rows {
                    let held = others.open(context, row)?;
                    let text = match held.text_revision {
                        None => None,
                        Some(revision) => sealed
                            .get(&(held.call.id.clone(), revision))
                            .map(|words| words.open(context, &held.call.id, revision))
                            .transpose()?
                            .map(|transcript| StoredText {
                                revision,
                                transcript,
                            }),
                    };
                    opened.insert(held.call.id.clone(), stored(held, text));
                }
                Ok(opened)
            })
            .await?;
        Ok(ids
            .iter()
            .filter_map(|id| opened.get(id).cloned())
            .collect())
    }

    async fn transcripts(
        &self,
        scope: &Scope,
        which: &[(CallId, Revision)],
    ) -> Result<Vec<Option<Transcript>>, Error> {
        let which = Arc::new(which.to_vec());
        let asked = Arc::new((scope.clone(), Arc::clone(&which)));
        let sealed = self
            .read_within(scope, move |context, on| {
                let asked = Arc::clone(&asked);
                Box::pin(async move {
                    let (scope, which) = asked.as_ref();
                    let ids: Vec<CallId> = which.iter().map(|(id, _)| id.clone()).collect();
                    let depth = Depth::WithoutRaw;
                    let reached = load_within(context, on, scope, &ids, depth).await?;
                    let mut found = words(context, on, which).await?;
                    found.retain(|(id, _), _| reached.iter().any(|row| row.clear.id == *id));
                    Ok(found)
                })
            })
            .await?;
        self.aside(move |context| {
            let opened = |asked: &(CallId, Revision)| {
                let found = sealed.get(asked);
                found
                    .map(|words| words.open(context, &asked.0, asked.1))
                    .transpose()
            };
            which.iter().map(opened).collect()
        })
        .await
    }
}

fn stored(current: Current, text: Option<StoredText>) -> StoredCall {
    StoredCall {
        call: current.call,
        source: current.source,
        revision: current.revision,
        facts_hash: current.hashes.facts,
        text,
        text_state: current.text_state,
        raw: current.raw,
        is_partial: current.is_partial,
        missing_since: current.missing_since,
    }
}
