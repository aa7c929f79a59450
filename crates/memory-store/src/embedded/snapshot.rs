//! One commit as a reader sees it: it never changes, whatever is written meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use conversation::{CallId, PassageId};
use half::f16;
use tantivy::schema::Field;
use tantivy::{DocId, Index, IndexReader, SegmentReader};

use super::columns::Columns;
use super::commit::Committed;
use super::documents::{CALL, Fields, owner_term};
use super::failure::{damaged, index_failure};
use super::folder::Folder;
use super::kept::{Alive, Kept};
use super::mapped::Mapped;
use super::meaning::{COMPARED_AT_ONCE, Comparison, nearest_of};
use super::selection::{Selection, Selector};
use super::vectors::{Access, Row, VectorFile};
use super::{meaning, wording};
use crate::batch::Owner;
use crate::best::Best;
use crate::bm25::{Plan, Statistics};
use crate::codes::{self, Chosen, Codes, Tables};
use crate::words::{Hasher, Term};
use crate::{Candidate, Candidates, Error, Holding, HoldingPage, Question};

/// A reader tries this often to see one commit while another is being made.
const ATTEMPTS: usize = 64;

/// One commit, open for reading.
pub(super) struct Snapshot {
    /// Tantivy's number of the commit.
    pub(super) commit: u64,
    pub(super) committed: Committed,
    vectors: Arc<VectorFile>,
    map: Arc<Mapped>,
    dimensions: usize,
    parts: Vec<Part>,
    all: Statistics,
    fields: Fields,
    codes: Mutex<Coded>,
}

/// A segment of tantivy, with what is kept of it in memory.
struct Part {
    segment: SegmentReader,
    columns: Columns,
    kept: Arc<Kept>,
    alive: Arc<Alive>,
    /// How many passages that are not deleted hold a term that was asked for before.
    holders: Arc<Mutex<BTreeMap<Term, u64>>>,
}

/// So many terms of questions are remembered.
const TERMS_REMEMBERED: usize = 4_096;

/// The codes of all rows, made when a question needs them for the first time.
enum Coded {
    /// The codes of an earlier commit: rows are only ever added to them.
    Before(Option<Codes>),
    All(Arc<Coding>),
}

/// The codes of all rows, and whose each row is.
struct Coding {
    codes: Codes,
    /// The part and the document of each place; for one that is nobody's, no part.
    owners: Vec<(u32, DocId)>,
}

