//! A filter into the set of documents of a segment that may be candidates.

use access::{PrivateCalls, Rows};
use conversation::{AccountId, CallId, UserId, WorkspaceId};
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, SegmentReader};

use super::columns::Columns;
use super::documents::{ACCOUNT, CALL, Fields, PRIVATE, SIDE, TAG, USER, WORKSPACE, index_term};
use super::failure::{index_failure, io_failure};
use super::kept::{Alive, Kept};
use crate::words::{Hasher, Phrase, Term};
use crate::{Error, Filter};

/// A set of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    bits: Vec<u64>,
}

impl Selection {
    pub(super) fn none(documents: DocId) -> Self {
        Self {
            bits: vec![0; documents.div_ceil(64) as usize],
        }
    }

    pub(super) fn add(&mut self, document: DocId) {
        if let Some(word) = self.bits.get_mut((document / 64) as usize) {
            *word |= 1 << (document % 64);
        }
    }

    fn remove(&mut self, document: DocId) {
        if let Some(word) = self.bits.get_mut((document / 64) as usize) {
            *word &= !(1 << (document % 64));
        }
    }

    pub(super) fn contains(&self, document: DocId) -> bool {
        self.bits
            .get((document / 64) as usize)
            .is_some_and(|word| word >> (document % 64) & 1 == 1)
    }

    fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *mine &= theirs;
        }
    }

    fn drop_all(&mut self, other: &Self) {
        for (mine, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *mine &= !theirs;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    /// How many documents there are.
    pub(super) fn count(&self) -> usize {
        self.bits
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The documents, rising.
    pub(super) fn iter(&self) -> impl Iterator<Item = DocId> {
        (0..).zip(&self.bits).flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                (left != 0).then(|| {
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// Makes selections in one segment.
pub(super) struct Selector<'a> {
    pub(super) segment: &'a SegmentReader,
    pub(super) columns: &'a Columns,
    pub(super) kept: &'a Kept,
    pub(super) alive: &'a Alive,
    pub(super) fields: &'a Fields,
    pub(super) hasher: &'a Hasher,
}

impl Selector<'_> {
    /// The documents that a filter lets through.
    pub(super) fn select(&self, filter: &Filter) -> Result<Selection, Error> {
        let mut selection = self.alive.selection.clone();
        if let Rows::Of(users) = filter.scope.rows() {
            let users = users.iter().map(|id| self.hasher.fact(USER, id.as_str()));
            selection.keep(&self.holders(self.fields.facts, users)?);
        }
        if filter.scope.private() == PrivateCalls::Withheld {
            let private = self.hasher.fact(PRIVATE, "");
            let mut withheld = self.holders(self.fields.facts, [private])?;
            if let Some(own) = filter.scope.own() {
                let own = self.hasher.fact(USER, own.as_str());
                withheld.drop_all(&self.holders(self.fields.facts, [own])?);
            }
            selection.drop_all(&withheld);
        }
        let workspace = filter.workspace.iter().map(WorkspaceId::as_str);
        self.narrow(&mut selection, WORKSPACE, workspace)?;
        self.narrow(
            &mut selection,
            CALL,
            filter.calls.iter().map(CallId::as_str),
        )?;
        self.narrow(
            &mut selection,
            ACCOUNT,
            filter.accounts.iter().map(AccountId::as_str),
        )?;
        self.narrow(
            &mut selection,
            USER,
            filter.users.iter().map(UserId::as_str),
        )?;
        self.narrow(
            &mut selection,
            SIDE,
            filter.side.iter().map(|side| side.as_str()),
        )?;
        self.narrow(
            &mut selection,
            TAG,
            filter.tags_any.iter().map(String::as_str),
        )?;
        for tag in &filter.tags_all {
            self.narrow(&mut selection, TAG, [tag.as_str()].into_iter())?;
        }
        for phrase in &filter.phrases {
            self.keep_phrase(&mut selection, phrase)?;
        }
        if filter.period.from().is_some() || filter.period.to().is_some() {
            for document in selection.clone().iter() {
                let is_inside = match self.kept.began_in(document, &filter.period) {
                    Some(is_inside) => is_inside,
                    None => filter.period.contains(self.columns.started(document)?),
                };
                if !is_inside {
                    selection.remove(document);
                }
            }
        }
        Ok(selection)
    }

    /// The documents, deleted ones too, that hold one of the terms.
    pub(super) fn holders(
        &self,
        field: Field,
        terms: impl IntoIterator<Item = Term>,
    ) -> Result<Selection, Error> {
        let mut holders = Selection::none(self.segment.max_doc());
        let index = self
            .segment
            .inverted_index(field)
            .map_err(|e| index_failure("cannot read the terms of the index", e))?;
        for term in terms {
            let postings = index
                .read_postings(&index_term(field, term), IndexRecordOption::Basic)
                .map_err(|e| io_failure("cannot read a term of the index", e))?;
            let Some(mut postings) = postings else {
                continue;
            };
            let mut documents = [0; COLLECT_BLOCK_BUFFER_LEN];
            loop {
                let count = postings.fill_buffer(&mut documents);
                documents
                    .iter()
                    .take(count)
                    .for_each(|document| holders.add(*document));
                if count < documents.len() {
                    break;
                }
            }
        }
        Ok(holders)
    }

    /// Keeps what has one of the values; no value narrows nothing.
    fn narrow<'v>(
        &self,
        selection: &mut Selection,
        kind: &str,
        values: impl Iterator<Item = &'v str>,
    ) -> Result<(), Error> {
        let mut terms = values.map(|value| self.hasher.fact(kind, value)).peekable();
        if terms.peek().is_some() {
            selection.keep(&self.holders(self.fields.facts, terms)?);
        }
        Ok(())
    }

    fn keep_phrase(&self, selection: &mut Selection, phrase: &str) -> Result<(), Error> {
        match self.hasher.phrase(phrase) {
            Phrase::Nothing => *selection = Selection::none(self.segment.max_doc()),
            Phrase::Word(word) => selection.keep(&self.holders(self.fields.words, [word])?),
            Phrase::Pairs(pairs) => {
                for pair in pairs {
                    selection.keep(&self.holders(self.fields.pairs, [pair])?);
                }
            }
        }
        Ok(())
    }
}

/// Goes to the first document of the postings at or after `document`, and tells whether it is it.
pub(super) fn reaches(postings: &mut impl Postings, document: DocId) -> bool {
    postings.doc() <= document && postings.seek(document) == document
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(documents: &[DocId]) -> Selection {
        let mut selection = Selection::none(200);
        for document in documents {
            selection.add(*document);
        }
        selection
    }

    #[test]
    fn a_selection_holds_what_was_added_at_every_edge() {
        let mut selection = of(&[0, 63, 64, 127, 128, 199]);
        assert_eq!(
            selection.iter().collect::<Vec<_>>(),
            [0, 63, 64, 127, 128, 199]
        );
        assert!(selection.contains(64) && !selection.contains(65) && !selection.contains(9_999));

        selection.keep(&of(&[0, 1, 64, 199]));
        selection.drop_all(&of(&[0]));
        selection.remove(199);

        assert_eq!(selection.iter().collect::<Vec<_>>(), [64]);
        selection.remove(64);
        assert!(selection.is_empty());
    }
}
