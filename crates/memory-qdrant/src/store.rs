//! The store: who may open it, and its laws handed to the parts that keep them.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use async_trait::async_trait;
use conversation::{CallId, Tenant};
use embeddings::Space;
use memory_store::parts::{Hasher, fits, ready};
use memory_store::{
    CallPoints, Candidates, Error, ErrorKind, Forget, HoldingPage, PassageStore, Question, TermKey,
    Written,
};
use qdrant_client::Qdrant;
use qdrant_client::qdrant::{CollectionStatus, PointStruct};
use tokio::sync::Semaphore;

use crate::collection::{Collection, Counting};
use crate::filter::all_of_tenant;
use crate::heads::no_vectors;
use crate::names::{A_TENANT, HASH_KEY, KIND, TENANT, point_id};
use crate::payload::{text, whole_payload};
use crate::recall::{Search, Seen};
use crate::{CollectionOptions, Connection, forget, holdings, recall, schema, write};

/// So many questions of one handle are asked at once; the next one waits.
const QUESTIONS_AT_ONCE: usize = 32;
/// The oldest server that compares before it writes and counts words within a tenant.
const OLDEST: [u64; 2] = [1, 20];

/// A store of passages in a collection of a Qdrant server; cheap to clone.
#[derive(Clone)]
pub struct QdrantStore {
    collection: Arc<Collection>,
    questions: Arc<Semaphore>,
}

impl QdrantStore {
    /// Opens a collection for one tenant, and makes it if it is not there.
    ///
    /// One that was made for another space is refused with [`ErrorKind::ForeignSpace`]. Several
    /// tenants may share a collection if they share a model.
    pub async fn open(
        connection: &Connection,
        collection: &str,
        tenant: &Tenant,
        space: Space,
        key: TermKey,
        options: &CollectionOptions,
    ) -> Result<Self, Error> {
        is_new_enough(&connection.version().await?)?;
        schema::make(connection, collection, &space, options).await?;
        let store = Self::of(connection, collection, tenant, space, key).await?;
        store.sign().await?;
        store.is_signed().await?;
        Ok(store)
    }

    /// Opens a collection that is there; [`ErrorKind::Absent`] if it is not.
    pub async fn follow(
        connection: &Connection,
        collection: &str,
        tenant: &Tenant,
        space: Space,
        key: TermKey,
    ) -> Result<Self, Error> {
        let store = Self::of(connection, collection, tenant, space, key).await?;
        store.is_signed().await?;
        Ok(store)
    }

    /// The same question, compared with every passage: what the graph's answer is measured by.
    pub async fn recall_exactly(&self, question: &Question) -> Result<Candidates, Error> {
        self.ask(question, Search::Exact).await
    }

    /// The number of points that the tenant has here, of every kind.
    pub async fn points(&self) -> Result<u64, Error> {
        let all = all_of_tenant(&self.collection.tenant);
        self.collection.count(all, Counting::Exactly).await
    }

    async fn of(
        connection: &Connection,
        collection: &str,
        tenant: &Tenant,
        space: Space,
        key: TermKey,
    ) -> Result<Self, Error> {
        let record = schema::check(connection, collection, &space).await?;
        let hasher = Hasher::new(key);
        let collection = Collection {
            connection: connection.clone(),
            name: collection.to_owned(),
            tenant: hasher.fact("tenant", tenant.as_str()).to_string(),
            space,
            hasher,
            average_words: record.average_words,
            seen: Seen::default(),
        };
        Ok(Self {
            collection: Arc::new(collection),
            questions: Arc::new(Semaphore::new(QUESTIONS_AT_ONCE)),
        })
    }

    /// Says which key the hashes of this tenant are made with.
    async fn sign(&self) -> Result<(), Error> {
        let Collection { tenant, space, .. } = &*self.collection;
        let payload = [
            (TENANT, tenant.as_str()),
            (KIND, A_TENANT),
            (HASH_KEY, space.hash_key_id()),
        ];
        let point = PointStruct {
            id: Some(self.signature().into()),
            payload: payload
                .map(|(field, value)| (field.to_owned(), text(value)))
                .into(),
            vectors: Some(no_vectors()),
        };
        self.collection.upsert(vec![point], None).await
    }

    async fn is_signed(&self) -> Result<(), Error> {
        let ids = vec![self.signature()];
        let found = self.collection.get(ids, whole_payload(), None).await?;
        let Some(point) = found.first() else {
            let what = "there is no index of this tenant in Qdrant yet: run `gongkit sync`";
            return Err(Error::new(ErrorKind::Absent, what));
        };
        let key = self.collection.space.hash_key_id();
        if schema::is_key(point.payload.get(HASH_KEY), key) {
            return Ok(());
        }
        let what = "the points in Qdrant were hashed with another key";
        Err(Error::new(ErrorKind::ForeignSpace, what))
    }

    fn signature(&self) -> String {
        point_id(&[self.collection.tenant.as_bytes(), b"tenant"])
    }

    async fn ask(&self, question: &Question, search: Search) -> Result<Candidates, Error> {
        if let Some(vector) = &question.meaning {
            fits(vector, &self.collection.space)?;
        }
        let _turn = self.questions.acquire().await;
        recall::recall(&self.collection, question, search).await
    }
}

#[async_trait]
impl PassageStore for QdrantStore {
    fn space(&self) -> &Space {
        &self.collection.space
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, Error> {
        let Collection { space, hasher, .. } = &*self.collection;
        let batch = ready(batch, space, hasher)?;
        write::write(&self.collection, batch)
            .await
            .map(Written::new)
    }

    async fn forget(&self, which: Forget) -> Result<u64, Error> {
        forget::forget(&self.collection, which).await
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, Error> {
        self.ask(question, Search::ByNumber).await
    }

    /// Waits for nothing: the server's optimiser rewrites segments when it sees fit. While it is at
    /// work this says so; what older snapshots hold is beyond it.
    async fn compact(&self) -> Result<(), Error> {
        let Collection {
            connection, name, ..
        } = &*self.collection;
        let ask = |client: Arc<Qdrant>| async move { client.collection_info(name).await };
        let info = connection.call("describe the collection", ask).await?;
        let status = info.result.map_or(0, |info| info.status);
        if status == i32::from(CollectionStatus::Green) {
            return Ok(());
        }
        let what = "Qdrant's optimiser is still at work on the collection";
        Err(Error::new(ErrorKind::Storage, what))
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, Error> {
        holdings::holdings(&self.collection, after, calls).await
    }
}

impl fmt::Debug for QdrantStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Collection { name, space, .. } = &*self.collection;
        write!(f, "QdrantStore({name}, {space})")
    }
}

fn is_new_enough(version: &str) -> Result<(), Error> {
    let mut parts = version.split(['.', '-']).map(|part| part.parse().ok());
    let [major, minor] = [(); 2].map(|()| parts.next().flatten().unwrap_or(0_u64));
    if [major, minor] >= OLDEST {
        return Ok(());
    }
    let what = format!("the Qdrant server is {version}; 1.20 is the oldest that can be used");
    Err(Error::new(ErrorKind::Damaged, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused() {
        for good in ["1.20.0", "1.21.3", "2.0.0", "1.20.0-dev"] {
            assert!(is_new_enough(good).is_ok(), "{good}");
        }
        for bad in ["1.19.9", "1.9.0", "0.99.0", "", "latest"] {
            assert!(is_new_enough(bad).is_err(), "{bad}");
        }
    }
}
