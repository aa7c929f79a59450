//! What became of one call.

use std::collections::BTreeMap;
use std::fmt;

use conversation::CallId;

use crate::Error;

/// What became of a call that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Stored, and no index needs to know.
    Stored,
    /// Stored, and an `index` job waits for the next drain.
    Indexing,
    /// Nothing in it is new.
    Unchanged,
    /// Stored without words, not told by Gong in full yet, or back while it is still being erased:
    /// asked for again.
    NotReady,
    /// Gong does not know it.
    Missing,
    /// A tombstone or a floor refuses it.
    Erased,
    /// Withheld because it is private: only its id, times and privacy are kept.
    Private,
}

impl Outcome {
    /// Every outcome, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Stored,
        Self::Indexing,
        Self::Unchanged,
        Self::NotReady,
        Self::Missing,
        Self::Erased,
        Self::Private,
    ];

    /// The word that reports and `--json` use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Indexing => "indexing",
            Self::Unchanged => "unchanged",
            Self::NotReady => "not_ready",
            Self::Missing => "missing",
            Self::Erased => "erased",
            Self::Private => "private",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many calls had which outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes(BTreeMap<Outcome, u64>);

impl Outcomes {
    /// Counts one call.
    pub fn add(&mut self, outcome: Outcome) {
        *self.0.entry(outcome).or_default() += 1;
    }

    /// How many calls had this outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0.get(&outcome).copied().unwrap_or(0)
    }

    /// All of them together.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Every outcome with its number, in the order of reports, zeros included.
    pub fn iter(&self) -> impl Iterator<Item = (Outcome, u64)> {
        Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome, self.of(outcome)))
    }
}

impl Extend<(CallId, Outcome)> for Outcomes {
    fn extend<I: IntoIterator<Item = (CallId, Outcome)>>(&mut self, calls: I) {
        for (_, outcome) in calls {
            self.add(outcome);
        }
    }
}

/// What failed about one call, while all others went on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The call, where its id could be made out.
    pub call: Option<CallId>,
    /// The class of the error, a word: `unreadable` for what Gong or a file gave; `split`, `embed`,
    /// `store`, `erase` for jobs; `other`.
    pub class: &'static str,
    /// One line about it, without words of the call.
    pub reason: String,
}

impl Failure {
    /// Says what failed.
    pub fn new(call: Option<CallId>, class: &'static str, reason: impl Into<String>) -> Self {
        Self {
            call,
            class,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.call {
            Some(call) => write!(f, "call {call}: {} ({})", self.reason, self.class),
            None => write!(f, "a call: {} ({})", self.reason, self.class),
        }
    }
}

/// A call that could not be read is one failure; the others go on.
impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Unreadable { call, reason } => {
                Self::new(call.clone(), "unreadable", reason.clone())
            }
            other => Self::new(None, "other", other.to_string()),
        }
    }
}

impl From<&gong_client::Unreadable> for Failure {
    fn from(element: &gong_client::Unreadable) -> Self {
        let call = element.id.as_deref().and_then(|id| CallId::new(id).ok());
        Self::new(call, "unreadable", element.reason.clone())
    }
}
