//! What may be seen of a row: all of it, or its form without words.

use conversation::UserId;

use crate::Scope;

/// Whether a view may show words.
///
/// A view that can hold free text takes a form and passes each free text through
/// [`words`](Self::words), so that there is no way to forget the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two forms are the meaning")]
pub enum Form {
    /// Everything.
    Whole,
    /// Kind, side, place, times, values from fixed lists, confidence, ids and link; no free text,
    /// no quote, no title, no summary, no content of the vendor and no prose.
    Wordless,
}

impl Form {
    /// Gives the words if they may be shown.
    pub fn words<T>(self, words: impl FnOnce() -> T) -> Option<T> {
        match self {
            Self::Whole => Some(words()),
            Self::Wordless => None,
        }
    }
}

/// The rows that somebody sees, and those of them whose words he sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    facts: Scope,
    words: Option<Scope>,
}

impl Sight {
    pub(crate) fn new(facts: Scope, words: Option<Scope>) -> Self {
        Self { facts, words }
    }

    /// The rows: what is not in here is answered like what does not exist.
    pub fn facts(&self) -> &Scope {
        &self.facts
    }

    /// The rows whose words may be read; no scope if there are none.
    pub fn words(&self) -> Option<&Scope> {
        self.words.as_ref()
    }

    /// The form in which a row may be shown.
    pub fn form<'a>(&self, users: impl IntoIterator<Item = &'a UserId>, is_private: bool) -> Form {
        match &self.words {
            Some(words) if words.admits(users, is_private) => Form::Whole,
            _ => Form::Wordless,
        }
    }
}
