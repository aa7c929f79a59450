//! What a collection must be, and what says that it is.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use embeddings::{Model, Space};
use memory_store::{Error, ErrorKind};
use qdrant_client::Qdrant;
use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::{
    CollectionInfo, CreateCollection, CreateFieldIndexCollection, Distance, FieldType,
    HnswConfigDiff, IntegerIndexParams, KeywordIndexParams, Memory, Modifier, PayloadIndexParams,
    SparseVectorConfig, SparseVectorParams, Value, VectorParams, VectorParamsMap, VectorsConfig,
    vectors_config,
};

use crate::Connection;
use crate::names::{
    FACTS, GENERATION, KIND, MEANING, NANOSECOND, ORDER, SECOND, TENANT, TERMS, WORDS,
};
use crate::payload::{as_number, as_text};

/// The version of everything in this crate that decides what a collection looks like.
const SCHEMA: i64 = 1;
/// How words are cut and hashed: see `memory_store`.
const TOKENISER: &str = "unicode words, lower case, snowball english, blake3; pairs; 1";
/// A full scan is better than a graph up to this many kilobytes of vectors.
const FULL_SCAN_KB: u64 = 100_000;

/// How a collection is made, if it has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CollectionOptions {
    /// How many words a passage has on average. It is kept with the collection and weighs words
    /// for as long as that lives.
    pub average_words: f32,
    /// Into how many shards it is cut; the server decides if there is none.
    pub shards: Option<NonZeroU32>,
    /// How many nodes hold each shard.
    pub replicas: Option<NonZeroU32>,
    /// How many of them must have a write before it counts.
    pub write_consistency: Option<NonZeroU32>,
}

impl Default for CollectionOptions {
    fn default() -> Self {
        Self {
            // What the splitter aims at.
            average_words: 120.0,
            shards: None,
            replicas: None,
            write_consistency: None,
        }
    }
}

/// What a collection says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) average_words: f32,
}

/// Makes a collection, unless it is there.
pub(crate) async fn make(
    connection: &Connection,
    collection: &str,
    space: &Space,
    options: &CollectionOptions,
) -> Result<(), Error> {
    let request = CreateCollection {
        collection_name: collection.to_owned(),
        vectors_config: Some(VectorsConfig {
            config: Some(vectors_config::Config::ParamsMap(VectorParamsMap {
                map: HashMap::from([(MEANING.to_owned(), meaning(space.model()))]),
            })),
        }),
        sparse_vectors_config: Some(SparseVectorConfig {
            map: HashMap::from([(
                WORDS.to_owned(),
                SparseVectorParams {
                    modifier: Some(Modifier::Idf.into()),
                    ..SparseVectorParams::default()
                },
            )]),
        }),
        hnsw_config: Some(HnswConfigDiff {
            full_scan_threshold: Some(FULL_SCAN_KB),
            ..HnswConfigDiff::default()
        }),
        shard_number: options.shards.map(NonZeroU32::get),
        replication_factor: options.replicas.map(NonZeroU32::get),
        write_consistency_factor: options.write_consistency.map(NonZeroU32::get),
        metadata: record(space.model(), space.splitter_version(), options),
        ..CreateCollection::default()
    };
    let create = |client: Arc<Qdrant>| {
        let request = request.clone();
        async move { client.create_collection(request).await }
    };
    if !exists(connection, collection).await?
        && let Err(error) = connection.call("make a collection", create).await
        && !exists(connection, collection).await?
    {
        return Err(error);
    }
    // Also if it was there: whoever made it may have been killed before it had come so far.
    for (field, params) in indexes() {
        index(connection, collection, field, params).await?;
    }
    Ok(())
}

pub(crate) async fn exists(connection: &Connection, collection: &str) -> Result<bool, Error> {
    let ask = |client: Arc<Qdrant>| async move { client.collection_exists(collection).await };
    connection.call("look for a collection", ask).await
}

