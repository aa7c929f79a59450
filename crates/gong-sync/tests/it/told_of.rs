//! Calls that somebody told of, as a process takes them that keeps running.
use std::num::NonZeroUsize;
use std::sync::Arc;

use call_archive::{
    Appointed, Archive, DeadLetters as _, Duties as _, Erasure, JobKind, JobRequest, Keep,
    MemoryArchive,
};
use gong_sim::{Failure, Faults, Limits, Operation, World, WorldCall};
use gong_sync::{Error, Outcome, Reconcile, Sync};
use jiff::SignedDuration;

use crate::fixture::{Bench, NOW, at, id};

const MANY: NonZeroUsize = NonZeroUsize::new(100).unwrap();

async fn told(bench: &Bench, calls: &[&str]) {
    let now = bench.sim.now();
    let jobs: Vec<_> = calls
        .iter()
        .map(|call| JobRequest::new(JobKind::Fetch, id(call), now))
        .collect();
    bench.archive.enqueue(&jobs, now).await.unwrap();
}

fn call(number: u32) -> WorldCall {
    WorldCall::plain(&number.to_string(), at("2026-07-02T09:00:00Z"))
}

fn calls(numbers: std::ops::Range<u32>) -> World {
    numbers.fold(World::empty(), |world, number| {
        world.with_call(call(number)).unwrap()
    })
}

#[tokio::test]
async fn calls_that_were_told_of_are_fetched_by_the_hundred_and_indexed_once() {
    let bench = Bench::new(calls(100..220)).await;
    let all: Vec<String> = (100..220).map(|number| number.to_string()).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    told(&bench, &all).await;
    told(&bench, &all[..7]).await;

    let report = bench.sync().due_fetches().await;

    assert!(report.is_complete(), "{:?}", report.stopped);
    assert_eq!(report.outcomes.of(Outcome::Indexing), 120);
    assert_eq!(report.requests.made(), 4, "two pages of each kind");
    let drained = bench.sync().drain_some(MANY).await.unwrap();
    assert!((100..=108).contains(&drained.indexed), "{drained:?}");
    assert_eq!(drained.brought.len() as u64, drained.indexed);
    let rest = bench.sync().drain_some(MANY).await.unwrap();
    assert_eq!(drained.indexed + rest.indexed, 120);
    assert_eq!(bench.jobs_left().await, 0);
    bench.content().await;
}

#[tokio::test]
async fn words_that_are_not_ready_are_no_failed_attempt_and_have_a_job_of_their_own() {
    let late = call(7).transcript_after(at("2026-07-02T12:04:00Z"));
    let bench = Bench::new(World::empty().with_call(late).unwrap()).await;
    told(&bench, &["7"]).await;

    let report = bench.sync().due_fetches().await;

    assert_eq!(report.outcomes.of(Outcome::NotReady), 1);
    assert_eq!(report.all_failures().count(), 0);
    let jobs = bench.archive.status().await.unwrap().jobs;
    assert_eq!(jobs, [("transcript", 1)]);
    for wait in ["2m", "3m"] {
        bench.advance(wait);
        bench.due().await;
    }
    let drained = bench.sync().drain_some(MANY).await.unwrap();
    assert_eq!((drained.indexed, bench.jobs_left().await), (1, 0));
}

#[tokio::test]
async fn a_call_that_gong_cannot_tell_of_ends_as_a_dead_letter_and_the_others_come() {
    let archive = MemoryArchive::new();
    let shared: Arc<dyn Archive> = Arc::new(archive.clone());
    let bench = Bench::over(calls(1..4), NOW, shared).await;
    told(&bench, &["1", "9", "2", "3"]).await;

    let first = bench.sync().due_fetches().await;

    assert!(first.is_complete(), "{:?}", first.stopped);
    assert_eq!(first.outcomes.of(Outcome::Indexing), 3);
    for _ in 0..8 {
        bench.advance("6h");
        let _ = bench.sync().due_fetches().await;
    }
    let dead = archive.dead(9).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].kind, &dead[0].call), (JobKind::Fetch, &id("9")));
    assert_eq!(
        (dead[0].failed, dead[0].class.as_deref()),
        (8, Some("missing"))
    );
}

