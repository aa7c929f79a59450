//! What a sync reads once more, what it costs, and what a key may not read.

use gong_sim::{Faults, Operation, Sim, World};
use serde_json::Value;

use crate::account::{synced, text};
use crate::gongkit::Home;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sync_planned_and_what_it_cost_is_in_its_json() {
    let (_sim, home) = synced().await;

    let due = home.json(&["sync"]).await;
    let runs = |view: &Value| -> Vec<String> {
        let runs = view["plan"]["runs"].as_array().expect("runs");
        runs.iter()
            .map(|run| text(&run["run"]).to_owned())
            .collect()
    };
    assert_eq!(runs(&due), ["new"], "everything was read just now");
    assert!(due["plan"]["users_requests"].is_null(), "listed just now");

    let asked = home.json(&["sync", "--reconcile", "half-year"]).await;
    assert_eq!(runs(&asked), ["half-year"]);
    assert_eq!(
        asked["runs"][0]["requests"], asked["runs"][0]["expected_requests"],
        "{asked:#}"
    );
    assert!(asked["users"]["listed"].as_u64().expect("a number") > 0);
    let never = home.json(&["sync", "--no-reconcile"]).await;
    assert_eq!(runs(&never), ["new"]);
    let both = home
        .run(&["sync", "--no-reconcile", "--reconcile", "all"])
        .await;
    assert_eq!(both.code, 2, "{}", both.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_not_read_transcripts_ends_with_3_and_names_the_scope() {
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::GetCallTranscripts);
    let sim = Sim::builder()
        .world(World::sample())
        .faults(faults)
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);

    let ran = home.run(&["sync", "--json"]).await;

    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("api:calls:read:transcript"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.json()["refused"][0]["operation"], "getCallTranscripts");
    sim.set_faults(Faults::none());
    home.ok(&["sync"]).await;
    let found = home.json(&["search", "price"]).await;
    assert_eq!(found["coverage"]["searched"], 34);
}
