//! Slow tools: they tell how far they are, stop when they are cancelled, and bring calls from Gong.

use gong_sim::{Limits, Sim, World};
use serde_json::{Value, json};

use crate::office::{Client, Office, call, turn};

/// As many calls are looked through.
const CALLS: usize = 60;

async fn many_calls() -> Office {
    let office = Office::empty();
    let calls: Vec<(String, Value)> = (0..CALLS)
        .map(|at| {
            let said = format!("We have no budget of {at} euros for it, that is too expensive.");
            let turns = json!([
                turn("s1", 0, &["What would help you most?".to_owned()]),
                turn("s2", 10_000, &vec![said; 40]),
            ]);
            let id = format!("{}", 4_000 + at);
            let made = call(&id, "7", "Ada Example", &turns);
            (id, made)
        })
        .collect();
    let calls: Vec<(&str, Value)> = calls
        .iter()
        .map(|(id, call)| (id.as_str(), call.clone()))
        .collect();
    office.import(&calls).await;
    // What the import worked out is of no use any more: the next view looks at every call again.
    let watched = office.path().join("watched.jsonl");
    std::fs::write(&watched, "{\"name\": \"Narwhal\"}\n").expect("written");
    let saved = office.app().watch_competitors(&watched).await;
    saved.expect("saved");
    office
}

fn is_step(message: &Value) -> bool {
    message["method"] == "notifications/progress"
        && message["params"]["message"]
            .as_str()
            .is_some_and(|told| told.starts_with("findings: "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_tool_tells_its_steps_to_whoever_asked_and_to_nobody_else() {
    let office = many_calls().await;
    let server = office.server();
    let mut asker = Client::greeting(server.clone()).await;
    let mut other = Client::greeting(server).await;

    let asked =
        json!({"name": "competitor_mentions", "arguments": {}, "_meta": {"progressToken": "mine"}});
    let id = asker.begin("tools/call", asked).await;
    let step = asker.next(is_step).await;
    assert_eq!(step["params"]["progressToken"], "mine");
    let told = step["params"]["message"].as_str().expect("a message");
    assert!(told.ends_with(&format!(" of {CALLS}")), "{told}");
    let status =
        json!({"name": "index_status", "arguments": {}, "_meta": {"progressToken": "yours"}});
    other.ask("tools/call", status).await;
    assert!(!other.heard.iter().any(is_step), "{:?}", other.heard);

    let answer = asker.next(|message| message["id"] == id).await;
    assert_ne!(answer["result"]["isError"], true, "{answer}");
    let steps: Vec<f64> = asker
        .heard
        .iter()
        .filter_map(|one| one["params"]["progress"].as_f64())
        .collect();
    assert!(steps.len() > 2 && steps.is_sorted(), "{steps:?}");
    asker.end().await;
    other.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_tool_stops() {
    let office = many_calls().await;
    let mut client = office.client().await;

    let asked =
        json!({"name": "competitor_mentions", "arguments": {}, "_meta": {"progressToken": 1}});
    let id = client.begin("tools/call", asked).await;
    client.next(is_step).await;
    client
        .tell(
            "notifications/cancelled",
            json!({"requestId": id, "reason": "enough"}),
        )
        .await;

    // What the tool has not looked at is looked at now, from the other end: had it gone on, it would
    // have come to meet us.
    let mut looked_at_before = 0;
    let app = office.app();
    for at in 0..CALLS {
        let call = format!("{}", 4_000 + at);
        let seen = app.insights(&call, false).await.expect("looked at");
        looked_at_before += usize::from(seen.detectors_run == 0);
    }
    assert!(
        looked_at_before < CALLS / 3,
        "{looked_at_before} of {CALLS} were looked at by a tool that was cancelled after the first"
    );
    client.ask("ping", json!({})).await;
    let is_answered = client
        .heard
        .iter()
        .any(|one| one["id"] == id && one["result"]["structuredContent"].is_object());
    assert!(!is_answered, "nothing comes of it");
    client.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_brought_from_gong_and_each_that_was_named_is_accounted_for() {
    let sim = Sim::builder()
        .world(World::sample())
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let office = Office::empty()
        .with("GONG_BASE_URL", sim.base_url())
        .with("GONG_ACCESS_KEY", sim.access_key())
        .with("GONG_ACCESS_KEY_SECRET", sim.access_secret());
    let mut client = office.client().await;

    let asked = json!({"name": "sync_calls", "arguments": {"reach": "month"}, "_meta": {"progressToken": 1}});
    let first = client.ask("tools/call", asked).await;
    assert_ne!(first["result"]["isError"], true, "{first}");
    let asked = json!({"name": "sync_calls", "arguments": {}});
    let done = client.ask("tools/call", asked).await["result"]["structuredContent"].clone();
    assert!(done["requests"].as_u64() > Some(0), "{done}");
    assert!(sim.stats().total > 0);
    let listed = client.ok("list_calls", json!({})).await;
    assert_eq!(listed["page"]["total"], 34, "{listed}");
    assert!(listed["coverage"]["synced_through"].is_string(), "{listed}");
    let told = client
        .heard
        .iter()
        .any(|one| one["method"] == "notifications/progress");
    assert!(told, "who asked was told how far it is");

    let id = listed["calls"][0]["call_id"].clone();
    let named = client
        .ok("sync_calls", json!({"call_ids": [id, "4711"]}))
        .await;
    let outcomes = named["calls"].as_array().expect("calls");
    assert_eq!(outcomes.len(), 2, "{named}");
    assert!(
        outcomes
            .iter()
            .any(|one| one["call_id"] == id && one["outcome"] == "unchanged"),
        "{named}"
    );
    assert!(
        outcomes
            .iter()
            .any(|one| one["call_id"] == "4711" && one["outcome"] != "unchanged"),
        "{named}"
    );
    let both = client
        .refused("sync_calls", json!({"call_ids": ["1"], "reach": "new"}))
        .await;
    assert!(both.contains("exclude each other"), "{both}");

    sim.set_keys(&[("another", "key")]);
    let refused = client
        .ask("tools/call", json!({"name": "sync_calls", "arguments": {}}))
        .await;
    let refused = refused["result"].to_string();
    assert!(!refused.contains(sim.access_secret()), "{refused}");
    client.end().await;
    sim.shutdown().await;
}
