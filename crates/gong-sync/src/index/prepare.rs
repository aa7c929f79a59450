//! From jobs to passages: claim, read, split.

use std::collections::HashMap;
use std::sync::Arc;

use access::Scope;
use call_archive::{Finish, HashKey, IndexedCall, JobKind, Lease, StoredCall};
use conversation::{CallId, Passage, SplitRules, Tenant, split};
use embeddings::{Embedder, Vector};
use jiff::SignedDuration;
use memory_store::{Facts, PersonKey};

use crate::index::backoff::retry;
use crate::pending::later;
use crate::sync::Sync;
use crate::{Error, Failure, IndexWriter};

/// How large batches are: small at first, so that something is in the index soon and stays there if
/// the process is killed; then large enough for an embedder to sort by length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    /// How many jobs are claimed at once.
    claimed: usize,
    /// A batch is full with this many passages.
    passages: usize,
}

impl Size {
    const FIRST: Self = Self {
        claimed: 2,
        passages: 64,
    };
    const FULL: Self = Self {
        // A claim is taken whole, however long its calls are: eight hours of talk are a few batches.
        claimed: 8,
        passages: 512,
    };

    fn next(self) -> Self {
        Self {
            claimed: (self.claimed * 2).min(Self::FULL.claimed),
            passages: (self.passages * 2).min(Self::FULL.passages),
        }
    }
}

/// A batch is full with this many calls, if they are short.
const CALLS: usize = 128;
/// How long a batch is held without a sign of life; a drain that was killed is waited for no longer.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// A call on its way into the index.
pub(super) struct Prepared {
    pub(super) lease: Lease,
    pub(super) facts: Facts,
    pub(super) passages: Vec<Passage>,
    pub(super) vectors: Vec<Option<Vector>>,
    /// Whether the index holds this text already, so that its vectors are kept.
    pub(super) is_facts_only: bool,
    /// Why it could not be embedded.
    pub(super) failed: Option<String>,
}

/// Calls that are embedded and written together.
pub(super) struct Batch {
    pub(super) calls: Vec<Prepared>,
}

impl Batch {
    pub(super) fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.calls.iter().map(|call| &call.lease)
    }

    pub(super) fn into_leases(self) -> impl Iterator<Item = Lease> {
        self.calls.into_iter().map(|call| call.lease)
    }
}

/// The reading end of the pipeline.
pub(super) struct Reading<'s> {
    sync: &'s Sync,
    writer: &'s IndexWriter,
    hash_key: Option<HashKey>,
    size: Size,
    /// How many jobs may still be claimed.
    left: usize,
    /// Jobs of other indexes that were claimed on the way.
    pub(super) foreign: Vec<Lease>,
    /// What could not be split.
    pub(super) failures: Vec<Failure>,
    /// Why nothing more is read.
    pub(super) ended: Option<Error>,
}

impl<'s> Reading<'s> {
    pub(super) fn new(sync: &'s Sync, writer: &'s IndexWriter, most: usize) -> Self {
        Self {
            sync,
            writer,
            hash_key: None,
            size: Size::FIRST,
            left: most,
            foreign: Vec::new(),
            failures: Vec::new(),
            ended: None,
        }
    }

