//! A world that changes while it is served.

use gong_sim::World;
use serde_json::json;

use crate::asking::{Asker, plain, world};

#[tokio::test]
async fn a_call_becomes_private_and_comes_back() {
    let asker = Asker::of(world([plain("1", "2026-03-02T09:00:00Z")])).await;
    let is_private = async || asker.get("/v2/calls/1").await.1["call"]["isPrivate"].clone();

    assert_eq!(is_private().await, false);
    asker.sim.set_private("1", true).unwrap();
    assert_eq!(is_private().await, true);
    assert_eq!(
        asker
            .post("/v2/calls/transcript", json!({ "filter": {} }))
            .await
            .0,
        200
    );
    asker.sim.set_private("1", false).unwrap();
    assert_eq!(is_private().await, false);
}

#[tokio::test]
async fn calls_are_added_moved_and_removed() {
    let asker = Asker::of(World::empty()).await;
    let listed = async || {
        asker
            .listed("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
            .await
            .0
    };

    assert_eq!(listed().await, 404);
    asker
        .sim
        .add_call(plain("1", "2026-03-02T09:00:00Z"))
        .unwrap();
    assert_eq!(listed().await, 200);
    assert_eq!(
        asker.get("/v2/workspaces").await.1["workspaces"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(
        asker
            .sim
            .add_call(plain("1", "2026-03-02T09:00:00Z"))
            .is_err()
    );
    let reschedule = |call: gong_sim::WorldCall| {
        call.edited(|call| call["metaData"]["scheduled"] = json!("2026-05-02T09:00:00Z"))
    };
    asker.sim.edit_call("1", reschedule).unwrap();
    assert_eq!(listed().await, 404);
    assert_eq!(asker.get("/v2/calls/1").await.0, 200);
    asker.sim.remove_call("1").unwrap();
    assert_eq!(asker.get("/v2/calls/1").await.0, 404);
    assert!(asker.sim.remove_call("1").is_err());
}

#[tokio::test]
async fn the_same_key_can_lead_to_another_company() {
    let asker = Asker::of(world([plain("1", "2026-03-02T09:00:00Z")])).await;

    asker
        .sim
        .replace_world(world([plain("2", "2026-03-02T09:00:00Z")]));

    assert_eq!(asker.get("/v2/calls/1").await.0, 404);
    assert_eq!(asker.get("/v2/calls/2").await.0, 200);
}
