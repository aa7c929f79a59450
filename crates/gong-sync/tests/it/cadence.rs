//! What is read again, when, and for how many requests.
use std::num::NonZeroU64;

use gong_sim::{Lateness, Limits, World, WorldCall};
use gong_sync::{Plan, Reach, Reconcile, Run};
use jiff::SignedDuration;

use crate::fixture::{Bench, at, id};

/// The reaches of a plan, and `None` for what is new.
fn runs(plan: &Plan) -> Vec<Option<Reach>> {
    let reach = |run| match run {
        Run::Update => None,
        Run::Reconcile(reach) => Some(reach),
    };
    plan.runs.iter().map(|planned| reach(planned.run)).collect()
}

async fn due(bench: &Bench) -> Plan {
    bench.sync().plan(Reconcile::WhenDue, None).await.unwrap()
}

#[tokio::test]
async fn the_first_sync_brings_everything_once_and_the_cadence_begins_with_it() {
    let bench = Bench::new(World::generate(7, 120)).await;
    assert_eq!(runs(&due(&bench).await), [None]);

    let report = bench.routine().await;

    assert_eq!(report.outcomes.total(), 120);
    assert_eq!(runs(&due(&bench).await), [None], "all of it is fresh");
    bench.advance("20h");
    let next_day = due(&bench).await;
    assert_eq!(runs(&next_day), [Some(Reach::Month)]);
    assert!(next_day.postponed.is_empty());
}

#[tokio::test]
async fn thirty_days_are_read_daily_half_a_year_weekly_and_everything_monthly() {
    let bench = Bench::new(World::generate(7, 20)).await;
    bench.routine().await;
    let (mut months, mut half_years, mut everything) = (Vec::new(), Vec::new(), Vec::new());
    for day in 1..=62 {
        // Never quite on time.
        bench.advance(if day % 2 == 0 { "23h50m" } else { "24h10m" });
        let plan = due(&bench).await;
        match runs(&plan)[..] {
            [Some(Reach::Month)] => months.push(day),
            [None, Some(Reach::HalfYear)] => half_years.push(day),
            [None, Some(Reach::Everything)] => everything.push(day),
            ref other => panic!("day {day}: {other:?}"),
        }
        assert!(bench.sync().carry_out(&plan).await.is_complete());
    }

    assert_eq!(everything, [30, 60]);
    assert_eq!(half_years, [7, 14, 21, 28, 37, 44, 51, 58]);
    assert_eq!(months.len(), 62 - 2 - 8);
}

#[tokio::test]
async fn calls_that_appear_minutes_to_thirty_days_late_are_found_by_the_cadence() {
    for seed in 0..3 {
        let mut lateness = Lateness::seeded(seed);
        lateness.late_calls = 0.6;
        let first = at("2026-07-02T08:00:00Z");
        let calls: Vec<String> = (100..170).map(|number| number.to_string()).collect();
        let mut world = World::empty();
        for (number, call) in (0..).zip(&calls) {
            let started = first + SignedDuration::from_hours(5 * number);
            world = world.with_call(WorldCall::plain(call, started)).unwrap();
        }
        let bench = Bench::new(world.late(&lateness)).await;
        for _ in 0..52 {
            bench.routine().await;
            bench.advance("24h");
        }

        for call in calls {
            let known = bench.known(&call).await;
            let has_words = known.is_some_and(|known| known.text_revision.is_some());
            assert!(has_words, "call {call} of seed {seed}");
        }
    }
}

#[tokio::test]
async fn a_call_is_found_the_day_after_it_appears_within_thirty_days() {
    let started = at("2026-07-01T09:00:00Z");
    let late = WorldCall::plain("72", started).visible_after(at("2026-07-29T12:00:00Z"));
    let bench = Bench::new(World::generate(7, 9).with_call(late).unwrap()).await;
    while bench.known("72").await.is_none() {
        bench.routine().await;
        bench.advance("24h");
        assert!(bench.sim.now() < at("2026-08-05T00:00:00Z"));
    }
    assert!(bench.sim.now() < at("2026-07-31T13:00:00Z"));
}

#[tokio::test]
async fn a_transcript_corrected_upstream_after_weeks_replaces_the_old_one() {
    let bench = Bench::new(World::generate(7, 30)).await;
    let call = WorldCall::plain("72", bench.sim.now());
    bench.sim.add_call(call).unwrap();
    bench.routine().await;
    for _ in 0..20 {
        bench.advance("24h");
        bench.routine().await;
    }

    let correct = |words: &mut serde_json::Value| {
        words[0]["sentences"][0]["text"] = "It was otherwise.".into();
    };
    bench.sim.correct_transcript("72", correct).unwrap();
    bench.advance("24h");
    bench.routine().await;

    let content = bench.content().await;
    let words = content[&id("72")].words.as_ref().unwrap();
    assert!(words.contains("It was otherwise."));
}

#[tokio::test]
async fn what_a_reconcile_costs_is_known_beforehand_and_told_afterwards() {
    let private = WorldCall::plain("72", at("2026-06-30T09:00:00Z"))
        .private(true)
        .unwrap();
    let world = World::generate(7, 400).with_call(private).unwrap();
    let bench = Bench::new(world).await;
    bench.routine().await;
    bench.advance("720h");
    let before = bench.sim.stats().total;

    let plan = due(&bench).await;
    let report = bench.sync().carry_out(&plan).await;

    assert_eq!(runs(&plan), [None, Some(Reach::Everything)]);
    let cost = plan.runs[1].cost;
    assert_eq!((cost.calls, cost.extensive, cost.listing), (401, 5, 5));
    assert_eq!(
        cost.transcripts, 4,
        "words of private calls are not asked for"
    );
    // Two for the days since the last update, one for the users.
    assert_eq!(plan.requests(), 14 + 2 + 1);
    assert_eq!(report.runs[1].expected, 14);
    assert_eq!(report.runs[1].made, 14);
    assert_eq!(report.requests.made(), bench.asked_since(before));
    assert_eq!(report.requests.made(), plan.requests());
}

