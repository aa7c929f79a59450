//! Where an index is: in a folder of the data folder, or in a collection of a Qdrant server.
//!
//! The archive notes of each index in which space it was made; of one in Qdrant, a line before that
//! says where. So whatever is configured, every index that there is can be found, to be erased from
//! or dropped.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access::Scope;
use call_archive::{Archive, CallQuery, IndexId};
use conversation::{CallId, SplitRules, Tenant, split};
use embeddings::{Embedder, Space};
use gong_auth::read_secret_file;
use memory_qdrant::{CollectionOptions, ConnectOptions, Connection, QdrantStore};
use memory_store::TermKey;
use memory_store::parts::Hasher;
use secrecy::SecretString;

use crate::config::{MemorySettings, StoreName};
use crate::{Error, ErrorKind};

const QDRANT: &str = "qdrant ";

/// Where an index is, as its record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// A folder of its own.
    Folder,
    /// A collection whose name begins like this, at this address.
    Qdrant { address: String, prefix: String },
}

impl Home {
    /// The record of an index of this space here.
    pub(crate) fn record(&self, space: &Space) -> String {
        let space = space.to_record();
        match self {
            Self::Folder => space,
            Self::Qdrant { address, prefix } => format!("{QDRANT}{address} {prefix}\n{space}"),
        }
    }

    /// Takes a record apart.
    pub(crate) fn read(record: &str) -> (Self, &str) {
        let parts = || {
            let (place, space) = record.strip_prefix(QDRANT)?.split_once('\n')?;
            let (address, prefix) = place.split_once(' ')?;
            let home = Self::Qdrant {
                address: address.to_owned(),
                prefix: prefix.to_owned(),
            };
            Some((home, space))
        };
        parts().unwrap_or((Self::Folder, record))
    }
}

/// The servers that were spoken to, each connection made once.
#[derive(Default)]
pub(crate) struct Homes {
    settings: Option<MemorySettings>,
    servers: Mutex<HashMap<(String, String), Arc<Server>>>,
}

impl Homes {
    pub(crate) fn new(settings: &MemorySettings) -> Self {
        Self {
            settings: Some(settings.clone()),
            servers: Mutex::default(),
        }
    }

    /// Where the index that answers is.
    pub(crate) fn chosen(&self) -> Result<Home, Error> {
        match &self.settings {
            Some(settings) if settings.store == StoreName::Qdrant => self.at(&settings.url),
            _ => Ok(Home::Folder),
        }
    }

    /// A home at this address.
    pub(crate) fn at(&self, url: &str) -> Result<Home, Error> {
        let settings = self.settings()?;
        Ok(Home::Qdrant {
            address: settings.address(url)?.to_string(),
            prefix: settings.collections.clone(),
        })
    }

    /// The server of a home.
    pub(crate) fn server(&self, address: &str, prefix: &str) -> Result<Arc<Server>, Error> {
        let name = (address.to_owned(), prefix.to_owned());
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = servers.get(&name) {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new(Server::new(self.settings()?, address, prefix)?);
        servers.insert(name, Arc::clone(&server));
        Ok(server)
    }

    fn settings(&self) -> Result<&MemorySettings, Error> {
        self.settings.as_ref().ok_or_else(|| {
            let what = "nothing is configured about Qdrant";
            Error::new(ErrorKind::NotConfigured, what)
        })
    }
}

/// A Qdrant server with the collections that are open.
pub(crate) struct Server {
    pub(crate) connection: Connection,
    prefix: String,
    options: CollectionOptions,
    open: Mutex<HashMap<IndexId, QdrantStore>>,
}

impl Server {
    fn new(settings: &MemorySettings, address: &str, prefix: &str) -> Result<Self, Error> {
        let mut options = ConnectOptions::to(settings.address(address)?);
        options.api_key = key(settings)?;
        options.timeout = Duration::from_secs(settings.timeout.get().into());
        let mut collection = CollectionOptions::default();
        let more_than_one = |number: NonZeroU32| (number.get() > 1).then_some(number);
        collection.shards = more_than_one(settings.shards);
        collection.replicas = more_than_one(settings.replicas);
        collection.write_consistency = more_than_one(settings.write_consistency);
        Ok(Self {
            connection: Connection::new(&options)?,
            prefix: prefix.to_owned(),
            options: collection,
            open: Mutex::default(),
        })
    }

    /// The collection of an index.
    pub(crate) fn collection(&self, id: &IndexId) -> String {
        format!("{}-{id}", self.prefix)
    }