    /// The next batch; `None` when nothing is due, or nothing more is to be read.
    pub(super) async fn next_batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut calls: Vec<Prepared> = Vec::new();
        let mut passages = 0;
        let full = self.size.passages;
        while self.ended.is_none() && passages < full && calls.len() < CALLS {
            if let Err(stop) = self.sync.check_stop() {
                self.ended = Some(stop);
                break;
            }
            let leases = self.claim().await?;
            if leases.is_empty() {
                break;
            }
            let prepared = self.prepare(leases).await?;
            passages += prepared
                .iter()
                .map(|call| call.passages.len())
                .sum::<usize>();
            calls.extend(prepared);
        }
        self.size = self.size.next();
        Ok((!calls.is_empty()).then_some(Batch { calls }))
    }

    async fn claim(&mut self) -> Result<Vec<Lease>, Error> {
        loop {
            let most = self.size.claimed.min(self.left);
            if most == 0 {
                return Ok(Vec::new());
            }
            let now = self.sync.now();
            let archive = &self.sync.parts().archive;
            let until = later(now, LEASE);
            let leases = archive.claim(&[JobKind::Index], most, until, now).await?;
            self.left -= leases.len().min(self.left);
            let is_empty = leases.is_empty();
            let (ours, foreign): (Vec<_>, Vec<_>) = leases
                .into_iter()
                .partition(|lease| lease.index.as_ref() == Some(&self.writer.id));
            self.foreign.extend(foreign);
            if is_empty || !ours.is_empty() {
                return Ok(ours);
            }
        }
    }

    async fn prepare(&mut self, leases: Vec<Lease>) -> Result<Vec<Prepared>, Error> {
        let archive = &self.sync.parts().archive;
        let ids: Vec<CallId> = leases.iter().map(|lease| lease.call.clone()).collect();
        let calls = archive.read(&Scope::internal(), &ids).await?;
        let mut calls: HashMap<CallId, StoredCall> = calls
            .into_iter()
            .map(|call| (call.call.id.clone(), call))
            .collect();
        let rows = archive.indexed(&self.writer.id, Some(&ids)).await?;
        let rows: HashMap<CallId, IndexedCall> = rows
            .into_iter()
            .map(|row| (row.call.clone(), row))
            .collect();
        let hash_key = match &self.hash_key {
            Some(key) => key.clone(),
            None => self.hash_key.insert(archive.hash_key().await?).clone(),
        };

        let mut to_split = Vec::new();
        for lease in leases {
            let call = calls.remove(&lease.call);
            if let Some(call) = call.filter(|call| call.text.is_some()) {
                to_split.push((lease, call));
            } else {
                // It has gone, or lost its words, since the job was made.
                let now = self.sync.now();
                archive.finish(&lease, Finish::Done, now).await?;
            }
        }
        let tenant = self.sync.parts().tenant.clone();
        let embedder = Arc::clone(&self.writer.embedder);
        let held: Vec<Lease> = to_split.iter().map(|(lease, _)| lease.clone()).collect();
        let cut = tokio::task::spawn_blocking(move || {
            let cut = |(lease, call): (Lease, StoredCall)| {
                cut(&tenant, &*embedder, &hash_key, &rows, lease, &call)
            };
            to_split.into_iter().filter_map(cut).collect()
        });
        if let Ok(prepared) = cut.await {
            return Ok(prepared);
        }
        // A text that nothing can be done with must not stop the others for ever.
        for lease in held {
            let now = self.sync.now();
            let how = retry("split", lease.attempt, now);
            archive.finish(&lease, how, now).await?;
            let failure = Failure::new(Some(lease.call), "split", "it cannot be split");
            self.failures.push(failure);
        }
        Ok(Vec::new())
    }
}

/// Splits one call.
fn cut(
    tenant: &Tenant,
    embedder: &dyn Embedder,
    hash_key: &HashKey,
    rows: &HashMap<CallId, IndexedCall>,
    lease: Lease,
    stored: &StoredCall,
) -> Option<Prepared> {
    let text = stored.text.as_ref()?;
    let rules = SplitRules::for_limit(embedder.model().max_tokens());
    let count = |text: &str| embedder.count_tokens(text);
    let passages = split(
        tenant,
        &stored.call,
        text.revision,
        &text.transcript,
        &rules,
        &count,
    );
    let is_facts_only = rows
        .get(&stored.call.id)
        .is_some_and(|row| row.now.text_revision == text.revision);
    Some(Prepared {
        facts: facts(stored, hash_key)?,
        vectors: passages.iter().map(|_| None).collect(),
        passages,
        is_facts_only,
        lease,
        failed: None,
    })
}

/// What a search filters by.
fn facts(stored: &StoredCall, hash_key: &HashKey) -> Option<Facts> {
    let call = &stored.call;
    let revision = stored.text.as_ref()?.revision;
    let hash = stored.facts_hash.as_str();
    let mut facts = Facts::new(call.id.clone(), revision, hash, call.started);
    facts.workspace.clone_from(&call.workspace);
    facts.accounts.clone_from(&call.accounts);
    facts.users = call.users();
    facts.tags.clone_from(&call.tags);
    facts.privacy = call.privacy;
    let mut people: Vec<PersonKey> = call
        .parties
        .iter()
        .filter_map(|party| hash_key.email(party.email.as_deref()?))
        .map(PersonKey)
        .collect();
    people.sort();
    people.dedup();
    facts.people = people;
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_double_from_a_small_first_one_to_full_size() {
        let sizes = std::iter::successors(Some(Size::FIRST), |size| Some(size.next()));
        let passages: Vec<usize> = sizes.take(6).map(|size| size.passages).collect();

        assert_eq!(passages, [64, 128, 256, 512, 512, 512]);
        assert_eq!(Size::FULL.next(), Size::FULL);
    }
}
