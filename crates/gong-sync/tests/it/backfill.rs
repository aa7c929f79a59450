//! Everything is brought, with as few requests as there can be, and what comes late is found.
use std::num::NonZeroU64;

use gong_sim::{Faults, Lateness, Operation, World, WorldCall};
use gong_sync::{Outcome, Reach, Run, SyncReport, WindowRules};
use jiff::SignedDuration;

use crate::fixture::{Bench, at};

fn windows(target: u64, most: u64) -> WindowRules {
    let mut rules = WindowRules::default();
    rules.target = NonZeroU64::new(target).unwrap();
    rules.most = NonZeroU64::new(most).unwrap();
    rules
}

fn requests(report: &SyncReport) -> (u64, u64) {
    (report.requests.made(), report.requests.minimum())
}

#[tokio::test]
async fn every_call_is_stored_and_indexed_with_the_least_number_of_requests() {
    let bench = Bench::new(World::generate(7, 1_000)).await;

    let report = bench.update().await;

    assert_eq!(report.outcomes.of(Outcome::Indexing), 1_000);
    assert_eq!((report.index.indexed, report.failures.len()), (1_000, 0));
    assert_eq!(requests(&report), (20, 20));
    assert_eq!(bench.sim.stats().total, 20);
    let content = bench.content().await;
    assert_eq!(content.len(), 1_000);
    assert!(content.values().all(|call| call.passages > 0));
}

#[tokio::test]
async fn windows_that_adapt_cost_little_more_than_the_least_number_of_requests() {
    for (calls, target, most) in [(1_000, 300, 600), (2_000, 400, 500), (700, 1_000, 500)] {
        let mut bench = Bench::new(World::generate(7, calls)).await;
        bench.options.window = windows(target, most);

        let report = bench.update().await;

        assert_eq!(bench.archive_calls().await, calls as u64);
        let (made, minimum) = requests(&report);
        assert_eq!(bench.sim.stats().total, made);
        // One look at everything, and half a page at the end of each window.
        assert!(
            made <= minimum + report.windows + report.windows_restarted,
            "{made} for {minimum} in {} windows, {} begun again",
            report.windows,
            report.windows_restarted
        );
        assert!(
            report.windows >= 3 && report.windows <= 12,
            "{}",
            report.windows
        );
    }
}

#[tokio::test]
async fn a_second_run_reads_the_overlap_only_and_changes_nothing() {
    let bench = Bench::at(World::generate(7, 400), "2026-06-29T00:00:00Z").await;
    bench.update().await;
    let before = bench.content().await;

    let report = bench.update().await;

    let listed = report.requests.calls_listed;
    assert!((1..60).contains(&listed), "{listed}");
    assert_eq!(report.outcomes.of(Outcome::Unchanged), listed);
    assert_eq!(requests(&report), (2, 2));
    assert_eq!(bench.content().await, before);
}

#[tokio::test]
async fn a_call_that_appears_late_is_found_by_the_overlap_and_a_later_one_by_a_reconcile() {
    let started = at("2026-07-01T09:00:00Z");
    let early = WorldCall::plain("71", started).visible_after(at("2026-07-03T12:00:00Z"));
    let late = WorldCall::plain("72", started).visible_after(at("2026-07-20T12:00:00Z"));
    let world = World::generate(7, 50).with_call(early).unwrap();
    let bench = Bench::new(world.with_call(late).unwrap()).await;
    bench.update().await;
    assert!(bench.known("71").await.is_none());

    bench.advance("48h");
    bench.update().await;
    assert!(bench.known("71").await.unwrap().text_revision.is_some());

    bench.advance("480h");
    bench.update().await;
    assert!(
        bench.known("72").await.is_none(),
        "it lies before the overlap"
    );
    bench.run(Run::Reconcile(Reach::Month)).await;
    assert!(bench.known("72").await.unwrap().text_revision.is_some());
}

#[tokio::test]
async fn a_company_that_is_late_in_everything_is_complete_in_the_end() {
    let world = World::generate(3, 200).late(&Lateness::seeded(5));
    let bench = Bench::at(world, "2026-01-05T00:00:00Z").await;
    for _ in 0..62 {
        bench.advance("96h");
        bench.update().await;
    }
    bench.run(Run::Reconcile(Reach::Everything)).await;
    for _ in 0..4 {
        bench.advance("1h");
        bench.due().await;
    }

    let content = bench.content().await;

    assert_eq!(content.len(), 200);
    assert!(content.values().all(|call| call.words.is_some()));
    assert_eq!(bench.sync().run(Run::Update).await.transcripts_pending, 0);
}

