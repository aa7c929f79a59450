//! The reference: everything in memory, every score exact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use conversation::{CallId, Revision};
use embeddings::{Space, Vector};

use crate::admit::Gate;
use crate::batch::{Owner, ReadyPoint, fits, ready, vector_missing};
use crate::best::order;
use crate::bm25::{Plan, Statistics};
use crate::words::{Hasher, Term, Terms};
use crate::{
    CallPoints, Candidate, Candidates, Error, Facts, Forget, Holding, HoldingPage, PassagePlace,
    PassageStore, Question, TermKey, Written,
};

/// A store in memory that compares with every passage.
///
/// It is what other stores are tested against, and a store for tests and trials: it forgets
/// everything when it is dropped, and it answers on the thread that asks.
pub struct MemoryStore {
    space: Space,
    hasher: Hasher,
    calls: Mutex<BTreeMap<Owner, HeldCall>>,
}

#[derive(Debug)]
struct HeldCall {
    facts: Facts,
    points: Vec<HeldPoint>,
}

#[derive(Debug)]
struct HeldPoint {
    place: PassagePlace,
    terms: Terms,
    vector: Vector,
}

impl MemoryStore {
    /// An empty store for vectors of this space, with words hashed under this key.
    pub fn new(space: Space, key: TermKey) -> Self {
        Self {
            space,
            hasher: Hasher::new(key),
            calls: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Owner, HeldCall>> {
        // Changes are made by whole values, so a panic elsewhere left nothing half done.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({})", self.space)
    }
}

#[async_trait]
impl PassageStore for MemoryStore {
    fn space(&self) -> &Space {
        &self.space
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, Error> {
        let batch = ready(batch, &self.space, &self.hasher)?;
        let mut calls = self.lock();

        let mut changes = Vec::with_capacity(batch.len());
        for (owner, call) in batch {
            let held = calls.get(&owner).map_or(&[][..], |held| &held.points);
            let points = call
                .points
                .into_iter()
                .map(|point| with_vector(point, held))
                .collect::<Result<Vec<_>, _>>()?;
            let facts = call.facts;
            changes.push((owner, HeldCall { facts, points }));
        }

        let mut written = 0;
        for (owner, call) in changes {
            written += call.points.len() as u64;
            if call.points.is_empty() {
                calls.remove(&owner);
            } else {
                calls.insert(owner, call);
            }
        }
        Ok(Written::new(written))
    }

    async fn forget(&self, which: Forget) -> Result<u64, Error> {
        let mut calls = self.lock();
        let before = count(&calls);
        match which {
            Forget::Call(call) => calls.retain(|(held, _), _| *held != call),
            Forget::Calls(gone) => {
                let gone: BTreeSet<CallId> = gone.into_iter().collect();
                calls.retain(|(held, _), _| !gone.contains(held));
            }
            Forget::Revision(call, revision) => {
                calls.remove(&(call, revision));
            }
            Forget::Person(person) => {
                let theirs: BTreeSet<CallId> = calls
                    .values()
                    .filter(|held| held.facts.people.contains(&person))
                    .map(|held| held.facts.call.clone())
                    .collect();
                calls.retain(|(call, _), _| !theirs.contains(call));
            }
            Forget::Workspace(workspace) => {
                calls.retain(|_, held| held.facts.workspace.as_ref() != Some(&workspace));
            }
            Forget::All => calls.clear(),
        }
        Ok(before - count(&calls))
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, Error> {
        if let Some(vector) = &question.meaning {
            fits(vector, &self.space)?;
        }
        let calls = self.lock();
        let gate = Gate::new(&question.filter, &self.hasher);
        let admitted: Vec<&HeldPoint> = calls
            .values()
            .filter(|held| gate.admits_call(&held.facts))
            .flat_map(|held| &held.points)
            .filter(|point| gate.admits_passage(&point.place, &point.terms))
            .collect();

        let meaning = question.meaning.as_ref().map(|asked| {
            let scored = admitted
                .iter()
                .map(|point| candidate(point, asked.dot(&point.vector)));
            best(scored.collect(), question.candidates)
        });
        let words = question.words.as_ref().map(|asked| {
            let plan = plan(&self.hasher.asked(asked), &calls);
            let scored = admitted
                .iter()
                .filter_map(|point| Some(candidate(point, by_words(&plan, &point.terms)?)));
            best(scored.collect(), question.candidates)
        });
        Ok(Candidates {
            meaning: meaning.unwrap_or_default(),
            words: words.unwrap_or_default(),
        })
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        most: NonZeroUsize,
    ) -> Result<HoldingPage, Error> {
        let calls = self.lock();
        let from = match after {
            Some(call) => Bound::Excluded((call.clone(), Revision::new(u64::MAX))),
            None => Bound::Unbounded,
        };
        let mut page = HoldingPage::default();
        let mut told = 0;
        let mut last = None;
        for ((call, revision), held) in calls.range((from, Bound::Unbounded)) {
            if last != Some(call) {
                if told == most.get() {
                    page.next = last.cloned();
                    break;
                }
                (last, told) = (Some(call), told + 1);
            }
            let passages = held.points.len() as u64;
            let hash = &held.facts.facts_hash;
            let holding = Holding::new(call.clone(), *revision, hash, passages);
            page.held.push(holding);
        }
        Ok(page)
    }
}

fn with_vector(point: ReadyPoint, held: &[HeldPoint]) -> Result<HeldPoint, Error> {
    let ReadyPoint {
        place,
        terms,
        vector,
    } = point;
    let stored = || {
        let same = held.iter().find(|held| held.place.id == place.id);
        same.map(|held| held.vector.clone())
    };
    let Some(vector) = vector.or_else(stored) else {
        return Err(vector_missing(&place));
    };
    Ok(HeldPoint {
        place,
        terms,
        vector,
    })
}

fn count(calls: &BTreeMap<Owner, HeldCall>) -> u64 {
    calls.values().map(|held| held.points.len() as u64).sum()
}

fn plan(asked: &[Term], calls: &BTreeMap<Owner, HeldCall>) -> Plan {
    let points = || calls.values().flat_map(|held| &held.points);
    let all = Statistics {
        passages: points().count() as u64,
        words: points().map(|point| u64::from(point.terms.length)).sum(),
    };
    let holders = |term| {
        points()
            .filter(|point| point.terms.words.contains_key(&term))
            .count() as u64
    };
    Plan::new(asked.iter().map(|term| (*term, holders(*term))), all)
}

/// The BM25 of a passage, or `None` if no term proposes it.
fn by_words(plan: &Plan, terms: &Terms) -> Option<f32> {
    let score = |weighed: &crate::bm25::Weighed| {
        let count = terms.words.get(&weighed.term)?;
        Some(plan.score(*weighed, *count, terms.length))
    };
    let proposed: Vec<f32> = plan.proposing.iter().filter_map(score).collect();
    if proposed.is_empty() {
        return None;
    }
    Some(
        proposed
            .into_iter()
            .chain(plan.scoring.iter().filter_map(score))
            .fold(0.0, |sum, score| sum + score),
    )
}

fn candidate(point: &HeldPoint, score: f32) -> Candidate {
    let place = point.place.clone();
    Candidate { place, score }
}

fn best(mut candidates: Vec<Candidate>, limit: NonZeroUsize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| order((a.score, a.place.id), (b.score, b.place.id)));
    candidates.truncate(limit.get());
    candidates
}
