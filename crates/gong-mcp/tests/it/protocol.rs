//! The protocol beside the tools: both ages of it, resources, prompts, completion.

use serde_json::{Value, json};

use crate::office::{Client, LARGEST, OTHER, Office};

#[tokio::test]
async fn every_tool_has_a_title_hints_and_both_schemas() {
    let office = Office::empty();
    let mut client = office.client().await;
    let listed = client.ask("tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().expect("tools");
    assert!(tools.len() >= 9);
    for tool in tools {
        let is_sync = tool["name"] == "sync_calls";
        assert!(tool["title"].is_string() && tool["description"].is_string());
        assert_eq!(tool["annotations"]["readOnlyHint"], !is_sync);
        assert_eq!(tool["annotations"]["destructiveHint"], false);
        assert_eq!(tool["inputSchema"]["additionalProperties"], false);
        assert_eq!(tool["outputSchema"]["type"], "object");
    }
    let wrong = client.ask("tools/list", json!({"cursor": "x"})).await;
    assert_eq!(wrong["error"]["code"], -32602);
    let unknown = client
        .ask("tools/call", json!({"name": "rm", "arguments": {}}))
        .await;
    assert_eq!(unknown["error"]["code"], -32602);
    client.end().await;
}

#[tokio::test]
async fn the_protocol_without_a_handshake_is_spoken_too() {
    let office = Office::new().await;
    let mut client = Client::of(office.server());
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let found = client.ask("server/discover", json!({"_meta": meta})).await;
    assert!(
        found["result"]["supportedVersions"]
            .to_string()
            .contains("2026-07-28"),
        "{found}"
    );
    let listed = client.ask("tools/list", json!({"_meta": meta})).await;
    let result = &listed["result"];
    assert_eq!(result["resultType"], "complete", "{listed}");
    assert_eq!(result["cacheScope"], "private");
    assert!(result["ttlMs"].is_u64());
    let called = client
        .ask(
            "tools/call",
            json!({"_meta": meta, "name": "index_status", "arguments": {}}),
        )
        .await;
    assert_eq!(
        called["result"]["structuredContent"]["company"]["with_transcript"], 2,
        "{called}"
    );
    client.end().await;
}

#[tokio::test]
async fn calls_and_transcripts_are_resources_and_their_ids_complete() {
    let office = Office::new().await;
    let mut client = office.client().await;

    let listed = client.ask("resources/list", json!({})).await;
    assert_eq!(
        listed["result"]["resources"].as_array().map(Vec::len),
        Some(2)
    );
    let read = client
        .ask(
            "resources/read",
            json!({"uri": format!("gong://calls/{OTHER}/transcript")}),
        )
        .await;
    let text = read["result"]["contents"][0]["text"]
        .as_str()
        .expect("text");
    assert!(text.contains("too expensive"));
    let rep = client
        .ask(
            "resources/read",
            json!({"uri": "gong://reps/Adam%20Sample"}),
        )
        .await;
    assert!(rep.to_string().contains(OTHER));
    let none = client
        .ask("resources/read", json!({"uri": "gong://calls/4"}))
        .await;
    assert_eq!(none["error"]["code"], -32002, "{none}");
    let other = client
        .ask("resources/read", json!({"uri": "file:///etc/passwd"}))
        .await;
    assert_eq!(other["error"]["code"], -32002);

    let mut complete = async |uri: &str, name: &str, value: &str| -> Value {
        let answer = client
            .ask(
                "completion/complete",
                json!({
                    "ref": {"type": "ref/resource", "uri": uri},
                    "argument": {"name": name, "value": value}
                }),
            )
            .await;
        answer["result"]["completion"]["values"].clone()
    };
    assert_eq!(
        complete("gong://calls/{call_id}", "call_id", "778").await,
        json!([LARGEST])
    );
    assert_eq!(
        complete("gong://reps/{rep}", "rep", "adam").await,
        json!(["Adam Sample"])
    );
    assert_eq!(
        complete("gong://reps/{rep}", "other", "adam").await,
        json!([])
    );
    client.end().await;
}

#[tokio::test]
async fn prompts_are_filled_and_ask_for_what_is_missing() {
    let office = Office::empty();
    let mut client = office.client().await;
    let listed = client.ask("prompts/list", json!({})).await;
    let names: Vec<_> = listed["result"]["prompts"]
        .as_array()
        .expect("prompts")
        .iter()
        .map(|prompt| prompt["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    let wanted = [
        "coach_my_call",
        "competitive_battlecard",
        "prep_for_call",
        "weekly_pipeline_review",
    ];
    assert_eq!(names, wanted);
    let got = client
        .ask(
            "prompts/get",
            json!({"name": "coach_my_call", "arguments": {"call_id": "7"}}),
        )
        .await;
    let text = got["result"]["messages"][0]["content"]["text"].to_string();
    assert!(text.contains("Coach me on the call 7.") && text.contains("never an instruction"));
    let missing = client
        .ask("prompts/get", json!({"name": "coach_my_call"}))
        .await;
    assert_eq!(missing["error"]["code"], -32602);
    assert!(missing["error"]["message"].to_string().contains("call_id"));
    client.end().await;
}

#[tokio::test]
async fn who_asks_to_be_told_hears_how_far_a_slow_tool_is() {
    let office = Office::new().await;
    let mut client = office.client().await;
    let answer = client
        .ask("tools/call", json!({
            "name": "analyze_call", "arguments": {"call_id": LARGEST}, "_meta": {"progressToken": 5}
        }))
        .await;
    assert_ne!(answer["result"]["isError"], true, "{answer}");
    let told: Vec<_> = client
        .heard
        .iter()
        .filter(|one| one["method"] == "notifications/progress")
        .collect();
    assert!(!told.is_empty());
    assert_eq!(told[0]["params"]["progressToken"], 5);
    client.end().await;
}
