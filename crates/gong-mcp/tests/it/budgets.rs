//! How large answers are, on the largest call that there is.

use serde_json::{Value, json};

use crate::company::{ACCOUNT, DEAL, REP, company};
use crate::office::{LARGEST, Office};
use crate::schema::fits;

const USUAL: usize = 8_000;
const MOST: usize = 40_000;

fn size(result: &Value) -> usize {
    result.to_string().chars().count()
}

/// The two calls of each tool: as a model makes it first, and asking for all there is.
fn calls() -> Vec<(&'static str, Value, Value)> {
    let id = json!({"call_id": LARGEST});
    vec![
        (
            "account_brief",
            json!({"account": ACCOUNT}),
            json!({"account": ACCOUNT, "detail": "full"}),
        ),
        (
            "ask_calls",
            json!({"question": "What does the narwhal discount cost?"}),
            json!({"question": "What is what we use today?", "limit": 10, "detail": "full"}),
        ),
        (
            "coach_rep",
            json!({"rep": REP}),
            json!({"rep": REP, "detail": "full"}),
        ),
        (
            "competitor_mentions",
            json!({}),
            json!({"detail": "full", "days": 365}),
        ),
        (
            "deal_risk",
            json!({"deal": DEAL}),
            json!({"limit": 25, "detail": "full"}),
        ),
        (
            "pipeline_insights",
            json!({}),
            json!({"limit": 50, "detail": "full"}),
        ),
        (
            "analyze_call",
            id.clone(),
            json!({"call_id": LARGEST, "detail": "full", "aspects": ["summary", "needs", "process",
                "objections", "next_steps", "risks", "competitors", "pricing", "buying_signals",
                "trackers", "questions", "measures"]}),
        ),
        (
            "call_statistics",
            json!({}),
            json!({"call_ids": [LARGEST], "strict": true}),
        ),
        ("get_call", id.clone(), id.clone()),
        (
            "get_transcript",
            id,
            json!({"call_id": LARGEST, "max_chars": 18_000}),
        ),
        ("index_status", json!({}), json!({})),
        ("list_calls", json!({}), json!({"limit": 100})),
        ("list_trackers", json!({}), json!({})),
        (
            "search_calls",
            json!({"query": "narwhal discount"}),
            json!({"query": "narwhal discount", "limit": 25, "detail": "full"}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tool_answers_with_more_than_its_bound_on_the_largest_call() {
    let office = company().await;
    let mut client = office.client().await;
    let listed = client.ask("tools/list", json!({})).await;
    let listed = listed["result"]["tools"].as_array().expect("tools");
    let called = calls();
    for tool in listed {
        let name = tool["name"].as_str().expect("a name");
        let is_called = called.iter().any(|(called, ..)| *called == name);
        assert!(
            is_called || name == "sync_calls",
            "{name} is not called here"
        );
    }

    for (tool, usual, most) in called {
        for (arguments, bound) in [(usual, USUAL), (most, MOST)] {
            let result = client.call(tool, arguments.clone()).await;
            assert_ne!(result["isError"], true, "{tool} {arguments}: {result}");
            assert!(
                size(&result) <= bound,
                "{tool} {arguments}: {}",
                size(&result)
            );
            let declared = listed
                .iter()
                .find(|one| one["name"] == tool)
                .expect("listed");
            let structured = &result["structuredContent"];
            assert!(
                has_content(structured),
                "{tool} {arguments} answers nothing: {structured}"
            );
            fits(structured, &declared["outputSchema"], tool);
            let text = result["content"][0]["text"].as_str().expect("text");
            let again: Value = serde_json::from_str(text).expect("the same as JSON");
            assert_eq!(&again, structured, "{tool}: both halves say the same");
        }
    }
    client.end().await;
}

#[tokio::test]
async fn all_tools_together_cost_less_than_six_thousand_tokens() {
    let office = Office::empty();
    let mut client = office.client().await;
    let listed = client.ask("tools/list", json!({})).await;
    // Tokenizers make 3.9 characters of such JSON a token (docs/mcp.md).
    let characters = listed["result"]["tools"].to_string().chars().count();
    assert!(characters * 10 <= 39 * 6_000, "{characters}");
    assert!(
        !office.path().join(".local").exists(),
        "listing opens and makes nothing"
    );
    client.end().await;
}

#[tokio::test]
async fn a_long_turn_is_read_to_its_end_in_whole_sentences() {
    let office = Office::new().await;
    let mut client = office.client().await;
    let mut cursor = Value::Null;
    let mut read = String::new();
    let mut pages = 0;
    loop {
        let page = client
            .ok(
                "get_transcript",
                json!({"call_id": LARGEST, "cursor": cursor, "max_chars": 6_000}),
            )
            .await;
        let turns = page["turns"].as_array().expect("turns");
        for turn in turns {
            read.push_str(turn["text"].as_str().expect("text"));
            read.push(' ');
        }
        let is_second = pages == 1;
        if is_second {
            assert_eq!(
                turns[0]["continued"], true,
                "the long turn goes on: {}",
                turns[0]["at"]
            );
        }
        pages += 1;
        assert!(pages < 60);
        match page["page"].get("next_cursor") {
            Some(next) => {
                assert_eq!(page["truncated"], true);
                cursor = next.clone();
            }
            None => break,
        }
    }
    for at in 0..420 {
        let sentence = format!(
            "Sentence {at} of a turn says \"yes\" to the narwhal discount of {at} percent."
        );
        assert!(read.contains(&sentence), "sentence {at} was lost or cut");
    }
    assert_eq!(
        read.matches("word").count(),
        7_000,
        "an endless sentence is read whole"
    );
    client.end().await;
}

/// Whether there is anything but the frame of an answer.
fn has_content(answer: &Value) -> bool {
    let frame = ["page", "coverage", "truncated", "notes"];
    let mut own = answer.as_object().expect("an object").iter();
    own.any(|(name, value)| {
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        !frame.contains(&name.as_str()) && !is_empty
    })
}
