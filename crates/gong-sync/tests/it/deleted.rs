//! Deleted in Gong: kept unless that was turned on, and then erased by two answers a day apart.
use std::sync::Arc;

use call_archive::{Calls as _, Erasing as _, HoldName, HoldOn, MemoryArchive, Put, Source};
use conversation::{Call, WorkspaceId};
use gong_sim::{Faults, Outage, World, WorldCall};
use gong_sync::{DeletedInGong, Error, Reach, Run};

use crate::fixture::{Bench, NOW, at, id};

const RECONCILE: Run = Run::Reconcile(Reach::Everything);

/// Calls of which the first `gone` are marked as missing, and their ids.
async fn marked(calls: usize, gone: usize, policy: DeletedInGong) -> (Bench, Vec<String>) {
    let world = World::generate(7, calls);
    let ids: Vec<String> = world.calls().map(|call| call.id().to_owned()).collect();
    let mut bench = Bench::new(world).await;
    bench.options.deleted_in_gong = policy;
    bench.update().await;
    for call in ids.iter().take(gone) {
        bench.sim.remove_call(call).unwrap();
    }
    let report = bench.run(RECONCILE).await;
    assert_eq!(report.marked_missing.len(), gone);
    assert!(
        report.erased_upstream.is_empty(),
        "the first answer erases nothing"
    );
    (bench, ids)
}

#[tokio::test]
async fn by_default_what_was_deleted_in_gong_is_kept() {
    let (bench, _) = marked(15, 3, DeletedInGong::Keep).await;
    bench.advance("72h");

    let report = bench.run(RECONCILE).await;

    assert!(report.erased_upstream.is_empty());
    assert_eq!(bench.content().await.len(), 15);
}

#[tokio::test]
async fn two_answers_a_day_apart_erase_and_the_call_may_come_back() {
    let (bench, ids) = marked(15, 2, DeletedInGong::Erase).await;
    bench.advance("23h");
    assert!(
        bench.run(RECONCILE).await.erased_upstream.is_empty(),
        "not a day yet"
    );

    bench.advance("1h");
    let report = bench.run(RECONCILE).await;

    assert_eq!(report.erased_upstream.len(), 2);
    let content = bench.content().await;
    assert_eq!(content.len(), 13);
    let again = World::generate(7, 15).calls().next().unwrap().clone();
    bench.sim.add_call(again).unwrap();
    bench.run(RECONCILE).await;
    assert!(
        bench.content().await.contains_key(&id(&ids[0])),
        "no tombstone was set"
    );
}

#[tokio::test]
async fn a_call_that_is_there_at_the_second_answer_is_kept_and_held_calls_are_not_asked_for() {
    let (bench, ids) = marked(15, 2, DeletedInGong::Erase).await;
    let name = HoldName::new("case").unwrap();
    let on = HoldOn::Call(id(&ids[0]));
    bench
        .archive
        .hold(&name, &on, bench.sim.now())
        .await
        .unwrap();
    // It answers when it is asked for, but no list of the period has it.
    let moved = World::generate(7, 15).calls().nth(1).unwrap().clone();
    let moved = moved.edited(|call| {
        call["metaData"]["started"] = "2014-01-01T00:00:00Z".into();
        call["metaData"]["scheduled"] = serde_json::Value::Null;
    });
    bench.sim.add_call(moved.unwrap()).unwrap();
    bench.advance("25h");

    let report = bench.run(RECONCILE).await;

    assert!(report.erased_upstream.is_empty());
    assert!(
        bench.known(&ids[1]).await.unwrap().missing_since.is_none(),
        "it is there"
    );
    assert!(
        bench.known(&ids[0]).await.unwrap().missing_since.is_some(),
        "kept by the hold"
    );
}

#[tokio::test]
async fn an_outage_a_changed_key_and_a_wrong_workspace_erase_nothing_of_15_calls() {
    let (mut bench, _) = marked(15, 3, DeletedInGong::Erase).await;
    bench.advance("25h");
    let before = bench.content().await;

    for outage in [Outage::Empty, Outage::Page] {
        let mut faults = Faults::none();
        faults.outage = Some(outage);
        bench.sim.set_faults(faults);
        let report = bench.sync().run(RECONCILE).await;
        assert!(report.erased_upstream.is_empty() && report.marked_missing.is_empty());
        bench.sim.set_faults(Faults::none());
    }
    bench.options.workspace = Some(WorkspaceId::new("another").unwrap());
    let report = bench.sync().run(RECONCILE).await;
    assert!(report.erased_upstream.is_empty() && report.marked_missing.is_empty());
    bench.options.workspace = None;
    bench.options.key_id = Some("another key".to_owned());
    bench.sim.replace_world(World::generate(8, 15));
    let report = bench.sync().run(RECONCILE).await;
    assert!(matches!(report.stopped, Some(Error::WrongCompany)));
    assert!(report.erased_upstream.is_empty());

    assert_eq!(bench.content().await, before);
}

#[tokio::test]
async fn an_outage_erases_nothing_of_15_000_calls() {
    let archive = MemoryArchive::new();
    let started = at("2026-01-01T00:00:00Z");
    let put = |number: u64| {
        Put::new(
            Call::new(id(&number.to_string()), started),
            Source::Gong,
            None,
        )
    };
    let mut puts: Vec<Put> = (100_000..115_000).map(put).collect();
    let newest = Call::new(id("5"), at("2026-07-01T09:00:00Z"));
    puts.push(Put::new(newest, Source::Gong, None));
    archive.put(puts, None, at(NOW)).await.unwrap();
    let gone: Vec<_> = (100_000..100_300)
        .map(|n: u64| id(&n.to_string()))
        .collect();
    archive
        .set_missing(&gone, Some(at("2026-06-30T00:00:00Z")))
        .await
        .unwrap();
    // The newest call is there, and shows that the key is of this company.
    let newest = WorldCall::plain("5", at("2026-07-01T09:00:00Z"));
    let world = World::empty().with_call(newest).unwrap();
    let mut bench = Bench::over(world, NOW, Arc::new(archive)).await;
    bench.update().await;
    bench.options.deleted_in_gong = DeletedInGong::Erase;

    let mut faults = Faults::none();
    faults.outage = Some(Outage::Empty);
    bench.sim.set_faults(faults);
    let report = bench.run(RECONCILE).await;

    assert!(report.erased_upstream.is_empty() && report.marked_missing.is_empty());
    let status = bench.archive.status().await.unwrap();
    assert_eq!((status.calls, status.missing), (15_001, 300));

    // With the list up and every known call unknown to Gong, no neighbour answers either.
    bench.sim.set_faults(Faults::none());
    let report = bench.run(RECONCILE).await;
    assert!(report.erased_upstream.is_empty() && report.marked_missing.is_empty());
}
