//! The one way into the archive: compare, withhold, put, and say what became of each call.

use std::collections::{BTreeSet, HashMap};

use call_archive::{
    Checkpoint, Erasure, ErrorKind, JobKind, JobRequest, Keep, Known, Put, PutOutcome, Source,
    TextState,
};
use conversation::{Call, CallId, Privacy, Revision, UserId};

use crate::fetched::Expected;
use crate::pending::next_ask;
use crate::refusals::WordsRefused;
use crate::sync::Sync;
use crate::{Error, Fetched, Outcome, PrivatePolicy, SyncReport};

/// How often a call that others keep storing is fetched again.
const MOST_CONFLICTS: usize = 8;

impl Sync {
    /// Stores a batch, fetching again what was stored by others meanwhile; then, and only then,
    /// the checkpoint that says so.
    pub(crate) async fn store_all(
        &self,
        batch: Vec<Fetched>,
        checkpoint: Option<Checkpoint>,
        report: &mut SyncReport,
    ) -> Result<Vec<(CallId, Outcome)>, Error> {
        let order: Vec<CallId> = batch.iter().map(|call| call.id().clone()).collect();
        let mut outcomes: HashMap<CallId, Outcome> = HashMap::with_capacity(order.len());
        let mut waiting = last_of_each(batch);
        for _ in 0..MOST_CONFLICTS {
            let conflicts = self.store_once(waiting, &mut outcomes, report).await?;
            if conflicts.is_empty() {
                if checkpoint.is_some() {
                    let archive = &self.parts().archive;
                    archive.put(Vec::new(), checkpoint, self.now()).await?;
                }
                let outcome = |id: CallId| {
                    let outcome = outcomes.get(&id).copied();
                    (id, outcome.unwrap_or(Outcome::Unchanged))
                };
                return Ok(order.into_iter().map(outcome).collect());
            }
            waiting = self.again(conflicts, report).await?;
        }
        let what = "calls are stored by others faster than they can be fetched";
        Err(call_archive::Error::new(ErrorKind::Busy, what).into())
    }

    /// One put; gives the calls that somebody else stored meanwhile.
    async fn store_once(
        &self,
        batch: Vec<Fetched>,
        outcomes: &mut HashMap<CallId, Outcome>,
        report: &mut SyncReport,
    ) -> Result<Vec<Fetched>, Error> {
        let archive = &self.parts().archive;
        let ids: Vec<CallId> = batch.iter().map(|call| call.id().clone()).collect();
        let known = self.known(&ids).await?;
        let is_waiting = |known: &Known| matches!(known.text, TextState::Pending { .. });
        let refused = if known.values().any(is_waiting) {
            self.words_refused().await?
        } else {
            WordsRefused::default()
        };
        let addresses = batch.iter().flat_map(|fetched| fetched.told.owners());
        let owners = self.owners(addresses).await?;
        let mut puts = Vec::with_capacity(batch.len());
        let mut put_calls = Vec::with_capacity(batch.len());
        for mut fetched in batch {
            let known = known.get(fetched.id());
            fetched.keep_known_privacy(known);
            report.dropped_fields += fetched.dropped_fields;
            if let Some(mut put) = self.decide(&fetched, known) {
                if !fetched.is_private() {
                    let owner = |email: &str| owners.get(email).cloned();
                    let currency = self.parts().options.currency;
                    put.news = fetched.told.news(Some(self.now()), currency, owner);
                }
                put.deals = fetched.told.named().cloned();
                if let Some(TextState::Pending { since }) = known.map(|known| known.text) {
                    put.unasked_for = refused.since(since, self.now());
                }
                puts.push(put);
                put_calls.push(fetched);
            } else if self.is_held(fetched.id()).await? {
                // What must be kept is kept as it is, and withheld as private from now on.
                let expected = fetched.expected(known);
                puts.push(Put::new(fetched.call.clone(), Source::Gong, expected));
                put_calls.push(fetched);
            } else {
                let how = Erasure::MayReturn(Keep::PrivateShell);
                archive.begin_erase(fetched.id(), how, self.now()).await?;
                outcomes.insert(fetched.id().clone(), Outcome::Private);
            }
        }
        let results = archive.put(puts, None, self.now()).await?;

        let has_index = !archive.indexes().await?.is_empty();
        let mut conflicts = Vec::new();
        let mut refused = Vec::new();
        let mut asks = Vec::new();
        for (fetched, result) in put_calls.into_iter().zip(results) {
            let known = known.get(fetched.id());
            let outcome = match result {
                PutOutcome::Conflict => {
                    conflicts.push(fetched);
                    continue;
                }
                PutOutcome::Erased => {
                    refused.push(fetched);
                    continue;
                }
                PutOutcome::Refused => Outcome::Erased,
                _ if self.is_withheld(&fetched) => Outcome::Private,
                _ if is_without_words(&fetched, known) => {
                    asks.extend(self.ask_for_words(fetched.id(), known));
                    Outcome::NotReady
                }
                PutOutcome::Stored {
                    text_changed,
                    facts_changed,
                    ..
                } if has_index && (text_changed || facts_changed) => Outcome::Indexing,
                PutOutcome::Unchanged { .. } => Outcome::Unchanged,
                _ => Outcome::Stored,
            };
            outcomes.insert(fetched.id().clone(), outcome);
        }
        archive.enqueue(&asks, self.now()).await?;
        self.explain_refusals(refused, outcomes, report).await?;
        Ok(conflicts)
    }

