//! The fake, asked over HTTP as any client would ask it.

use hubspot_sim::{Fault, HubSpotSim, Portal};
use reqwest::Client;
use serde_json::{Value, json};

async fn post(sim: &HubSpotSim, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}{path}", sim.base_url());
    let request = Client::new().post(url).bearer_auth(sim.token()).json(&body);
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

async fn with_key(portal: Portal) -> HubSpotSim {
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let group = json!({ "name": "ours", "label": "Ours" });
    post(&sim, "/crm/properties/2026-09/calls/groups", group).await;
    let key = json!({
        "name": "our_key", "label": "Key", "groupName": "ours", "type": "string",
        "fieldType": "text", "hasUniqueValue": true,
    });
    let (status, _) = post(&sim, "/crm/properties/2026-09/calls", key).await;
    assert_eq!(status, 201);
    sim
}

fn call(key: &str, title: &str) -> Value {
    json!({
        "id": key, "idProperty": "our_key",
        "properties": { "hs_timestamp": "2026-11-01T10:00:00Z", "hs_call_title": title },
    })
}

const UPSERT: &str = "/crm/objects/2026-09/calls/batch/upsert";

#[tokio::test]
async fn an_upsert_makes_a_record_once() {
    let sim = with_key(Portal::default()).await;

    let (_, first) = post(&sim, UPSERT, json!({ "inputs": [call("7", "One")] })).await;
    let (_, second) = post(&sim, UPSERT, json!({ "inputs": [call("7", "Two")] })).await;

    assert_eq!(first["results"][0]["new"], json!(true));
    assert_eq!(second["results"][0]["new"], json!(false));
    let portal = sim.portal();
    let [only] = portal.objects("calls")[..] else {
        panic!("one call");
    };
    assert_eq!(only.get("hs_call_title"), "Two");
}

#[tokio::test]
async fn a_batch_with_a_bad_input_is_refused_whole_or_carried_out_in_part() {
    for (is_partial, kept, status) in [(false, 0, 400), (true, 1, 207)] {
        let mut portal = Portal::default();
        portal.refuses("hs_call_title", "Bad");
        if is_partial {
            portal.answers_in_part();
        }
        let sim = with_key(portal).await;
        let inputs = json!({ "inputs": [call("1", "Good"), call("2", "Bad")] });

        let (answered, _) = post(&sim, UPSERT, inputs).await;

        assert_eq!(answered, status);
        assert_eq!(sim.portal().objects("calls").len(), kept);
    }
}

#[tokio::test]
async fn a_failure_says_nothing_about_what_was_kept() {
    let sim = with_key(Portal::default()).await;
    for (fault, key) in [(Fault::FailedBefore, "1"), (Fault::FailedAfter, "2")] {
        sim.fail("upsert", fault);
        let (status, _) = post(&sim, UPSERT, json!({ "inputs": [call(key, "A call")] })).await;
        assert_eq!(status, 500);
    }
    let portal = sim.portal();
    let [only] = portal.objects("calls")[..] else {
        panic!("one call");
    };
    assert_eq!(only.get("our_key"), "2");
}

#[tokio::test]
async fn what_is_new_is_found_late() {
    let mut portal = Portal::default();
    portal.search_lags(2);
    let sim = with_key(portal).await;
    post(&sim, UPSERT, json!({ "inputs": [call("1", "A call")] })).await;
    let mut totals = Vec::new();
    for _ in 0..3 {
        let filter = json!({ "propertyName": "our_key", "operator": "EQ", "value": "1" });
        let body = json!({ "filterGroups": [{ "filters": [filter] }] });
        let (_, found) = post(&sim, "/crm/objects/2026-09/calls/search", body).await;
        totals.push(found["total"].clone());
    }
    assert_eq!(totals, [0, 1, 1]);
}

#[tokio::test]
async fn nobody_without_the_token_is_answered() {
    let sim = HubSpotSim::start(Portal::default())
        .await
        .expect("a free port");
    let url = format!("{}/crm/owners/2026-09", sim.base_url());
    let response = Client::new().get(url).send().await.expect("an answer");
    assert_eq!(response.status(), 401);
}
