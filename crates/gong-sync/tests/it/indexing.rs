//! From the archive into the index and out of it.
use std::sync::{Arc, atomic::Ordering};

use call_archive::{Erasure, JobKind, Keep};
use conversation::Revision;
use embeddings::{Embedder as _, HashEmbedder, Space};
use gong_sim::World;
use gong_sync::{IndexWriter, Run, Sync};
use jiff::SignedDuration;
use memory_store::{Forget, MemoryStore, PassageStore, TermKey, testing::all_holdings};

use crate::doubles::{Forgetful, Meddler, Overtaken, Picky, Slow};
use crate::fixture::{Bench, NOW, at, id};

fn with(bench: &Bench, embedder: &Arc<Picky>) -> Sync {
    let store = Arc::clone(&bench.store);
    let writer = IndexWriter::new(store, bench.index.clone(), Arc::clone(embedder) as _);
    Sync::new(bench.parts().index(writer))
}

#[tokio::test]
async fn passages_are_embedded_by_the_hundreds_and_facts_without_embedding() {
    let bench = Bench::new(World::generate(7, 700)).await;
    let embedder = Arc::new(Picky::new());
    let report = with(&bench, &embedder).run(Run::Update).await;
    let first = embedder.embedded.load(Ordering::Relaxed);
    assert_eq!(report.index.embedded, first as u64);
    assert!(embedder.largest.load(Ordering::Relaxed) >= 100);

    let last = World::generate(7, 700)
        .calls()
        .last()
        .unwrap()
        .id()
        .to_owned();
    bench
        .sim
        .edit_call(&last, |call| {
            call.edited(|call| call["parties"][1]["emailAddress"] = "new@other.example".into())
        })
        .unwrap();
    let report = with(&bench, &embedder).run(Run::Update).await;

    assert_eq!((report.index.facts_only, report.index.embedded), (1, 0));
    assert_eq!(embedder.embedded.load(Ordering::Relaxed), first);
    bench.content().await;
}

/// On a slow machine, or with long calls, a batch takes longer than its lease.
#[tokio::test]
async fn batches_that_take_longer_than_a_lease_are_embedded_once() {
    let bench = Bench::new(World::generate(7, 300)).await;
    let mut bare = bench.parts();
    bare.index = None;
    let stored = Sync::new(bare).run(Run::Update).await;
    assert_eq!(stored.index.indexed, 0);
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let start = at(NOW) + SignedDuration::from_hours(24);
    let embedder = Arc::new(Slow::new());
    let store = Arc::clone(&bench.store);
    let writer = IndexWriter::new(store, bench.index.clone(), Arc::clone(&embedder) as _);
    let mut parts = bench.parts().index(writer);
    parts.clock = Arc::new(move || start + began.elapsed());

    let report = Sync::new(parts).drain().await.unwrap();

    assert_eq!((report.indexed, report.lost), (300, 0));
    assert_eq!(
        report.embedded,
        embedder.embedded.load(Ordering::Relaxed) as u64
    );
    assert!(
        began.elapsed() > std::time::Duration::from_hours(2),
        "three batches at least"
    );
}

#[tokio::test]
async fn new_facts_of_a_call_whose_vectors_are_lost_are_embedded_again() {
    let bench = Bench::new(World::generate(7, 10)).await;
    bench.update().await;
    let last = World::generate(7, 10)
        .calls()
        .last()
        .unwrap()
        .id()
        .to_owned();
    bench
        .sim
        .edit_call(&last, |call| {
            call.edited(|call| call["metaData"]["language"] = "deu".into())
        })
        .unwrap();
    bench.sync().call(&id(&last)).await.unwrap();
    let store = Arc::new(Forgetful {
        inner: Arc::clone(&bench.store),
        call: id(&last),
    });
    let writer = IndexWriter::new(
        store,
        bench.index.clone(),
        Arc::new(HashEmbedder::default()),
    );

    let report = Sync::new(bench.parts().index(writer))
        .drain()
        .await
        .unwrap();

    assert_eq!((report.indexed, report.facts_only), (1, 0));
    assert!(report.embedded > 0 && report.failures.is_empty());
    bench.content().await;
}

