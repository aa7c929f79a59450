//! What goes over the wire, and what never does.
use std::{fmt::Write as _, sync::Arc};

use gong_auth::KeyPair;
use gong_client::{
    CallId, ErrorKind, FindUsers, GetCall, GongClient, ListCalls, ListExtensive, ListTranscripts,
    ListWorkspaces, WorkspaceId,
    calls_access::ListAccess,
    crm::{EntityType, GetEntities},
    flows::{GetFlowSteps, ListAssignedFlows},
};
use serde_json::json;

use crate::fixture::{KEY, SECRET, Server, calls, ok, status, with_header};

fn period() -> ListCalls {
    let at = |text: &str| text.parse().unwrap();
    ListCalls::between(at("2026-10-14T00:00:00Z"), at("2026-10-16T00:00:00-07:00"))
}

#[tokio::test]
async fn a_get_carries_its_words_in_the_query_and_the_key_in_the_header() {
    let server = Server::start([calls(&["1"], None)]).await;
    let request = period().workspace(WorkspaceId::new("7&8").unwrap());

    let page = server.client().send(&request).await.unwrap();

    assert_eq!(page.elements.len(), 1);
    let asked = &server.asked()[0];
    assert_eq!(asked.method, "GET");
    assert_eq!(
        asked.target,
        "/v2/calls?fromDateTime=2026-10-14T00%3A00%3A00Z\
         &toDateTime=2026-10-16T07%3A00%3A00Z&workspaceId=7%268"
    );
    assert_eq!(
        asked.header("authorization"),
        Some("Basic Q0FOQVJZS0VZOmNhbmFyeS1zZWNyZXQ=")
    );
    assert_eq!(asked.header("accept"), Some("application/json"));
    assert!(asked.header("user-agent").unwrap().starts_with("gongkit/"));
}

#[tokio::test]
async fn a_post_carries_its_words_in_the_body() {
    let server = Server::start([calls(&[], None)]).await;

    server.client().send(&ListExtensive::all()).await.unwrap();

    let asked = &server.asked()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.target, "/v2/calls/extensive");
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(
        asked.body,
        json!({ "filter": {}, "contentSelector": { "exposedFields": {} } })
    );
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let server = Server::start([ok(r#"{"call": {"id": "a?b#c"}}"#)]).await;

    server
        .client()
        .send(&GetCall::new(CallId::new("a?b#c").unwrap()))
        .await
        .unwrap();

    assert_eq!(server.asked()[0].target, "/v2/calls/a%3Fb%23c");
    assert!(CallId::new("..").is_err() && CallId::new("").is_err() && CallId::new("a/b").is_err());
}

#[tokio::test]
async fn a_redirect_is_explained_and_the_key_is_not_sent_on() {
    let right = Server::start([calls(&["1"], None)]).await;
    let location = format!("{}/v2/calls?x=1", right.base);
    let wrong = Server::start([with_header(302, "location", &location)]).await;

    let error = wrong.client().send(&period()).await.unwrap_err();

    assert_eq!(
        *error.kind(),
        ErrorKind::WrongHost {
            base_url: right.base.to_string()
        }
    );
    let message = format!(
        "listCalls: this key belongs to {0}; set GONG_BASE_URL={0} (status 302)",
        right.base
    );
    assert_eq!(error.to_string(), message);
    assert!(right.asked().is_empty());
    assert_eq!(wrong.asked().len(), 1);
}

#[tokio::test]
async fn no_error_shows_the_key_or_what_gong_said() {
    let error_body = r#"{"requestId": "r", "errors": ["canary-person@example.com"]}"#;
    let secret_call = r#"{"calls": "canary-words"}"#;
    let server = Server::start([
        status(400, error_body),
        ok(secret_call),
        ok("canary-page"),
        status(401, ""),
    ])
    .await;
    let client = server.client();
    let basic = "Q0FOQVJZS0VZOmNhbmFyeS1zZWNyZXQ=";

    for _ in 0..4 {
        let error = client.send(&period()).await.unwrap_err();

        let mut shown = format!("{error} {error:?} {error:#?} {client:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            write!(shown, "{cause} {cause:?}").unwrap();
            source = cause.source();
        }
        for canary in [
            KEY,
            SECRET,
            basic,
            "canary-person",
            "canary-words",
            "canary-page",
        ] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_none_is_refused_when_the_client_is_made() {
    let pair = Arc::new(KeyPair::new(KEY, SECRET.to_owned().into()).unwrap());
    let base = gong_auth::BaseUrl::parse("https://127.0.0.1:1").unwrap();

    let made = GongClient::builder(base, pair)
        .root_certificate("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")
        .build();

    assert_eq!(*made.unwrap_err().kind(), ErrorKind::Setup);
}

#[tokio::test]
async fn workspaces_come_in_one_answer() {
    let body = r#"{"requestId": "r", "workspaces": [{"id": 1, "name": "Sales"}, {"id": "2"}]}"#;
    let server = Server::start([ok(body)]).await;

    let page = server.client().send(&ListWorkspaces::new()).await.unwrap();

    let ids: Vec<_> = page
        .elements
        .iter()
        .map(|w| w.value.id.clone().unwrap())
        .collect();
    assert_eq!(ids, ["1", "2"].map(|id| WorkspaceId::new(id).unwrap()));
}

#[test]
fn a_list_of_no_ids_is_no_request() {
    assert!(ListExtensive::of_calls([]).is_none());
    assert!(ListTranscripts::of_calls([]).is_none());
    assert!(FindUsers::of_ids([]).is_none());
    assert!(ListAccess::of_calls([]).is_none());
    assert!(GetFlowSteps::of_flows([]).is_none());
    assert!(ListAssignedFlows::of_prospects([]).is_none());
    assert!(ListAssignedFlows::of_instances([]).is_none());
    let integration = "1".parse().unwrap();
    assert!(GetEntities::of_ids(integration, EntityType::Deal, []).is_none());
}
