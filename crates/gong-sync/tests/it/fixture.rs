//! A simulated Gong, a memory archive, a memory index, and a sync between them.
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use access::Scope;
use call_archive::{Archive, CallQuery, IndexId, Known, MemoryArchive, StoredCall};
use conversation::{CallId, SPLITTER_VERSION};
use embeddings::{Embedder as _, HashEmbedder, Space};
use gong_auth::{BaseUrl, KeyPair};
use gong_client::{GongClient, RetryRules, Unpaced};
use gong_sim::{Limits, Sim, SimClock, SimHandle, World};
use gong_sync::{IndexWriter, Parts, Reconcile, Run, Sync, SyncOptions, SyncReport};
use jiff::{SignedDuration, Timestamp};
use memory_store::testing::all_holdings;
use memory_store::{MemoryStore, PassageStore, TermKey};

/// After everything that generated worlds hold.
pub(crate) const NOW: &str = "2026-07-02T12:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn id(text: &str) -> CallId {
    CallId::new(text).unwrap()
}

/// The report of a run that was checked to have come to its end.
pub(crate) struct Done(SyncReport);

impl std::ops::Deref for Done {
    type Target = SyncReport;

    fn deref(&self) -> &SyncReport {
        &self.0
    }
}

pub(crate) struct Bench {
    pub(crate) sim: SimHandle,
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) store: Arc<dyn PassageStore>,
    pub(crate) index: IndexId,
    pub(crate) options: SyncOptions,
}

impl Bench {
    pub(crate) async fn new(world: World) -> Self {
        Self::at(world, NOW).await
    }

    pub(crate) async fn at(world: World, now: &str) -> Self {
        Self::over(world, now, Arc::new(MemoryArchive::new())).await
    }

    pub(crate) async fn over(world: World, now: &str, archive: Arc<dyn Archive>) -> Self {
        let sim = Sim::builder()
            .world(world)
            .limits(Limits::off())
            .clock(SimClock::fixed(at(now)))
            .start()
            .await
            .unwrap();
        let key = archive.hash_key().await.unwrap();
        let space = Space::new(
            HashEmbedder::default().model().clone(),
            SPLITTER_VERSION,
            key.id,
        );
        let index = archive
            .add_index(&space.to_record(), at(now))
            .await
            .unwrap();
        let mut options = SyncOptions::default();
        options.key_id = Some("key".to_owned());
        Self {
            sim,
            archive,
            store: Arc::new(MemoryStore::new(space, TermKey::new(key.bytes))),
            index,
            options,
        }
    }

    pub(crate) fn client(&self) -> GongClient {
        let secret = self.sim.access_secret().to_owned().into();
        let key = KeyPair::new(self.sim.access_key(), secret).unwrap();
        let rules = RetryRules {
            attempts: 12,
            base: Duration::from_millis(1),
            ..RetryRules::default()
        };
        GongClient::builder(BaseUrl::parse(self.sim.base_url()).unwrap(), Arc::new(key))
            .pace(Arc::new(Unpaced))
            .retry_rules(rules)
            .build()
            .unwrap()
    }

    pub(crate) fn parts(&self) -> Parts {
        self.parts_over(Arc::clone(&self.archive), Arc::clone(&self.store))
    }

    pub(crate) fn parts_over(
        &self,
        archive: Arc<dyn Archive>,
        store: Arc<dyn PassageStore>,
    ) -> Parts {
        let clock = self.sim.clock().clone();
        let embedder = Arc::new(HashEmbedder::default());
        Parts::new(archive, Arc::new(move || clock.now()))
            .client(self.client())
            .index(IndexWriter::new(store, self.index.clone(), embedder))
            .options(self.options.clone())
    }

    pub(crate) fn sync(&self) -> Sync {
        Sync::new(self.parts())
    }

    /// A run of a process of its own that must come to its end.
    pub(crate) async fn run(&self, run: Run) -> Done {
        let report = self.sync().run(run).await;
        assert!(report.is_complete(), "{:?}", report.stopped);
        Done(report)
    }

