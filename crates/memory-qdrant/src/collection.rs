//! The requests that one tenant makes of one collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use embeddings::Space;
use memory_store::Error;
use memory_store::parts::Hasher;
use qdrant_client::Qdrant;
use qdrant_client::qdrant::facet_value::Variant;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::{
    BatchResult, CountPoints, DeletePoints, FacetCounts, Filter, GetPoints, PointStruct,
    PointsSelector, QueryBatchPoints, QueryPoints, RetrievedPoint, ScrollPoints, UpsertPoints,
    WithPayloadSelector, WithVectorsSelector, WriteOrdering, WriteOrderingType,
};

use crate::Connection;
use crate::names::GENERATION;
use crate::recall::Seen;

/// So many points are named in one request.
const NAMED: usize = 512;

/// One tenant's part of one collection.
pub(crate) struct Collection {
    pub(crate) connection: Connection,
    pub(crate) name: String,
    /// The tenant's name, hashed under the tenant's key.
    pub(crate) tenant: String,
    pub(crate) space: Space,
    pub(crate) hasher: Hasher,
    pub(crate) average_words: f32,
    pub(crate) seen: Seen,
}

/// How a count is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    Exactly,
    /// From the server's statistics: enough for a choice between two ways.
    About,
}

impl Collection {
    pub(crate) async fn count(&self, filter: Filter, how: Counting) -> Result<u64, Error> {
        let request = CountPoints {
            collection_name: self.name.clone(),
            filter: Some(filter),
            exact: Some(how == Counting::Exactly),
            ..CountPoints::default()
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.count(request).await }
        };
        let counted = self.connection.call("count points", ask).await?;
        Ok(counted.result.map_or(0, |result| result.count))
    }

    /// How many points there are of each generation.
    pub(crate) async fn generations(&self, filter: Filter) -> Result<BTreeMap<String, u64>, Error> {
        let mut most = 1_024;
        loop {
            let request = FacetCounts {
                collection_name: self.name.clone(),
                key: GENERATION.to_owned(),
                filter: Some(filter.clone()),
                limit: Some(most),
                exact: Some(true),
                ..FacetCounts::default()
            };
            let ask = |client: Arc<Qdrant>| {
                let request = request.clone();
                async move { client.facet(request).await }
            };
            let hits = self.connection.call("count generations", ask).await?.hits;
            if (hits.len() as u64) < most {
                let counted = hits.into_iter().filter_map(|hit| {
                    let Some(Variant::StringValue(generation)) = hit.value?.variant else {
                        return None;
                    };
                    Some((generation, hit.count))
                });
                return Ok(counted.collect());
            }
            most *= 4;
        }
    }

    /// The points of these names, those that are there.
    pub(crate) async fn get(
        &self,
        ids: Vec<String>,
        payload: WithPayloadSelector,
        vectors: Option<WithVectorsSelector>,
    ) -> Result<Vec<RetrievedPoint>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(NAMED) {
            let request = GetPoints {
                collection_name: self.name.clone(),
                ids: ids.iter().map(|id| id.clone().into()).collect(),
                with_payload: Some(payload.clone()),
                with_vectors: vectors.clone(),
                ..GetPoints::default()
            };
            let ask = |client: Arc<Qdrant>| {
                let request = request.clone();
                async move { client.get_points(request).await }
            };
            found.extend(self.connection.call("read points", ask).await?.result);
        }
        Ok(found)
    }

    /// Points in the order of names, or of what the request says; and what comes next.
    pub(crate) async fn scroll(
        &self,
        request: ScrollPoints,
    ) -> Result<(Vec<RetrievedPoint>, Option<qdrant_client::qdrant::PointId>), Error> {
        let request = ScrollPoints {
            collection_name: self.name.clone(),
            ..request
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.scroll(request).await }
        };
        let page = self.connection.call("list points", ask).await?;
        Ok((page.result, page.next_page_offset))
    }

    /// Several questions in one request, an answer for each.
    pub(crate) async fn query(
        &self,
        questions: Vec<QueryPoints>,
    ) -> Result<Vec<BatchResult>, Error> {
        let request = QueryBatchPoints {
            collection_name: self.name.clone(),
            query_points: questions,
            ..QueryBatchPoints::default()
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.query_batch(request).await }
        };
        Ok(self.connection.call("answer a question", ask).await?.result)
    }

    /// Writes points, durably. With a condition, points that are there and do not meet it stay as
    /// they are.
    pub(crate) async fn upsert(
        &self,
        points: Vec<PointStruct>,
        condition: Option<Filter>,
    ) -> Result<(), Error> {
        let is_conditional = condition.is_some();
        let request = UpsertPoints {
            collection_name: self.name.clone(),
            wait: Some(true),
            points,
            update_filter: condition,
            // What is compared must be compared by one node.
            ordering: is_conditional.then(|| WriteOrdering {
                r#type: WriteOrderingType::Strong.into(),
            }),
            ..UpsertPoints::default()
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.upsert_points(request).await }
        };
        self.connection.call("write points", ask).await.map(|_| ())
    }

    /// Deletes points, durably. Whoever calls has put the tenant into the filter.
    pub(crate) async fn delete(&self, filter: Filter) -> Result<(), Error> {
        let request = DeletePoints {
            collection_name: self.name.clone(),
            wait: Some(true),
            points: Some(PointsSelector {
                points_selector_one_of: Some(PointsSelectorOneOf::Filter(filter)),
            }),
            ..DeletePoints::default()
        };
        let ask = |client: Arc<Qdrant>| {
            let request = request.clone();
            async move { client.delete_points(request).await }
        };
        self.connection.call("delete points", ask).await.map(|_| ())
    }
}
