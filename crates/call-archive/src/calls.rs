//! What goes into an archive and comes out of it.

use std::collections::BTreeMap;

use conversation::{
    Call, CallId, DealId, Period, Privacy, Revision, Transcript, UserId, WorkspaceId,
};
use jiff::{SignedDuration, Timestamp};

use crate::DealNews;

/// Where a call came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Synced from Gong's API or announced by its webhook.
    Gong,
    /// Imported from files.
    Import,
    /// Of the demo's invented world.
    Demo,
}

impl Source {
    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gong => "gong",
            Self::Import => "import",
            Self::Demo => "demo",
        }
    }
}

/// The vendor's own JSON, by the name of each top-level block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "named blocks are the meaning")]
pub struct Raw {
    /// The JSON text of each block; a block that is not here was not in the answer.
    pub blocks: BTreeMap<String, String>,
}

/// What is known of the words of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextState {
    /// There is a transcript.
    Present,
    /// It is not ready upstream; asked for again until it is.
    Pending {
        /// Since when it has been waited for.
        since: Timestamp,
    },
    /// There is none, and only a reconcile asks again.
    None,
}

/// A call on its way into the archive.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Put {
    /// The facts.
    pub call: Call,
    /// The words; `None` if the answer had none.
    pub transcript: Option<Transcript>,
    /// The vendor's JSON.
    pub raw: Raw,
    /// What its CRM context tells of deals and customers; taken whether the call changed or not.
    pub news: DealNews,
    /// The deals that its CRM context names; `None` keeps what was named before.
    pub deals: Option<Vec<DealId>>,
    /// Where it came from.
    pub source: Source,
    /// The revision that was read before the fetch; `None` if the call was unknown then.
    pub expected: Option<Revision>,
    /// How much of the time since words are waited for nobody was allowed to ask for them: it does
    /// not count towards [`PENDING_FOR`](crate::PENDING_FOR).
    pub unasked_for: SignedDuration,
}

impl Put {
    /// A call without words.
    pub fn new(call: Call, source: Source, expected: Option<Revision>) -> Self {
        Self {
            call,
            transcript: None,
            raw: Raw::default(),
            news: DealNews::default(),
            deals: None,
            source,
            expected,
            unasked_for: SignedDuration::ZERO,
        }
    }
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PutOutcome {
    /// Stored; the flags say what changed.
    Stored {
        /// The new revision.
        revision: Revision,
        /// Whether the words are new.
        text_changed: bool,
        /// Whether a fact that an index filters by is new.
        facts_changed: bool,
    },
    /// All three hashes are what they were.
    Unchanged {
        /// The revision it has.
        revision: Revision,
    },
    /// Somebody else stored it since the revision was read: fetch again.
    Conflict,
    /// A tombstone refuses it, or it is being erased.
    Erased,
    /// It started before a floor, or before somebody who is shown in it was erased. What was
    /// stored of it is being erased.
    Refused,
}

impl PutOutcome {
    /// Whether the call is now what was put.
    pub(crate) const fn is_taken(&self) -> bool {
        matches!(self, Self::Stored { .. } | Self::Unchanged { .. })
    }
}

/// What a flow needs to know before it fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Known {
    /// The call.
    pub call: CallId,
    /// Its revision.
    pub revision: Revision,
    /// The revision of its words, if it has any.
    pub text_revision: Option<Revision>,
    /// What is known of its words.
    pub text: TextState,
    /// Whether it is withheld.
    pub privacy: Privacy,
    /// Where it came from.
    pub source: Source,
    /// When it began.
    pub started: Timestamp,
    /// Since when it has been missing upstream.
    pub missing_since: Option<Timestamp>,
    /// Whether only id, times and privacy are kept, because it is private.
    pub is_shell: bool,
}

/// The words of a call with their revision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "words and their revision are the meaning"
)]
pub struct StoredText {
    /// The revision.
    pub revision: Revision,
    /// The words.
    pub transcript: Transcript,
}

/// A call as it is read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredCall {
    /// The facts.
    pub call: Call,
    /// Where it came from.
    pub source: Source,
    /// Its revision.
    pub revision: Revision,
    /// The hash of the facts that an index filters by.
    pub facts_hash: String,
    /// The words.
    pub text: Option<StoredText>,
    /// What is known of the words.
    pub text_state: TextState,
    /// The vendor's JSON.
    pub raw: Raw,
    /// Whether an answer lacked a block that is kept from before.
    pub is_partial: bool,
    /// Since when it has been missing upstream.
    pub missing_since: Option<Timestamp>,
}

/// Which calls to list. Filters and order use clear columns only.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallQuery {
    /// When the calls began.
    pub period: Period,
    /// The workspace.
    pub workspace: Option<WorkspaceId>,
    /// One of our own people took part.
    pub user: Option<UserId>,
    /// At most this many.
    pub limit: usize,
    /// Continue after the page that gave this.
    pub after: Option<String>,
}

impl Default for CallQuery {
    fn default() -> Self {
        Self {
            period: Period::default(),
            workspace: None,
            user: None,
            limit: 50,
            after: None,
        }
    }
}

/// One page of calls; their words and raw blocks are not read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallPage {
    /// The calls, newest first, with the state of their words.
    pub calls: Vec<(Call, TextState)>,
    /// How many calls the query reaches.
    pub total: u64,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
}

impl CallPage {
    /// One page.
    pub fn new(calls: Vec<(Call, TextState)>, total: u64, next: Option<String>) -> Self {
        Self { calls, total, next }
    }
}

/// A named value that survives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "name and value are the meaning")]
pub struct Checkpoint {
    /// The name.
    pub name: String,
    /// The value, in the format of whoever wrote it; never words of a call.
    pub value: String,
}

/// What stays of an erased call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// Its id, times and that it is private.
    PrivateShell,
}

/// How a call is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Erasure {
    /// For good: a tombstone refuses the call from now on, and nothing stays.
    WithTombstone,
    /// The call may come back; what stays until then is said.
    MayReturn(Keep),
}