#[tokio::test]
async fn while_nothing_comes_through_no_attempt_counts() {
    let bench = Bench::new(calls(1..4)).await;
    told(&bench, &["1", "2", "3"]).await;
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::ListCallsExtensive);
    bench.sim.set_faults(faults);
    for _ in 0..30 {
        let report = bench.sync().due_fetches().await;
        assert!(matches!(report.stopped, Some(Error::Gong(_))));
        bench.advance("1h");
    }

    bench.sim.set_faults(Faults::none());
    let report = bench.sync().due_fetches().await;

    assert_eq!(report.outcomes.of(Outcome::Indexing), 3);
    assert_eq!(report.all_failures().count(), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_is_asked_for_call_by_call() {
    let bench = Bench::new(calls(1..6)).await;
    told(&bench, &["1", "2", "3", "4", "5"]).await;
    // As often as one request is tried.
    for _ in 0..12 {
        bench
            .sim
            .fail_next(Some(Operation::ListCallsExtensive), Failure::Status(500));
    }

    let report = bench.sync().due_fetches().await;

    assert!(report.is_complete(), "{:?}", report.stopped);
    assert_eq!(report.outcomes.of(Outcome::Indexing), 5);
    assert_eq!(bench.sim.stats().of(Operation::ListCallsExtensive), 12 + 5);
}

#[tokio::test]
async fn a_call_that_was_purged_is_not_asked_for() {
    let bench = Bench::new(calls(1..3)).await;
    bench.update().await;
    told(&bench, &["1"]).await;
    let (call, forever) = (id("1"), Erasure::WithTombstone);
    let begun = bench.archive.begin_erase(&call, forever, bench.sim.now());
    assert!(begun.await.unwrap());
    told(&bench, &["1"]).await;
    let before = bench.sim.stats().total;

    let report = bench.sync().due_fetches().await;
    let drained = bench.sync().drain_some(MANY).await.unwrap();

    assert_eq!((report.outcomes.total(), drained.erased), (0, 1));
    assert_eq!(bench.asked_since(before), 0);
    assert_eq!(bench.content().await.len(), 1);
}

#[tokio::test]
async fn an_erasure_while_the_index_job_is_on_its_way_leaves_nothing() {
    let bench = Bench::new(calls(1..3)).await;
    told(&bench, &["1", "2"]).await;
    assert!(bench.sync().due_fetches().await.is_complete());
    let until = at("2026-07-02T12:15:00Z");
    // Another holder has the index job in its hands, and says it is done after the erasure.
    let held = bench
        .archive
        .claim(&[JobKind::Index], 9, until, bench.sim.now());
    let held = held.await.unwrap();
    let (call, how) = (id("1"), Erasure::MayReturn(Keep::Nothing));
    let begun = bench.archive.begin_erase(&call, how, bench.sim.now());
    assert!(begun.await.unwrap());

    let erased = bench.sync().drain_some(MANY).await.unwrap();

    assert_eq!(erased.erased, 1);
    for lease in held {
        let now = bench.sim.now();
        let finish = call_archive::Finish::Done;
        bench.archive.finish(&lease, finish, now).await.unwrap();
    }
    assert!(bench.stored("1").await.is_none());
    let content = bench.content().await;
    assert!(!content.contains_key(&id("1")), "neither words nor points");
}

#[tokio::test]
async fn a_scheduler_that_was_paused_past_its_duty_changes_nothing() {
    let archive = MemoryArchive::new();
    let shared: Arc<dyn Archive> = Arc::new(archive.clone());
    let bench = Bench::over(calls(1..4), NOW, shared).await;
    let until = |minutes| at(NOW) + SignedDuration::from_mins(minutes);
    let Appointed::Held(first) = archive
        .take_duty("sync", "one", until(2), at(NOW))
        .await
        .unwrap()
    else {
        panic!("nobody has it");
    };
    let paused = Sync::new(
        bench
            .parts_over(archive.on_duty(&first), Arc::clone(&bench.store))
            .drained_elsewhere(),
    );
    let plan = paused.plan(Reconcile::WhenDue, None).await.unwrap();
    bench.advance("3m");
    let second = archive
        .take_duty("sync", "two", until(5), until(3))
        .await
        .unwrap();
    assert!(matches!(second, Appointed::Held(_)));

    let report = paused.carry_out(&plan).await;

    let Some(Error::Archive(error)) = &report.stopped else {
        panic!("{:?}", report.stopped);
    };
    assert_eq!(error.kind(), call_archive::ErrorKind::OffDuty);
    assert_eq!(bench.archive_calls().await, 0);
    assert_eq!(bench.jobs_left().await, 0);
}

#[tokio::test]
async fn a_run_that_is_drained_elsewhere_leaves_its_jobs() {
    let bench = Bench::new(calls(1..4)).await;
    bench.sim.set_limits(Limits::off());
    let sync = Sync::new(bench.parts().drained_elsewhere());
    let plan = sync.plan(Reconcile::WhenDue, None).await.unwrap();

    let report = sync.carry_out(&plan).await;

    assert!(report.is_complete(), "{:?}", report.stopped);
    assert_eq!((report.index.indexed, bench.jobs_left().await), (0, 3));
    let drained = bench.sync().drain_some(MANY).await.unwrap();
    assert_eq!(drained.indexed, 3);
}
