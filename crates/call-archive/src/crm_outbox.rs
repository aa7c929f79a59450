//! What was written to a CRM: the journal that says what became of each write, and what is still to
//! be blanked there of what was erased here.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use conversation::{CallId, DealId};
use jiff::Timestamp;

use crate::Error;

/// How far a write has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a journal has these states")]
pub enum WriteState {
    /// It is about to be sent, or was: what became of it is not known.
    Sent,
    /// The CRM said that it is done.
    Done,
    /// The CRM refused it, or it was not carried out.
    Failed,
    /// A person deleted what it had made.
    Deleted,
    /// It was undone.
    Undone,
}

impl WriteState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Sent,
        Self::Done,
        Self::Failed,
        Self::Deleted,
        Self::Undone,
    ];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
            Self::Undone => "undone",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the CRM may hold what was written.
    pub(crate) const fn is_there(self) -> bool {
        matches!(self, Self::Sent | Self::Done)
    }

    /// Whether it was taken out of the CRM again.
    pub(crate) const fn is_gone(self) -> bool {
        matches!(self, Self::Deleted | Self::Undone)
    }
}

/// One write of one run, as it is kept.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row, whole")]
pub struct KeptWrite {
    /// The run.
    pub run: String,
    /// What it is about: a name without a word of a call.
    pub subject: String,
    /// How far it came.
    pub state: WriteState,
    /// When it was sent.
    pub at: Timestamp,
    /// Where it lies in the CRM; without a word of a call. It is sealed, and outlives the rest until
    /// the CRM was told.
    pub place: String,
    /// What was written and what was there before. It is sealed with a key of its own.
    pub payload: String,
    /// The calls that it holds words of: it goes with any of them.
    pub calls: Vec<CallId>,
    /// The deals that it is about: it goes with each of them.
    pub deals: Vec<DealId>,
    /// The deal of which it sums up what calls say: it goes with the deal, and with every call that
    /// is about the deal or whose writes are linked to it.
    pub sums_up: Option<DealId>,
    /// The deals that the record is, or is to be, linked to.
    pub linked: Vec<DealId>,
}

/// Words of calls stand in it, so `Debug` shows what it is about and how far it came.
impl fmt::Debug for KeptWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptWrite")
            .field("run", &self.run)
            .field("subject", &self.subject)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Which writes are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WritesOf {
    /// The latest of each of these subjects.
    Subjects(Vec<String>),
    /// Those in this state.
    State(WriteState),
    /// Those of this run.
    Run(String),
}

/// A run, and how many of its writes are in which state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteRun {
    /// The run.
    pub run: String,
    /// When its first write was sent.
    pub began: Timestamp,
    /// How many writes are in which state.
    pub writes: BTreeMap<WriteState, u64>,
}

impl WriteRun {
    /// Counts writes among the runs.
    pub(crate) fn count(
        runs: &mut Vec<Self>,
        run: String,
        state: WriteState,
        sent: Timestamp,
        many: u64,
    ) {
        if let Some(known) = runs.iter_mut().rev().find(|known| known.run == run) {
            known.began = known.began.min(sent);
            *known.writes.entry(state).or_default() += many;
        } else {
            runs.push(Self {
                run,
                began: sent,
                writes: BTreeMap::from([(state, many)]),
            });
        }
    }
}

/// Something that lies in the CRM of what was erased here.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "which, where, since when")]
pub struct CrmRemnant {
    /// A random name.
    pub id: String,
    /// [`KeptWrite::place`].
    pub place: String,
    /// When it was sent.
    pub sent: Timestamp,
}

impl fmt::Debug for CrmRemnant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrmRemnant")
            .field("id", &self.id)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

/// The journal of what is written to a CRM.
///
/// Laws, each checked by [`crate::conformance::check_crm_outbox`]:
/// - What is kept is there for whoever asks next, also in another process. All writes of one
///   `keep_writes` are kept or none, but those that are refused.
/// - A write with the run and the subject of another takes its place; otherwise it is the latest of
///   its subject.
/// - A write about a call that is not there, or is being erased, is refused, and so is one about a
///   deal that was erased. Where it was carried out meanwhile, it becomes a remnant.
/// - When a call or a deal begins to be erased, every write of a subject that holds words of it, or
///   sums up what it says, is destroyed. What may lie in the CRM becomes a remnant, under a key of its own, until
///   `end_remnants` says that it was blanked; until then no receipt is finished.
/// - `spend_requests` adds in one step, whoever else does, and counts the last 24 hours.
#[async_trait]
pub trait CrmOutbox: Send + Sync {
    /// Keeps writes; says of each, in order, whether it was kept.
    async fn keep_writes(&self, writes: Vec<KeptWrite>) -> Result<Vec<bool>, Error>;

    /// Writes, the oldest first; those of subjects in any order.
    async fn writes(&self, which: &WritesOf) -> Result<Vec<KeptWrite>, Error>;

    /// Every run, the latest first.
    async fn write_runs(&self) -> Result<Vec<WriteRun>, Error>;

    /// What is still to be blanked in the CRM, at most so many.
    async fn remnants(&self, most: usize) -> Result<Vec<CrmRemnant>, Error>;

    /// These were blanked.
    async fn end_remnants(&self, ids: &[String]) -> Result<(), Error>;
}

/// How much was asked of a CRM, counted for all processes.
///
/// Law, checked by [`crate::conformance::check_crm_outbox`]: what is spent is counted before anybody
/// else is told, and for at least 24 hours.
#[async_trait]
pub trait CrmRequests: Send + Sync {
    /// Counts so many requests; gives how many there were in the last 24 hours, these included.
    async fn spend_requests(&self, many: u32, now: Timestamp) -> Result<u32, Error>;
}

const HOUR: i64 = 60 * 60 * 1_000_000;

/// The hour of an instant, in hours since 1970.
pub(crate) fn hour(micros: i64) -> i64 {
    micros.div_euclid(HOUR)
}

/// The first hour that counts: whole hours, so one more than a day.
pub(crate) fn first_hour(hour: i64) -> i64 {
    hour - 24
}

/// The write whose place is still to be blanked, of all of one subject, the newest first.
pub(crate) fn remaining<T>(newest_first: impl Iterator<Item = (WriteState, T)>) -> Option<T> {
    for (state, write) in newest_first {
        if state.is_gone() {
            return None;
        }
        if state.is_there() {
            return Some(write);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_lie_in_the_crm_is_still_to_be_blanked() {
        use WriteState::{Deleted, Done, Failed, Sent, Undone};
        for (states, wanted) in [
            (&[][..], None),
            (&[Done], Some(0)),
            (&[Failed, Done], Some(1)),
            (&[Sent, Done], Some(0)),
            (&[Failed], None),
            (&[Undone, Done], None),
            (&[Failed, Deleted, Done], None),
        ] {
            let newest_first = states.iter().copied().zip(0..);
            assert_eq!(remaining(newest_first), wanted, "{states:?}");
        }
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        for state in WriteState::ALL {
            assert_eq!(WriteState::parse(state.as_str()), Some(state));
        }
        assert_eq!(WriteState::parse("other"), None);
    }
}
