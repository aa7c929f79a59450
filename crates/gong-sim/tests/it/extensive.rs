//! `POST /v2/calls/extensive`: filter and content selector.

use gong_sim::World;
use serde_json::{Value, json};

use crate::asking::{Asker, NO_CALLS, error_text, ids_of, plain, world};

const PATH: &str = "/v2/calls/extensive";

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// The first call of the sample world, with what a selector shows.
async fn first_sample_call(selector: Value) -> Value {
    let asker = Asker::of(World::sample()).await;
    let filter = json!({ "toDateTime": "2026-01-15T00:00:00Z" });
    let (status, body) = asker
        .post(
            PATH,
            json!({ "filter": filter, "contentSelector": selector }),
        )
        .await;
    assert_eq!(status, 200, "{body}");
    body["calls"][0].clone()
}

#[tokio::test]
async fn a_filter_is_required_but_may_be_empty() {
    let asker = Asker::of(World::sample()).await;
    let parse_error = "Json parse error, verify Json format matches the API description.";

    let (status, body) = asker.post(PATH, json!({})).await;
    assert_eq!((status, error_text(&body)), (400, parse_error));
    let (status, body) = asker
        .post(PATH, json!({ "filter": { "callIds": [7] } }))
        .await;
    assert_eq!((status, error_text(&body)), (400, parse_error));
    let (status, body) = asker.post(PATH, json!({ "filter": {} })).await;
    assert_eq!(
        (status, &body["records"]["totalRecords"]),
        (200, &json!(34))
    );
}

#[tokio::test]
async fn an_empty_list_of_ids_is_refused_and_not_read_as_all() {
    let asker = Asker::of(World::sample()).await;

    let (status, body) = asker
        .post(PATH, json!({ "filter": { "callIds": [] } }))
        .await;

    assert_eq!(
        (status, error_text(&body)),
        (400, "filter.callIds: must not be empty")
    );
}

#[tokio::test]
async fn dates_mean_the_start_while_the_order_is_by_schedule() {
    let moved = |call: gong_sim::WorldCall, to: &str| {
        call.edited(|call| call["metaData"]["scheduled"] = json!(to))
            .unwrap()
    };
    let asker = Asker::of(world([
        moved(plain("1", "2026-03-02T09:00:00Z"), "2026-03-09T09:00:00Z"),
        plain("2", "2026-03-03T09:00:00Z"),
        moved(plain("3", "2026-03-04T09:00:00Z"), "2026-02-20T09:00:00Z"),
    ]))
    .await;

    let (ids, _) = asker.all_extensive(json!({})).await;
    assert_eq!(ids, ["3", "2", "1"]);
    let dates =
        json!({ "fromDateTime": "2026-03-02T09:00:00Z", "toDateTime": "2026-03-03T09:00:00Z" });
    assert_eq!(asker.all_extensive(dates).await.0, ["1"]);
    let dates = json!({ "fromDateTime": "2026-03-03T10:00:00Z" });
    assert_eq!(asker.all_extensive(dates).await.0, ["3"]);
}

#[tokio::test]
async fn dates_in_the_query_of_a_post_are_ignored() {
    let asker = Asker::of(World::sample()).await;
    let path = format!("{PATH}?fromDateTime=2026-06-01T00:00:00Z&toDateTime=2026-06-02T00:00:00Z");

    let (_, body) = asker.post(&path, json!({ "filter": {} })).await;

    assert_eq!(body["records"]["totalRecords"], 34);
}

