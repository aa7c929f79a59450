//! A store of your own behind the same search, held to the same laws as ours.
//!
//! This one leaves the remembering to another store and counts the questions; one that speaks to
//! your vector database implements the same four methods.
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use conversation::CallId;
use embeddings::Space;
use memory_store::{
    CallPoints, Candidates, Error, Forget, HoldingPage, MemoryStore, PassageStore, Question,
    TermKey, Written, conformance,
};

static QUESTIONS: AtomicU64 = AtomicU64::new(0);

struct Counting<S>(S);

#[async_trait]
impl<S: PassageStore> PassageStore for Counting<S> {
    fn space(&self) -> &Space {
        self.0.space()
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, Error> {
        self.0.write(batch).await
    }

    async fn forget(&self, which: Forget) -> Result<u64, Error> {
        self.0.forget(which).await
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, Error> {
        QUESTIONS.fetch_add(1, Ordering::Relaxed);
        self.0.recall(question).await
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, Error> {
        self.0.holdings(after, calls).await
    }
}

#[tokio::main]
async fn main() {
    conformance::check(|space| async {
        let inner = MemoryStore::new(space, TermKey::new([7; 32]));
        Box::new(Counting(inner)) as Box<dyn PassageStore>
    })
    .await;

    println!(
        "the store keeps every law; it was asked {} questions",
        QUESTIONS.load(Ordering::Relaxed)
    );
}
