//! `GET /v2/calls`, `GET /v2/calls/{id}`, users and workspaces.

use gong_sim::World;
use serde_json::json;

use crate::asking::{Asker, NO_CALLS, error_text, ids_of, plain, world};

fn scheduled(call: gong_sim::WorldCall, scheduled: &str) -> gong_sim::WorldCall {
    call.edited(|call| call["metaData"]["scheduled"] = json!(scheduled))
        .unwrap()
}

fn dialed(call: gong_sim::WorldCall) -> gong_sim::WorldCall {
    call.edited(|call| call["metaData"]["direction"] = json!("Outbound"))
        .unwrap()
}

#[tokio::test]
async fn conferences_are_listed_by_their_scheduled_time_and_dialed_calls_by_their_start() {
    let asker = Asker::of(world([
        scheduled(plain("1", "2026-03-02T09:00:00Z"), "2026-03-05T09:00:00Z"),
        dialed(scheduled(
            plain("2", "2026-03-03T09:00:00Z"),
            "2026-03-09T09:00:00Z",
        )),
        plain("3", "2026-03-04T09:00:00Z"),
    ]))
    .await;
    let ids = async |from, to| ids_of(&asker.listed(from, to).await.1["calls"], "/id");

    assert_eq!(
        ids("2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z").await,
        ["2", "3", "1"]
    );
    assert_eq!(
        ids("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z").await,
        ["2"]
    );
    assert_eq!(
        ids("2026-03-04T09:00:00Z", "2026-03-05T09:00:00Z").await,
        ["3"]
    );
    assert_eq!(
        ids("2026-03-05T01:00:00-08:00", "2026-03-06T00:00:00Z").await,
        ["1"]
    );
}

#[tokio::test]
async fn an_entry_is_the_metadata_alone() {
    let asker = Asker::of(World::sample()).await;

    let (status, body) = asker
        .listed("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
        .await;

    assert_eq!(status, 200);
    assert_eq!(
        body["records"],
        json!({ "totalRecords": 34, "currentPageSize": 34, "currentPageNumber": 0 })
    );
    let call = &body["calls"][0];
    assert_eq!(call["title"], "Larkfield first call");
    assert!(call.get("parties").is_none() && call.get("metaData").is_none());
}

#[tokio::test]
async fn dates_are_required_and_must_make_sense() {
    let asker = Asker::of(World::sample()).await;
    let check = async |query: &str, text: &str| {
        let (status, body) = asker.get(&format!("/v2/calls?{query}")).await;
        assert_eq!((status, error_text(&body)), (400, text), "{query}");
    };

    check("", "fromDateTime: is required").await;
    check(
        "fromDateTime=2026-01-01T00:00:00Z",
        "toDateTime: is required",
    )
    .await;
    check(
        "fromDateTime=2026-02-01T00:00:00Z&toDateTime=2026-01-01T00:00:00Z",
        "fromDateTime: must be before toDateTime",
    )
    .await;
    check(
        "fromDateTime=2026-02-01&toDateTime=2026-03-01",
        "fromDateTime: must be a date and time in ISO-8601 format with an offset",
    )
    .await;
}

#[tokio::test]
async fn an_empty_list_is_404_in_gongs_words() {
    let asker = Asker::of(World::sample()).await;

    let (status, body) = asker
        .listed("2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z")
        .await;
    assert_eq!((status, error_text(&body)), (404, NO_CALLS));

    let (status, body) = asker
        .get("/v2/calls?fromDateTime=2026-01-01T00:00:00Z&toDateTime=2027-01-01T00:00:00Z&workspaceId=9")
        .await;
    assert_eq!((status, error_text(&body)), (404, NO_CALLS));
}

#[tokio::test]
async fn one_call_is_told_by_its_id_and_an_unknown_one_is_an_error() {
    let asker = Asker::of(world([plain(
        "98000000000000000001",
        "2026-03-02T09:00:00Z",
    )]))
    .await;

    let (status, body) = asker.get("/v2/calls/98000000000000000001").await;
    assert_eq!(
        (status, &body["call"]["id"]),
        (200, &json!("98000000000000000001"))
    );
    let (status, body) = asker.get("/v2/calls/98000000000000000002").await;
    assert_eq!((status, error_text(&body)), (404, "Call ID was not found"));
    let (status, body) = asker.get("/v2/calls/abc").await;
    assert_eq!(
        (status, error_text(&body)),
        (400, "id: must be a number of up to 20 digits")
    );
}

#[tokio::test]
async fn users_are_those_of_the_calls_and_those_that_are_added() {
    let added = json!({ "id": "12", "emailAddress": "boss@seller.example", "managerId": null });
    let world = world([plain("1", "2026-03-02T09:00:00Z")]).with_user(added);
    let asker = Asker::of(world).await;

    let (status, body) = asker.get("/v2/users").await;

    assert_eq!((status, &body["records"]["totalRecords"]), (200, &json!(2)));
    let host = asker.get("/v2/calls/1").await.1["call"]["primaryUserId"].clone();
    let users = ids_of(&body["users"], "/id");
    assert!(users.contains(&"12".to_owned()) && users.contains(&host.as_str().unwrap().to_owned()));
    asker
        .sim
        .edit_user("12", |user| {
            user["emailAddress"] = json!("new@seller.example");
        })
        .unwrap();
    let (_, body) = asker.get("/v2/users").await;
    let boss = body["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["id"] == "12")
        .unwrap();
    assert_eq!(boss["emailAddress"], "new@seller.example");
}

#[tokio::test]
async fn workspaces_are_those_that_calls_stand_in() {
    let asker = Asker::of(World::sample()).await;

    let (status, body) = asker.get("/v2/workspaces").await;

    assert_eq!(status, 200);
    assert_eq!(body["workspaces"].as_array().unwrap().len(), 1);
    assert_eq!(body["workspaces"][0]["name"], "Sales");
}
