//! Embedders and a store that do on purpose what real ones do by accident.
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use std::time::Duration;

use async_trait::async_trait;
use conversation::CallId;
use embeddings::{Embedder, Error, HashEmbedder, Model, Purpose, Space, Vector};
use gong_sync::Sync;
use memory_store::{CallPoints, Candidates, Forget, HoldingPage, PassageStore, Question, Written};

/// An embedder that counts, and that cannot embed texts with a word.
pub(crate) struct Picky {
    inner: HashEmbedder,
    pub(crate) embedded: AtomicUsize,
    pub(crate) largest: AtomicUsize,
    pub(crate) refuses: AtomicBool,
}

impl Picky {
    pub(crate) fn new() -> Self {
        Self {
            inner: HashEmbedder::default(),
            embedded: AtomicUsize::new(0),
            largest: AtomicUsize::new(0),
            refuses: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl Embedder for Picky {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.inner.count_tokens(text)
    }

    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        let is_bad = |text: &String| text.contains("Poison");
        if self.refuses.load(Ordering::Relaxed) && texts.iter().any(is_bad) {
            return Err(Error::NoDirection);
        }
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        self.largest.fetch_max(texts.len(), Ordering::Relaxed);
        self.inner.embed(purpose, texts).await
    }
}

/// An embedder that needs longer for each batch than a lease lasts.
pub(crate) struct Slow {
    inner: HashEmbedder,
    pub(crate) embedded: AtomicUsize,
}

impl Slow {
    pub(crate) fn new() -> Self {
        Self {
            inner: HashEmbedder::default(),
            embedded: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Embedder for Slow {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.inner.count_tokens(text)
    }

    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        tokio::time::sleep(Duration::from_mins(40)).await;
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        self.inner.embed(purpose, texts).await
    }
}

/// An embedder during whose first work a new text of the call is stored.
pub(crate) struct Meddler {
    inner: HashEmbedder,
    storing: Sync,
    call: CallId,
    correct: Box<dyn Fn() + Send + std::marker::Sync>,
    is_done: AtomicBool,
}

impl Meddler {
    pub(crate) fn new(
        storing: Sync,
        call: CallId,
        correct: Box<dyn Fn() + Send + std::marker::Sync>,
    ) -> Self {
        Self {
            inner: HashEmbedder::default(),
            storing,
            call,
            correct,
            is_done: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl Embedder for Meddler {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.inner.count_tokens(text)
    }

    async fn embed(&self, purpose: Purpose, texts: &[String]) -> Result<Vec<Vector>, Error> {
        if !self.is_done.swap(true, Ordering::Relaxed) {
            (self.correct)();
            self.storing.call(&self.call).await.unwrap();
        }
        self.inner.embed(purpose, texts).await
    }
}

/// A store that loses the vectors of a call between the sweep and the write.
pub(crate) struct Forgetful {
    pub(crate) inner: Arc<dyn PassageStore>,
    pub(crate) call: CallId,
}

#[async_trait]
impl PassageStore for Forgetful {
    fn space(&self) -> &Space {
        self.inner.space()
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, memory_store::Error> {
        let is_bare = |call: &CallPoints| call.points.iter().any(|point| point.vector.is_none());
        if batch.iter().any(is_bare) {
            self.inner.forget(Forget::Call(self.call.clone())).await?;
        }
        self.inner.write(batch).await
    }

    async fn forget(&self, which: Forget) -> Result<u64, memory_store::Error> {
        self.inner.forget(which).await
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, memory_store::Error> {
        self.inner.recall(question).await
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, memory_store::Error> {
        self.inner.holdings(after, calls).await
    }
}

type Meanwhile = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The store of a worker that sleeps before its first write, longer than its lease.
pub(crate) struct Overtaken {
    inner: Arc<dyn PassageStore>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl Overtaken {
    pub(crate) fn new(inner: Arc<dyn PassageStore>, meanwhile: Meanwhile) -> Self {
        Self {
            inner,
            meanwhile: Mutex::new(Some(meanwhile)),
        }
    }
}

#[async_trait]
impl PassageStore for Overtaken {
    fn space(&self) -> &Space {
        self.inner.space()
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, memory_store::Error> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile().await;
        }
        self.inner.write(batch).await
    }

    async fn forget(&self, which: Forget) -> Result<u64, memory_store::Error> {
        self.inner.forget(which).await
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, memory_store::Error> {
        self.inner.recall(question).await
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, memory_store::Error> {
        self.inner.holdings(after, calls).await
    }
}
