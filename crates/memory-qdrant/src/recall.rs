//! Reading: two raw lists, of states of calls that were whole while they were read.
//!
//! A question is asked, then the heads of the calls that it found are looked at. Where a head is
//! the one that was there before the question, all points of its generation were there too, and
//! what is of another generation is dropped. Where it moved, the question is asked again. Heads that
//! were seen are kept in mind, so that this costs one request more, and two more the first time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use embeddings::Vector;
use futures::stream::{self, StreamExt, TryStreamExt};
use memory_store::parts::{Owner, Term, is_common, order};
use memory_store::{Candidate, Candidates, Error, ErrorKind, Question};
use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{
    AcornSearchParams, DenseVector, Filter, IdfParams, Query, QueryPoints, ScoredPoint,
    SearchParams, SparseVector, VectorInput, vector_input,
};

use crate::collection::{Collection, Counting};
use crate::filter::{asked, has_any, is_any, of_tenant};
use crate::heads::Head;
use crate::names::{A_PASSAGE, GENERATION, MEANING, TERMS, WORDS, sparse_index};
use crate::payload::{owner, place, place_fields, read_text};

/// Of at most so many passages all are compared; of more, a graph is asked.
const EXACT_UP_TO: u64 = 50_000;
/// How far the graph is looked through.
const HNSW_EF: u64 = 128;
/// No list is longer, whatever is asked for.
const MOST: usize = 10_000;
/// Terms are counted so many at once.
const COUNTED_AT_ONCE: usize = 16;
/// A question is asked so often until the calls it finds stand still.
const ATTEMPTS: usize = 32;
/// So many heads are kept in mind.
const MOST_SEEN: usize = 100_000;

/// Heads that were seen, each with when that was first, by a clock that counts looks.
#[derive(Default)]
pub(crate) struct Seen(Mutex<SeenHeads>);

#[derive(Default)]
struct SeenHeads {
    clock: u64,
    heads: HashMap<Owner, (String, u64)>,
}

impl Seen {
    fn now(&self) -> u64 {
        self.lock().clock
    }

    /// Whether these heads are what they were at a moment before.
    fn were(&self, heads: &BTreeMap<Owner, Head>, moment: u64) -> bool {
        let seen = self.lock();
        heads.iter().all(|(owner, head)| {
            let before = seen.heads.get(owner);
            before.is_some_and(|(version, at)| *at <= moment && *version == head.version)
        })
    }