#[tokio::test]
async fn one_call_that_cannot_be_embedded_stops_no_other_and_is_named_until_it_is_dead() {
    let bench = Bench::new(World::generate(7, 120)).await;
    let bad = World::generate(7, 120)
        .calls()
        .nth(50)
        .unwrap()
        .id()
        .to_owned();
    bench
        .sim
        .correct_transcript(&bad, |words| {
            words[0]["sentences"][0]["text"] = "Poison.".into();
        })
        .unwrap();
    let embedder = Arc::new(Picky::new());
    embedder.refuses.store(true, Ordering::Relaxed);

    let report = with(&bench, &embedder).run(Run::Update).await;
    assert_eq!(report.index.indexed, 119);
    let failure = &report.index.failures[0];
    assert_eq!(
        (failure.call.clone(), failure.class),
        (Some(id(&bad)), "embed")
    );
    assert!(report.index.dead.is_empty());

    let mut drains = 1;
    let dead = loop {
        bench.advance("2h");
        let report = with(&bench, &embedder).drain().await.unwrap();
        drains += 1;
        if !report.dead.is_empty() {
            break report.dead;
        }
        assert!(drains < 20);
    };
    assert_eq!(dead, [id(&bad)]);
}

#[tokio::test]
async fn an_old_revision_goes_a_minute_after_it_was_replaced_and_not_before() {
    let bench = Bench::new(World::generate(7, 3)).await;
    bench.update().await;
    let last = World::generate(7, 3)
        .calls()
        .last()
        .unwrap()
        .id()
        .to_owned();
    bench
        .sim
        .correct_transcript(&last, |words| {
            words[0]["sentences"][0]["text"] = "New.".into();
        })
        .unwrap();
    bench.sync().call(&id(&last)).await.unwrap();
    bench.sync().drain().await.unwrap();
    let held = async || all_holdings(&*bench.store).await.unwrap().len();
    assert_eq!(held().await, 4);

    bench.advance("59s");
    bench.sync().drain().await.unwrap();
    assert_eq!(held().await, 4);
    bench.advance("1s");
    let report = bench.sync().drain().await.unwrap();

    assert!(report.swept > 0);
    assert_eq!(held().await, 3);
}

#[tokio::test]
async fn lost_points_are_made_again_and_foreign_ones_dropped() {
    let bench = Bench::new(World::generate(7, 40)).await;
    bench.update().await;
    let whole = bench.content().await;
    let lost = whole.keys().next().unwrap().clone();

    bench
        .store
        .forget(Forget::Call(lost.clone()))
        .await
        .unwrap();
    bench
        .archive
        .begin_erase(
            whole.keys().nth(1).unwrap(),
            Erasure::MayReturn(Keep::Nothing),
            bench.sim.now(),
        )
        .await
        .unwrap();
    let report = bench.sync().drain().await.unwrap();

    assert_eq!((report.indexed, report.erased), (1, 1));
    assert_eq!(bench.content().await.len(), 39);
}

#[tokio::test]
async fn a_drain_takes_over_what_a_killed_one_left() {
    let bench = Bench::new(World::generate(7, 30)).await;
    let mut parts = bench.parts();
    parts.index = None;
    assert!(Sync::new(parts).run(Run::Update).await.is_complete());
    bench.claim_everything().await;

    let report = bench.sync().drain().await.unwrap();

    assert_eq!((report.reclaimed, report.indexed), (30, 30));
}

#[tokio::test]
async fn jobs_of_another_index_are_left_to_it() {
    let bench = Bench::new(World::generate(7, 70)).await;
    let other = bench
        .archive
        .add_index("another", bench.sim.now())
        .await
        .unwrap();

    let report = bench.update().await;

    assert_eq!(report.index.indexed, 70);
    assert_eq!(bench.jobs_left().await, 70);
    bench.archive.drop_index(&other).await.unwrap();
    bench.content().await;
}

#[tokio::test]
async fn an_index_of_another_space_is_refused() {
    let bench = Bench::new(World::generate(7, 3)).await;
    let small = HashEmbedder::new(std::num::NonZeroUsize::new(8).unwrap());
    let writer = IndexWriter::new(
        Arc::clone(&bench.store),
        bench.index.clone(),
        Arc::new(small),
    );

    let report = Sync::new(bench.parts().index(writer))
        .run(Run::Update)
        .await;

    let Some(gong_sync::Error::Index(error)) = &report.stopped else {
        panic!("{:?}", report.stopped);
    };
    assert_eq!(error.kind(), memory_store::ErrorKind::ForeignSpace);
    assert_eq!(bench.archive_calls().await, 3, "what was fetched is stored");
}

