//! What a sync is made of.

use std::sync::Arc;

use call_archive::{Archive, IndexId};
use conversation::Tenant;
use embeddings::Embedder;
use gong_client::GongClient;
use jiff::Timestamp;
use memory_store::PassageStore;
use tokio_util::sync::CancellationToken;

use crate::{Progress, Silent, SyncOptions};

/// Tells what time it is. A library has no clock of its own: time is a parameter.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The index that this process holds for writing, and what makes its vectors.
#[derive(Clone)]
#[non_exhaustive]
pub struct IndexWriter {
    /// The store, open for writing.
    pub store: Arc<dyn PassageStore>,
    /// The archive's name for it.
    pub id: IndexId,
    /// What makes vectors of the store's space.
    pub embedder: Arc<dyn Embedder>,
}

impl IndexWriter {
    /// An index with what makes its vectors; the embedder's model must be that of the store's space.
    pub fn new(store: Arc<dyn PassageStore>, id: IndexId, embedder: Arc<dyn Embedder>) -> Self {
        Self {
            store,
            id,
            embedder,
        }
    }
}

/// Who does the index and erase jobs that a run leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "here or elsewhere is the meaning")]
pub enum Draining {
    /// The run itself, at its end, where it holds the index.
    #[default]
    Here,
    /// Whoever holds the index.
    Elsewhere,
}

/// What a [`crate::Sync`] is made of: an archive and a clock, the rest as needed.
#[derive(Clone)]
#[non_exhaustive]
pub struct Parts {
    /// Where calls go.
    pub archive: Arc<dyn Archive>,
    /// What time it is.
    pub clock: Clock,
    /// Where calls come from; an import needs none.
    pub client: Option<GongClient>,
    /// The index to bring them into, if this process holds one for writing.
    pub index: Option<IndexWriter>,
    /// Indexes that are kept beside it, such as the one that calls are being moved to: what is
    /// brought is brought into each, and what is erased is erased from each.
    pub beside: Vec<IndexWriter>,
    /// Whose calls they are.
    pub tenant: Tenant,
    /// What is brought, and how carefully.
    pub options: SyncOptions,
    /// Who does the jobs that a run leaves.
    pub draining: Draining,
    /// Who hears how far a run is.
    pub progress: Arc<dyn Progress>,
    /// Stops a run: what is in hand is finished, then it ends.
    pub stop: CancellationToken,
}

impl Parts {
    /// An archive and a clock; no client, no index, all else by default.
    pub fn new(archive: Arc<dyn Archive>, clock: Clock) -> Self {
        Self {
            archive,
            clock,
            client: None,
            index: None,
            beside: Vec::new(),
            tenant: Tenant::default(),
            options: SyncOptions::default(),
            draining: Draining::Here,
            progress: Arc::new(Silent),
            stop: CancellationToken::new(),
        }
    }

    /// Brings calls from here.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn client(mut self, client: GongClient) -> Self {
        self.client = Some(client);
        self
    }

    /// Brings calls into this index.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn index(mut self, index: IndexWriter) -> Self {
        self.index = Some(index);
        self
    }

    /// Keeps these indexes as well.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn beside(mut self, indexes: Vec<IndexWriter>) -> Self {
        self.beside = indexes;
        self
    }

    /// Works for this tenant.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Works by these options.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn options(mut self, options: SyncOptions) -> Self {
        self.options = options;
        self
    }

    /// Leaves the jobs of runs to whoever holds the index.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn drained_elsewhere(mut self) -> Self {
        self.draining = Draining::Elsewhere;
        self
    }

    /// Tells this how far it is.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// Stops when this token is cancelled.
    #[must_use = "the parts are returned, not changed in place"]
    pub fn stop(mut self, stop: CancellationToken) -> Self {
        self.stop = stop;
        self
    }
}