#[tokio::test]
async fn ids_dates_hosts_and_workspace_narrow_each_other() {
    let asker = Asker::of(world([
        plain("1", "2026-03-02T09:00:00Z"),
        plain("2", "2026-03-03T09:00:00Z"),
    ]))
    .await;
    let host = asker.get("/v2/calls/1").await.1["call"]["primaryUserId"].clone();
    let ids = async |filter| {
        ids_of(
            &asker.post(PATH, json!({ "filter": filter })).await.1["calls"],
            "/metaData/id",
        )
    };

    assert_eq!(
        ids(json!({ "callIds": ["2", "77", "1"] })).await,
        ["1", "2"]
    );
    assert_eq!(
        ids(json!({ "callIds": ["2", "1"], "fromDateTime": "2026-03-03T00:00:00Z" })).await,
        ["2"]
    );
    assert!(
        ids(json!({ "primaryUserIds": [host] }))
            .await
            .contains(&"1".to_owned())
    );
    let (status, body) = asker
        .post(PATH, json!({ "filter": { "primaryUserIds": ["5"] } }))
        .await;
    assert_eq!((status, error_text(&body)), (404, NO_CALLS));
    let (status, _) = asker
        .post(PATH, json!({ "filter": { "workspaceId": "5" } }))
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn nothing_but_metadata_is_shown_unasked() {
    assert_eq!(keys(&first_sample_call(Value::Null).await), ["metaData"]);
    assert_eq!(
        keys(&first_sample_call(json!({ "exposedFields": {} })).await),
        ["metaData"]
    );
}

#[tokio::test]
async fn each_part_is_shown_when_it_is_asked_for() {
    let call = first_sample_call(json!({
        "context": "Extended",
        "contextTiming": ["TimeOfCall"],
        "exposedFields": {
            "parties": true,
            "content": { "brief": true, "topics": true },
            "interaction": { "speakers": true },
            "media": false,
        },
    }))
    .await;

    assert_eq!(
        keys(&call),
        ["content", "context", "interaction", "metaData", "parties"]
    );
    assert_eq!(keys(&call["content"]), ["brief"]);
    assert_eq!(keys(&call["interaction"]), ["speakers"]);
    assert_eq!(call["parties"].as_array().unwrap().len(), 2);
    let media = first_sample_call(json!({ "exposedFields": { "media": true } })).await;
    assert_eq!(keys(&media["media"]), ["audioUrl", "videoUrl"]);
}

#[tokio::test]
async fn context_comes_as_links_or_with_fields_and_at_the_time_that_is_asked_for() {
    let stages = |call: &Value| -> Vec<(String, String)> {
        let objects = call["context"][0]["objects"].as_array().unwrap().iter();
        let deals = objects.filter(|object| object["objectType"] == "Opportunity");
        deals
            .map(|deal| {
                let field = |name: &str| deal[name].as_str().unwrap_or("-").to_owned();
                let stage = deal
                    .pointer("/fields/1/value")
                    .and_then(Value::as_str)
                    .unwrap_or("-");
                (field("timing"), stage.to_owned())
            })
            .collect()
    };
    let told = async |selector| stages(&first_sample_call(selector).await);
    let pair = |timing: &str, stage: &str| (timing.to_owned(), stage.to_owned());

    assert_eq!(told(json!({ "context": "Basic" })).await, [pair("-", "-")]);
    assert_eq!(
        told(json!({ "context": "Extended" })).await,
        [pair("Now", "Closed Won")]
    );
    let then = json!({ "context": "Extended", "contextTiming": ["TimeOfCall"] });
    assert_eq!(told(then).await, [pair("TimeOfCall", "Discovery")]);
    let both = json!({ "context": "Extended", "contextTiming": ["Now", "TimeOfCall"] });
    assert_eq!(
        told(both).await,
        [pair("Now", "Closed Won"), pair("TimeOfCall", "Discovery")]
    );
    assert_eq!(
        keys(&first_sample_call(json!({ "context": "None" })).await),
        ["metaData"]
    );
}

#[tokio::test]
async fn a_timing_without_extended_context_is_refused() {
    let asker = Asker::of(World::sample()).await;
    let selector = json!({ "contextTiming": ["Now"] });

    let (status, body) = asker
        .post(PATH, json!({ "filter": {}, "contentSelector": selector }))
        .await;

    assert_eq!(status, 400);
    assert!(error_text(&body).starts_with("contentSelector.contextTiming"));
}

#[tokio::test]
async fn occurrences_of_trackers_come_only_with_their_own_switch() {
    let tracker = json!({
        "id": "5", "name": "Price", "count": 1, "type": "KEYWORD",
        "occurrences": [{ "startTime": 1.5, "speakerId": "8" }],
        "phrases": [{ "count": 1, "phrase": "price", "occurrences": [] }],
    });
    let call = plain("1", "2026-03-02T09:00:00Z")
        .edited(|call| call["content"]["trackers"] = json!([tracker]));
    let asker = Asker::of(world([call.unwrap()])).await;
    let shown = async |content: Value| {
        let selector = json!({ "exposedFields": { "content": content } });
        let (_, body) = asker
            .post(PATH, json!({ "filter": {}, "contentSelector": selector }))
            .await;
        body["calls"][0]["content"].clone()
    };

    let with = shown(json!({ "trackers": true, "trackerOccurrences": true })).await;
    let without = shown(json!({ "trackers": true })).await;
    let alone = shown(json!({ "trackerOccurrences": true })).await;

    assert_eq!(with["trackers"][0], tracker);
    assert_eq!(
        keys(&without["trackers"][0]),
        ["count", "id", "name", "type"]
    );
    assert_eq!(alone, Value::Null);
}
