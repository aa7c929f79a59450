//! What the tools answer, and how they refuse.

use serde_json::json;

use crate::office::{LARGEST, OTHER, Office};

#[tokio::test]
async fn a_question_is_answered_with_quotes_that_can_be_checked() {
    let office = Office::new().await;
    let mut client = office.client().await;

    let found = client
        .ok(
            "search_calls",
            json!({"query": "too expensive budget", "side": "theirs"}),
        )
        .await;

    let call = &found["calls"][0];
    assert_eq!(call["call_id"], OTHER);
    let moment = &call["moments"][0];
    assert_eq!(moment["side"], "theirs");
    assert_eq!(moment["speaker"], "Bo Sample");
    let quote = moment["quote"].as_str().expect("a quote");
    assert!(quote.contains("too expensive"), "{quote}");
    assert!(
        moment["url"]
            .as_str()
            .is_some_and(|url| url.contains(OTHER))
    );
    assert_eq!(found["coverage"]["calls_considered"], 2);
    let read = client
        .ok(
            "get_transcript",
            json!({"call_id": OTHER, "around_ms": moment["start_ms"], "window_ms": 1_000}),
        )
        .await;
    assert_eq!(read["turns"][0]["text"], quote);
    assert_eq!(read["turns"][0]["at"], moment["at"]);
    client.end().await;
}

#[tokio::test]
async fn a_list_goes_on_where_it_stopped_and_ids_may_be_numbers() {
    let office = Office::new().await;
    let mut client = office.client().await;

    let first = client.ok("list_calls", json!({"limit": 1})).await;
    assert_eq!(first["page"]["total"], 2);
    let cursor = &first["page"]["next_cursor"];
    let second = client
        .ok("list_calls", json!({"limit": 1, "cursor": cursor}))
        .await;
    assert_ne!(first["calls"][0]["call_id"], second["calls"][0]["call_id"]);
    assert!(second["page"].get("next_cursor").is_none());

    let number: u64 = LARGEST.parse().expect("a number");
    let call = client.ok("get_call", json!({"call_id": number})).await;
    assert_eq!(call["call_id"], LARGEST);
    assert_eq!(
        call["title"],
        format!("Call {LARGEST} ‹b>about‹/b> the narwhal")
    );
    let by_rep = client
        .ok("list_calls", json!({"reps": ["Ada Example"]}))
        .await;
    assert_eq!(by_rep["calls"][0]["call_id"], LARGEST);
    let bad = client.refused("list_calls", json!({"cursor": "7"})).await;
    assert!(bad.contains("no place to go on from"), "{bad}");
    client.end().await;
}

#[tokio::test]
async fn a_refusal_says_what_to_do_next() {
    let office = Office::new().await;
    let mut client = office.client().await;

    let range = client
        .refused("search_calls", json!({"query": "x", "limit": 500}))
        .await;
    assert!(
        range.contains("`limit` must be a whole number from 1 to 25"),
        "{range}"
    );
    let invented = client
        .refused("search_calls", json!({"query": "x", "top_k": 5}))
        .await;
    assert!(invented.contains("it has query, mode"), "{invented}");
    let alike = client
        .refused("list_calls", json!({"reps": ["Ada", "ad"]}))
        .await;
    assert!(
        alike.contains("7 (Ada Example)") && alike.contains("8 (Adam Sample)"),
        "{alike}"
    );
    let missing = client.refused("get_call", json!({"call_id": "4"})).await;
    assert!(missing.contains("list_calls"), "{missing}");
    let both = client
        .refused(
            "get_transcript",
            json!({"call_id": OTHER, "around_ms": 1, "start_ms": 1}),
        )
        .await;
    assert!(both.contains("exclude each other"), "{both}");
    client.end().await;
}

#[tokio::test]
async fn words_of_a_call_are_data_wherever_they_stand() {
    let office = Office::new().await;
    let mut client = office.client().await;

    let read = client
        .call(
            "get_transcript",
            json!({"call_id": LARGEST, "start_ms": 6_000_000}),
        )
        .await;

    let all = read.to_string();
    for hidden in ["\u{202e}", "\\u001b", "<script", "](http", "https://evil"] {
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
    assert!(
        all.contains("‹script>go()"),
        "what was said is still readable"
    );
    client.end().await;
}

#[tokio::test]
async fn an_archive_that_is_not_there_is_no_failure_of_the_protocol() {
    let office = Office::empty();
    let mut client = office.client().await;
    let told = client.refused("list_calls", json!({})).await;
    assert!(told.contains("There is no archive"), "{told}");
    assert!(told.contains("gongkit sync"), "{told}");
    client.end().await;
}
