//! One commit as a reader sees it: it never changes, whatever is written meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use conversation::{CallId, PassageId};
use tantivy::schema::Field;
use tantivy::{DocId, Index, IndexReader, SegmentReader};

use super::columns::Columns;
use super::commit::Committed;
use super::documents::{CALL, Fields, owner_term};
use super::failure::{damaged, index_failure};
use super::folder::Folder;
use super::selection::{Selection, Selector};
use super::vectors::{Access, VectorFile};
use super::{meaning, wording};
use crate::batch::Owner;
use crate::best::Best;
use crate::bm25::{Plan, Statistics};
use crate::words::{Hasher, Term};
use crate::{Candidate, Candidates, Error, Holding, HoldingPage, Question};

/// A reader tries this often to see one commit while another is being made.
const ATTEMPTS: usize = 64;

/// One commit, open for reading.
pub(super) struct Snapshot {
    /// Tantivy's number of the commit.
    pub(super) commit: u64,
    pub(super) committed: Committed,
    pub(super) vectors: Arc<VectorFile>,
    segments: Vec<Part>,
    all: Statistics,
    fields: Fields,
}

/// A segment of tantivy with its columns.
struct Part {
    segment: SegmentReader,
    columns: Columns,
}

impl Snapshot {
    /// Opens the newest commit; `before` lends its open file if that is still the one.
    pub(super) fn newest(
        folder: &Folder,
        index: &Index,
        reader: &IndexReader,
        fields: &Fields,
        dimensions: NonZeroUsize,
        before: Option<&Self>,
    ) -> Result<Self, Error> {
        for _ in 0..ATTEMPTS {
            let metas = index.load_metas().map_err(unread)?;
            let committed = Committed::from_payload(metas.payload.as_deref())?;
            reader.reload().map_err(unread)?;
            if index.load_metas().map_err(unread)?.opstamp != metas.opstamp {
                continue; // another commit came between
            }
            let vectors = match before {
                Some(before) if before.vectors.generation() == committed.generation => {
                    Some(Arc::clone(&before.vectors))
                }
                _ => VectorFile::open(folder, committed.generation, dimensions, Access::Read)?
                    .map(Arc::new),
            };
            let Some(vectors) = vectors else {
                continue; // a compaction has just replaced it
            };
            vectors.reaches(committed.next_row)?;
            return Self::open(metas.opstamp, committed, vectors, reader, fields);
        }
        Err(damaged("vectors of the newest commit are missing"))
    }

    fn open(
        commit: u64,
        committed: Committed,
        vectors: Arc<VectorFile>,
        reader: &IndexReader,
        fields: &Fields,
    ) -> Result<Self, Error> {
        let mut segments = Vec::new();
        let mut all = Statistics::default();
        for segment in reader.searcher().segment_readers() {
            let columns = Columns::open(segment)?;
            for document in segment.doc_ids_alive() {
                all.passages += 1;
                all.words += u64::from(columns.length(document)?);
            }
            segments.push(Part {
                segment: segment.clone(),
                columns,
            });
        }
        Ok(Self {
            commit,
            committed,
            vectors,
            segments,
            all,
            fields: fields.clone(),
        })
    }

    /// Whether this is still the newest commit.
    pub(super) fn is_newest(&self, index: &Index) -> Result<bool, Error> {
        let metas = index.load_metas().map_err(unread)?;
        Ok(metas.opstamp == self.commit)
    }

    /// The two candidate lists.
    pub(super) fn recall(&self, question: &Question, hasher: &Hasher) -> Result<Candidates, Error> {
        let plan = match &question.words {
            Some(words) => Some(self.plan(&hasher.asked(words))?),
            None => None,
        };
        let mut meaning = Best::new(question.candidates);
        let mut words = Best::new(question.candidates);
        for part in &self.segments {
            let selection = part
                .selector(&self.fields, hasher)
                .select(&question.filter)?;
            if selection.is_empty() {
                continue;
            }
            let Part { segment, columns } = part;
            if let Some(asked) = &question.meaning {
                let asked = asked.as_slice();
                meaning::scan(
                    asked,
                    &self.vectors,
                    columns,
                    &selection,
                    |document, score| {
                        meaning.offer(score, (part, document), || columns.id(document))
                    },
                )?;
            }
            if let Some(plan) = &plan {
                let fields = &self.fields;
                wording::score(
                    plan,
                    segment,
                    fields,
                    columns,
                    &selection,
                    |document, score| words.offer(score, (part, document), || columns.id(document)),
                )?;
            }
        }
        Ok(Candidates {
            meaning: placed(meaning)?,
            words: placed(words)?,
        })
    }