/// Reads what a collection says of itself, and refuses one that was made for something else.
pub(crate) async fn check(
    connection: &Connection,
    collection: &str,
    space: &Space,
) -> Result<Record, Error> {
    let ask = |client: Arc<Qdrant>| async move { client.collection_info(collection).await };
    let answer = connection.call("describe the collection", ask).await;
    let answer = answer.map_err(|error| match error.kind() {
        ErrorKind::Absent => Error::new(
            ErrorKind::Absent,
            "there is no index in Qdrant yet: run `gongkit sync`",
        ),
        _ => error,
    })?;
    let found = answer.result.and_then(|info: CollectionInfo| info.config);
    let found = found.map(|config| config.metadata).unwrap_or_default();
    let expected = record(
        space.model(),
        space.splitter_version(),
        &CollectionOptions::default(),
    );
    let mut fields: Vec<_> = expected.iter().filter(|it| it.0 != AVERAGE).collect();
    fields.sort_by_key(|it| it.0);
    for (field, value) in fields {
        if found.get(field) != Some(value) {
            let what = format!("the collection in Qdrant was made with another {field}");
            return Err(Error::new(ErrorKind::ForeignSpace, what));
        }
    }
    let average = found.get(AVERAGE).and_then(as_number).unwrap_or_default();
    if average <= 0 {
        let what = "the collection in Qdrant does not say how long its passages are";
        return Err(Error::new(ErrorKind::ForeignSpace, what));
    }
    Ok(Record {
        average_words: average as f32 / A_THOUSAND,
    })
}

const AVERAGE: &str = "average_words_thousandths";
const A_THOUSAND: f32 = 1_000.0;

/// The record of a collection. The key of the hashes is a tenant's, and kept apart.
#[expect(clippy::cast_possible_truncation, reason = "nobody says so many words")]
fn record(model: &Model, splitter: u32, options: &CollectionOptions) -> HashMap<String, Value> {
    let text = |text: &str| Value::from(text.to_owned());
    let number = |number: usize| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
    let average = (options.average_words.max(1.0) * A_THOUSAND).round() as i64;
    [
        ("schema", Value::from(SCHEMA)),
        ("model", text(model.name())),
        ("weights_sha256", text(model.weights_sha256())),
        ("dimensions", number(model.dimensions().get())),
        ("pooling", text(&model.pooling().to_string())),
        ("passage_prefix", text(model.passage_prefix())),
        ("query_prefix", text(model.query_prefix())),
        ("max_tokens", number(model.max_tokens().get())),
        ("splitter", Value::from(i64::from(splitter))),
        ("tokeniser", text(TOKENISER)),
        (AVERAGE, Value::from(average)),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into()
}

fn meaning(model: &Model) -> VectorParams {
    VectorParams {
        size: model.dimensions().get() as u64,
        // Ours have length one already.
        distance: Distance::Dot.into(),
        memory: Some(Memory::Cached.into()),
        ..VectorParams::default()
    }
}

/// The fields that are filtered, counted or ordered by.
fn indexes() -> [(&'static str, IndexParams); 8] {
    let keyword = |is_tenant| {
        IndexParams::KeywordIndexParams(KeywordIndexParams {
            is_tenant: Some(is_tenant),
            ..KeywordIndexParams::default()
        })
    };
    let integer = |lookup, range| {
        IndexParams::IntegerIndexParams(IntegerIndexParams {
            lookup: Some(lookup),
            range: Some(range),
            ..IntegerIndexParams::default()
        })
    };
    [
        (TENANT, keyword(true)),
        (KIND, keyword(false)),
        (GENERATION, keyword(false)),
        (FACTS, integer(true, false)),
        (TERMS, integer(true, false)),
        (SECOND, integer(true, true)),
        (NANOSECOND, integer(true, true)),
        (ORDER, integer(true, true)),
    ]
}

async fn index(
    connection: &Connection,
    collection: &str,
    field: &str,
    params: IndexParams,
) -> Result<(), Error> {
    let kind = match params {
        IndexParams::KeywordIndexParams(_) => FieldType::Keyword,
        _ => FieldType::Integer,
    };
    let request = CreateFieldIndexCollection {
        collection_name: collection.to_owned(),
        wait: Some(true),
        field_name: field.to_owned(),
        field_type: Some(kind.into()),
        field_index_params: Some(PayloadIndexParams {
            index_params: Some(params),
        }),
        ..CreateFieldIndexCollection::default()
    };
    let ask = |client: Arc<Qdrant>| {
        let request = request.clone();
        async move { client.create_field_index(request).await }
    };
    connection.call("index a field", ask).await.map(|_| ())
}

/// Whether what a tenant's points say of their key is this key.
pub(crate) fn is_key(found: Option<&Value>, key: &str) -> bool {
    found.and_then(as_text) == Some(key)
}
