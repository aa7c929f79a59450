//! What is remembered of a passage: its place and its facts, never its words.

use conversation::{
    AccountId, CallId, Part, Passage, PassageId, Privacy, Revision, SentenceRef, Sides, Span,
    UserId, WorkspaceId,
};
use embeddings::Vector;
use jiff::Timestamp;

/// A person as a keyed hash of an e-mail address, so that a store can forget them unnamed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey(pub String);

/// The facts of a call that a search can filter by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The call.
    pub call: CallId,
    /// The revision of its text.
    pub text_revision: Revision,
    /// The hash of these facts, as the archive computed it.
    pub facts_hash: String,
    /// The workspace.
    pub workspace: Option<WorkspaceId>,
    /// When the call began.
    pub started: Timestamp,
    /// The customers.
    pub accounts: Vec<AccountId>,
    /// Our own people in it.
    pub users: Vec<UserId>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it is withheld.
    pub privacy: Privacy,
    /// Everybody in it, as keyed hashes.
    pub people: Vec<PersonKey>,
}

impl Facts {
    /// Facts of which only the necessary ones are known.
    pub fn new(
        call: CallId,
        text_revision: Revision,
        facts_hash: impl Into<String>,
        started: Timestamp,
    ) -> Self {
        Self {
            call,
            text_revision,
            facts_hash: facts_hash.into(),
            workspace: None,
            started,
            accounts: Vec::new(),
            users: Vec::new(),
            tags: Vec::new(),
            privacy: Privacy::Open,
            people: Vec::new(),
        }
    }
}

/// A passage with its vector; the text is hashed into terms and dropped.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a passage and its vector are the meaning"
)]
pub struct Point {
    /// The passage.
    pub passage: Passage,
    /// Its vector; `None` keeps the one that is stored.
    pub vector: Option<Vector>,
}

/// All passages of one text revision of a call, in order, with the call's facts.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "facts and points are the meaning"
)]
pub struct CallPoints {
    /// The facts.
    pub facts: Facts,
    /// The passages, in the order of the transcript.
    pub points: Vec<Point>,
}

/// What a store holds of one text revision of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holding {
    /// The call.
    pub call: CallId,
    /// The revision of the text.
    pub text_revision: Revision,
    /// The hash of the facts that the points carry.
    pub facts_hash: String,
    /// The number of points.
    pub passages: u64,
}

impl Holding {
    /// Says what is held.
    pub fn new(
        call: CallId,
        text_revision: Revision,
        facts_hash: impl Into<String>,
        passages: u64,
    ) -> Self {
        Self {
            call,
            text_revision,
            facts_hash: facts_hash.into(),
            passages,
        }
    }
}

/// A part of what a store holds, in the order of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what is held and where it ends are the meaning"
)]
pub struct HoldingPage {
    /// One line per call and text revision, ordered by both; a call is never parted.
    pub held: Vec<Holding>,
    /// Everything up to this call (included) is told: ask on after it. `None` after the last one.
    pub next: Option<CallId>,
}

/// Where a passage stands: enough to read it in the archive and to cite it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassagePlace {
    /// The name of the passage.
    pub id: PassageId,
    /// The call.
    pub call: CallId,
    /// The revision of the text.
    pub text_revision: Revision,
    /// Which passage of the call it is, counted from 0.
    pub ordinal: u32,
    /// The first sentence.
    pub first: SentenceRef,
    /// The last sentence (included).
    pub last: SentenceRef,
    /// The part, of an overlong sentence.
    pub part: Option<Part>,
    /// When it was said.
    pub span: Span,
    /// Which sides are heard in it.
    pub sides: Sides,
}

impl PassagePlace {
    /// A place of which only the necessary parts are known: as a store begins that reads one back.
    pub fn new(
        id: PassageId,
        call: CallId,
        text_revision: Revision,
        ordinal: u32,
        [first, last]: [SentenceRef; 2],
    ) -> Self {
        Self {
            id,
            call,
            text_revision,
            ordinal,
            first,
            last,
            part: None,
            span: Span::from_millis(0, 0),
            sides: Sides::NONE,
        }
    }

    /// The place of a passage that is the `ordinal`-th of its call.
    pub fn of(passage: &Passage, ordinal: u32) -> Self {
        Self {
            id: passage.id,
            call: passage.call.clone(),
            text_revision: passage.text_revision,
            ordinal,
            first: passage.first,
            last: passage.last,
            part: passage.part,
            span: passage.span,
            sides: passage.sides,
        }
    }
}
