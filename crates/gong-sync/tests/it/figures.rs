//! The requests of a sync, as docs/performance.md shows them: `cargo test -p gong-sync figures -- --nocapture`.
use gong_sim::{World, WorldCall};
use gong_sync::{Reconcile, Run, RunReport, Sync};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{Bench, NOW, at};

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const RATES: [i32; 3] = [5, 50, 500];

/// So many calls, the newest one an hour before `until`, at so many a week; each is there an hour
/// after it began.
fn world(rate: i32, calls: i32, until: Timestamp) -> World {
    let every = WEEK / rate;
    (0..calls).fold(World::empty(), |world, number| {
        let started = until - SignedDuration::from_hours(1) - every * number;
        let visible = started + SignedDuration::from_hours(1);
        let id = format!("{}", 7_000_000_000_000_000_000_i64 + i64::from(number));
        let call = WorldCall::plain(&id, started).visible_after(visible);
        world.with_call(call).unwrap()
    })
}

/// A sync without an index, which asks Gong for nothing.
fn bare(bench: &Bench) -> Sync {
    let mut parts = bench.parts();
    parts.index = None;
    Sync::new(parts)
}

async fn routine(bench: &Bench) -> gong_sync::SyncReport {
    let sync = bare(bench);
    let plan = sync.plan(Reconcile::WhenDue, Some(10_000)).await.unwrap();
    let report = sync.carry_out(&plan).await;
    assert!(report.is_complete(), "{:?}", report.stopped);
    report
}

#[tokio::test]
async fn a_backfill_of_a_thousand_calls_takes_hardly_more_than_the_least_number_of_requests() {
    println!("| calls a week | requests | least | ratio |\n|---|---|---|---|");
    for rate in RATES {
        let bench = Bench::new(world(rate, 1_000, at(NOW))).await;

        let report = routine(&bench).await;

        let (made, least) = (report.requests.made(), report.requests.minimum());
        assert_eq!(bench.archive_calls().await, 1_000);
        assert_eq!(bench.sim.stats().total, made);
        let ratio = made as f64 / least as f64;
        println!("| {rate} | {made} | {least} | {ratio:.2} |");
        // The one above the least lists the users.
        assert_eq!((made, least), (21, 20), "{rate} calls a week");
    }
}

#[tokio::test]
async fn incremental_runs_take_few_requests_a_day() {
    const DAYS: i32 = 30;
    println!("| calls a week | syncs a day | requests a day | of these for the past |");
    println!("|---|---|---|---|");
    for rate in RATES {
        for (syncs, hours, days) in [(1, 24, DAYS), (24, 1, 2)] {
            let end = at(NOW) + SignedDuration::from_hours(24) * DAYS;
            let new = rate * DAYS / 7;
            let bench = Bench::new(world(rate, 1_000 + new, end)).await;
            drop(routine(&bench).await);
            let (mut made, mut past) = (0, 0);
            for _ in 0..days * syncs {
                bench.sim.advance(SignedDuration::from_hours(hours));
                let report = routine(&bench).await;
                made += report.requests.made();
                let of_the_past = |run: &&RunReport| run.run != Run::Update;
                let runs = report.runs.iter().filter(of_the_past);
                past += runs.map(|run| run.made).sum::<u64>();
            }
            let a_day = |requests: u64| requests as f64 / f64::from(days);
            let (made, past) = (a_day(made), a_day(past));
            println!("| {rate} | {syncs} | {made:.1} | {past:.1} |");
            let most = most_a_day(rate, syncs, f64::from(1_000 + new));
            assert!(
                made <= most,
                "{rate} calls a week, {syncs} syncs a day: {made:.1} requests a day, not {most:.1}"
            );
        }
    }
}

/// Pages of the overlap with every sync, of the three reaches at their cadence, and of the users,
/// with a sixth of it for windows and pages that are begun.
fn most_a_day(rate: i32, syncs: i32, all: f64) -> f64 {
    let pages = |days: f64| (f64::from(rate) / 7.0 * days).min(all) / 100.0;
    let pages = |days: f64| pages(days).ceil();
    let updates = f64::from(syncs) * 2.0 * pages(4.0);
    let past = 3.0 * (pages(30.0) + pages(180.0) / 7.0 + (all / 100.0).ceil() / 30.0);
    (updates + past + 1.0) * 7.0 / 6.0
}
