//! Workspaces are a filter: what lies outside of one is neither brought nor missed.
use conversation::WorkspaceId;
use gong_sim::{World, WorldCall};
use gong_sync::{Reach, Run};

use crate::fixture::{Bench, at, id};

const HERE: &str = "6100000000000000001";
const THERE: &str = "6200000000000000002";

/// Call 7x is here, call 8x there.
fn world() -> World {
    (0..40).fold(World::empty(), |world, number| {
        let started = at("2026-06-20T09:00:00Z") + jiff::SignedDuration::from_hours(number);
        let (call, workspace) = if number % 2 == 0 {
            (format!("7{number}"), HERE)
        } else {
            (format!("8{number}"), THERE)
        };
        let call = WorldCall::plain(&call, started)
            .edited(|call| call["metaData"]["workspaceId"] = workspace.into());
        world.with_call(call.unwrap()).unwrap()
    })
}

#[tokio::test]
async fn a_sync_of_one_workspace_brings_its_calls_and_keeps_its_own_place() {
    let mut bench = Bench::new(world()).await;
    bench.options.workspace = Some(WorkspaceId::new(HERE).unwrap());
    bench.update().await;
    assert!(bench.known("70").await.is_some() && bench.known("81").await.is_none());
    assert_eq!(bench.archive_calls().await, 20);

    // The other workspace has not been read: it is brought from its beginning.
    bench.options.workspace = Some(WorkspaceId::new(THERE).unwrap());
    bench.update().await;
    assert_eq!(bench.archive_calls().await, 40);
}

#[tokio::test]
async fn a_reconcile_of_one_workspace_misses_no_call_of_another() {
    let mut bench = Bench::new(world()).await;
    bench.update().await;
    bench.options.workspace = Some(WorkspaceId::new(HERE).unwrap());
    bench.sim.remove_call("70").unwrap();
    bench.sim.remove_call("81").unwrap();

    let report = bench.run(Run::Reconcile(Reach::Everything)).await;

    assert_eq!(report.marked_missing, [id("70")]);
}

#[tokio::test]
async fn a_call_that_moved_to_another_workspace_is_not_missing() {
    let mut bench = Bench::new(world()).await;
    bench.update().await;
    bench.options.workspace = Some(WorkspaceId::new(HERE).unwrap());
    let moved =
        |call: WorldCall| call.edited(|call| call["metaData"]["workspaceId"] = THERE.into());
    bench.sim.edit_call("72", moved).unwrap();

    let report = bench.run(Run::Reconcile(Reach::Everything)).await;
    assert!(report.marked_missing.is_empty());

    bench.options.workspace = None;
    bench.run(Run::Reconcile(Reach::Everything)).await;
    let call = bench.stored("72").await.unwrap().call;
    assert_eq!(call.workspace, Some(WorkspaceId::new(THERE).unwrap()));
}

#[tokio::test]
async fn a_workspace_of_which_nothing_is_left_is_not_believed_to_be_empty() {
    let (few, rest) = (["81", "83"], world());
    let few_there = rest.calls().filter(|call| {
        let is_there = call.id().starts_with('8');
        !is_there || few.contains(&call.id())
    });
    let world = few_there.fold(World::empty(), |world, call| {
        world.with_call(call.clone()).unwrap()
    });
    let bench = Bench::new(world).await;
    bench.update().await;
    for call in few {
        bench.sim.remove_call(call).unwrap();
    }

    // Two of 22 may be gone; but nobody of that workspace is there to say that it is seen at all.
    let report = bench.run(Run::Reconcile(Reach::Everything)).await;

    assert!(report.marked_missing.is_empty());
}
