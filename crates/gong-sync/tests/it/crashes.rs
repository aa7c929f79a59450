//! Whatever interrupts a sync, wherever: afterwards archive and index are the same.
use std::{
    collections::BTreeMap,
    num::NonZeroU64,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use conversation::CallId;
use gong_sim::{World, WorldCall};
use gong_sync::{Reach, Run, Sync};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::fixture::{Bench, Content, at};
use crate::shaky::{Life, ShakyArchive, ShakyStore};

/// Enough for several windows and batches.
const CALLS: usize = 130;

/// How many stories are told; `GONGKIT_SEEDS` asks for more.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let asked = std::env::var("GONGKIT_SEEDS").ok();
    0..asked.map_or(usual, |seeds| seeds.parse().unwrap())
}

fn world() -> World {
    let private = WorldCall::plain("71", at("2026-07-01T09:00:00Z"))
        .private(true)
        .unwrap();
    let turning = WorldCall::plain("72", at("2026-07-01T10:00:00Z"));
    let without = WorldCall::plain("73", at("2026-07-01T11:00:00Z")).without_transcript();
    World::generate(9, CALLS)
        .with_call(private)
        .and_then(|world| world.with_call(turning))
        .and_then(|world| world.with_call(without))
        .unwrap()
}

async fn bench() -> Bench {
    let mut bench = Bench::new(world()).await;
    bench.options.window.target = NonZeroU64::new(40).unwrap();
    bench.options.window.most = NonZeroU64::new(60).unwrap();
    bench
}

/// What happens in Gong between the first and the second part of a story.
fn change(bench: &Bench) {
    bench.sim.set_private("72", true).unwrap();
    let corrected = bench
        .sim
        .correct_transcript("71", |words| *words = words.clone());
    corrected.unwrap();
    let gone = world().calls().nth(5).unwrap().id().to_owned();
    bench.sim.remove_call(&gone).unwrap();
    let renamed = world().calls().nth(100).unwrap().id().to_owned();
    bench
        .sim
        .edit_call(&renamed, |call| {
            call.edited(|call| call["parties"][1]["emailAddress"] = "new@other.example".into())
        })
        .unwrap();
    let corrected = world().calls().nth(101).unwrap().id().to_owned();
    bench
        .sim
        .correct_transcript(&corrected, |words| {
            words[0]["sentences"][0]["text"] = "It was otherwise.".into();
        })
        .unwrap();
}

/// A whole story without an interruption: what must be there in the end.
async fn undisturbed() -> BTreeMap<CallId, Content> {
    let bench = bench().await;
    bench.update().await;
    change(&bench);
    bench.run(Run::Reconcile(Reach::Everything)).await;
    let content = bench.content().await;
    assert_eq!(content.len(), CALLS + 3);
    assert_eq!(content.values().filter(|call| call.is_missing).count(), 1);
    content
}

/// A process that lives for so many operations of its archive and store.
async fn live(bench: &Bench, life: &Life, run: Run) -> bool {
    let archive = ShakyArchive {
        inner: Arc::clone(&bench.archive),
        life: life.clone(),
    };
    let store = ShakyStore {
        inner: Arc::clone(&bench.store),
        life: life.clone(),
    };
    let parts = bench.parts_over(Arc::new(archive), Arc::new(store));
    Sync::new(parts).run(run).await.is_complete()
}

#[tokio::test]
async fn a_process_that_dies_at_any_operation_leaves_what_the_next_one_completes() {
    let expected = undisturbed().await;
    let whole = {
        let bench = bench().await;
        let life = Life::endless();
        assert!(live(&bench, &life, Run::Update).await);
        i64::try_from(life.count.load(Ordering::Relaxed)).unwrap()
    };

    for seed in seeds(24) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let bench = bench().await;
        for run in [Run::Update, Run::Reconcile(Reach::Everything)] {
            for _ in 0..rng.random_range(1..5) {
                let life = Life::of(rng.random_range(0..whole), rng.random_bool(0.5));
                live(&bench, &life, run).await;
            }
            bench.run(run).await;
            if run == Run::Update {
                change(&bench);
            }
        }
        assert!(bench.content().await == expected, "seed {seed}");
    }
}

/// Drops a future after it was polled so many times.
struct Dropped<F> {
    future: Option<Pin<Box<F>>>,
    polls: u32,
}

impl<F: Future> Future for Dropped<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(polls) = self.polls.checked_sub(1) else {
            self.future = None;
            return Poll::Ready(None);
        };
        self.polls = polls;
        match self.future.as_mut() {
            Some(future) => future.as_mut().poll(ctx).map(Some),
            None => Poll::Ready(None),
        }
    }
}

#[tokio::test]
async fn a_run_that_is_dropped_at_any_await_is_completed_by_the_next_one() {
    let expected = undisturbed().await;

    for seed in seeds(16) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let bench = bench().await;
        for run in [Run::Update, Run::Reconcile(Reach::Everything)] {
            for _ in 0..rng.random_range(1..5) {
                let sync = bench.sync();
                let run = async move { sync.run(run).await.is_complete() };
                let polls = rng.random_range(0..60);
                Dropped {
                    future: Some(Box::pin(run)),
                    polls,
                }
                .await;
            }
            bench.run(run).await;
            if run == Run::Update {
                change(&bench);
            }
        }
        assert!(bench.content().await == expected, "seed {seed}");
    }
}

#[tokio::test]
async fn two_processes_at_once_leave_one_result() {
    let expected = undisturbed().await;
    let bench = bench().await;
    let other = {
        let mut parts = bench.parts();
        parts.index = None;
        Sync::new(parts)
    };

    let (one, two) = futures::join!(bench.update(), other.run(Run::Update));
    assert!(one.is_complete() && two.is_complete());
    change(&bench);
    let reconcile = Run::Reconcile(Reach::Everything);
    let (one, two) = futures::join!(bench.run(reconcile), other.run(reconcile));
    assert!(one.is_complete() && two.is_complete());

    assert!(bench.content().await == expected);
}
