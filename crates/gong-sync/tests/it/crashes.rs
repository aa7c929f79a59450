//! Whatever interrupts a sync, wherever: afterwards archive and index are the same.
//!
//! Every operation of archive and store is a point at which a process can die, before or after it
//! took effect: between the archive and the index as well. `GONGKIT_INTERRUPTIONS` asks for more.
use std::{
    collections::BTreeMap,
    num::NonZeroU64,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use call_archive::User;
use conversation::CallId;
use gong_sim::{World, WorldCall};
use gong_sync::{Reach, Reconcile, Sync};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::fixture::{Bench, Content, at};
use crate::shaky::{Life, ShakyArchive, ShakyStore};

/// Enough for several windows and batches.
const CALLS: usize = 130;

/// How many times something is interrupted.
fn interruptions(usual: u64) -> u64 {
    let asked = std::env::var("GONGKIT_INTERRUPTIONS").ok();
    asked.map_or(usual, |asked| asked.parse().unwrap())
}

/// What a story is about, first what is new, then everything once more.
const STORY: [Reconcile; 2] = [Reconcile::Never, Reconcile::Now(Reach::Everything)];

/// One process: plans and does it; whether it came to its end.
async fn routine(sync: Sync, reconcile: Reconcile) -> bool {
    match sync.plan(reconcile, None).await {
        Ok(plan) => sync.carry_out(&plan).await.is_complete(),
        Err(_) => false,
    }
}

/// What is there in the end: calls, their points, and the company's own people.
async fn everything(bench: &Bench) -> (BTreeMap<CallId, Content>, Vec<User>) {
    let users = bench.archive.users().await.unwrap();
    (bench.content().await, users)
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
async fn undisturbed() -> (BTreeMap<CallId, Content>, Vec<User>) {
    let bench = bench().await;
    for part in STORY {
        assert!(routine(bench.sync(), part).await);
        if part == Reconcile::Never {
            change(&bench);
        }
    }
    let (content, users) = everything(&bench).await;
    assert_eq!(content.len(), CALLS + 3);
    assert_eq!(content.values().filter(|call| call.is_missing).count(), 1);
    assert!(!users.is_empty());
    (content, users)
}

/// A process that lives for so many operations of its archive and store.
async fn live(bench: &Bench, life: &Life, part: Reconcile) -> bool {
    let archive = ShakyArchive {
        inner: Arc::clone(&bench.archive),
        life: life.clone(),
    };
    let store = ShakyStore {
        inner: Arc::clone(&bench.store),
        life: life.clone(),
    };
    let parts = bench.parts_over(Arc::new(archive), Arc::new(store));
    routine(Sync::new(parts), part).await
}

#[tokio::test]
async fn a_process_that_dies_at_any_operation_leaves_what_the_next_one_completes() {
    let expected = undisturbed().await;
    let whole = {
        let bench = bench().await;
        let life = Life::endless();
        assert!(live(&bench, &life, Reconcile::Never).await);
        i64::try_from(life.count.load(Ordering::Relaxed)).unwrap()
    };

    let (mut done, mut seed) = (0, 0);
    while done < interruptions(200) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let bench = bench().await;
        for part in STORY {
            for _ in 0..rng.random_range(4..9) {
                let life = Life::of(rng.random_range(0..whole), rng.random_bool(0.5));
                done += u64::from(!live(&bench, &life, part).await);
            }
            assert!(routine(bench.sync(), part).await, "seed {seed}");
            if part == Reconcile::Never {
                change(&bench);
            }
        }
        assert!(everything(&bench).await == expected, "seed {seed}");
        seed += 1;
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

    let (mut done, mut seed) = (0, 0);
    while done < interruptions(80) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let bench = bench().await;
        for part in STORY {
            for _ in 0..rng.random_range(2..7) {
                let run = routine(bench.sync(), part);
                let dropped = Dropped {
                    future: Some(Box::pin(run)),
                    polls: rng.random_range(0..60),
                };
                done += u64::from(dropped.await.is_none());
            }
            assert!(routine(bench.sync(), part).await, "seed {seed}");
            if part == Reconcile::Never {
                change(&bench);
            }
        }
        assert!(everything(&bench).await == expected, "seed {seed}");
        seed += 1;
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

    for part in STORY {
        let both = futures::join!(routine(bench.sync(), part), routine(other.clone(), part));
        assert_eq!(both, (true, true));
        if part == Reconcile::Never {
            change(&bench);
        }
    }

    assert!(everything(&bench).await == expected);
}
