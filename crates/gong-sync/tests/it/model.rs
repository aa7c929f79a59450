//! The seeded model of everything at once, over SQLite and the embedded index: real files, real
//! searches, and processes that come and go. (In memory it is played by `call-archive`'s tests.)
use std::num::NonZeroUsize;
use std::path::PathBuf;

use access::Scope;
use call_archive::conformance::{Held, Stage, check_schedules};
use call_archive::{Erasures, Existing, OpenOptions, SqliteArchive, StoredCall};
use conversation::{CallId, Revision, SPLITTER_VERSION, SplitRules, Tenant, split};
use embeddings::{Embedder as _, HashEmbedder, Space};
use jiff::Timestamp;
use memory_store::testing::all_holdings;
use memory_store::{
    CallPoints, EmbeddedStore, Facts, Filter, Forget, PassageStore as _, Point, Question, TermKey,
};
use tempfile::TempDir;

use crate::fixture::{NOW, at};

/// How many schedules are played; `GONGKIT_SEEDS` asks for more.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let asked = std::env::var("GONGKIT_SEEDS").ok();
    0..asked.map_or(usual, |seeds| seeds.parse().unwrap())
}

/// What a process has open; nothing while it is dead.
struct OnDisk {
    folder: TempDir,
    embedder: HashEmbedder,
    open: Option<(SqliteArchive, EmbeddedStore)>,
}

impl OnDisk {
    async fn new() -> Self {
        let mut stage = Self {
            folder: tempfile::tempdir().unwrap(),
            embedder: HashEmbedder::new(NonZeroUsize::new(16).unwrap()),
            open: None,
        };
        stage.start(at(NOW)).await;
        stage
    }

    fn options(&self, now: Timestamp) -> OpenOptions {
        OpenOptions::new(self.folder.path().join("archive"), now)
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    async fn start(&mut self, now: Timestamp) {
        let options = self.options(now);
        let archive = SqliteArchive::open(options).await.unwrap();
        let space = Space::new(self.embedder.model().clone(), SPLITTER_VERSION, "key");
        let store = EmbeddedStore::open(self.index(), space, TermKey::new([7; 32]));
        self.open = Some((archive, store.await.unwrap()));
    }

    fn store(&self) -> &EmbeddedStore {
        &self.open.as_ref().unwrap().1
    }
}

impl Stage for OnDisk {
    type Archive = SqliteArchive;

    fn archive(&self) -> &SqliteArchive {
        &self.open.as_ref().unwrap().0
    }

    async fn write(&mut self, call: &StoredCall) -> u64 {
        let text = call.text.as_ref().unwrap();
        let rules = SplitRules::for_limit(self.embedder.model().max_tokens());
        let count = |text: &str| self.embedder.count_tokens(text);
        let (of, words) = (&call.call, &text.transcript);
        let passages = split(&Tenant::default(), of, text.revision, words, &rules, &count);
        let points = passages.into_iter().map(|passage| Point {
            vector: Some(self.embedder.vector(&passage.text)),
            passage,
        });
        let hash = call.facts_hash.as_str();
        let written = self.store().write(vec![CallPoints {
            facts: Facts::new(of.id.clone(), text.revision, hash, of.started),
            points: points.collect(),
        }]);
        written.await.unwrap().points
    }

    async fn forget(&mut self, call: &CallId, which: Option<Revision>) {
        let which = match which {
            Some(revision) => Forget::Revision(call.clone(), revision),
            None => Forget::Call(call.clone()),
        };
        self.store().forget(which).await.unwrap();
    }

    async fn holdings(&self) -> Vec<Held> {
        let held = all_holdings(self.store()).await.unwrap().into_iter();
        held.map(|held| Held {
            call: held.call,
            text_revision: held.text_revision,
            facts_hash: held.facts_hash,
            passages: held.passages,
        })
        .collect()
    }

    async fn found(&self, word: &str) -> Vec<(CallId, Revision)> {
        let question = Question::new(Filter::new(Scope::internal())).words(word);
        let found = self.store().recall(&question).await.unwrap().words;
        let place = |hit: memory_store::Candidate| (hit.place.call, hit.place.text_revision);
        let mut found: Vec<_> = found.into_iter().map(place).collect();
        found.sort();
        found
    }

    async fn crash(&mut self) {
        self.open = None;
        self.start(at(NOW)).await;
    }

    async fn back_up(&mut self) -> bool {
        let _ = std::fs::remove_file(self.backup());
        self.archive().backup(&self.backup()).await.unwrap();
        true
    }

    async fn restore(&mut self, now: Timestamp) {
        self.open = None;
        let (options, backup) = (self.options(now), self.backup());
        let restored =
            SqliteArchive::restore(options, &backup, Existing::Replace, Erasures::FromLog);
        restored.await.unwrap();
        std::fs::remove_dir_all(self.index()).unwrap();
        self.start(now).await;
    }
}

#[tokio::test]
async fn sqlite_and_the_embedded_index_agree_with_the_model_in_any_order() {
    check_schedules(async || OnDisk::new().await, seeds(24), 60).await;
}
