//! The server over HTTP: who passes, as whom, and what he sees.

use gong_app::ApiKeyRequest;
use gong_mcp::{Entry, HttpOptions, Listening, Server};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::office::{LARGEST, OTHER, Office};

struct Served {
    address: String,
    stop: CancellationToken,
    serving: JoinHandle<Result<(), gong_app::Error>>,
    client: Client,
}

impl Served {
    async fn new(office: &Office, entry: Entry) -> Self {
        let mut options = HttpOptions::new(([127, 0, 0, 1], 0).into());
        options.entry = entry;
        let stop = CancellationToken::new();
        let server = office.public_server(&stop);
        Self::with(server, options, stop).await
    }

    async fn with(server: Server, options: HttpOptions, stop: CancellationToken) -> Self {
        let listening = Listening::open(options).await.expect("open");
        Self {
            address: listening.url(),
            serving: tokio::spawn(listening.serve(server, stop.clone())),
            stop,
            client: Client::new(),
        }
    }

    async fn post(&self, headers: &[(&str, &str)], body: String) -> Response {
        let mut request = self
            .client
            .post(&self.address)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-11-25");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).send().await.expect("answered")
    }

    async fn ask(&self, key: &str, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let bearer = format!("Bearer {key}");
        let answer = self
            .post(&[("authorization", &bearer)], body.to_string())
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).expect("JSON")
    }

    async fn tools(&self, key: &str) -> Vec<String> {
        let listed = self.ask(key, "tools/list", json!({})).await;
        let tools = listed["result"]["tools"].as_array().expect("tools");
        tools
            .iter()
            .map(|tool| tool["name"].as_str().expect("a name").to_owned())
            .collect()
    }

    async fn end(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(std::time::Duration::from_secs(20), self.serving).await;
        ended
            .expect("in time")
            .expect("joined")
            .expect("ended well");
    }
}

async fn key(office: &Office, label: &str, role: &str, user: Option<&str>) -> String {
    let mut request = ApiKeyRequest::new(label, role);
    request.user = user.map(str::to_owned);
    let made = office.app().create_api_key(&request).await.expect("a key");
    made.secret.clone()
}

fn list() -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).to_string()
}

#[tokio::test]
async fn who_shows_nothing_or_something_wrong_does_not_pass() {
    let office = Office::new().await;
    let served = Served::new(&office, Entry::ByKey).await;

    for headers in [
        &[][..],
        &[("authorization", "Bearer gongkit_nobody_0000")],
        &[("authorization", "Basic YTpi")],
    ] {
        let answer = served.post(headers, list()).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{headers:?}");
        let challenge = answer.headers().get("www-authenticate");
        assert!(challenge.is_some_and(|value| value.as_bytes().starts_with(b"Bearer")));
    }
    served.end().await;
}

#[tokio::test]
async fn who_has_no_token_is_told_who_gives_one_and_for_what() {
    let office = Office::empty();
    let stop = CancellationToken::new();
    let issuer = [
        ("GONGKIT__AUTH__ISSUER", "https://login.example"),
        ("GONGKIT__AUTH__AUDIENCE", "https://calls.example/mcp"),
    ];
    let server = office.public_server_with(&stop, &issuer);
    let mut options = HttpOptions::new(([127, 0, 0, 1], 0).into());
    options.entry = Entry::ByKey;
    options.public_url = "https://calls.example/mcp".parse().ok();
    let served = Served::with(server, options, stop).await;

    let refused = served.post(&[("host", "calls.example")], list()).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let challenge = refused.headers()["www-authenticate"].to_str();
    let challenge = challenge.expect("text").to_owned();
    let place = "https://calls.example/.well-known/oauth-protected-resource/mcp";
    assert!(
        challenge.contains(&format!("resource_metadata=\"{place}\"")),
        "{challenge}"
    );
    assert!(challenge.contains("scope=\"calls.read "), "{challenge}");

    let root = served.address.trim_end_matches("/mcp");
    for place in ["", "/mcp"] {
        let place = format!("{root}/.well-known/oauth-protected-resource{place}");
        let text = served.client.get(&place).send().await.expect("answered");
        let text = text.text().await.expect("a body");
        let said: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(said["resource"], "https://calls.example/mcp");
        assert_eq!(
            said["authorization_servers"],
            json!(["https://login.example"])
        );
        assert!(
            said["scopes_supported"]
                .to_string()
                .contains("transcripts.read")
        );
    }
    served.end().await;
}