#[tokio::test]
async fn a_put_in_the_middle_of_a_drain_makes_its_job_come_back() {
    let bench = Bench::new(World::generate(7, 1)).await;
    let mut parts = bench.parts();
    parts.index = None;
    let storing = Sync::new(parts);
    assert!(storing.run(Run::Update).await.is_complete());
    let call = World::generate(7, 1)
        .calls()
        .next()
        .unwrap()
        .id()
        .to_owned();

    let bench = Arc::new(bench);
    let (changed, number) = (Arc::clone(&bench), call.clone());
    let correct = move || {
        let correct = |words: &mut serde_json::Value| {
            words[0]["sentences"][0]["text"] = "New.".into();
        };
        changed.sim.correct_transcript(&number, correct).unwrap();
    };
    let meddler = Meddler::new(storing, id(&call), Box::new(correct));
    let writer = IndexWriter::new(
        Arc::clone(&bench.store),
        bench.index.clone(),
        Arc::new(meddler),
    );

    let report = Sync::new(bench.parts().index(writer))
        .drain()
        .await
        .unwrap();

    assert_eq!((report.lost, report.indexed), (1, 1));
    let known = bench
        .archive
        .known(&[id(&call)])
        .await
        .unwrap()
        .pop()
        .unwrap();
    let held = all_holdings(&*bench.store).await.unwrap();
    let revisions: Vec<Revision> = held.iter().map(|holding| holding.text_revision).collect();
    assert_eq!(
        revisions,
        [known.text_revision.unwrap()],
        "the lost write was taken back"
    );
}

#[tokio::test]
async fn newer_facts_that_a_worker_wrote_over_after_its_lease_come_back() {
    let bench = Arc::new(Bench::new(World::generate(7, 1)).await);
    let mut parts = bench.parts();
    parts.index = None;
    assert!(Sync::new(parts).run(Run::Update).await.is_complete());
    let world = World::generate(7, 1);
    let call = world.calls().next().unwrap().id().to_owned();

    let (changed, number) = (Arc::clone(&bench), call.clone());
    let meanwhile = move || {
        let others = async move {
            // The lease is over; the call got a new customer; another worker brings that.
            changed.archive.reclaim(&[JobKind::Index]).await.unwrap();
            let customer = |call: &mut serde_json::Value| {
                call["parties"][1]["emailAddress"] = "new@other.example".into();
            };
            let edit = |call: gong_sim::WorldCall| call.edited(customer);
            changed.sim.edit_call(&number, edit).unwrap();
            changed.sync().call(&id(&number)).await.unwrap();
            let report = changed.sync().drain().await.unwrap();
            assert_eq!(report.indexed, 1);
        };
        Box::pin(others) as _
    };
    let store = Overtaken::new(Arc::clone(&bench.store), Box::new(meanwhile));
    let embedder = Arc::new(HashEmbedder::default());
    let writer = IndexWriter::new(Arc::new(store), bench.index.clone(), embedder);
    let late = Sync::new(bench.parts().index(writer))
        .drain()
        .await
        .unwrap();

    assert!(late.lost > 0, "{late:?}");
    bench.sync().drain().await.unwrap();
    let current = bench.stored(&call).await.unwrap().facts_hash;
    let held = all_holdings(&*bench.store).await.unwrap();
    let facts: Vec<&str> = held.iter().map(|held| held.facts_hash.as_str()).collect();
    assert_eq!(facts, [current], "the newest facts are filtered by");
    assert_eq!(bench.jobs_left().await, 0);
}

#[tokio::test]
async fn an_index_beside_is_brought_the_same_and_erased_from_the_same() {
    let bench = Bench::new(World::generate(7, 5)).await;
    bench.update().await;
    let embedder = Arc::new(HashEmbedder::default());
    let space = Space::new(
        embedder.model().clone(),
        conversation::SPLITTER_VERSION,
        "k",
    );
    let now = bench.sim.now();
    let other = bench.archive.add_index("elsewhere", now).await.unwrap();
    let store: Arc<dyn PassageStore> = Arc::new(MemoryStore::new(space, TermKey::new([3; 32])));
    let writer = || {
        IndexWriter::new(
            Arc::clone(&store),
            other.clone(),
            Arc::clone(&embedder) as _,
        )
    };
    let both = || Sync::new(bench.parts().beside(vec![writer()]));
    let calls = async |store: &dyn PassageStore| -> Vec<String> {
        let held = all_holdings(store).await.unwrap();
        held.iter().map(|held| held.call.to_string()).collect()
    };

    let report = both().drain().await.unwrap();
    assert_eq!(report.indexed, 5, "what was there is moved");
    assert_eq!(calls(&*store).await, calls(&*bench.store).await);

    let gone = id(&calls(&*store).await[0]);
    let erasing = bench
        .archive
        .begin_erase(&gone, Erasure::WithTombstone, now);
    erasing.await.unwrap();
    let report = both().drain().await.unwrap();
    assert_eq!(report.erased, 1);
    assert_eq!(calls(&*store).await.len(), 4);
    assert_eq!(calls(&*store).await, calls(&*bench.store).await);
}
