//! Writing: new points beside the old ones, then the head, then the old ones go.
//!
//! However many write the same call at once, and wherever one is paused or killed: the head is
//! moved only by a writer whose points are all there and who saw the head that is there still, and
//! a writer deletes only generations that it saw before it moved the head. Whoever made one of
//! those later moves nothing any more, so nobody's points go from under a head.

use std::collections::{BTreeMap, HashMap};

use memory_store::parts::{Owner, ReadyCall, Term, vector_missing};
use memory_store::{Error, ErrorKind, Facts};
use qdrant_client::qdrant::vector_output::Vector as Output;
use qdrant_client::qdrant::with_vectors_selector::SelectorOptions;
use qdrant_client::qdrant::{Filter, PointStruct, VectorsSelector, WithVectorsSelector};
use uuid::Uuid;

use crate::collection::Collection;
use crate::filter::{has_any, is_any, of_tenant};
use crate::heads::Head;
use crate::names::{A_HEAD, A_PASSAGE, FACTS, GENERATION, MEANING, PASSAGE, VERSION, owner_term};
use crate::payload::{Shared, fact_terms, passage_point_id, place_fields, point, read_text};

/// A request is about so large at most.
const REQUEST_BYTES: usize = 2 * 1024 * 1024;

/// A call on its way.
struct Writing {
    owner: Owner,
    facts: Facts,
    terms: Vec<Term>,
    points: Vec<PointStruct>,
    head: Head,
    /// The version of the head that was found.
    found: Option<String>,
}

/// Writes calls; gives the number of points.
pub(crate) async fn write(
    collection: &Collection,
    batch: BTreeMap<Owner, ReadyCall>,
) -> Result<u64, Error> {
    if batch.is_empty() {
        return Ok(0);
    }
    let written = batch.values().map(|call| call.points.len() as u64).sum();
    let heads = collection.heads(batch.keys()).await?;
    // Before anything is made: what may go once the heads have moved.
    let owners = batch.keys();
    let mut of_owners = of_tenant(&collection.tenant, A_PASSAGE);
    let terms = owners.map(|owner| owner_term(&collection.hasher, owner));
    of_owners.must.push(has_any(FACTS, terms));
    let mut former = collection.generations(of_owners).await?;

    let mut writing = Vec::new();
    let mut emptied = Vec::new();
    for (owner, call) in batch {
        let head = heads.get(&owner);
        if call.points.is_empty() {
            emptied.extend(head.map(|head| head.version.clone()));
            continue;
        }
        let prepared = prepare(collection, owner, call, head).await?;
        let is_there = head.is_some_and(|head| {
            head.content == prepared.head.content
                && former.get(&head.generation) == Some(&head.passages)
        });
        if let (true, Some(head)) = (is_there, head) {
            former.remove(&head.generation);
        } else {
            writing.push(prepared);
        }
    }

    put(collection, &mut writing).await?;
    let lost = publish(collection, &writing).await?;
    if !emptied.is_empty() {
        let mut gone = of_tenant(&collection.tenant, A_HEAD);
        gone.must.push(is_any(VERSION, emptied));
        collection.delete(gone).await?;
    }
    if lost.is_empty() {
        drop_generations(collection, former.into_keys().collect()).await?;
        return Ok(written);
    }
    // Their former generations are the business of whoever came first; so are not ours.
    drop_generations(collection, lost).await?;
    Err(Error::new(
        ErrorKind::Storage,
        "another writer came first with a call: it is tried again",
    ))
}

/// Makes the points of a call, with the vectors that are there for those that came without.
async fn prepare(
    collection: &Collection,
    owner: Owner,
    call: ReadyCall,
    head: Option<&Head>,
) -> Result<Writing, Error> {
    let ReadyCall { facts, mut points } = call;
    let mut stored = stored_vectors(collection, &points, head).await?;
    let terms = fact_terms(&facts, &collection.hasher);
    // Not the plain form of a UUID, which some servers write in another way when they count.
    let generation = format!("g{}", Uuid::new_v4().simple());
    let shared = Shared {
        tenant: &collection.tenant,
        generation: &generation,
        facts: &facts,
        fact_terms: &terms,
        hasher: &collection.hasher,
        average_words: collection.average_words,
    };
    let mut content = Content::new(&facts, &terms);
    let mut made = Vec::with_capacity(points.len());
    for passage in &mut points {
        let meaning = if let Some(vector) = passage.vector.take() {
            vector.as_slice().to_vec()
        } else {
            let stored = stored.remove(&passage.place.id.to_string());
            stored.ok_or_else(|| vector_missing(&passage.place))?
        };
        content.add(passage, &meaning);
        made.push(point(&shared, passage, meaning));
    }
    let head_now = Head {
        version: Uuid::new_v4().simple().to_string(),
        content: content.finish(),
        facts_hash: facts.facts_hash.clone(),
        passages: made.len() as u64,
        generation,
    };
    Ok(Writing {
        owner,
        facts,
        terms,
        points: made,
        head: head_now,
        found: head.map(|head| head.version.clone()),
    })
}

