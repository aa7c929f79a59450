//! The candidates by words: BM25 over the hashed terms of every segment.
//!
//! Statistics count what is not deleted, and a passage's length is its own, not tantivy's rounded
//! one, so a score here is the score of the reference store to the last bit.

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::documents::{Fields, index_term};
use super::failure::{index_failure, io_failure};
use super::kept::Kept;
use super::selection::{Selection, reaches};
use crate::Error;
use crate::bm25::Plan;
use crate::words::Term;

/// The number of passages of a segment that hold a term.
pub(super) fn holders(segment: &SegmentReader, fields: &Fields, term: Term) -> Result<u64, Error> {
    let index = segment.inverted_index(fields.words).map_err(unopened)?;
    let term = index_term(fields.words, term);
    let Some(alive) = segment.alive_bitset() else {
        let count = index.doc_freq(&term).map_err(unread)?;
        return Ok(u64::from(count));
    };
    let postings = index
        .read_postings(&term, IndexRecordOption::Basic)
        .map_err(unread)?;
    Ok(postings.map_or(0, |postings| {
        u64::from(postings.doc_freq_given_deletes(alive))
    }))
}

/// Gives the BM25 of every selected document that the plan proposes to `take`.
pub(super) fn score(
    plan: &Plan,
    segment: &SegmentReader,
    fields: &Fields,
    kept: &Kept,
    selection: &Selection,
    mut take: impl FnMut(DocId, f32) -> Result<(), Error>,
) -> Result<(), Error> {
    let index = segment.inverted_index(fields.words).map_err(unopened)?;
    let postings = |term| {
        index
            .read_postings(
                &index_term(fields.words, term),
                IndexRecordOption::WithFreqs,
            )
            .map_err(unread)
    };
    let mut found = Found::new(segment.max_doc());

    for weighed in &plan.proposing {
        let Some(mut postings) = postings(weighed.term)? else {
            continue;
        };
        let mut document = postings.doc();
        while document != TERMINATED {
            if selection.contains(document) {
                let length = kept.length(document);
                found.add(document, plan.score(*weighed, postings.term_freq(), length));
            }
            document = postings.advance();
        }
    }
    found.documents.sort_unstable();
    for weighed in &plan.scoring {
        let Some(mut postings) = postings(weighed.term)? else {
            continue;
        };
        for document in &found.documents {
            if reaches(&mut postings, *document) {
                let length = kept.length(*document);
                let score = plan.score(*weighed, postings.term_freq(), length);
                found.scores.add(*document, score);
            }
        }
    }
    for document in found.documents {
        take(document, found.scores.of(document))?;
    }
    Ok(())
}

/// The documents found so far with their scores.
struct Found {
    documents: Vec<DocId>,
    scores: Scores,
}

impl Found {
    fn new(documents: DocId) -> Self {
        Self {
            documents: Vec::new(),
            scores: Scores(vec![0.0; documents as usize]),
        }
    }

    fn add(&mut self, document: DocId, score: f32) {
        // No term scores 0: a document without a score was not found before.
        if self.scores.of(document) == 0.0 {
            self.documents.push(document);
        }
        self.scores.add(document, score);
    }
}

/// One score a document of the segment.
struct Scores(Vec<f32>);

impl Scores {
    fn of(&self, document: DocId) -> f32 {
        self.0.get(document as usize).copied().unwrap_or(0.0)
    }

    fn add(&mut self, document: DocId, score: f32) {
        if let Some(sum) = self.0.get_mut(document as usize) {
            *sum += score;
        }
    }
}

fn unopened(error: tantivy::TantivyError) -> Error {
    index_failure("cannot read the terms of the index", error)
}

fn unread(error: std::io::Error) -> Error {
    io_failure("cannot read a term of the index", error)
}
