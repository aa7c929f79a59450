//! The one that writes: rows first, then the commit that makes them known.
//!
//! The commit of tantivy is the commit of the store. What was appended to the file of vectors and
//! never committed is cut off before the next append, so a process may die anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::num::NonZeroUsize;
use std::sync::Arc;

use conversation::CallId;
use half::f16;
use tantivy::query::AllQuery;
use tantivy::{Index, IndexReader, IndexWriter};

use super::commit::Committed;
use super::documents::{CALL, CallTerms, Fields, PERSON, WORKSPACE, index_term, owner_term};
use super::failure::{damaged, index_failure, io_failure};
use super::folder::Folder;
use super::snapshot::Snapshot;
use super::vectors::{Access, Row, VectorFile, halved, sum_of};
use crate::batch::{Owner, ReadyCall, ReadyPoint, vector_missing};
use crate::words::{Hasher, Term};
use crate::{Error, Forget};

/// What tantivy may hold in memory before it writes a segment.
const BUFFER_BYTES: usize = 32 * 1024 * 1024;
/// One thread hashes and one indexes; more would take the cores from the embedder.
const INDEX_THREADS: usize = 1;

/// The writing half of an embedded store.
pub(super) struct Writer {
    _lock: File,
    pub(super) folder: Folder,
    pub(super) index: Index,
    reader: IndexReader,
    pub(super) fields: Fields,
    dimensions: NonZeroUsize,
    hasher: Hasher,
    /// Made when it is needed, and again after an error: what it held is then forgotten.
    words: Option<IndexWriter>,
    /// The newest commit, with its vectors open for writing.
    pub(super) newest: Arc<Snapshot>,
    pub(super) vectors: VectorFile,
    /// An error came between a forgetting and the overwriting of its vectors.
    owes_erasing: bool,
}

impl Writer {
    /// Takes over a folder whose lock is held: sees the newest commit and clears away what a
    /// killed process left.
    pub(super) fn new(
        lock: File,
        folder: Folder,
        index: Index,
        reader: IndexReader,
        fields: Fields,
        dimensions: NonZeroUsize,
        hasher: Hasher,
    ) -> Result<Self, Error> {
        let newest = Snapshot::newest(&folder, &index, &reader, &fields, dimensions, None)?;
        let vectors = for_writing(&folder, newest.committed, dimensions)?;
        vectors.cut(newest.committed.next_row)?;
        folder
            .remove_other_generations(newest.committed.generation)
            .map_err(|e| io_failure("cannot clear the index folder", e))?;
        let writer = Self {
            _lock: lock,
            folder,
            index,
            reader,
            fields,
            dimensions,
            hasher,
            words: None,
            newest: Arc::new(newest),
            vectors,
            owes_erasing: false,
        };
        writer.erase_unknown_rows()?;
        Ok(writer)
    }

    /// Writes calls in one commit; gives the number of points.
    pub(super) fn write(&mut self, batch: &BTreeMap<Owner, ReadyCall>) -> Result<u64, Error> {
        self.catch_up()?;
        let before = self.newest.committed;
        let mut rows = NewRows {
            next: before.next_row,
            values: Vec::new(),
        };
        let mut points = 0;
        let mut documents = Vec::with_capacity(batch.len());
        for (owner, call) in batch {
            let held = self.newest.rows_of(owner, &self.hasher)?;
            let mut of_call = Vec::with_capacity(call.points.len());
            for point in &call.points {
                let held = held.get(&point.place.id).copied();
                of_call.push((point, self.row_for(point, held, &mut rows)?));
                points += 1;
            }
            documents.push((owner, &call.facts, of_call));
        }

        if !rows.values.is_empty() {
            self.vectors.append(before.next_row, &rows.values)?;
        }
        let committed = Committed {
            next_row: rows.next,
            ..before
        };
        self.commit(committed, |words, fields, hasher| {
            for (owner, facts, points) in documents {
                words.delete_term(index_term(fields.facts, owner_term(hasher, owner)));
                let call = CallTerms::new(facts, hasher);
                for (point, at) in points {
                    let document = fields.document(&call, point, at)?;
                    words.add_document(document).map_err(unwritten)?;
                }
            }
            Ok(())
        })?;
        self.compact_if_due();
        Ok(points)
    }

    /// Drops points in one commit and overwrites their vectors; gives their number.
    pub(super) fn forget(&mut self, which: Forget) -> Result<u64, Error> {
        self.catch_up()?;
        if self.owes_erasing {
            self.erase_unknown_rows()?;
            self.owes_erasing = false;
        }
        let Some(facts) = self.facts_of(which)? else {
            let rows = self.newest.rows()?;
            return self.drop_rows(&rows, |words| {
                words.delete_query(Box::new(AllQuery)).map(drop)
            });
        };
        let mut rows = Vec::new();
        self.newest
            .each_holder(&self.hasher, &facts, |columns, document| {
                rows.push(columns.row(document)?.row);
                Ok(())
            })?;
        let field = self.fields.facts;
        self.drop_rows(&rows, |words| {
            for fact in facts {
                words.delete_term(index_term(field, fact));
            }
            Ok(())
        })
    }

