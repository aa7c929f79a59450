//! Errors, limits, nulls and odd answers on the way.
use gong_sim::{Endless, Failure, Faults, Limits, Operation, World};
use gong_sync::{Error, Run};

use crate::fixture::Bench;

#[tokio::test]
async fn a_storm_of_errors_limits_and_broken_answers_loses_no_call() {
    for seed in 0..3 {
        let bench = Bench::new(World::generate(seed, 260)).await;
        let mut faults = Faults::storm(seed);
        faults.retry_after = 0;
        faults.slow = 0.0;
        faults.nulls = 0.0;
        bench.sim.set_faults(faults);

        let report = bench.update().await;

        assert_eq!(report.outcomes.total(), 260, "seed {seed}");
        bench.sim.set_faults(Faults::none());
        let content = bench.content().await;
        let calm = Bench::new(World::generate(seed, 260)).await;
        calm.update().await;
        // The storm adds fields that nobody knows yet; they are kept in the JSON.
        let words = |content: &std::collections::BTreeMap<_, crate::fixture::Content>| {
            content
                .iter()
                .map(|(id, call): (&conversation::CallId, _)| (id.clone(), call.words.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&content), words(&calm.content().await), "seed {seed}");
    }
}

#[tokio::test]
async fn nulls_wherever_the_contract_allows_them_lose_no_call_and_no_sentence() {
    for (seed, integer_ids) in [(1, false), (2, true)] {
        let bench = Bench::new(World::generate(7, 150)).await;
        let mut faults = Faults::none();
        faults.seed = seed;
        faults.nulls = 0.5;
        faults.integer_ids = integer_ids;
        faults.new_fields = true;
        bench.sim.set_faults(faults);

        let report = bench.update().await;

        assert!(report.failures.is_empty(), "{:?}", report.failures);
        let stormy = bench.content().await;
        let calm = Bench::new(World::generate(7, 150)).await;
        calm.update().await;
        let calm = calm.content().await;
        assert_eq!(stormy.len(), 150);
        for (id, call) in calm {
            let sentences =
                |words: &Option<String>| words.as_ref().unwrap().matches("Sentence {").count();
            assert_eq!(
                sentences(&stormy[&id].words),
                sentences(&call.words),
                "{id}"
            );
        }
    }
}

#[tokio::test]
async fn a_day_that_is_spent_stops_the_run_cleanly_and_the_next_day_goes_on() {
    let mut bench = Bench::new(World::generate(7, 1_000)).await;
    bench.options.window.target = std::num::NonZeroU64::new(200).unwrap();
    bench.options.window.most = std::num::NonZeroU64::new(300).unwrap();
    bench.sim.set_limits(Limits::off().per_day(9));

    let first = bench.sync().run(Run::Update).await;
    let Some(error) = &first.stopped else {
        panic!("the day is spent");
    };
    assert!(error.is_transient() && matches!(error, Error::Gong(_)));
    let stored = first.outcomes.total();
    assert!(stored >= 200, "{stored}");
    assert_eq!(first.index.indexed, stored, "what is stored is indexed");

    let mut days = 1;
    loop {
        bench.advance("24h");
        days += 1;
        let report = bench.sync().run(Run::Update).await;
        if report.is_complete() {
            break;
        }
        assert!(days < 10);
    }
    assert_eq!(bench.content().await.len(), 1_000);
    assert!(days <= 5, "{days}");
}

#[tokio::test]
async fn a_long_retry_after_stops_the_run_at_once_and_the_next_one_goes_on() {
    let bench = Bench::new(World::generate(7, 350)).await;
    let hour = Failure::TooManyRequests(3_600);
    bench
        .sim
        .fail_next(Some(Operation::GetCallTranscripts), hour);

    let report = bench.sync().run(Run::Update).await;

    let Some(Error::Gong(error)) = &report.stopped else {
        panic!("{:?}", report.stopped);
    };
    let wanted = gong_client::ErrorKind::RateLimited {
        retry_after: Some(std::time::Duration::from_hours(1)),
    };
    assert_eq!(*error.kind(), wanted);
    assert!(error.is_transient());
    assert_eq!(
        bench.sim.stats().of(Operation::GetCallTranscripts),
        1,
        "nobody knocks at a closed door"
    );
    bench.update().await;
    assert_eq!(bench.content().await.len(), 350);
}

#[tokio::test]
async fn a_storm_of_429_delays_a_run_and_loses_nothing() {
    for seed in 0..3 {
        let bench = Bench::new(World::generate(seed, 260)).await;
        let mut faults = Faults::none();
        faults.seed = seed;
        faults.too_many_requests = 0.6;
        faults.retry_after = 0;
        bench.sim.set_faults(faults);

        let report = bench.update().await;

        assert_eq!(report.outcomes.total(), 260, "seed {seed}");
        bench.sim.set_faults(Faults::none());
        assert_eq!(bench.content().await.len(), 260, "seed {seed}");
    }
}

#[tokio::test]
async fn ids_of_twenty_digits_come_through_as_they_are() {
    let world = World::generate(7, 120);
    let ids: std::collections::BTreeSet<String> =
        world.calls().map(|call| call.id().to_owned()).collect();
    assert!(
        ids.iter()
            .any(|id| id.len() == 20 && id.as_str() > "18446744073709551615")
    );
    for integer_ids in [false, true] {
        let bench = Bench::new(world.clone()).await;
        let mut faults = Faults::none();
        faults.integer_ids = integer_ids;
        bench.sim.set_faults(faults);

        bench.update().await;

        let stored = bench.content().await.into_keys().map(|id| id.to_string());
        assert_eq!(stored.collect::<std::collections::BTreeSet<_>>(), ids);
    }
}

#[tokio::test]
async fn an_endless_list_stops_the_run_and_stores_what_came() {
    for endless in [Endless::SameCursor, Endless::FreshCursors] {
        let bench = Bench::new(World::generate(7, 220)).await;
        let mut faults = Faults::none();
        faults.endless = Some(endless);
        bench.sim.set_faults(faults);

        let report = bench.sync().run(Run::Update).await;

        let Some(Error::Gong(error)) = &report.stopped else {
            panic!("{:?}", report.stopped);
        };
        assert_eq!(*error.kind(), gong_client::ErrorKind::EndlessList);
        bench.sim.set_faults(Faults::none());
        bench.update().await;
        assert_eq!(bench.content().await.len(), 220);
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_is_told_and_the_next_run_completes() {
    let bench = Bench::new(World::generate(7, 350)).await;
    for _ in 0..12 {
        bench
            .sim
            .fail_next(Some(Operation::GetCallTranscripts), Failure::Status(500));
    }

    let report = bench.sync().run(Run::Update).await;
    assert!(report.stopped.as_ref().is_some_and(Error::is_transient));
    bench.update().await;

    assert_eq!(bench.content().await.len(), 350);
}

#[tokio::test]
async fn a_clock_that_jumps_back_and_forth_loses_nothing() {
    let bench = Bench::new(World::generate(7, 120)).await;
    bench.update().await;
    for jump in ["-1000h", "2000h", "-900h"] {
        bench.advance(jump);
        bench.update().await;
    }
    let call = gong_sim::WorldCall::plain("71", bench.sim.now());
    bench.sim.add_call(call).unwrap();
    bench.update().await;

    assert_eq!(bench.content().await.len(), 121);
}
