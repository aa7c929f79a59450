//! A filter in plain words, for the reference store; the others are compared with it.

use conversation::Privacy;

use crate::words::{Hasher, Phrase, Terms};
use crate::{Facts, Filter, PassagePlace};

/// A filter with its phrases hashed.
pub(crate) struct Gate<'a> {
    filter: &'a Filter,
    phrases: Vec<Phrase>,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(filter: &'a Filter, hasher: &Hasher) -> Self {
        let phrases = filter.phrases.iter().map(|phrase| hasher.phrase(phrase));
        Self {
            filter,
            phrases: phrases.collect(),
        }
    }

    /// Whether passages of this call may be candidates at all.
    pub(crate) fn admits_call(&self, facts: &Facts) -> bool {
        let filter = self.filter;
        let is_private = facts.privacy == Privacy::Private;
        filter.scope.admits(&facts.users, is_private)
            && filter.period.contains(facts.started)
            && (filter.workspace.is_none() || filter.workspace == facts.workspace)
            && (filter.calls.is_empty() || filter.calls.contains(&facts.call))
            && narrows(&filter.accounts, &facts.accounts)
            && narrows(&filter.users, &facts.users)
            && narrows(&filter.tags_any, &facts.tags)
            && filter.tags_all.iter().all(|tag| facts.tags.contains(tag))
    }

    /// Whether this passage of an admitted call may be a candidate.
    pub(crate) fn admits_passage(&self, place: &PassagePlace, terms: &Terms) -> bool {
        let is_heard = self
            .filter
            .side
            .is_none_or(|side| place.sides.contains(side));
        is_heard
            && self.phrases.iter().all(|phrase| match phrase {
                Phrase::Nothing => false,
                Phrase::Word(word) => terms.words.contains_key(word),
                Phrase::Pairs(pairs) => pairs.is_subset(&terms.pairs),
            })
    }
}

/// Whether a list of wishes is empty or meets one of the facts.
fn narrows<T: PartialEq>(wishes: &[T], facts: &[T]) -> bool {
    wishes.is_empty() || wishes.iter().any(|wish| facts.contains(wish))
}
