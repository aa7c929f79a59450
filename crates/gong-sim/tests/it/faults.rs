//! Answers that go wrong, on order and by seed.

use std::time::Duration;

use gong_sim::{Failure, Faults, Limits, Operation, Outage, Sim, World};
use serde_json::{Value, json};

use crate::asking::{Answer, Asker, NO_CALLS, error_text, plain, world};

async fn with(faults: Faults) -> Asker {
    Asker::start(
        Sim::builder()
            .world(World::sample())
            .limits(Limits::off())
            .faults(faults),
    )
    .await
}

async fn extensive(asker: &Asker) -> Answer {
    let fields = json!({ "parties": true, "content": { "brief": true }, "interaction": { "speakers": true } });
    let selector = json!({ "context": "Extended", "exposedFields": fields });
    asker
        .post(
            "/v2/calls/extensive",
            json!({ "filter": {}, "contentSelector": selector }),
        )
        .await
}

fn count(value: &Value, is_counted: &impl Fn(&Value) -> bool) -> usize {
    let inside = match value {
        Value::Object(fields) => fields.values().map(|value| count(value, is_counted)).sum(),
        Value::Array(items) => items.iter().map(|item| count(item, is_counted)).sum(),
        _ => 0,
    };
    inside + usize::from(is_counted(value))
}

#[tokio::test]
async fn failures_come_in_the_order_in_which_they_are_ordered() {
    let asker = with(Faults::none()).await;
    asker.sim.fail_next(None, Failure::Status(503));
    asker
        .sim
        .fail_next(Some(Operation::ListUsers), Failure::TooManyRequests(17));
    asker.sim.fail_next(None, Failure::Page(502));

    let (status, body) = asker.get("/v2/workspaces").await;
    assert_eq!(status, 503);
    error_text(&body);
    assert_eq!(asker.get("/v2/workspaces").await, (502, Value::Null));
    assert_eq!(asker.get("/v2/workspaces").await.0, 200);
    let throttled = asker.get_request("/v2/users").send().await.unwrap();
    assert_eq!(
        (
            throttled.status().as_u16(),
            &throttled.headers()["retry-after"]
        ),
        (429, &"17".parse().unwrap())
    );
    assert_eq!(asker.get("/v2/users").await.0, 200);
}

#[tokio::test]
async fn a_body_ends_early_or_breaks_and_a_connection_can_end_without_a_word() {
    let asker = with(Faults::none()).await;
    let next = async |failure| {
        asker.sim.fail_next(None, failure);
        asker.get_request("/v2/users").send().await
    };

    let truncated = next(Failure::TruncatedJson).await.unwrap();
    assert_eq!(truncated.status(), 200);
    let text = truncated.text().await.unwrap();
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err());
    let broken = next(Failure::BrokenBody).await.unwrap();
    assert_eq!(broken.status(), 200);
    assert!(broken.bytes().await.is_err());
    assert!(next(Failure::Dropped).await.is_err());
    assert_eq!(asker.get("/v2/users").await.0, 200);
    let stats = asker.sim.stats();
    assert_eq!(
        stats.faults.keys().collect::<Vec<_>>(),
        ["broken-body", "dropped", "truncated-json"]
    );
    assert_eq!(stats.answers.get(&200), Some(&3));
}

#[tokio::test]
async fn a_slow_answer_outlasts_an_impatient_client_and_holds_up_no_other() {
    let asker = with(Faults::none()).await;
    asker
        .sim
        .fail_next(None, Failure::Slow(Duration::from_mins(10)));

    let request = asker
        .get_request("/v2/users")
        .timeout(Duration::from_millis(200));
    let given_up = request.send().await.unwrap_err();

    assert!(given_up.is_timeout());
    assert_eq!(asker.get("/v2/users").await.0, 200);
    assert_eq!(asker.sim.stats().total, 2);
}

#[tokio::test]
async fn the_same_seed_fails_the_same_requests() {
    let statuses = async |seed| {
        let mut faults = Faults::none();
        faults.seed = seed;
        faults.server_errors = 0.3;
        faults.too_many_requests = 0.2;
        let asker = with(faults).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(asker.get("/v2/workspaces").await.0);
        }
        statuses
    };

    let first = statuses(11).await;
    assert_eq!(statuses(11).await, first);
    assert_ne!(statuses(12).await, first);
    for status in [200, 429, 500, 503] {
        assert!(first.contains(&status), "{status} in {first:?}");
    }
}

#[tokio::test]
async fn nulls_stand_in_the_same_fields_each_time_and_spare_what_a_client_acts_on() {
    let mut faults = Faults::none();
    faults.seed = 4;
    let nulls = |body: &Value| count(body, &Value::is_null);
    let calm = with(faults.clone()).await;
    faults.nulls = 0.5;
    let stormy = with(faults).await;

    let (_, before) = extensive(&calm).await;
    let (_, first) = extensive(&stormy).await;
    let (_, again) = extensive(&stormy).await;

    assert!(nulls(&first) > nulls(&before) + 100);
    assert_eq!(first["calls"], again["calls"]);
    for call in first["calls"].as_array().unwrap() {
        let meta_data = &call["metaData"];
        assert!(meta_data["id"].is_string() && meta_data["started"].is_string());
        assert!(meta_data["isPrivate"].is_boolean());
    }
}

#[tokio::test]
async fn ids_can_be_numbers_and_keep_every_digit() {
    let mut faults = Faults::none();
    faults.integer_ids = true;
    let calls = world(
        ["9007199254740993", "98000000000000000001"].map(|id| plain(id, "2026-03-02T09:00:00Z")),
    );
    let asker = Asker::start(Sim::builder().world(calls).faults(faults)).await;

    let (_, body) = asker
        .listed("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
        .await;

    assert_eq!(body["calls"][0]["id"], 9_007_199_254_740_993_u64);
    assert_eq!(body["calls"][1]["id"], "98000000000000000001");
}

#[tokio::test]
async fn fields_from_the_future_stand_everywhere() {
    let mut faults = Faults::none();
    faults.new_fields = true;
    let asker = with(faults).await;

    let (_, body) = extensive(&asker).await;

    let objects = count(&body["calls"], &|value| value.get("addedLater").is_some());
    assert!(objects > 34 * 3);
    assert_eq!(body["calls"][0]["metaData"]["media"], "Hologram");
}

#[tokio::test]
async fn an_outage_is_404_in_gongs_shape_or_in_another() {
    let ask = async |outage| {
        let mut faults = Faults::none();
        faults.outage = Some(outage);
        let asker = with(faults).await;
        let call = asker.get("/v2/calls/1").await;
        [
            extensive(&asker).await,
            call,
            asker
                .listed("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
                .await,
        ]
    };

    let [list, call, _] = ask(Outage::Empty).await;
    assert_eq!((list.0, error_text(&list.1)), (404, NO_CALLS));
    assert_eq!(
        (call.0, error_text(&call.1)),
        (404, "Call ID was not found")
    );
    assert_eq!(
        ask(Outage::Page).await,
        [(404, Value::Null), (404, Value::Null), (404, Value::Null)]
    );
}

#[tokio::test]
async fn faults_can_end() {
    let mut faults = Faults::none();
    faults.outage = Some(Outage::Empty);
    let asker = with(faults).await;

    assert_eq!(extensive(&asker).await.0, 404);
    asker.sim.set_faults(Faults::none());
    assert_eq!(extensive(&asker).await.0, 200);
}