    /// Makes the collection of a new index, where passages have so many words on average.
    pub(crate) async fn make(
        &self,
        id: &IndexId,
        space: Space,
        key: TermKey,
        average_words: Option<f32>,
    ) -> Result<(), memory_store::Error> {
        let (name, tenant) = (self.collection(id), Tenant::default());
        let mut options = self.options;
        options.average_words = average_words.unwrap_or(options.average_words);
        let opening = QdrantStore::open(&self.connection, &name, &tenant, space, key, &options);
        self.keep(id, opening.await?);
        Ok(())
    }

    /// Opens the collection of an index, made if it is not there.
    pub(crate) async fn open(
        &self,
        id: &IndexId,
        space: Space,
        key: TermKey,
    ) -> Result<QdrantStore, memory_store::Error> {
        if let Some(store) = self.opened(id) {
            return Ok(store);
        }
        let (name, tenant) = (self.collection(id), Tenant::default());
        let opening =
            QdrantStore::open(&self.connection, &name, &tenant, space, key, &self.options);
        Ok(self.keep(id, opening.await?))
    }

    /// Opens the collection of an index, which must be there.
    pub(crate) async fn follow(
        &self,
        id: &IndexId,
        space: Space,
        key: TermKey,
    ) -> Result<QdrantStore, memory_store::Error> {
        if let Some(store) = self.opened(id) {
            return Ok(store);
        }
        let (name, tenant) = (self.collection(id), Tenant::default());
        let opening = QdrantStore::follow(&self.connection, &name, &tenant, space, key);
        Ok(self.keep(id, opening.await?))
    }

    /// Lets the bare prefix stand for the collection of this index.
    pub(crate) async fn name(&self, id: &IndexId) -> Result<(), memory_store::Error> {
        self.connection
            .name(&self.prefix, &self.collection(id))
            .await
    }

    /// Removes the collection of an index.
    pub(crate) async fn remove(&self, id: &IndexId) -> Result<(), memory_store::Error> {
        self.close(id);
        self.connection.remove(&self.collection(id)).await
    }

    fn close(&self, id: &IndexId) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(id);
    }

    fn opened(&self, id: &IndexId) -> Option<QdrantStore> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(id).cloned()
    }

    fn keep(&self, id: &IndexId, store: QdrantStore) -> QdrantStore {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(id.clone()).or_insert(store).clone()
    }
}

/// How many words the passages of the newest calls have on average; none before there is a call.
pub(crate) async fn average_words(
    archive: &dyn Archive,
    embedder: &dyn Embedder,
) -> Result<Option<f32>, Error> {
    /// Enough for an average, few enough to be read in passing.
    const SAMPLE: usize = 20;
    let scope = Scope::internal();
    let mut query = CallQuery::default();
    query.limit = SAMPLE;
    let page = archive.list(&scope, &query).await?;
    let ids: Vec<CallId> = page.calls.into_iter().map(|(call, _)| call.id).collect();
    let hasher = Hasher::new(TermKey::new([0; 32]));
    let rules = SplitRules::for_limit(embedder.model().max_tokens());
    // Near enough to tokens, and needs no model.
    let count = |text: &str| text.split_whitespace().count() * 4 / 3;
    let (mut words, mut passages) = (0.0, 0.0);
    for stored in archive.read(&scope, &ids).await? {
        let (call, Some(text)) = (&stored.call, &stored.text) else {
            continue;
        };
        let tenant = Tenant::default();
        for passage in split(
            &tenant,
            call,
            text.revision,
            &text.transcript,
            &rules,
            &count,
        ) {
            words += hasher.terms(&passage.text).length as f32;
            passages += 1.0;
        }
    }
    Ok((passages > 0.0).then_some(words / passages))
}

fn key(settings: &MemorySettings) -> Result<Option<SecretString>, Error> {
    let Some(file) = &settings.api_key_file else {
        return Ok(settings.api_key.clone());
    };
    read_secret_file(file).map(Some).map_err(|error| {
        let what = format!("{} cannot be read", file.display());
        Error::new(ErrorKind::NotConfigured, what)
            .caused_by(error)
            .hint("check memory.api_key_file")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_where_its_index_is() {
        let space = "gongkit space 1\nmodel: m\n";
        assert_eq!(Home::read(space), (Home::Folder, space));
        let record = format!("qdrant https://q.example.com:6334 gongkit\n{space}");
        let home = Home::Qdrant {
            address: "https://q.example.com:6334".to_owned(),
            prefix: "gongkit".to_owned(),
        };
        assert_eq!(Home::read(&record), (home, space));
    }
}
