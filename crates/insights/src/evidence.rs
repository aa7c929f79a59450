//! What a finding rests on: sentences, a search, or a computation.

use conversation::{CallId, Citation};

/// A list that holds at least one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmpty<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> NonEmpty<T> {
    /// A list of one.
    pub const fn of(first: T) -> Self {
        Self {
            first,
            rest: Vec::new(),
        }
    }

    /// Takes a list that holds something; `None` for an empty one.
    pub fn from_vec(list: Vec<T>) -> Option<Self> {
        let mut list = list.into_iter();
        let first = list.next()?;
        Some(Self {
            first,
            rest: list.collect(),
        })
    }

    /// Adds one at the end.
    #[must_use]
    pub fn and(mut self, next: T) -> Self {
        self.rest.push(next);
        self
    }

    /// The one that is always there.
    pub const fn first(&self) -> &T {
        &self.first
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// What a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three kinds are the law")]
pub enum Evidence {
    /// Sentences that say so; the first is the one that the finding is about.
    Cited(NonEmpty<Citation>),
    /// A search that found nothing: only as good as what was searched.
    Searched {
        /// The calls that were looked through.
        calls: Vec<CallId>,
        /// How many calls have a transcript.
        with_transcript: u32,
        /// How many calls are known.
        known: u32,
    },
    /// Rows that were counted.
    Computed {
        /// What was asked of them.
        query: String,
        /// How many there were.
        rows: u64,
    },
}

impl Evidence {
    /// One sentence.
    pub const fn sentence(citation: Citation) -> Self {
        Self::Cited(NonEmpty::of(citation))
    }

    /// The sentence that the finding is about, where there is one.
    pub const fn place(&self) -> Option<&Citation> {
        match self {
            Self::Cited(citations) => Some(citations.first()),
            Self::Searched { .. } | Self::Computed { .. } => None,
        }
    }

    /// Every sentence cited, in order.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        let cited = match self {
            Self::Cited(citations) => Some(citations),
            Self::Searched { .. } | Self::Computed { .. } => None,
        };
        cited.into_iter().flat_map(NonEmpty::iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_nothing_cannot_be_made() {
        assert_eq!(NonEmpty::<u8>::from_vec(Vec::new()), None);
        let list = NonEmpty::from_vec(vec![1, 2]).map(|list| list.and(3));
        let list = list.expect("it holds something");
        assert_eq!(list.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn only_sentences_have_a_place() {
        let counted = Evidence::Computed {
            query: "calls of the deal".to_owned(),
            rows: 3,
        };
        assert_eq!(counted.place(), None);
        assert_eq!(counted.citations().count(), 0);
    }
}