const NOBODY: (u32, DocId) = (u32::MAX, 0);

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
            return Self::open(
                metas.opstamp,
                committed,
                vectors,
                dimensions,
                reader,
                fields,
                before,
            );
        }
        Err(damaged("vectors of the newest commit are missing"))
    }

    fn open(
        commit: u64,
        committed: Committed,
        vectors: Arc<VectorFile>,
        dimensions: NonZeroUsize,
        reader: &IndexReader,
        fields: &Fields,
        before: Option<&Self>,
    ) -> Result<Self, Error> {
        // What a commit before this one holds in memory still holds, unless rows have moved.
        let before = before.filter(|before| {
            before.committed.generation == committed.generation
                && before.committed.next_row <= committed.next_row
        });
        let map = match before {
            Some(before) if before.committed == committed => Arc::clone(&before.map),
            _ => Arc::new(vectors.map(committed.next_row)?),
        };
        let mut parts = Vec::new();
        let mut all = Statistics::default();
        for segment in reader.searcher().segment_readers() {
            let part = Part::open(segment, &vectors, before)?;
            all.passages += part.alive.passages;
            all.words += part.alive.words;
            parts.push(part);
        }
        let codes = before.and_then(|before| match &*locked(&before.codes) {
            Coded::Before(codes) => codes.clone(),
            Coded::All(coding) => Some(coding.codes.clone()),
        });
        Ok(Self {
            commit,
            committed,
            vectors,
            map,
            dimensions: dimensions.get(),
            parts,
            all,
            fields: fields.clone(),
            codes: Mutex::new(Coded::Before(codes)),
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
        let mut selections = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let selector = part.selector(&self.fields, hasher);
            selections.push((part, selector.select(&question.filter)?));
        }
        let meaning = match &question.meaning {
            Some(asked) => self.nearest(asked.as_slice(), question, &selections)?,
            None => Vec::new(),
        };
        let mut words = Best::new(question.candidates);
        if let Some(plan) = &plan {
            for (part, selection) in &selections {
                if selection.is_empty() {
                    continue;
                }
                let Part {
                    segment,
                    columns,
                    kept,
                    ..
                } = *part;
                wording::score(
                    plan,
                    segment,
                    &self.fields,
                    kept,
                    selection,
                    |document, score| {
                        words.offer(score, (*part, document), || columns.id(document))
                    },
                )?;
            }
        }
        Ok(Candidates {
            meaning,
            words: placed(words)?,
        })
    }

    /// The selected passages whose vectors are nearest.
    fn nearest(
        &self,
        asked: &[f32],
        question: &Question,
        selections: &[(&Part, Selection)],
    ) -> Result<Vec<Candidate>, Error> {
        let selected: usize = selections.iter().map(|(_, these)| these.count()).sum();
        let mut comparison = Comparison::new(asked, &self.map);
        let mut best = Best::new(question.candidates);
        let mut compare = |part, document| {
            let Part { kept, columns, .. }: &Part = part;
            let place = kept.place(document)?;
            match comparison.cosine(place, kept.sum(document))? {
                Some(score) => best.offer(score, (part, document), || columns.id(document)),
                None => Ok(()),
            }
        };
        if selected <= COMPARED_AT_ONCE {
            for (part, selection) in selections {
                for document in selection.iter() {
                    compare(*part, document)?;
                }
            }
            return placed(best);
        }

        let coding = self.coding()?;
        let mut chosen = Chosen::none(coding.codes.rows());
        for (part, selection) in selections {
            for document in selection.iter() {
                chosen.add(part.kept.place(document)?);
            }
        }
        let most = nearest_of(
            coding.codes.rows(),
            question.sure.get(),
            question.candidates.get(),
        );
        for place in codes::nearest(&coding.codes, &Tables::new(asked), &chosen, most) {
            let owner = coding.owners.get(place as usize);
            let owner = owner
                .and_then(|(part, document)| Some((self.parts.get(*part as usize)?, *document)));
            if let Some((part, document)) = owner {
                compare(part, document)?;
            }
        }
        placed(best)
    }

    /// The codes of all rows; each vector is checked when its code is made.
    fn coding(&self) -> Result<Arc<Coding>, Error> {
        let mut coded = locked(&self.codes);
        let before = match &*coded {
            Coded::All(coding) => return Ok(Arc::clone(coding)),
            Coded::Before(codes) => codes.clone(),
        };
        let places = self.vectors.places(self.committed.next_row);
        let places =
            usize::try_from(places).map_err(|_| damaged("the index speaks of too many vectors"))?;
        let mut owners = vec![NOBODY; places];
        for (number, part) in (0..).zip(&self.parts) {
            for document in part.alive.selection.iter() {
                let place = part.kept.place(document)?;
                if let Some(owner) = owners.get_mut(place as usize) {
                    *owner = (number, document);
                }
            }
        }
        let mut codes = before.unwrap_or_else(|| Codes::new(self.dimensions));
        let erased = vec![f16::ZERO; self.dimensions];
        for (place, (part, document)) in (0..).zip(&owners).skip(codes.rows()) {
            let row = match self.parts.get(*part as usize) {
                Some(part) => {
                    meaning::checked(&self.map, self.dimensions, place, part.kept.sum(*document))?
                }
                None => None,
            };
            codes.push(row.unwrap_or(&erased));
        }
        let coding = Arc::new(Coding { codes, owners });
        *coded = Coded::All(Arc::clone(&coding));
        Ok(coding)
    }

    fn plan(&self, asked: &[Term]) -> Result<Plan, Error> {
        let mut terms = Vec::with_capacity(asked.len());
        for term in asked {
            let mut holders = 0;
            for part in &self.parts {
                holders += part.holders(&self.fields, *term)?;
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
        for Part { columns, .. } in &self.parts {
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
        for part in &self.parts {
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
    ) -> Result<BTreeMap<PassageId, Row>, Error> {
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
        for part in &self.parts {
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
        for part in &self.parts {
            for document in part.alive.selection.iter() {
                rows.push(part.columns.row(document)?.row);
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
            .parts
            .iter()
            .map(|part| part.segment.num_deleted_docs());
        deleted.map(u64::from).sum()
    }
}

impl Part {
    /// Opens a segment; a commit before may lend what it has of the same segment.
    fn open(
        segment: &SegmentReader,
        vectors: &VectorFile,
        before: Option<&Snapshot>,
    ) -> Result<Self, Error> {
        let columns = Columns::open(segment)?;
        let before = before.and_then(|before| {
            let mut parts = before.parts.iter();
            parts.find(|part| part.segment.segment_id() == segment.segment_id())
        });
        let kept = match before {
            Some(before) => Arc::clone(&before.kept),
            None => Arc::new(Kept::read(segment, &columns, vectors)?),
        };
        let (alive, holders) = match before {
            Some(before) if before.segment.delete_opstamp() == segment.delete_opstamp() => {
                (Arc::clone(&before.alive), Arc::clone(&before.holders))
            }
            _ => (Arc::new(Alive::read(segment, &kept)?), Arc::default()),
        };
        Ok(Self {
            segment: segment.clone(),
            columns,
            kept,
            alive,
            holders,
        })
    }

    /// How many passages hold a term. (With deleted ones among them this takes a walk through all
    /// that hold it, which for a common word is longer than the rest of a question.)
    fn holders(&self, fields: &Fields, term: Term) -> Result<u64, Error> {
        if let Some(holders) = locked(&self.holders).get(&term) {
            return Ok(*holders);
        }
        let holders = wording::holders(&self.segment, fields, term)?;
        let mut remembered = locked(&self.holders);
        if remembered.len() >= TERMS_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(term, holders);
        Ok(holders)
    }

    fn selector<'a>(&'a self, fields: &'a Fields, hasher: &'a Hasher) -> Selector<'a> {
        Selector {
            segment: &self.segment,
            columns: &self.columns,
            kept: &self.kept,
            alive: &self.alive,
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What it guards is replaced as a whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unread(error: tantivy::TantivyError) -> Error {
    index_failure("cannot read the index", error)
}