    /// What the passages to forget have in common; `None` if it is everything.
    fn facts_of(&self, which: Forget) -> Result<Option<Vec<Term>>, Error> {
        let hasher = &self.hasher;
        Ok(Some(match which {
            Forget::Call(call) => vec![hasher.fact(CALL, call.as_str())],
            Forget::Calls(calls) => {
                let calls: BTreeSet<CallId> = calls.into_iter().collect();
                let calls = calls.iter().map(|call| hasher.fact(CALL, call.as_str()));
                calls.collect()
            }
            Forget::Revision(call, revision) => vec![owner_term(hasher, &(call, revision))],
            Forget::Workspace(workspace) => vec![hasher.fact(WORKSPACE, workspace.as_str())],
            Forget::Person(person) => {
                let mut calls: BTreeSet<CallId> = BTreeSet::new();
                let person = [hasher.fact(PERSON, &person.0)];
                self.newest
                    .each_holder(hasher, &person, |columns, document| {
                        calls.insert(columns.call(document)?);
                        Ok(())
                    })?;
                let calls = calls.iter().map(|call| hasher.fact(CALL, call.as_str()));
                calls.collect()
            }
            Forget::All => return Ok(None),
        }))
    }

    fn drop_rows(
        &mut self,
        rows: &[u64],
        delete: impl FnOnce(&IndexWriter) -> tantivy::Result<()>,
    ) -> Result<u64, Error> {
        if rows.is_empty() {
            return Ok(0);
        }
        let committed = self.newest.committed;
        self.owes_erasing = true;
        self.commit(committed, |words, _, _| delete(words).map_err(unwritten))?;
        // Only now: before the commit they were acknowledged, and a kill would have lost them.
        let places = rows.iter().map(|row| self.vectors.place(*row));
        self.vectors.erase(places.collect::<Result<Vec<_>, _>>()?)?;
        self.owes_erasing = false;
        self.compact_if_due();
        Ok(rows.len() as u64)
    }

    /// Makes changes and commits them; after an error nothing of them is left.
    pub(super) fn commit(
        &mut self,
        committed: Committed,
        change: impl FnOnce(&IndexWriter, &Fields, &Hasher) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut words = match self.words.take() {
            Some(words) => words,
            None => self.words()?,
        };
        // On an early return the writer is dropped, and with it what is not committed.
        change(&words, &self.fields, &self.hasher)?;
        let mut prepared = words.prepare_commit().map_err(unwritten)?;
        prepared.set_payload(&committed.to_payload());
        prepared.commit().map_err(unwritten)?;
        self.words = Some(words);
        self.refresh()
    }

    /// A new writer of tantivy.
    ///
    /// It first removes the files of a commit that was broken off: tantivy gives the next commit
    /// the same number, would write the same `.del` file, and fail because it is there.
    pub(super) fn words(&self) -> Result<IndexWriter, Error> {
        let words = self
            .index
            .writer_with_num_threads(INDEX_THREADS, BUFFER_BYTES)
            .map_err(unwritten)?;
        words.garbage_collect_files().wait().map_err(unwritten)?;
        Ok(words)
    }

    /// Takes the writer of tantivy away, to end its merges or to change how it merges.
    pub(super) fn take_words(&mut self) -> Option<IndexWriter> {
        self.words.take()
    }

    /// Sees the newest commit, if an error came between making it and seeing it.
    pub(super) fn catch_up(&mut self) -> Result<(), Error> {
        if self.newest.is_newest(&self.index)? {
            Ok(())
        } else {
            self.refresh()
        }
    }

    fn refresh(&mut self) -> Result<(), Error> {
        let newest = Snapshot::newest(
            &self.folder,
            &self.index,
            &self.reader,
            &self.fields,
            self.dimensions,
            Some(&self.newest),
        )?;
        if newest.committed.generation != self.vectors.generation() {
            self.vectors = for_writing(&self.folder, newest.committed, self.dimensions)?;
        }
        self.newest = Arc::new(newest);
        Ok(())
    }

    /// The row of a point's vector: the one it has, if the vector is the same, or a new one.
    fn row_for(
        &self,
        point: &ReadyPoint,
        held: Option<Row>,
        rows: &mut NewRows,
    ) -> Result<Row, Error> {
        let Some(vector) = &point.vector else {
            return held.ok_or_else(|| vector_missing(&point.place));
        };
        let halves = halved(vector.as_slice());
        let sum = sum_of(bytemuck::cast_slice(&halves));
        if let Some(held) = held.filter(|held| held.sum == sum) {
            let place = self.vectors.place(held.row)?;
            if self.vectors.read(place..place + 1)? == halves {
                return Ok(held);
            }
        }
        rows.values.extend(halves);
        rows.next += 1;
        Ok(Row {
            row: rows.next - 1,
            sum,
        })
    }

    /// Overwrites what no passage points to: a killed process may not have come to it.
    fn erase_unknown_rows(&self) -> Result<(), Error> {
        let known: Vec<u64> = self
            .newest
            .rows()?
            .into_iter()
            .map(|row| self.vectors.place(row))
            .collect::<Result<_, _>>()?;
        let mut known = known.into_iter().peekable();
        let places = self.vectors.places(self.newest.committed.next_row);
        let mut unknown = (0..places)
            .filter(|place| known.next_if_eq(place).is_none())
            .peekable();
        if unknown.peek().is_none() {
            return Ok(());
        }
        self.vectors.erase(unknown)
    }
}

/// Vectors that will be appended.
struct NewRows {
    next: u64,
    values: Vec<f16>,
}

fn for_writing(
    folder: &Folder,
    committed: Committed,
    dimensions: NonZeroUsize,
) -> Result<VectorFile, Error> {
    let file = VectorFile::open(folder, committed.generation, dimensions, Access::Write)?;
    file.ok_or_else(|| damaged("vectors of the index are missing"))
}

pub(super) fn unwritten(error: tantivy::TantivyError) -> Error {
    index_failure("cannot write the index", error)
}
