//! Every version of the protocol that is advertised is spoken, over streams and over HTTP.

use gong_mcp::{HttpOptions, Listening};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::office::{Client, OTHER, Office, hello};

/// Those that begin with a handshake.
const WITH_HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// The one in which each request says all about itself.
const WITHOUT: &str = "2026-07-28";
const TOOLS: usize = 15;

fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": WITHOUT,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    })
}

/// The parameters of `get_call`, the tool whose answer links to a resource.
fn get_call() -> Value {
    json!({"name": "get_call", "arguments": {"call_id": OTHER}})
}

/// What a version promises of a list of tools and of an answer.
fn is_of(version: &str, listed: &Value, called: &Value) {
    let tools = listed["result"]["tools"].as_array();
    assert_eq!(tools.map(Vec::len), Some(TOOLS), "{version}: {listed}");
    let result = &called["result"];
    assert_ne!(result["isError"], true, "{version}: {called}");
    assert_eq!(result["structuredContent"]["call_id"], OTHER, "{version}");
    let content = result["content"].as_array().expect("content");
    let kinds: Vec<&str> = content
        .iter()
        .map(|part| part["type"].as_str().expect("a type"))
        .collect();
    // Links to resources came with 2025-06-18.
    let expected: &[&str] = if version < "2025-06-18" {
        &["text"]
    } else {
        &["text", "resource_link"]
    };
    assert_eq!(kinds, expected, "{version}: {called}");
}

#[tokio::test]
async fn each_version_is_spoken_over_streams() {
    let office = Office::new().await;
    for version in WITH_HANDSHAKE {
        let mut client = Client::greeting_in(office.server(), version).await;
        let listed = client.ask("tools/list", json!({})).await;
        let called = client.ask("tools/call", get_call()).await;
        is_of(version, &listed, &called);
        client.end().await;
    }

    let mut client = Client::of(office.server());
    let found = client
        .ask("server/discover", json!({"_meta": meta()}))
        .await;
    let mut advertised = WITH_HANDSHAKE.to_vec();
    advertised.push(WITHOUT);
    assert_eq!(
        found["result"]["supportedVersions"],
        json!(advertised),
        "a version that is advertised is one of this test"
    );
    let listed = client.ask("tools/list", json!({"_meta": meta()})).await;
    let mut asked = get_call();
    asked["_meta"] = meta();
    let called = client.ask("tools/call", asked).await;
    is_of(WITHOUT, &listed, &called);
    client.end().await;
}

#[tokio::test]
async fn each_version_is_spoken_over_http() {
    let office = Office::new().await;
    let stop = CancellationToken::new();
    let listening = Listening::open(HttpOptions::new(([127, 0, 0, 1], 0).into()));
    let listening = listening.await.expect("open");
    let url = listening.url();
    let serving = tokio::spawn(listening.serve(office.public_server(&stop), stop.clone()));
    let client = reqwest::Client::new();
    let ask = async |headers: &[(&str, &str)], method: &str, params: Value| -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut request = client
            .post(&url)
            .timeout(std::time::Duration::from_mins(1))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.body(body.to_string()).send().await;
        let answer = answer.expect("answered");
        assert_eq!(answer.status(), StatusCode::OK, "{headers:?} {method}");
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).expect("JSON")
    };

    for version in WITH_HANDSHAKE {
        let greeted = ask(&[], "initialize", hello(version)).await;
        assert_eq!(greeted["result"]["protocolVersion"], version, "{greeted}");
        // The header came with 2025-06-18; who sends none speaks an older version.
        let said = [("mcp-protocol-version", version)];
        let said: &[(&str, &str)] = if version < "2025-06-18" { &[] } else { &said };
        let listed = ask(said, "tools/list", json!({})).await;
        let called = ask(said, "tools/call", get_call()).await;
        is_of(version, &listed, &called);
    }
    let said = |method| [("mcp-protocol-version", WITHOUT), ("mcp-method", method)];
    let listed = ask(&said("tools/list"), "tools/list", json!({"_meta": meta()})).await;
    let mut asked = get_call();
    asked["_meta"] = meta();
    let [version, method] = said("tools/call");
    let called = ask(
        &[version, method, ("mcp-name", "get_call")],
        "tools/call",
        asked,
    )
    .await;
    is_of(WITHOUT, &listed, &called);

    stop.cancel();
    let ended = tokio::time::timeout(std::time::Duration::from_mins(1), serving).await;
    let ended = ended.expect("in time").expect("joined");
    ended.expect("ended well");
}