    fn plan(&self, asked: &[Term]) -> Result<Plan, Error> {
        let mut terms = Vec::with_capacity(asked.len());
        for term in asked {
            let mut holders = 0;
            for part in &self.segments {
                holders += wording::holders(&part.segment, &self.fields, *term)?;
            }
            terms.push((*term, holders));
        }
        Ok(Plan::new(terms, self.all))
    }

    /// What is held of the next calls, ordered by call and revision.
    pub(super) fn holdings(
        &self,
        after: Option<&CallId>,
        most: NonZeroUsize,
        hasher: &Hasher,
    ) -> Result<HoldingPage, Error> {
        // One more than is told, to know whether the page is the last.
        let enough = most.saturating_add(1).get();
        let mut calls: BTreeSet<CallId> = BTreeSet::new();
        for Part { columns, .. } in &self.segments {
            columns.calls_after(after, enough, &mut calls)?;
            while calls.len() > enough {
                calls.pop_last();
            }
        }
        let next = (calls.len() == enough).then(|| {
            calls.pop_last();
            calls.last().cloned()
        });

        let mut held: BTreeMap<Owner, Holding> = BTreeMap::new();
        let of_calls = calls.iter().map(|call| hasher.fact(CALL, call.as_str()));
        let of_calls: Vec<Term> = of_calls.collect();
        for part in &self.segments {
            let columns = &part.columns;
            let mut named: BTreeMap<u64, CallId> = BTreeMap::new();
            let selector = part.selector(&self.fields, hasher);
            let holders = selector.holders(self.fields.facts, of_calls.iter().copied())?;
            let is_alive = |document: &DocId| !part.segment.is_deleted(*document);
            for document in holders.iter().filter(is_alive) {
                let ord = columns.call_ord(document)?;
                let call = match named.get(&ord) {
                    Some(call) => call.clone(),
                    None => named.entry(ord).or_insert(columns.call(document)?).clone(),
                };
                let revision = columns.revision(document)?;
                if let Some(holding) = held.get_mut(&(call.clone(), revision)) {
                    holding.passages += 1;
                } else {
                    let hash = columns.facts_hash(document)?;
                    let holding = Holding::new(call.clone(), revision, hash, 1);
                    held.insert((call, revision), holding);
                }
            }
        }
        Ok(HoldingPage {
            held: held.into_values().collect(),
            next: next.flatten(),
        })
    }

    /// The rows of the passages that are held of a call's text revision.
    pub(super) fn rows_of(
        &self,
        owner: &Owner,
        hasher: &Hasher,
    ) -> Result<BTreeMap<PassageId, u64>, Error> {
        let mut rows = BTreeMap::new();
        self.each_holder(hasher, &[owner_term(hasher, owner)], |columns, document| {
            rows.insert(columns.id(document)?, columns.row(document)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Gives every passage that has one of these facts to `take`.
    pub(super) fn each_holder(
        &self,
        hasher: &Hasher,
        facts: &[Term],
        mut take: impl FnMut(&Columns, DocId) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for part in &self.segments {
            let selector = part.selector(&self.fields, hasher);
            let field: Field = self.fields.facts;
            let holders = selector.holders(field, facts.iter().copied())?;
            let is_alive = |document: &DocId| !part.segment.is_deleted(*document);
            for document in holders.iter().filter(is_alive) {
                take(&part.columns, document)?;
            }
        }
        Ok(())
    }

    /// The rows of all passages, rising.
    pub(super) fn rows(&self) -> Result<Vec<u64>, Error> {
        let mut rows = Vec::new();
        for Part { segment, columns } in &self.segments {
            for document in Selection::alive(segment).iter() {
                rows.push(columns.row(document)?);
            }
        }
        rows.sort_unstable();
        Ok(rows)
    }

    /// How many passages are held.
    pub(super) fn passages(&self) -> u64 {
        self.all.passages
    }

    /// How many documents are deleted, but still in the files.
    pub(super) fn deleted(&self) -> u64 {
        let deleted = self
            .segments
            .iter()
            .map(|part| part.segment.num_deleted_docs());
        deleted.map(u64::from).sum()
    }
}

impl Part {
    fn selector<'a>(&'a self, fields: &'a Fields, hasher: &'a Hasher) -> Selector<'a> {
        Selector {
            segment: &self.segment,
            columns: &self.columns,
            fields,
            hasher,
        }
    }
}

fn placed(best: Best<(&Part, DocId)>) -> Result<Vec<Candidate>, Error> {
    best.into_sorted()
        .map(|(score, (part, document))| {
            let place = part.columns.place(document)?;
            Ok(Candidate { place, score })
        })
        .collect()
}

fn unread(error: tantivy::TantivyError) -> Error {
    index_failure("cannot read the index", error)
}
