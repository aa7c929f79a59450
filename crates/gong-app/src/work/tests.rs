//! Workers over one archive and a simulated Gong: what is told of is found, whoever dies.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use call_archive::{JobKind, JobRequest};
use conversation::CallId;
use gong_sim::{Limits, Sim, SimHandle, World, WorldCall};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::views::SearchView;
use crate::{Config, Environment, Flags, PurgeRequest, Quiet, SearchRequest};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

struct Place {
    folder: TempDir,
    sim: SimHandle,
}

struct Working {
    app: App,
    stop: CancellationToken,
    task: JoinHandle<Result<WorkView, Error>>,
}

impl Working {
    async fn stopped(self) -> WorkView {
        self.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.task).await;
        ended.expect("in time").expect("joined").expect("it worked")
    }
}

impl Place {
    async fn new(world: World) -> Self {
        let sim = Sim::builder().world(world).limits(Limits::off());
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            sim: sim.start().await.expect("started"),
        }
    }

    /// What a process of its own has: nothing is shared but the folder and Gong.
    fn app(&self) -> (App, CancellationToken) {
        let variables = [
            ("HOME", self.folder.path().to_str().expect("text")),
            ("GONG_BASE_URL", self.sim.base_url()),
            ("GONG_ACCESS_KEY", self.sim.access_key()),
            ("GONG_ACCESS_KEY_SECRET", self.sim.access_secret()),
            ("GONGKIT__MODEL__NAME", "hash"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::new(variables, Timestamp::now).system_config("/nowhere");
        let config = Config::load(&environment, &Flags::default()).expect("a configuration");
        let stop = CancellationToken::new();
        let app = App::new(config, &environment, Arc::new(Quiet), stop.clone());
        (app, stop)
    }

    fn worker(&self) -> Working {
        let (app, stop) = self.app();
        let working = app.clone();
        let task = tokio::spawn(async move { working.work().await });
        Working { app, stop, task }
    }
}

async fn tell(app: &App, calls: impl IntoIterator<Item = String>) {
    let now = app.now();
    let call = |id: String| CallId::new(id).expect("valid");
    let jobs: Vec<_> = calls
        .into_iter()
        .map(|id| JobRequest::new(JobKind::Fetch, call(id), now))
        .collect();
    let archive = app.archive().await.expect("opened");
    archive.enqueue(&jobs, now).await.expect("told");
}

fn said(id: &str, text: &str) -> Value {
    json!({"callId": id, "transcript": [
        {"speakerId": "1", "sentences": [{"start": 0, "end": 4000, "text": text}]}
    ]})
}

fn call(id: &str, text: &str) -> WorldCall {
    let started = Timestamp::now() - jiff::SignedDuration::from_hours(2);
    let call = WorldCall::plain(id, started);
    call.transcript(said(id, text)).expect("a transcript")
}

async fn search(app: &App, words: &str) -> Option<SearchView> {
    app.search(&SearchRequest::new(words)).await.ok()
}

/// Asks until the answer has something.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// How many of the hits have the word in what they show.
async fn hits(app: &App, word: &str) -> usize {
    let Some(answer) = search(app, word).await else {
        return 0;
    };
    let shown = answer.hits.iter().map(serde_json::to_string);
    shown
        .filter(|hit| hit.as_ref().is_ok_and(|hit| hit.contains(word)))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_is_found_once_with_its_newest_words() {
    let place = Place::new(World::empty()).await;
    let worker = place.worker();
    let app = &worker.app;
    until("the first sync", async || {
        let sync =
            gong_sync::Sync::new(app.bare_parts(app.archive().await.ok()?, SyncOptions::default()));
        sync.updated().await.ok()?
    })
    .await;
    place
        .sim
        .add_call(call("71", "the marmoset is too expensive"))
        .expect("added");
    tell(app, ["71".to_owned()]).await;
    until("the call", async || {
        (hits(app, "marmoset").await == 1).then_some(())
    })
    .await;

    let correct = |transcript: &mut Value| *transcript = said("71", "the axolotl is fine");
    place
        .sim
        .correct_transcript("71", correct)
        .expect("corrected");
    tell(app, ["71".to_owned()]).await;
    until("the corrected call", async || {
        (hits(app, "axolotl").await == 1).then_some(())
    })
    .await;

    until("the old words are gone", async || {
        (hits(app, "marmoset").await == 0).then_some(())
    })
    .await;
    until("detectors", async || {
        let archive = app.archive().await.ok()?;
        let id = CallId::new("71").ok()?;
        archive
            .findings(&access::Scope::internal(), &id)
            .await
            .ok()?
    })
    .await;
    let done = worker.stopped().await;
    assert_eq!((done.fetched, done.indexed, done.failures), (2, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_syncs_one_indexes_and_each_call_comes_once() {
    let place = Place::new(World::sample()).await;
    let first = place.worker();
    let second = place.worker();
    until("everything that nobody told of", async || {
        let status = first.app.archive().await.ok()?.status().await.ok()?;
        (status.indexed == 34).then_some(())
    })
    .await;

    let done = [first.stopped().await, second.stopped().await];

    let syncs = done.iter().map(|done| done.syncs).sum::<u64>();
    let indexed = done.iter().map(|done| done.indexed).sum::<u64>();
    let failures = done.iter().map(|done| done.failures).sum::<u64>();
    assert_eq!((syncs, indexed, failures), (1, 34, 0), "{done:?}");
    let (app, _) = place.app();
    let found = search(&app, "price").await.expect("an answer");
    let calls: BTreeSet<_> = found.hits.iter().map(|hit| hit.call_id.clone()).collect();
    assert!(!calls.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dropped_worker_left_between_archive_and_index_is_found_with_the_next() {
    let place = Place::new(
        World::empty()
            .with_call(call("5", "a narwhal swims"))
            .expect("a world"),
    )
    .await;
    let (app, _) = place.app();
    tell(&app, ["5".to_owned()]).await;
    // It is stored, and whoever stored it is gone before anything is indexed.
    let opened = app.opened().await.expect("opened");
    let connection = app
        .connect(call_archive::Priority::Background, Some(opened))
        .await;
    let connection = connection.expect("connected");
    let options = app.options_of(Source::Gong, &connection.key_id);
    let parts = app.bare_parts(&opened.archive, options).drained_elsewhere();
    let sync = gong_sync::Sync::new(parts.client(connection.client.clone()));
    assert!(sync.due_fetches().await.is_complete());
    drop((sync, connection));
    drop(app);

    let worker = place.worker();

    until("the call", async || {
        (hits(&worker.app, "narwhal").await == 1).then_some(())
    })
    .await;
    assert_eq!(worker.stopped().await.failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_purged_while_a_worker_holds_the_index_is_gone_from_everywhere() {
    let world = World::empty()
        .with_call(call("5", "a narwhal swims"))
        .expect("a world");
    let place = Place::new(world).await;
    let worker = place.worker();
    until("the call", async || {
        (hits(&worker.app, "narwhal").await == 1).then_some(())
    })
    .await;

    let (other, _) = place.app();
    let purged = other
        .purge(&PurgeRequest::Calls(vec!["5".to_owned()]))
        .await;
    assert!(purged.expect("begun").view.is_held_elsewhere);
    until("the receipt", async || {
        let receipts = other.receipts().await.ok()?;
        receipts.receipts.first()?.finished.clone()
    })
    .await;

    assert_eq!(hits(&other, "narwhal").await, 0);
    tell(&other, ["5".to_owned()]).await;
    let done = worker.stopped().await;
    assert_eq!((done.erased, done.failures), (1, 0));
    let archive = other.archive().await.expect("opened");
    let status = archive.status().await.expect("counted");
    assert_eq!((status.calls, status.jobs), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_workers_keep_one_budget_between_them() {
    let place = Place::new(World::empty()).await;
    let workers = [place.worker(), place.worker(), place.worker()];
    // Calls that Gong does not know are asked for one by one: much to ask for, shared by all three.
    let unknown = (0..300).map(|number| format!("9{number:05}"));
    tell(&workers[0].app, unknown).await;
    until("enough requests", async || {
        (place.sim.stats().total >= 36).then_some(())
    })
    .await;

    let mut leased = 0;
    for worker in &workers {
        let queues = worker
            .app
            .opened()
            .await
            .expect("opened")
            .watch
            .queues()
            .await;
        let queues = queues.expect("counted");
        leased = queues.iter().map(|queue| queue.leased).max().unwrap_or(0);
    }
    let stats = place.sim.stats();
    assert_eq!(leased, 300, "each of the three has a hundred in its hands");
    assert!(stats.max_in_any_second <= 3, "{stats:?}");
    assert!(stats.mean_per_second() <= 2.55, "{stats:?}");
    for worker in workers {
        worker.stopped().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_without_credentials_says_so_and_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("text").to_owned();
    let variables = [("HOME".to_owned(), home)];
    let environment = Environment::new(variables, Timestamp::now).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    let app = App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    );

    let refused = app.work().await.map_err(|error| error.kind());

    assert_eq!(refused.err(), Some(ErrorKind::NotConfigured));
    assert!(!app.has_archive().await.expect("looked"));
}
