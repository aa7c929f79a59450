//! Collections of their own for the tests, on the server that QDRANT_URL names.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use conversation::Tenant;
use embeddings::{Embedder, HashEmbedder, Space};
use memory_qdrant::{
    Address, CollectionOptions, ConnectOptions, Connection, Plaintext, QdrantStore,
};
use memory_store::TermKey;

/// A test takes no longer than this, whatever happens.
pub(crate) const DEADLINE: Duration = Duration::from_mins(3);

/// The server that a variable names, or a loud word that the test did not run.
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
pub(crate) fn named(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    if url.is_none() {
        eprintln!("NOT RUN: {variable} names no server; .ci/qdrant starts one");
    }
    url
}

/// A connection; the key is that of QDRANT_API_KEY, if there is one.
pub(crate) fn connect(url: &str) -> Connection {
    let address = Address::parse(url, Plaintext::OnLoopback).expect("an address of a server");
    let mut options = ConnectOptions::to(address);
    options.api_key = std::env::var("QDRANT_API_KEY").ok().map(Into::into);
    Connection::new(&options).expect("nothing is sent yet")
}

/// A server with the collections that a test made there, which go with [`Server::leave`].
pub(crate) struct Server {
    pub(crate) connection: Connection,
    made: Mutex<Vec<String>>,
}

impl Server {
    pub(crate) fn new() -> Option<Self> {
        Some(Self::at(&named("QDRANT_URL")?))
    }

    pub(crate) fn at(url: &str) -> Self {
        Self {
            connection: connect(url),
            made: Mutex::default(),
        }
    }

    /// A name that nobody has used.
    pub(crate) fn collection(&self) -> String {
        let name = format!("gongkit-test-{:016x}", rand::random::<u64>());
        self.made.lock().expect("unpoisoned").push(name.clone());
        name
    }

    pub(crate) async fn open(&self, space: Space) -> QdrantStore {
        self.open_for(&self.collection(), &Tenant::default(), space, key(42))
            .await
    }

    pub(crate) async fn open_for(
        &self,
        collection: &str,
        tenant: &Tenant,
        space: Space,
        key: TermKey,
    ) -> QdrantStore {
        let options = CollectionOptions::default();
        QdrantStore::open(&self.connection, collection, tenant, space, key, &options)
            .await
            .expect("the server makes a collection")
    }

    pub(crate) async fn leave(self) {
        for name in self.made.into_inner().expect("unpoisoned") {
            self.connection.remove(&name).await.expect("removed");
        }
    }
}

pub(crate) fn key(byte: u8) -> TermKey {
    TermKey::new([byte; 32])
}

pub(crate) fn embedder() -> HashEmbedder {
    HashEmbedder::new(NonZeroUsize::new(48).expect("not zero"))
}

pub(crate) fn space(key: &str) -> Space {
    Space::new(embedder().model().clone(), 1, key)
}

/// Runs a test within its time.
pub(crate) async fn in_time<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, test)
        .await
        .expect("the test ends in its time")
}