#[tokio::test]
async fn foreign_pages_hosts_and_large_bodies_are_refused() {
    let office = Office::new().await;
    let served = Served::new(&office, Entry::Open).await;

    let open = served
        .post(&[("origin", "http://localhost:3000")], list())
        .await;
    assert_eq!(open.status(), StatusCode::OK);
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("host", "evil.example")],
    ] {
        let answer = served.post(headers, list()).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{headers:?}");
    }
    let large = served.post(&[], " ".repeat(300_000)).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    served.end().await;
}

#[tokio::test]
async fn what_is_no_message_is_answered_as_json_rpc_names_it() {
    let office = Office::new().await;
    let served = Served::new(&office, Entry::Open).await;

    for (body, code, id) in [
        ("{not json", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":5,"method":7}"#, -32600, json!(5)),
    ] {
        let answer = served.post(&[], body.to_owned()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        let text = answer.text().await.expect("a body");
        let said: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&said["error"]["code"], &said["id"]), (&json!(code), &id));
    }
    served.end().await;
}

#[tokio::test]
async fn each_sees_the_tools_and_the_calls_of_his_role_and_no_trace_of_others() {
    let office = Office::new().await;
    let viewer = key(&office, "viewer", "viewer", None).await;
    let rep = key(&office, "rep", "rep", Some("8")).await;
    let served = Served::new(&office, Entry::ByKey).await;

    let tools = served.tools(&viewer).await;
    assert!(!tools.contains(&"get_transcript".to_owned()), "{tools:?}");
    let hidden = served
        .ask(
            &viewer,
            "tools/call",
            json!({"name": "get_transcript", "arguments": {"call_id": OTHER}}),
        )
        .await;
    assert_eq!(
        hidden["error"]["code"], -32602,
        "a tool that is not his does not exist"
    );
    let call = served
        .ask(
            &viewer,
            "tools/call",
            json!({"name": "get_call", "arguments": {"call_id": OTHER}}),
        )
        .await;
    let call = &call["result"]["structuredContent"];
    assert!(
        call.get("title").is_none() && call.get("gong_brief").is_none(),
        "{call}"
    );

    assert!(!served.tools(&rep).await.contains(&"sync_calls".to_owned()));
    let listed = served
        .ask(
            &rep,
            "tools/call",
            json!({"name": "list_calls", "arguments": {}}),
        )
        .await;
    let listed = &listed["result"]["structuredContent"];
    assert_eq!(
        (
            &listed["page"]["total"],
            &listed["coverage"]["calls_considered"]
        ),
        (&json!(1), &json!(1))
    );
    assert!(!listed.to_string().contains(LARGEST));
    let other = served
        .ask(
            &rep,
            "tools/call",
            json!({"name": "get_call", "arguments": {"call_id": LARGEST}}),
        )
        .await;
    let missing = served
        .ask(
            &rep,
            "tools/call",
            json!({"name": "get_call", "arguments": {"call_id": "4"}}),
        )
        .await;
    assert_eq!(
        other["result"], missing["result"],
        "hidden is answered like missing"
    );
    served.end().await;

    let mut lines = String::new();
    let app = office.app();
    let exported = app.audit_export(gong_app::AuditFormat::Jsonl, |line| {
        lines.push_str(line);
        lines.push('\n');
        Ok(())
    });
    exported.await.expect("exported");
    let gets = lines
        .lines()
        .filter(|line| line.contains("\"get_call\""))
        .count();
    assert_eq!(gets, 3, "each call of a tool leaves a record: {lines}");
}