    /// What `gongkit sync` does, by a process of its own: what is new, and what is due.
    pub(crate) async fn routine(&self) -> Done {
        let sync = self.sync();
        let plan = sync.plan(Reconcile::WhenDue, None).await.unwrap();
        let report = sync.carry_out(&plan).await;
        assert!(report.is_complete(), "{:?}", report.stopped);
        Done(report)
    }

    pub(crate) async fn update(&self) -> Done {
        self.run(Run::Update).await
    }

    pub(crate) fn advance(&self, by: &str) {
        let by: SignedDuration = by.parse().unwrap();
        self.sim.advance(by);
    }

    pub(crate) async fn known(&self, call: &str) -> Option<Known> {
        self.archive.known(&[id(call)]).await.unwrap().pop()
    }

    pub(crate) async fn stored(&self, call: &str) -> Option<StoredCall> {
        let scope = Scope::internal();
        self.archive.read(&scope, &[id(call)]).await.unwrap().pop()
    }

    /// How many requests the simulator was asked since it was asked `before`.
    pub(crate) fn asked_since(&self, before: u64) -> u64 {
        self.sim.stats().total - before
    }

    /// What archive and index hold, without the numbers that differ from run to run; checks on the
    /// way that the index holds exactly what the archive says.
    pub(crate) async fn content(&self) -> BTreeMap<CallId, Content> {
        self.sync().drain().await.unwrap();
        // After a minute no reader holds an old revision any more.
        self.advance("1m");
        self.sync().drain().await.unwrap();
        let mut query = CallQuery::default();
        query.limit = 1_000_000;
        let scope = Scope::internal();
        let page = self.archive.list(&scope, &query).await.unwrap();
        let ids: Vec<CallId> = page.calls.into_iter().map(|(call, _)| call.id).collect();
        let mut passages: BTreeMap<CallId, Vec<(u64, u64)>> = BTreeMap::new();
        for holding in all_holdings(&*self.store).await.unwrap() {
            let revision = holding.text_revision.get();
            let held = passages.entry(holding.call).or_default();
            held.push((revision, holding.passages));
        }
        let mut content = BTreeMap::new();
        for call in self.archive.read(&scope, &ids).await.unwrap() {
            let id = call.call.id.clone();
            let held = passages.remove(&id).unwrap_or_default();
            match &call.text {
                Some(text) => {
                    let revisions: Vec<u64> = held.iter().map(|(revision, _)| *revision).collect();
                    assert_eq!(revisions, [text.revision.get()], "call {id} in the index");
                }
                None => assert!(held.is_empty(), "call {id} has no words but points"),
            }
            let seen = Content {
                call: format!("{:?}", call.call),
                words: call.text.map(|text| format!("{:?}", text.transcript)),
                raw: call.raw.blocks.into_iter().collect(),
                source: call.source.as_str(),
                is_missing: call.missing_since.is_some(),
                passages: held.iter().map(|(_, passages)| passages).sum(),
            };
            content.insert(id, seen);
        }
        assert!(passages.is_empty(), "points of calls that are not there");
        content
    }

    /// Makes every waiting transcript job due, and does them.
    pub(crate) async fn due(&self) -> Done {
        let report = self.sync().due_transcripts().await;
        assert!(report.is_complete(), "{:?}", report.stopped);
        Done(report)
    }

    pub(crate) async fn jobs_left(&self) -> u64 {
        let status = self.archive.status().await.unwrap();
        status.jobs.iter().map(|(_, count)| count).sum()
    }

    pub(crate) async fn claim_everything(&self) {
        use call_archive::JobKind;
        let now = self.sim.now();
        let until = now.checked_add(SignedDuration::from_hours(1)).unwrap();
        self.archive
            .claim(&[JobKind::Index, JobKind::Erase], 1_000, until, now)
            .await
            .unwrap();
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    pub(crate) call: String,
    pub(crate) words: Option<String>,
    pub(crate) raw: Vec<(String, String)>,
    pub(crate) source: &'static str,
    pub(crate) is_missing: bool,
    pub(crate) passages: u64,
}

impl Bench {
    pub(crate) async fn archive_calls(&self) -> u64 {
        self.archive.status().await.unwrap().calls
    }
}
