//! What of a segment is kept in memory: twenty bytes a passage, so that a question over
//! everything reads no columns.

use conversation::Period;
use jiff::Timestamp;
use tantivy::{DocId, SegmentReader};

use super::columns::Columns;
use super::failure::damaged;
use super::selection::Selection;
use super::vectors::VectorFile;
use crate::Error;

/// The columns that every question needs, of all documents of a segment. They never change.
pub(super) struct Kept {
    passages: Vec<Passage>,
    /// The seconds at which calls began, apart from the rest: few questions name a period.
    started: Vec<i64>,
}

#[derive(Clone, Copy)]
struct Passage {
    place: u32,
    sum: u32,
    length: u32,
}

/// No place: the vector is gone, as the passage is.
const NOWHERE: u32 = u32::MAX;

impl Kept {
    pub(super) fn read(
        segment: &SegmentReader,
        columns: &Columns,
        vectors: &VectorFile,
    ) -> Result<Self, Error> {
        let documents = segment.max_doc();
        let mut kept = Self {
            passages: Vec::with_capacity(documents as usize),
            started: Vec::with_capacity(documents as usize),
        };
        for document in 0..documents {
            let at = columns.row(document)?;
            // Of a deleted passage the vector may be gone.
            let place = vectors.place(at.row).ok().map(u32::try_from);
            kept.passages.push(Passage {
                place: place.and_then(Result::ok).unwrap_or(NOWHERE),
                sum: at.sum,
                length: columns.length(document)?,
            });
            kept.started.push(columns.started(document)?.as_second());
        }
        Ok(kept)
    }

    /// The place of the passage's vector.
    pub(super) fn place(&self, document: DocId) -> Result<u32, Error> {
        match self.passages.get(document as usize) {
            Some(passage) if passage.place != NOWHERE => Ok(passage.place),
            _ => Err(damaged("the index knows a vector that is not there")),
        }
    }

    /// The checksum of the passage's vector.
    pub(super) fn sum(&self, document: DocId) -> u32 {
        let passage = self.passages.get(document as usize);
        passage.map_or(0, |passage| passage.sum)
    }

    /// The number of words of the passage.
    pub(super) fn length(&self, document: DocId) -> u32 {
        let passage = self.passages.get(document as usize);
        passage.map_or(0, |passage| passage.length)
    }

    /// Whether the call began in a period; `None` if its second alone does not tell.
    pub(super) fn began_in(&self, document: DocId, period: &Period) -> Option<bool> {
        let second = *self.started.get(document as usize)?;
        let from = period.from().map(Timestamp::as_second);
        let to = period.to().map(Timestamp::as_second);
        if from == Some(second) || to == Some(second) {
            return None;
        }
        Some(from.is_none_or(|from| from < second) && to.is_none_or(|to| second < to))
    }
}

/// What of a segment is not deleted.
pub(super) struct Alive {
    pub(super) selection: Selection,
    pub(super) passages: u64,
    pub(super) words: u64,
}

impl Alive {
    pub(super) fn read(segment: &SegmentReader, kept: &Kept) -> Result<Self, Error> {
        let mut alive = Self {
            selection: Selection::none(segment.max_doc()),
            passages: 0,
            words: 0,
        };
        for document in segment.doc_ids_alive() {
            kept.place(document)?; // who is alive has a vector
            alive.selection.add(document);
            alive.passages += 1;
            alive.words += u64::from(kept.length(document));
        }
        Ok(alive)
    }
}