#[tokio::test]
async fn a_reconcile_that_the_day_does_not_allow_waits_and_what_is_new_does_not() {
    let bench = Bench::new(World::generate(7, 300)).await;
    bench.routine().await;
    bench.advance("720h");
    let new = WorldCall::plain("72", bench.sim.now());
    bench.sim.add_call(new).unwrap();

    let plan = bench.sync().plan(Reconcile::WhenDue, Some(0)).await;
    let plan = plan.unwrap();
    let report = bench.sync().carry_out(&plan).await;

    assert_eq!(runs(&plan), [None]);
    let waiting: Vec<_> = plan.postponed.iter().map(|one| one.reach).collect();
    assert_eq!(waiting, Reach::ALL);
    assert!(report.is_complete() && bench.known("72").await.is_some());
    assert_eq!(
        runs(&due(&bench).await),
        [None, Some(Reach::Everything)],
        "it is still due"
    );
}

#[tokio::test]
async fn a_reconcile_larger_than_a_day_goes_on_from_day_to_day_until_it_is_done() {
    let mut bench = Bench::new(World::generate(7, 1_200)).await;
    bench.options.window.target = NonZeroU64::new(200).unwrap();
    bench.options.window.most = NonZeroU64::new(300).unwrap();
    bench.routine().await;
    bench.advance("720h");
    let changed = World::generate(7, 1_200);
    let changed: Vec<_> = changed.calls().map(|call| call.id().to_owned()).collect();
    for call in [&changed[3], &changed[700], &changed[1_190]] {
        let correct = |words: &mut serde_json::Value| {
            words[0]["sentences"][0]["text"] = "It was otherwise.".into();
        };
        bench.sim.correct_transcript(call, correct).unwrap();
    }

    let mut days = 0;
    let mut most = 0;
    loop {
        let plan = bench.sync().plan(Reconcile::WhenDue, Some(20)).await;
        let plan = plan.unwrap();
        let reads_everything = runs(&plan).contains(&Some(Reach::Everything));
        let report = bench.sync().carry_out(&plan).await;
        assert!(report.is_complete(), "{:?}", report.stopped);
        most = most.max(report.requests.made());
        days += 1;
        let is_done = report
            .runs
            .iter()
            .any(|run| run.run == Run::Reconcile(Reach::Everything) && run.is_complete);
        if is_done {
            break;
        }
        assert!(
            reads_everything && days < 12,
            "day {days}: {:?}",
            runs(&plan)
        );
        bench.advance("24h");
    }

    assert!(days >= 2, "{days}");
    assert!(most < 40, "a day took {most} requests");
    let content = bench.content().await;
    let is_corrected = |call: &&String| {
        let words = content[&id(call)].words.as_ref().unwrap();
        words.contains("It was otherwise.")
    };
    let corrected = changed.iter().filter(is_corrected).count();
    assert_eq!(corrected, 3);
}

#[tokio::test]
async fn a_reconcile_that_is_asked_for_or_forbidden_is_obeyed() {
    let bench = Bench::new(World::generate(7, 150)).await;
    bench.routine().await;
    bench.advance("720h");
    let plan = async |reconcile| bench.sync().plan(reconcile, Some(0)).await.unwrap();

    assert_eq!(runs(&plan(Reconcile::Never).await), [None]);
    let asked = plan(Reconcile::Now(Reach::HalfYear)).await;
    assert_eq!(
        runs(&asked),
        [Some(Reach::HalfYear)],
        "it reads what is new as well, and no day forbids it"
    );
    assert!(bench.sync().carry_out(&asked).await.is_complete());
    bench.advance("1h");
    let next = bench.sync().plan(Reconcile::Never, None).await.unwrap();
    assert_eq!(next.runs[0].cost.calls, 0, "three days of nothing");
}

#[tokio::test]
async fn a_day_that_is_spent_in_a_reconcile_stops_it_cleanly_and_the_next_day_goes_on() {
    let mut bench = Bench::new(World::generate(7, 900)).await;
    bench.options.window.target = NonZeroU64::new(200).unwrap();
    bench.options.window.most = NonZeroU64::new(300).unwrap();
    bench.routine().await;
    bench.advance("720h");
    bench.sim.set_limits(Limits::off().per_day(14));
    let mut days = 0;
    loop {
        let plan = due(&bench).await;
        let report = bench.sync().carry_out(&plan).await;
        days += 1;
        if report.is_complete() {
            break;
        }
        assert!(report.stopped.as_ref().unwrap().is_transient());
        assert!(days < 12);
        bench.advance("24h");
    }
    assert!(days > 1);
    assert_eq!(bench.content().await.len(), 900);
}

#[tokio::test]
async fn a_clock_that_jumps_makes_a_reconcile_due_too_often_and_never_too_seldom() {
    let bench = Bench::new(World::generate(7, 20)).await;
    bench.routine().await;
    bench.advance("9000h");
    bench.routine().await;
    bench.advance("-9000h");

    let plan = due(&bench).await;

    assert_eq!(runs(&plan), [None, Some(Reach::Everything)]);
    assert!(bench.sync().carry_out(&plan).await.is_complete());
    bench.advance("24h");
    assert_eq!(runs(&due(&bench).await), [Some(Reach::Month)]);
}
