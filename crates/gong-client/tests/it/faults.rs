//! A server that fails in every way: what is asked again, how often, and what is told.
use std::time::Duration;

use gong_client::{
    CallId, ErrorKind, GetCall, GongClient, ListCalls, MetaData, Method, NotFound, Operation, Page,
    Request, RetryRules,
};
use jiff::Timestamp;

use crate::fixture::{Reply, Server, calls, gong_error, ok, status, with_header};

/// Rules under which no test waits.
const PROMPT: RetryRules = RetryRules {
    attempts: 5,
    base: Duration::ZERO,
    cap: Duration::ZERO,
    longest_retry_after: Duration::from_mins(1),
};

fn request() -> ListCalls {
    ListCalls::between(Timestamp::UNIX_EPOCH, Timestamp::MAX)
}

async fn server(script: impl IntoIterator<Item = Reply>) -> (Server, GongClient) {
    let server = Server::start(script).await;
    let client = server
        .builder()
        .retry_rules(PROMPT)
        .max_body(100_000)
        .build()
        .unwrap();
    (server, client)
}

/// A client that soon gives up on a server that has stopped in the middle of an answer.
async fn stalling(script: impl IntoIterator<Item = Reply>) -> (Server, GongClient) {
    let server = Server::start(script).await;
    let client = server
        .builder()
        .retry_rules(RetryRules {
            attempts: 2,
            ..PROMPT
        })
        .request_deadline(Duration::from_secs(1))
        .build()
        .unwrap();
    (server, client)
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_asked_for_again_and_then_given_up() {
    let (server, client) = stalling([Reply::Stall, calls(&["1"], None)]).await;
    assert_eq!(client.send(&request()).await.unwrap().elements.len(), 1);
    assert_eq!(server.asked().len(), 2);

    let (server, client) = stalling([Reply::Stall, Reply::Stall]).await;
    let error = client.send(&request()).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TimedOut);
    assert!(error.is_transient());
    assert_eq!((error.attempts(), server.asked().len()), (2, 2));

    let (server, client) = stalling([Reply::Stall, calls(&[], None)]).await;
    client.send(&Write).await.unwrap_err();
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_read_survives_every_fault_that_may_pass() {
    let faults: [fn() -> Reply; 6] = [
        || gong_error(500, "unexpected"),
        || status(503, "<html>busy</html>"),
        || Reply::HangUp,
        || Reply::CutOff(r#"{"requestId": "r", "calls": []"#.into()),
        || ok(r#"{"requestId": "r", "calls": ["#),
        || with_header(429, "retry-after", "0"),
    ];
    for fault in faults {
        let (server, client) = server([fault(), fault(), calls(&["1"], None)]).await;

        let page = client.send(&request()).await.unwrap();

        assert_eq!(page.elements.len(), 1);
        assert_eq!(server.asked().len(), 3);
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_told_after_the_last_attempt() {
    let table: [(fn() -> Reply, ErrorKind); 4] = [
        (|| gong_error(500, "unexpected"), ErrorKind::Server),
        (|| Reply::HangUp, ErrorKind::Interrupted),
        (|| ok("{"), ErrorKind::Interrupted),
        (
            || status(429, ""),
            ErrorKind::RateLimited { retry_after: None },
        ),
    ];
    for (fault, kind) in table {
        let (server, client) = server((0..5).map(|_| fault())).await;

        let error = client.send(&request()).await.unwrap_err();

        assert_eq!(*error.kind(), kind);
        assert!(error.is_transient());
        assert_eq!(error.attempts(), 5);
        assert_eq!(error.operation(), Some("listCalls"));
        assert_eq!(server.asked().len(), 5);
    }
}

#[tokio::test]
async fn what_would_fail_again_is_asked_once() {
    let table = [
        (gong_error(400, "bad"), ErrorKind::Rejected),
        (gong_error(401, "Access denied"), ErrorKind::Unauthorized),
        (gong_error(403, "no"), ErrorKind::Forbidden),
        (gong_error(402, "no"), ErrorKind::OutOfCredits),
        (gong_error(409, "no"), ErrorKind::Conflict),
        (
            ok("<html>welcome to the hotel</html>"),
            ErrorKind::Undecodable,
        ),
        (ok(r#"{"status": "up"}"#), ErrorKind::Undecodable),
        (
            ok("x".repeat(100_001)),
            ErrorKind::TooLarge { limit: 100_000 },
        ),
        (status(404, "not found"), ErrorKind::NotGong),
    ];
    for (reply, kind) in table {
        let (server, client) = server([reply]).await;

        let error = client.send(&request()).await.unwrap_err();

        assert_eq!(*error.kind(), kind);
        assert!(!error.is_transient());
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_demand_to_wait_long_is_the_callers_to_decide() {
    let (server, client) = server([with_header(429, "retry-after", "3600")]).await;

    let error = client.send(&request()).await.unwrap_err();

    let retry_after = Some(Duration::from_hours(1));
    assert_eq!(*error.kind(), ErrorKind::RateLimited { retry_after });
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_not_there_is_an_error() {
    let (_server, client) = server([gong_error(404, "Call ID was not found")]).await;

    let error = client
        .send(&GetCall::new(CallId::new("5").unwrap()))
        .await
        .unwrap_err();

    assert_eq!(*error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "getCall: gong does not know it (status 404, request id req-1)"
    );
    assert_eq!(error.explanation(), ["Call ID was not found"]);
}

#[tokio::test]
async fn a_large_page_is_read_whole() {
    let ids: Vec<String> = (0..5000).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let server = Server::start([calls(&ids, None)]).await;
    let client = server.builder().max_body(1_000_000).build().unwrap();

    let page = client.send(&request()).await.unwrap();

    assert_eq!(page.elements.len(), 5000);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let (server, client) = server([]).await;
    drop(server);

    let error = client.send(&request()).await.unwrap_err();

    assert!(
        matches!(
            error.kind(),
            ErrorKind::Unreachable | ErrorKind::Interrupted
        ),
        "{error:?}"
    );
    assert!(error.is_transient());
}

#[tokio::test]
async fn callers_share_one_budget_of_retries() {
    let (server, client) = server((0..500).map(|_| gong_error(500, "down"))).await;

    for _ in 0..30 {
        client.send(&request()).await.unwrap_err();
    }

    // 30 first attempts, and the 20 retries that a full budget pays for.
    assert_eq!(server.asked().len(), 50);
}

/// A write, as later operations are.
struct Write;

impl Request for Write {
    type Answer = Page<MetaData>;
    const OPERATION: Operation = Operation {
        id: "write",
        method: Method::Put,
        scope: "",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "write"]
    }
}

#[tokio::test]
async fn a_write_is_never_sent_twice_unless_gong_refused_to_look_at_it() {
    for fault in [Reply::HangUp, gong_error(500, "?"), ok("{")] {
        let (server, client) = server([fault, calls(&[], None)]).await;

        client.send(&Write).await.unwrap_err();

        assert_eq!(server.asked().len(), 1);
    }
    let (server, client) = server([with_header(429, "retry-after", "0"), calls(&[], None)]).await;
    client.send(&Write).await.unwrap();
    assert_eq!(server.asked().len(), 2);
}