    fn note(&self, heads: &BTreeMap<Owner, Head>) {
        let mut seen = self.lock();
        if seen.heads.len() > MOST_SEEN {
            seen.heads.clear();
        }
        seen.clock += 1;
        let now = seen.clock;
        for (owner, head) in heads {
            let kept = seen.heads.get(owner);
            if kept.is_none_or(|(version, _)| *version != head.version) {
                let entry = (head.version.clone(), now);
                seen.heads.insert(owner.clone(), entry);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, SeenHeads> {
        // Every entry is true by itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way by meaning that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// Exactly where there are few, by the graph where there are many.
    ByNumber,
    /// Exactly.
    Exact,
}

/// One of the two questions.
struct Part {
    query: Query,
    using: &'static str,
    filter: Filter,
    params: SearchParams,
    /// How many are asked for.
    limit: usize,
}

/// Answers a question.
pub(crate) async fn recall(
    collection: &Collection,
    question: &Question,
    search: Search,
) -> Result<Candidates, Error> {
    let filter = asked(&question.filter, &collection.tenant, &collection.hasher);
    let Some(filter) = filter else {
        return Ok(Candidates::default());
    };
    let wanted = question.candidates.get().min(MOST);
    let (meaning, words) = futures::try_join!(
        by_meaning(collection, question.meaning.as_ref(), &filter, search),
        by_words(collection, question.words.as_deref(), &filter),
    )?;
    let part = |(query, using, filter, params): Shape| Part {
        query,
        using,
        filter,
        params,
        // One more than wanted shows whether the last one has equals.
        limit: wanted + 1,
    };
    let mut parts = [meaning.map(part), words.map(part)];
    let mut dead = BTreeSet::new();
    for _ in 0..ATTEMPTS {
        let moment = collection.seen.now();
        let lists = ask(collection, &parts, &dead).await?;
        let found = Found::read(lists)?;
        let heads = collection.heads(&found.owners).await?;
        let stood_still = collection.seen.were(&heads, moment);
        collection.seen.note(&heads);
        if !stood_still {
            continue;
        }
        let kept = found.kept(&heads, &mut dead);
        if !grows(&mut parts, &kept, wanted) {
            let [meaning, words] = kept.map(|list| ended(list.candidates, wanted));
            return Ok(Candidates { meaning, words });
        }
    }
    Err(Error::new(
        ErrorKind::Storage,
        "calls change faster than they can be read",
    ))
}

type Shape = (Query, &'static str, Filter, SearchParams);

async fn by_meaning(
    collection: &Collection,
    vector: Option<&Vector>,
    filter: &Filter,
    search: Search,
) -> Result<Option<Shape>, Error> {
    let Some(vector) = vector else {
        return Ok(None);
    };
    let is_exact = match search {
        Search::Exact => true,
        Search::ByNumber => {
            let many = collection.count(filter.clone(), Counting::About).await?;
            many <= EXACT_UP_TO
        }
    };
    let params = if is_exact {
        SearchParams {
            exact: Some(true),
            ..SearchParams::default()
        }
    } else {
        SearchParams {
            hnsw_ef: Some(HNSW_EF),
            acorn: Some(AcornSearchParams {
                enable: Some(true),
                ..AcornSearchParams::default()
            }),
            ..SearchParams::default()
        }
    };
    let data = vector.as_slice().to_vec();
    let input = vector_input::Variant::Dense(DenseVector { data });
    Ok(Some((nearest(input), MEANING, filter.clone(), params)))
}

async fn by_words(
    collection: &Collection,
    words: Option<&str>,
    filter: &Filter,
) -> Result<Option<Shape>, Error> {
    let terms = collection.hasher.asked(words.unwrap_or_default());
    if terms.is_empty() {
        return Ok(None);
    }
    let corpus = of_tenant(&collection.tenant, A_PASSAGE);
    let count = |term: Term| {
        let mut holders = corpus.clone();
        holders.must.push(has_any(TERMS, [term]));
        async move {
            let holders = collection.count(holders, Counting::Exactly).await?;
            Ok::<_, Error>((term, holders))
        }
    };
    let counting = stream::iter(terms).map(count).buffered(COUNTED_AT_ONCE);
    let (passages, counted) = futures::try_join!(
        collection.count(corpus.clone(), Counting::Exactly),
        counting.try_collect::<Vec<_>>(),
    )?;
    let (common, rare): (Vec<_>, Vec<_>) = counted
        .into_iter()
        .filter(|(_, holders)| *holders > 0)
        .partition(|(_, holders)| is_common(*holders, passages));
    let proposing = if rare.is_empty() { &common } else { &rare };
    if proposing.is_empty() {
        return Ok(None);
    }
    let mut filter = filter.clone();
    let proposing = proposing.iter().map(|(term, _)| *term);
    filter.must.push(has_any(TERMS, proposing));
    // The server weighs each word by how rare it is among the tenant's passages.
    let all = common.iter().chain(&rare);
    let indices: BTreeSet<u32> = all.map(|(term, _)| sparse_index(*term)).collect();
    let input = vector_input::Variant::Sparse(SparseVector {
        values: vec![1.0; indices.len()],
        indices: indices.into_iter().collect(),
    });
    let params = SearchParams {
        idf: Some(IdfParams {
            corpus: Some(corpus),
        }),
        ..SearchParams::default()
    };
    Ok(Some((nearest(input), WORDS, filter, params)))
}

fn nearest(input: vector_input::Variant) -> Query {
    Query {
        variant: Some(Variant::Nearest(VectorInput {
            variant: Some(input),
        })),
    }
}

/// Asks both questions at once, without what is of dead generations.
async fn ask(
    collection: &Collection,
    parts: &[Option<Part>; 2],
    dead: &BTreeSet<String>,
) -> Result<[Option<List<ScoredPoint>>; 2], Error> {
    let query = |part: &Part| {
        let mut filter = part.filter.clone();
        if !dead.is_empty() {
            filter
                .must_not
                .push(is_any(GENERATION, dead.iter().cloned()));
        }
        QueryPoints {
            collection_name: collection.name.clone(),
            query: Some(part.query.clone()),
            using: Some(part.using.to_owned()),
            filter: Some(filter),
            params: Some(part.params.clone()),
            limit: Some(part.limit as u64),
            with_payload: Some(place_fields()),
            ..QueryPoints::default()
        }
    };
    let questions: Vec<QueryPoints> = parts.iter().flatten().map(query).collect();
    if questions.is_empty() {
        return Ok([None, None]);
    }
    let mut answers = collection.query(questions).await?.into_iter();
    Ok([0, 1].map(|which| {
        let part = parts.get(which)?.as_ref()?;
        let candidates = answers.next().map(|answer| answer.result)?;
        Some(List {
            is_cut: candidates.len() >= part.limit,
            candidates,
        })
    }))
}

/// A list, and whether there may be more.
struct List<T> {
    candidates: Vec<T>,
    is_cut: bool,
}

/// Candidates with the generation of each.
struct Found {
    lists: [List<(String, Candidate)>; 2],
    owners: BTreeSet<Owner>,
}

/// A list without what does not count.
struct Kept {
    candidates: Vec<Candidate>,
    is_cut: bool,
    /// Whether something was dropped.
    is_thinned: bool,
}

impl Found {
    fn read(lists: [Option<List<ScoredPoint>>; 2]) -> Result<Self, Error> {
        let mut owners = BTreeSet::new();
        let mut read = |list: Option<List<ScoredPoint>>| {
            let Some(List { candidates, is_cut }) = list else {
                return Ok(List {
                    candidates: Vec::new(),
                    is_cut: false,
                });
            };
            let mut read = Vec::with_capacity(candidates.len());
            for point in candidates.iter().filter(|point| point.score.is_finite()) {
                owners.insert(owner(&point.payload)?);
                let place = place(&point.payload)?;
                let generation = read_text(&point.payload, GENERATION)?;
                let score = point.score;
                read.push((generation, Candidate { place, score }));
            }
            Ok::<_, Error>(List {
                candidates: read,
                is_cut,
            })
        };
        let [meaning, words] = lists;
        let lists = [read(meaning)?, read(words)?];
        Ok(Self { lists, owners })
    }

    /// Keeps what the heads name, and notes the generations of the rest.
    fn kept(self, heads: &BTreeMap<Owner, Head>, dead: &mut BTreeSet<String>) -> [Kept; 2] {
        self.lists.map(|List { candidates, is_cut }| {
            let many = candidates.len();
            let counts = |(generation, candidate): (String, Candidate)| {
                let place = &candidate.place;
                let head = heads.get(&(place.call.clone(), place.text_revision));
                if head.is_some_and(|head| head.generation == generation) {
                    return Some(candidate);
                }
                dead.insert(generation);
                None
            };
            let candidates: Vec<_> = candidates.into_iter().filter_map(counts).collect();
            Kept {
                is_thinned: candidates.len() < many,
                candidates,
                is_cut,
            }
        })
    }
}

/// Whether more must be asked for: places were lost to what does not count, or the last one that is
/// wanted has equals beyond the end of the list.
fn grows(parts: &mut [Option<Part>; 2], kept: &[Kept; 2], wanted: usize) -> bool {
    let mut grows = false;
    for (part, list) in parts.iter_mut().zip(kept) {
        let Some(part) = part.as_mut().filter(|_| list.is_cut) else {
            continue;
        };
        if list.is_thinned {
            grows = true;
            continue;
        }
        let last_wanted = list.candidates.get(wanted - 1);
        let last = list.candidates.last();
        let has_equals = match (last_wanted, last) {
            (Some(wanted), Some(last)) => wanted.score <= last.score,
            _ => false,
        };
        if has_equals && part.limit < 2 * MOST {
            part.limit = (part.limit * 4).min(2 * MOST);
            grows = true;
        }
    }
    grows
}

fn ended(mut list: Vec<Candidate>, wanted: usize) -> Vec<Candidate> {
    list.sort_by(|a, b| order((a.score, a.place.id), (b.score, b.place.id)));
    list.truncate(wanted);
    list
}
