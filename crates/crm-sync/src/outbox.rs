//! The outbox: what was to be written, whether it was, and what the record held then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::{Field, RecordId, RecordKind, Subject};

/// How far one write has come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// It is about to be sent, or was: what became of it is known once it is read back.
    Sent,
    /// The CRM said that it is done.
    Done,
    /// The CRM refused it. Its message.
    Failed(String),
    /// A person deleted the record; it is not made again.
    Deleted,
    /// It was undone.
    Undone,
}

/// One write of one run.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row, whole")]
pub struct Entry {
    /// The run.
    pub run: String,
    /// What it is about.
    pub subject: Subject,
    /// When it was sent.
    pub at: Timestamp,
    /// How far it came.
    pub progress: Progress,
    /// The record, once it is known.
    pub record: Option<RecordId>,
    /// Whether this write made the record.
    pub is_new: bool,
    /// What was written.
    pub wrote: BTreeMap<Field, String>,
    /// What the record held of those fields before.
    pub before: BTreeMap<Field, String>,
    /// What the record held, of all fields that we ever wrote, when we last left it.
    pub left: BTreeMap<Field, String>,
    /// The links that we made.
    pub links: BTreeSet<(RecordKind, RecordId)>,
    /// The links that were to be made with it.
    pub linking: BTreeSet<(RecordKind, RecordId)>,
    /// The calls that it holds words of, besides the one that it is about.
    pub sums_up: BTreeSet<CallId>,
}

/// Words of calls stand in it, so `Debug` shows what it is about and how far it came.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("run", &self.run)
            .field("subject", &self.subject)
            .field("progress", &self.progress)
            .field("record", &self.record)
            .field("is_new", &self.is_new)
            .finish_non_exhaustive()
    }
}

/// The outbox could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the outbox cannot be reached")]
pub struct OutboxError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where entries are kept.
///
/// Laws, each checked by [`crate::conformance::check_outbox`]:
/// - What is saved is there for whoever asks next, also in another process. All entries of one
///   `save` are kept, or none; but those are refused, and named, whose subject, or one of the calls
///   that they sum up, was erased: they must not be sent.
/// - An entry with the run and the subject of another takes its place; otherwise it is the latest
///   of its subject.
/// - `latest` gives at most one entry for each subject, `unfinished` those of which
///   [`Progress::Sent`] is known and no more.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Keeps entries; gives the subjects of those that are refused.
    async fn save(&self, entries: &[Entry]) -> Result<Vec<Subject>, OutboxError>;

    /// The latest entry of each of these subjects.
    async fn latest(&self, subjects: &[Subject]) -> Result<Vec<Entry>, OutboxError>;

    /// The entries that were sent, and of which no more is known.
    async fn unfinished(&self) -> Result<Vec<Entry>, OutboxError>;

    /// The entries of a run.
    async fn of_run(&self, run: &str) -> Result<Vec<Entry>, OutboxError>;
}

/// An outbox in memory, for tests and dry runs.
#[derive(Debug, Default)]
pub struct MemoryOutbox {
    entries: Mutex<Vec<Entry>>,
}

impl MemoryOutbox {
    /// All entries, the oldest first.
    pub fn all(&self) -> Vec<Entry> {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn these(&self, is_wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let entries = self.entries();
        entries
            .iter()
            .filter(|entry| is_wanted(entry))
            .cloned()
            .collect()
    }
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn save(&self, entries: &[Entry]) -> Result<Vec<Subject>, OutboxError> {
        let mut kept = self.entries();
        for entry in entries {
            let is_same = |old: &&mut Entry| old.run == entry.run && old.subject == entry.subject;
            match kept.iter_mut().find(is_same) {
                Some(old) => *old = entry.clone(),
                None => kept.push(entry.clone()),
            }
        }
        Ok(Vec::new())
    }

    async fn latest(&self, subjects: &[Subject]) -> Result<Vec<Entry>, OutboxError> {
        let mut latest: BTreeMap<Subject, Entry> = BTreeMap::new();
        for entry in self.these(|entry| subjects.contains(&entry.subject)) {
            latest.insert(entry.subject.clone(), entry);
        }
        Ok(latest.into_values().collect())
    }

    async fn unfinished(&self) -> Result<Vec<Entry>, OutboxError> {
        Ok(self.these(|entry| entry.progress == Progress::Sent))
    }

    async fn of_run(&self, run: &str) -> Result<Vec<Entry>, OutboxError> {
        Ok(self.these(|entry| entry.run == run))
    }
}