    /// Which of our people have the addresses that the contexts of these calls name.
    pub(crate) async fn owners(
        &self,
        addresses: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, UserId>, Error> {
        let mut owners = HashMap::new();
        let addresses: BTreeSet<&str> = addresses.collect();
        if addresses.is_empty() {
            return Ok(owners);
        }
        let archive = &self.parts().archive;
        let key = archive.hash_key().await?;
        for address in addresses {
            let Some(hash) = key.email(address) else {
                continue;
            };
            let users = archive.users_by_email(&hash).await?;
            owners.extend(
                users
                    .into_iter()
                    .next()
                    .map(|user| (address.to_owned(), user.id)),
            );
        }
        Ok(owners)
    }

    /// What is put of a call, in full or as a shell; `None` if it has turned private, and what is
    /// held of it must go.
    fn decide(&self, fetched: &Fetched, known: Option<&Known>) -> Option<Put> {
        let is_withheld = self.is_withheld(fetched);
        if is_withheld && known.is_some_and(|known| !known.is_shell) {
            return None;
        }
        let source = fetched.source.unwrap_or(self.parts().options.source);
        let is_of_gong = known.is_some_and(|known| known.source == Source::Gong);
        // A file never takes a call of Gong's out of what a listing watches over.
        let source = if is_of_gong { Source::Gong } else { source };
        let expected = fetched.expected(known);
        let mut put = if is_withheld {
            Put::new(shell(&fetched.call), source, expected)
        } else {
            Put::new(fetched.call.clone(), source, expected)
        };
        if !is_withheld {
            put.transcript.clone_from(&fetched.transcript);
            put.raw = fetched.raw.clone();
        }
        Some(put)
    }

    /// Whether a legal hold keeps a call.
    async fn is_held(&self, id: &CallId) -> Result<bool, Error> {
        let held = self.parts().archive.held(std::slice::from_ref(id)).await?;
        Ok(!held.is_empty())
    }

    fn is_withheld(&self, fetched: &Fetched) -> bool {
        fetched.is_private() && self.parts().options.private == PrivatePolicy::Skip
    }

    fn ask_for_words(&self, id: &CallId, known: Option<&Known>) -> Option<JobRequest> {
        let now = self.now();
        let since = match known {
            None => now,
            Some(known) if known.is_shell => now,
            Some(known) => match known.text {
                TextState::Pending { since } => since,
                _ => return None,
            },
        };
        let at = next_ask(since, now)?;
        Some(JobRequest::new(JobKind::Transcript, id.clone(), at))
    }

    /// A tombstone refuses for good; a call that is just being erased may come back after it.
    async fn explain_refusals(
        &self,
        refused: Vec<Fetched>,
        outcomes: &mut HashMap<CallId, Outcome>,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        if refused.is_empty() {
            return Ok(());
        }
        let ids: Vec<CallId> = refused.iter().map(|call| call.id().clone()).collect();
        let erased: BTreeSet<CallId> = self
            .parts()
            .archive
            .erased(&ids)
            .await?
            .into_iter()
            .collect();
        for fetched in refused {
            let id = fetched.id().clone();
            let outcome = if erased.contains(&id) {
                Outcome::Erased
            } else if self.is_withheld(&fetched) {
                Outcome::Private
            } else {
                report.returning.push(id.clone());
                Outcome::NotReady
            };
            outcomes.insert(id, outcome);
        }
        Ok(())
    }

    /// What was fetched is fetched again; what came from a file is compared again.
    async fn again(
        &self,
        conflicts: Vec<Fetched>,
        report: &mut SyncReport,
    ) -> Result<Vec<Fetched>, Error> {
        let (fetched, mut given): (Vec<_>, Vec<_>) = conflicts
            .into_iter()
            .partition(|call| matches!(call.expected, Expected::Read(_)));
        if !fetched.is_empty() {
            let ids: Vec<CallId> = fetched.iter().map(|call| call.id().clone()).collect();
            given.extend(self.fetch(&ids, report).await?);
        }
        Ok(given)
    }

    /// What the archive knows of these calls, by id.
    pub(crate) async fn known(&self, ids: &[CallId]) -> Result<HashMap<CallId, Known>, Error> {
        let known = self.parts().archive.known(ids).await?;
        Ok(known
            .into_iter()
            .map(|known| (known.call.clone(), known))
            .collect())
    }
}

impl Fetched {
    /// The revision that its put is compared with.
    fn expected(&self, known: Option<&Known>) -> Option<Revision> {
        match self.expected {
            Expected::Read(revision) => revision,
            Expected::WhenStored => known.map(|known| known.revision),
        }
    }

    /// An answer that does not say whether a call is private does not open a private one.
    fn keep_known_privacy(&mut self, known: Option<&Known>) {
        if !self.says_privacy && known.is_some_and(|known| known.privacy == Privacy::Private) {
            self.call.privacy = Privacy::Private;
        }
    }
}

fn is_without_words(fetched: &Fetched, known: Option<&Known>) -> bool {
    fetched.transcript.is_none() && known.is_none_or(|known| known.text_revision.is_none())
}

/// Id, times, and that it is private.
fn shell(call: &Call) -> Call {
    let mut shell = Call::new(call.id.clone(), call.started);
    shell.scheduled = call.scheduled;
    shell.duration = call.duration;
    shell.privacy = Privacy::Private;
    shell
}

/// Of calls that come twice in a batch, the later one counts.
fn last_of_each(batch: Vec<Fetched>) -> Vec<Fetched> {
    let mut seen = BTreeSet::new();
    let mut calls: Vec<Fetched> = batch
        .into_iter()
        .rev()
        .filter(|call| seen.insert(call.id().clone()))
        .collect();
    calls.reverse();
    calls
}
