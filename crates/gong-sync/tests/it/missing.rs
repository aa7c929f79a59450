//! Missing upstream is marked, not deleted, and only when everything speaks for it.
use gong_sim::{Faults, Outage, World};
use gong_sync::{Reach, Run};

use crate::fixture::{Bench, id};

async fn bench(calls: usize) -> (Bench, Vec<String>) {
    let world = World::generate(7, calls);
    let ids = world.calls().map(|call| call.id().to_owned()).collect();
    let bench = Bench::new(world).await;
    bench.update().await;
    (bench, ids)
}

async fn marked_after_removing(calls: usize, gone: usize) -> usize {
    let (bench, ids) = bench(calls).await;
    for call in ids.iter().take(gone) {
        bench.sim.remove_call(call).unwrap();
    }
    let report = bench.run(Run::Reconcile(Reach::Everything)).await;
    let content = bench.content().await;
    assert_eq!(content.len(), calls, "nothing is erased");
    assert!(content.values().all(|call| call.passages > 0));
    let marked = content.values().filter(|call| call.is_missing).count();
    assert_eq!(report.marked_missing.len(), marked);
    marked
}

#[tokio::test]
async fn few_calls_that_are_gone_are_marked_and_many_are_not() {
    for (calls, gone, marked) in [
        (15, 1, 1),
        (15, 3, 3),
        (15, 4, 0),
        (15, 15, 0),
        (4, 2, 0),
        (300, 6, 6),
        (300, 7, 0),
    ] {
        assert_eq!(
            marked_after_removing(calls, gone).await,
            marked,
            "{gone} of {calls}"
        );
    }
}

#[tokio::test]
async fn a_marked_call_that_is_listed_again_is_not_missing_any_more() {
    let (bench, ids) = bench(20).await;
    let call = World::generate(7, 20).calls().next().unwrap().clone();
    bench.sim.remove_call(&ids[0]).unwrap();
    bench.run(Run::Reconcile(Reach::Everything)).await;
    assert!(bench.content().await[&id(&ids[0])].is_missing);

    bench.sim.add_call(call).unwrap();
    bench.run(Run::Reconcile(Reach::Everything)).await;

    assert!(!bench.content().await[&id(&ids[0])].is_missing);
}

#[tokio::test]
async fn an_outage_that_answers_404_marks_nothing() {
    for outage in [Outage::Empty, Outage::Page] {
        for calls in [15, 250] {
            let (bench, _) = bench(calls).await;
            let before = bench.content().await;
            let mut faults = Faults::none();
            faults.outage = Some(outage);
            bench.sim.set_faults(faults);

            let report = bench.sync().run(Run::Reconcile(Reach::Everything)).await;

            assert_eq!(report.is_complete(), outage == Outage::Empty);
            assert!(report.marked_missing.is_empty());
            bench.sim.set_faults(Faults::none());
            assert_eq!(bench.content().await, before);
        }
    }
}

#[tokio::test]
async fn a_call_that_only_moved_in_time_is_not_missing() {
    let (bench, ids) = bench(40).await;
    bench
        .sim
        .edit_call(&ids[3], |call| {
            call.edited(|call| {
                call["metaData"]["started"] = "2019-01-01T00:00:00Z".into();
                call["metaData"]["scheduled"] = serde_json::Value::Null;
            })
        })
        .unwrap();
    let mut bench = bench;
    bench.options.since = crate::fixture::at("2025-01-01T00:00:00Z");

    let report = bench.run(Run::Reconcile(Reach::Everything)).await;

    assert!(report.marked_missing.is_empty());
    assert_eq!(report.requests.single, 2, "one witness and the call itself");
}

#[tokio::test]
async fn imported_calls_are_never_missing() {
    let (bench, _) = bench(20).await;
    let json = serde_json::json!({ "call": { "metaData": { "id": "5", "started": "2026-03-01T09:00:00Z" } } });
    let file = gong_sync::Fetched::from_json(json.to_string().as_bytes()).unwrap();
    bench.sync().store(vec![file]).await.unwrap();

    let report = bench.run(Run::Reconcile(Reach::Everything)).await;

    assert!(report.marked_missing.is_empty());
    assert_eq!(bench.content().await[&id("5")].source, "import");
}