#[tokio::test]
async fn a_call_far_from_its_scheduled_time_is_found_by_its_start() {
    let moved = WorldCall::plain("77", at("2026-06-30T09:00:00Z"))
        .edited(|call| call["metaData"]["scheduled"] = "2026-07-25T09:00:00Z".into())
        .unwrap();
    let bench = Bench::new(World::generate(7, 20).with_call(moved).unwrap()).await;

    bench.update().await;

    assert!(bench.known("77").await.is_some());
}

#[tokio::test]
async fn a_window_whose_cursor_expires_is_begun_again() {
    let mut bench = Bench::new(World::generate(7, 450)).await;
    bench.options.window = windows(1_000, 2_000);
    let clock = bench.sim.clock().clone();
    let polls = std::sync::atomic::AtomicU32::new(0);
    // Between two batches more than an hour passes, once.
    let progress = move |_| {
        if polls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            clock.advance(SignedDuration::from_mins(61));
        }
    };
    let parts = bench.parts().progress(std::sync::Arc::new(progress));

    let report = gong_sync::Sync::new(parts).run(Run::Update).await;

    assert!(report.is_complete(), "{:?}", report.stopped);
    assert!(report.windows_restarted >= 1);
    assert_eq!(bench.content().await.len(), 450);
}

#[tokio::test]
async fn pages_that_shrink_repeat_and_are_empty_lose_nothing() {
    let mut faults = Faults::none();
    faults.shrinking_pages = true;
    faults.duplicates = true;
    let bench = Bench::new(World::generate(7, 430)).await;
    bench.sim.set_faults(faults);

    let report = bench.update().await;

    assert_eq!(report.requests.calls_listed, 430);
    assert_eq!(report.outcomes.total(), 430);
    bench.sim.set_faults(Faults::none());
    assert_eq!(bench.content().await.len(), 430);
}

#[tokio::test]
async fn an_empty_company_is_no_error() {
    let bench = Bench::new(World::empty()).await;

    let report = bench.update().await;

    assert_eq!((report.outcomes.total(), report.windows), (0, 1));
    assert_eq!(bench.sim.stats().of(Operation::ListCallsExtensive), 1);
    assert_eq!(report.requests.made(), 1);
}

#[tokio::test]
async fn a_run_that_is_stopped_goes_on_where_it_stood() {
    let mut bench = Bench::new(World::generate(7, 900)).await;
    bench.options.window = windows(150, 300);
    let stop = tokio_util::sync::CancellationToken::new();
    let trigger = stop.clone();
    let progress = move |step: gong_sync::Step| {
        if step.stage == gong_sync::Stage::Calls && step.done >= 400 {
            trigger.cancel();
        }
    };
    let parts = bench
        .parts()
        .stop(stop)
        .progress(std::sync::Arc::new(progress));

    let first = gong_sync::Sync::new(parts).run(Run::Update).await;
    let before = bench.sim.stats().total;
    bench.update().await;

    assert!(matches!(first.stopped, Some(gong_sync::Error::Cancelled)));
    assert!((400..600).contains(&first.outcomes.total()));
    assert!(
        bench.asked_since(before) < 18,
        "{}",
        bench.asked_since(before)
    );
    assert_eq!(bench.content().await.len(), 900);
}

#[tokio::test]
async fn every_conversation_of_the_data_is_brought() {
    let Some(folder) = crate::shared::shared("data/calls") else {
        return;
    };
    let world = World::from_dir(&folder).unwrap();
    let calls = world.len() as u64;
    let bench = Bench::at(world, "2027-06-01T00:00:00Z").await;

    let report = bench.update().await;

    assert_eq!(report.index.indexed, calls);
    assert_eq!(
        requests(&report),
        (2 * calls.div_ceil(100), 2 * calls.div_ceil(100))
    );
    assert!(report.failures.is_empty() && report.index.failures.is_empty());
}

#[tokio::test]
async fn the_cost_of_a_run_is_known_beforehand() {
    let bench = Bench::new(World::generate(7, 950)).await;
    bench.update().await;

    for run in [
        Run::Update,
        Run::Reconcile(Reach::Month),
        Run::Reconcile(Reach::Everything),
    ] {
        let expected = bench.sync().cost(run).await.unwrap().requests();
        let report = bench.run(run).await;

        assert_eq!(report.requests.made(), expected, "{run:?}");
    }
}
