//! A stretch of a transcript that can be found.

use std::fmt;

use uuid::Uuid;

use crate::{CallId, PassageId, SentenceRef, Sides, Span, Tenant};

/// A number that an archive gives to a state of a call and never gives again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// Takes a number as a revision.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The piece of an overlong sentence that a passage holds, in bytes of the sentence's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "two ends are the meaning")]
pub struct Part {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Consecutive whole sentences of one call, or a part of one sentence that is too long by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage {
    /// The name of the passage.
    pub id: PassageId,
    /// The call.
    pub call: CallId,
    /// The revision of the text it was cut from.
    pub text_revision: Revision,
    /// The first sentence.
    pub first: SentenceRef,
    /// The last sentence (included).
    pub last: SentenceRef,
    /// The part of the sentence, if `first` and `last` are one overlong sentence.
    pub part: Option<Part>,
    /// When it was said.
    pub span: Span,
    /// The sides that are heard in it.
    pub sides: Sides,
    /// The number of words, without speakers' names.
    pub words: usize,
    /// The text with speakers' names, as it is embedded.
    pub text: String,
}

/// The version of the rules that cut passages ([`split`](crate::split)). It is part of every passage
/// id and of the space of an index, so a change of the rules makes an index rebuild itself.
pub const SPLITTER_VERSION: u32 = 1;

/// The namespace of passage ids: fixed for ever, or every index would have to be built again.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0c_5a9e_2d57_4b61_9b0e_51c7_3a86_d204);

/// Names a passage after its place.
pub(crate) fn passage_id(
    tenant: &Tenant,
    call: &CallId,
    text_revision: Revision,
    first: SentenceRef,
    last: SentenceRef,
    part: Option<Part>,
) -> PassageId {
    // Ids hold no control characters, so a separator of one cannot be forged.
    let part = part.map_or_else(String::new, |part| format!("{}-{}", part.start, part.end));
    let name = format!(
        "{tenant}\u{1f}{call}\u{1f}{text_revision}\u{1f}{first}..{last}\u{1f}{part}\u{1f}{SPLITTER_VERSION}"
    );
    PassageId::from_name(&NAMESPACE, name.as_bytes())
}
