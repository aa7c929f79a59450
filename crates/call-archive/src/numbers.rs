//! The figures of each call: what aggregates are made of, so that no word is read for them.

use std::time::Duration;

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, SentenceRef, Side, Span, UserId};
use jiff::Timestamp;

use crate::Error;

/// The figures of one call: times, counts, places and codes, never a word of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallNumbers {
    /// The call.
    pub call: CallId,
    /// The revision of the call that the figures are of.
    pub revision: Revision,
    /// What worked them out, as a fingerprint: other detectors or settings have another.
    pub made_by: String,
    /// The stage of the deal at the call.
    pub stage: Option<String>,
    /// Whose call it is on our side.
    pub rep: Option<UserId>,
    /// Who took part.
    pub people: Vec<PersonNumbers>,
    /// What was heard; none while there is no transcript.
    pub talk: Option<TalkNumbers>,
}

impl CallNumbers {
    /// Figures of a call of which nothing is known but that it took place.
    pub fn new(call: CallId, revision: Revision, made_by: impl Into<String>) -> Self {
        Self {
            call,
            revision,
            made_by: made_by.into(),
            stage: None,
            rep: None,
            people: Vec::new(),
            talk: None,
        }
    }
}

/// Somebody in a call, by a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "who, and as whom")]
pub struct PersonNumbers {
    /// The keyed hash: the same person in another call has the same.
    pub person: String,
    /// For which side.
    pub side: Side,
    /// What the job title says.
    pub rank: Rank,
    /// Whether the transcript has words of theirs.
    pub spoke: bool,
}

/// What a job title says of whoever has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three answers are the meaning")]
pub enum Rank {
    /// No title is known.
    #[default]
    Unknown,
    /// A title that is not one of the senior ones.
    Other,
    /// A senior title.
    Senior,
}

/// How the talk of a call went.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "figures are made whole")]
pub struct TalkNumbers {
    /// The revision of the words.
    pub text_revision: Revision,
    /// From the first sentence to the end of the last.
    pub length: Duration,
    /// How long ours spoke.
    pub ours: Duration,
    /// How long theirs spoke.
    pub theirs: Duration,
    /// How long those spoke whose side is not known.
    pub unknown: Duration,
    /// The longest monologue of ours.
    pub longest_monologue: Option<Duration>,
    /// The longest of theirs.
    pub longest_story: Option<Duration>,
    /// Questions of ours; none where the transcript has no punctuation.
    pub questions: Option<u32>,
    /// The open ones among them.
    pub open_questions: Option<u32>,
    /// When our price was first spoken of, from the first sentence.
    pub first_price: Option<Duration>,
    /// How often each detector found something, by side; those that found nothing are left out.
    pub counts: Vec<FoundCount>,
    /// What was found that deals are judged by, in order of the places.
    pub remarks: Vec<RemarkNumbers>,
    /// The figures that reps are compared by.
    pub figures: Vec<FigureNumbers>,
}

/// How often a detector found something in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a count for each side")]
pub struct FoundCount {
    /// The detector's id.
    pub detector: String,
    /// In sentences of ours.
    pub ours: u32,
    /// In sentences of theirs.
    pub theirs: u32,
    /// In sentences of a side that is not known.
    pub unknown: u32,
}

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "place, time and side")]
pub struct PlaceNumbers {
    /// The sentence.
    pub at: SentenceRef,
    /// When it was said.
    pub span: Span,
    /// By which side.
    pub side: Side,
}

/// Something that was found, in words from fixed lists, with the sentence it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what and where")]
pub struct RemarkNumbers {
    /// Its kind, a word from a fixed list.
    pub kind: String,
    /// Its value, in words from fixed lists.
    pub fixed: String,
    /// The keyed code of a name that the user gave, such as a competitor's.
    pub code: Option<String>,
    /// The sentence.
    pub place: PlaceNumbers,
}

/// A figure with the moment it stands for.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a number and its moment")]
pub struct FigureNumbers {
    /// Which, a word from a fixed list.
    pub metric: String,
    /// The number.
    pub value: f64,
    /// The sentence to look at, where there is one.
    pub place: Option<PlaceNumbers>,
    /// Whether the sentence shows how it is done, too.
    pub is_example: bool,
}

/// Which figures to read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NumbersQuery {
    /// Only of these calls.
    pub calls: Option<Vec<CallId>>,
    /// At most so many calls.
    pub limit: usize,
    /// Continue after this one.
    pub after: Option<CallId>,
}

impl Default for NumbersQuery {
    fn default() -> Self {
        Self {
            calls: None,
            limit: 2000,
            after: None,
        }
    }
}

/// A call with its figures, if they are of the call as it is.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a call and its figures")]
pub struct Numbered {
    /// The call.
    pub call: CallId,
    /// When it began.
    pub started: Timestamp,
    /// Its figures; none while nobody has worked them out for the call as it is.
    pub numbers: Option<CallNumbers>,
}

/// The figures of calls, one row of each, in the clear: nothing in them can hold words.
///
/// Laws, each checked by the conformance suite:
/// - Figures are of the call as it is: those of an older revision are neither taken nor read, and a
///   put that changes anything of a call takes its figures away.
/// - A second row takes the place of the first.
/// - Private calls have none, and are not read, whoever asks.
/// - Figures are reached like their call and go with it.
#[async_trait]
pub trait Numbers: Send + Sync {
    /// Keeps figures, in one transaction; gives how many were taken. Those of a call that is private,
    /// is not there, or has another revision by now are passed over.
    async fn put_numbers(&self, numbers: &[CallNumbers]) -> Result<usize, Error>;

    /// Calls with their figures, by the ids of the calls; without any private call.
    async fn numbers(&self, scope: &Scope, query: &NumbersQuery) -> Result<Vec<Numbered>, Error>;
}
