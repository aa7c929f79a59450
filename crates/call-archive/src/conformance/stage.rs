//! What a schedule is played on: an archive, and the index beside it.

use std::collections::BTreeMap;

use conversation::{CallId, Revision};
use jiff::Timestamp;

use crate::{Archive, MemoryArchive, MemoryBackup, StoredCall};

/// An archive with an index beside it, and a process around both that can die.
///
/// [`InMemory`] is the reference. Whoever has a real store plays the same schedules on it.
pub trait Stage {
    /// The archive.
    type Archive: Archive;

    /// Lends the archive.
    fn archive(&self) -> &Self::Archive;

    /// How many workers do the steps of a schedule, each with a handle of its own.
    fn workers(&self) -> u64 {
        1
    }

    /// Lends the archive as one of the workers has it, counted from 0.
    fn archive_of(&self, worker: u64) -> &Self::Archive {
        let _ = worker;
        self.archive()
    }

    /// Writes the points of a call as it was read, durably; gives the number of passages.
    fn write(&mut self, call: &StoredCall) -> impl Future<Output = u64>;

    /// Drops the points of a call: of one revision, or all of them.
    fn forget(&mut self, call: &CallId, which: Option<Revision>) -> impl Future<Output = ()>;

    /// Tells what the index holds.
    fn holdings(&self) -> impl Future<Output = Vec<Held>>;

    /// Searches the index by a word: every call and revision that says it, once per passage.
    fn found(&self, word: &str) -> impl Future<Output = Vec<(CallId, Revision)>>;

    /// The process dies, and another one opens both again.
    fn crash(&mut self) -> impl Future<Output = ()>;

    /// Backs the archive up, in place of the backup before; says whether this stage can.
    fn back_up(&mut self) -> impl Future<Output = bool> {
        async { false }
    }

    /// The process ends, the newest backup takes the archive's place, the index is thrown away, and
    /// a process opens both.
    fn restore(&mut self, now: Timestamp) -> impl Future<Output = ()> {
        let _ = now;
        async { unreachable!("only what was backed up is restored") }
    }
}

/// What an index holds of a call and text revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct Held {
    /// The call.
    pub call: CallId,
    /// The revision of the words.
    pub text_revision: Revision,
    /// The facts that its points carry.
    pub facts_hash: String,
    /// The number of points.
    pub passages: u64,
}

/// An index that is a map, beside an archive that outlives its crashes.
#[derive(Debug, Default)]
pub struct InMemory<A> {
    archive: A,
    points: BTreeMap<(CallId, Revision), Points>,
}

#[derive(Debug)]
struct Points {
    facts_hash: String,
    said: Vec<String>,
}

impl<A: Archive> InMemory<A> {
    /// An empty index beside this archive.
    pub fn new(archive: A) -> Self {
        Self {
            archive,
            points: BTreeMap::new(),
        }
    }
}

impl<A: Archive> Stage for InMemory<A> {
    type Archive = A;

    fn archive(&self) -> &A {
        &self.archive
    }

    async fn write(&mut self, call: &StoredCall) -> u64 {
        let Some(text) = &call.text else {
            return 0;
        };
        let sentences = text.transcript.sentences();
        let said: Vec<String> = sentences.map(|said| said.text.to_lowercase()).collect();
        let passages = said.len() as u64;
        let facts_hash = call.facts_hash.clone();
        let place = (call.call.id.clone(), text.revision);
        self.points.insert(place, Points { facts_hash, said });
        passages
    }

    async fn forget(&mut self, call: &CallId, which: Option<Revision>) {
        self.points.retain(|(held, revision), _| {
            held != call || which.is_some_and(|which| which != *revision)
        });
    }

    async fn holdings(&self) -> Vec<Held> {
        let held = |((call, text_revision), points): (&(CallId, Revision), &Points)| Held {
            call: call.clone(),
            text_revision: *text_revision,
            facts_hash: points.facts_hash.clone(),
            passages: points.said.len() as u64,
        };
        self.points.iter().map(held).collect()
    }

    async fn found(&self, word: &str) -> Vec<(CallId, Revision)> {
        let hits = |((call, revision), points): (&(CallId, Revision), &Points)| {
            let says = |said: &&String| {
                said.split(|c: char| !c.is_alphanumeric())
                    .any(|w| w == word)
            };
            let hits = points.said.iter().filter(says).count();
            vec![(call.clone(), *revision); hits]
        };
        self.points.iter().flat_map(hits).collect()
    }

    async fn crash(&mut self) {}
}

/// [`InMemory`] over the archive in memory, which can be restored from a backup.
#[derive(Debug, Default)]
pub struct Restorable {
    stage: InMemory<MemoryArchive>,
    backup: Option<MemoryBackup>,
}

impl Stage for Restorable {
    type Archive = MemoryArchive;

    fn archive(&self) -> &MemoryArchive {
        self.stage.archive()
    }

    async fn write(&mut self, call: &StoredCall) -> u64 {
        self.stage.write(call).await
    }

    async fn forget(&mut self, call: &CallId, which: Option<Revision>) {
        self.stage.forget(call, which).await;
    }

    async fn holdings(&self) -> Vec<Held> {
        self.stage.holdings().await
    }

    async fn found(&self, word: &str) -> Vec<(CallId, Revision)> {
        self.stage.found(word).await
    }

    async fn crash(&mut self) {
        self.stage.crash().await;
    }

    async fn back_up(&mut self) -> bool {
        self.backup = Some(self.archive().back_up());
        true
    }

    async fn restore(&mut self, now: Timestamp) {
        if let Some(backup) = &self.backup {
            self.archive().restore(backup, now);
        }
        self.stage.points.clear();
    }
}
