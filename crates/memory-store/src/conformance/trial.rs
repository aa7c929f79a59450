//! A store on trial, with the questions that most laws ask.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use access::Scope;
use conversation::PassageId;
use embeddings::{Embedder, HashEmbedder, Space};

use super::Make;
use crate::testing::{SampleCall, all_holdings};
use crate::{
    CallPoints, Candidate, Candidates, Error, Filter, Forget, Holding, PassageStore, Question,
};

/// Enough that vectors of different words are different, few enough to be quick.
const DIMENSIONS: NonZeroUsize = NonZeroUsize::new(48).expect("not zero");

pub(super) struct Trial {
    pub(super) store: Box<dyn PassageStore>,
    pub(super) embedder: HashEmbedder,
}

impl Trial {
    pub(super) async fn new(make: &Make<'_>) -> Self {
        let embedder = HashEmbedder::new(DIMENSIONS);
        let space = Space::new(embedder.model().clone(), 1, "key");
        let store = make(space.clone()).await;
        assert_eq!(store.space(), &space, "a store names its space");
        Self { store, embedder }
    }

    pub(super) async fn of(make: &Make<'_>, calls: &[SampleCall]) -> Self {
        let trial = Self::new(make).await;
        trial.write(calls).await;
        trial
    }

    pub(super) async fn write(&self, calls: &[SampleCall]) {
        let batch: Vec<CallPoints> = calls
            .iter()
            .map(|call| call.points(&self.embedder))
            .collect();
        let points: usize = batch.iter().map(|call| call.points.len()).sum();
        let written = self.try_write(batch).await.expect("a sound batch");
        assert_eq!(
            written, points as u64,
            "a write tells how many points it wrote"
        );
    }

    pub(super) async fn try_write(&self, batch: Vec<CallPoints>) -> Result<u64, Error> {
        self.store.write(batch).await.map(|written| written.points)
    }

    pub(super) async fn forget(&self, which: Forget) -> u64 {
        self.store.forget(which).await.expect("nothing forbids it")
    }

    /// Call, revision, hash of the facts and number of passages of everything held.
    pub(super) async fn holdings(&self) -> Vec<(String, u64, String, u64)> {
        let holdings = all_holdings(&*self.store)
            .await
            .expect("holdings are readable");
        let line = |held: Holding| {
            let revision = held.text_revision.get();
            (
                held.call.to_string(),
                revision,
                held.facts_hash,
                held.passages,
            )
        };
        holdings.into_iter().map(line).collect()
    }

    pub(super) async fn recall(&self, question: &Question) -> Candidates {
        let recalled = self.store.recall(question).await;
        let candidates = recalled.expect("a sound question is answered");
        for list in [&candidates.meaning, &candidates.words] {
            is_sound(list, question);
        }
        candidates
    }

    /// Asks everybody's passages in both ways.
    pub(super) async fn ask(&self, text: &str) -> Candidates {
        self.recall(&self.question(text, everything())).await
    }

    pub(super) fn question(&self, text: &str, filter: Filter) -> Question {
        Question::new(filter)
            .meaning(self.embedder.vector(text))
            .words(text)
    }
}

/// Whether a list is ordered, bounded, and names no passage twice.
fn is_sound(list: &[Candidate], question: &Question) {
    assert!(list.len() <= question.candidates.get(), "a list is bounded");
    let ids: BTreeSet<PassageId> = list.iter().map(|candidate| candidate.place.id).collect();
    assert_eq!(ids.len(), list.len(), "no passage is a candidate twice");
    assert!(
        list.iter().all(|c| c.score.is_finite()),
        "every score is a number"
    );
    for pair in list.windows(2) {
        if let [a, b] = pair {
            let is_ordered = a.score > b.score
                || (a.score.total_cmp(&b.score).is_eq() && a.place.id < b.place.id);
            assert!(
                is_ordered,
                "the best comes first, equal scores by passage id"
            );
        }
    }
}

pub(super) fn everything() -> Filter {
    Filter::new(Scope::internal())
}

/// The calls of a list, each once, in order of their names.
pub(super) fn calls(list: &[Candidate]) -> Vec<String> {
    let calls: BTreeSet<String> = list.iter().map(|c| c.place.call.to_string()).collect();
    calls.into_iter().collect()
}

/// Which passages of which calls are in a list, in its order.
pub(super) fn places(list: &[Candidate]) -> Vec<(String, u32)> {
    list.iter()
        .map(|c| (c.place.call.to_string(), c.place.ordinal))
        .collect()
}