/// The vectors that are stored for passages without one, by the passage's name.
async fn stored_vectors(
    collection: &Collection,
    points: &[memory_store::parts::ReadyPoint],
    head: Option<&Head>,
) -> Result<HashMap<String, Vec<f32>>, Error> {
    let Some(head) = head else {
        return Ok(HashMap::new());
    };
    let bare = points.iter().filter(|point| point.vector.is_none());
    let ids: Vec<String> = bare
        .map(|point| passage_point_id(&collection.tenant, &head.generation, point.place.id))
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let meaning = WithVectorsSelector {
        selector_options: Some(SelectorOptions::Include(VectorsSelector {
            names: vec![MEANING.to_owned()],
        })),
    };
    let found = collection.get(ids, place_fields(), Some(meaning)).await?;
    let mut vectors = HashMap::new();
    for point in found {
        let id = read_text(&point.payload, PASSAGE)?;
        let vector = point
            .vectors
            .as_ref()
            .and_then(|it| it.get_vector_by_name(MEANING));
        if let Some(Output::Dense(dense)) = vector {
            vectors.insert(id, dense.data);
        }
    }
    Ok(vectors)
}

/// Writes the points, and counts whether all of them are there.
async fn put(collection: &Collection, writing: &mut [Writing]) -> Result<(), Error> {
    let mut request = Vec::new();
    let mut bytes = 0;
    for call in writing.iter_mut() {
        for point in std::mem::take(&mut call.points) {
            let size = about_bytes(&point);
            if bytes + size > REQUEST_BYTES && !request.is_empty() {
                collection
                    .upsert(std::mem::take(&mut request), None)
                    .await?;
                bytes = 0;
            }
            bytes += size;
            request.push(point);
        }
    }
    if request.is_empty() {
        return Ok(());
    }
    collection.upsert(request, None).await?;

    let generations = writing.iter().map(|call| call.head.generation.clone());
    let counted = collection
        .generations(of_generations(collection, generations.collect()))
        .await?;
    for Writing { head, owner, .. } in &*writing {
        let found = counted.get(&head.generation).copied().unwrap_or(0);
        if found != head.passages {
            let (call, wrote) = (&owner.0, head.passages);
            let what = format!("{found} of {wrote} points of call {call} arrived in Qdrant");
            return Err(Error::new(ErrorKind::Storage, what));
        }
    }
    Ok(())
}

/// Moves the heads; gives the generations of those that somebody else has moved meanwhile.
async fn publish(collection: &Collection, writing: &[Writing]) -> Result<Vec<String>, Error> {
    if writing.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = &collection.tenant;
    let heads = writing
        .iter()
        .map(|call| call.head.point(tenant, &call.facts, &call.terms));
    // Versions are never used twice, so that a head meets this only if it is still the one found.
    let mut unmoved = of_tenant(tenant, A_HEAD);
    let found = writing.iter().filter_map(|call| call.found.clone());
    // Ours too: the answer to a first attempt may have been lost.
    let ours = writing.iter().map(|call| call.head.version.clone());
    unmoved.must.push(is_any(VERSION, found.chain(ours)));
    collection.upsert(heads.collect(), Some(unmoved)).await?;

    let now = collection
        .heads(writing.iter().map(|call| &call.owner))
        .await?;
    let is_lost = |call: &&Writing| {
        now.get(&call.owner)
            .is_none_or(|head| head.version != call.head.version)
    };
    let lost = writing.iter().filter(is_lost);
    Ok(lost.map(|call| call.head.generation.clone()).collect())
}

async fn drop_generations(collection: &Collection, which: Vec<String>) -> Result<(), Error> {
    if which.is_empty() {
        return Ok(());
    }
    collection.delete(of_generations(collection, which)).await
}

fn of_generations(collection: &Collection, which: Vec<String>) -> Filter {
    let mut filter = of_tenant(&collection.tenant, A_PASSAGE);
    filter.must.push(is_any(GENERATION, which));
    filter
}

/// Near enough to keep requests small: a payload is mostly numbers of ten bytes.
fn about_bytes(point: &PointStruct) -> usize {
    const A_NUMBER: usize = 14;
    let numbers: usize = point.payload.values().map(length).sum();
    let words = point.payload.get(crate::names::TERMS).map_or(0, length);
    let dimensions = point.vectors.as_ref().map_or(0, |_| 1_024);
    1_024 + numbers * A_NUMBER + words * 8 + dimensions * 4
}

fn length(value: &qdrant_client::qdrant::Value) -> usize {
    match &value.kind {
        Some(qdrant_client::qdrant::value::Kind::ListValue(list)) => list.values.len(),
        _ => 1,
    }
}

/// A hash of everything that is written of a call, to know that it is there already.
struct Content(blake3::Hasher);

impl Content {
    fn new(facts: &Facts, terms: &[Term]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(facts.facts_hash.as_bytes());
        hasher.update(&facts.started.as_nanosecond().to_be_bytes());
        for term in terms {
            hasher.update(&term.get().to_be_bytes());
        }
        Self(hasher)
    }

    fn add(&mut self, passage: &memory_store::parts::ReadyPoint, meaning: &[f32]) {
        let place = format!("{:?}", passage.place);
        self.0.update(place.as_bytes());
        for (term, count) in &passage.terms.words {
            self.0.update(&term.get().to_be_bytes());
            self.0.update(&count.to_be_bytes());
        }
        for pair in &passage.terms.pairs {
            self.0.update(&pair.get().to_be_bytes());
        }
        for value in meaning {
            self.0.update(&value.to_be_bytes());
        }
    }

    fn finish(self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}
