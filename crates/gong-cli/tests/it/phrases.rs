//! Phrases in quotes, from the question to the quote, and what a rank is made of.

use serde_json::Value;

use crate::files::{call, write};
use crate::gongkit::Home;

/// Calls in which the words of a phrase stand in its order, apart, the other way round, in two turns
/// of the talk, and in another form.
async fn home() -> Home {
    let home = Home::new();
    let calls: [(&str, &[&str]); 5] = [
        (
            "order",
            &[
                "First we finish the Security Review; then we sign.",
                "Fine.",
            ],
        ),
        (
            "apart",
            &["The security team will review it next week.", "Fine."],
        ),
        (
            "reversed",
            &["We review security, and review it again.", "Fine."],
        ),
        (
            "turns",
            &["Our concern is security", "Review the offer first."],
        ),
        ("form", &["Security reviews take long here.", "Fine."]),
    ];
    for (id, said) in calls {
        write(&home.path("calls"), id, &call(id, said));
    }
    home.ok(&["import", "calls"]).await;
    home
}

async fn found(home: &Home, question: &str) -> Vec<String> {
    let view = home.json(&["search", question]).await;
    let hits = view["hits"].as_array().expect("hits").iter();
    let ids = hits.map(|hit| hit["call_id"].as_str().expect("an id").to_owned());
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    ids.dedup();
    ids
}

#[tokio::test]
async fn a_phrase_is_found_where_its_words_stand_in_its_order_in_one_turn() {
    let home = home().await;

    assert_eq!(found(&home, "\"security review\"").await, ["order"]);
    assert_eq!(found(&home, "“SECURITY review”").await, ["order"]);
    assert_eq!(found(&home, "\"review, then we sign\"").await, ["order"]);
    assert_eq!(found(&home, "\"security reviews\"").await, ["form"]);
    assert_eq!(
        found(&home, "\"security review\" \"we sign\"").await,
        ["order"]
    );
    let none: [String; 0] = [];
    assert_eq!(found(&home, "\"security team review\"").await, none);
    assert_eq!(found(&home, "\"sign then\"").await, none);

    let words = found(&home, "security review").await;
    assert!(
        words.len() > 2,
        "without quotes each word counts: {words:?}"
    );
    let view = home.json(&["search", "\"security review\""]).await;
    let understood = view["filters"]["understood"][0].as_str();
    assert_eq!(understood, Some("the phrase “security review”"));
    let quote = view["hits"][0]["quotes"][0]["text"].as_str();
    assert!(quote.is_some_and(|quote| quote.contains("Security Review")));
}

#[tokio::test]
async fn quotes_that_are_not_closed_or_hold_nothing_ask_for_no_phrase() {
    let home = home().await;

    for odd in [
        "\"security review",
        "security review\"",
        "\"\"\" security review",
        "the \"security review\" of the tower",
    ] {
        let view = home.json(&["search", odd]).await;
        assert_eq!(view["filters"]["understood"], Value::Null, "{odd:?}");
        assert!(
            !view["hits"].as_array().expect("hits").is_empty(),
            "{odd:?}"
        );
    }
    for nothing in ["\"\"", "\"", "“”", "\"  \""] {
        let ran = home.run(&["search", nothing]).await;
        assert_eq!(ran.code, 2, "{nothing:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("needs a question"), "{}", ran.stderr);
    }
    let long = format!("\"{}\"", "security review ".repeat(400));
    let ran = home.run(&["search", &long]).await;
    assert!([0, 2].contains(&ran.code), "{}", ran.stderr);
}

#[tokio::test]
async fn who_asks_why_is_told_what_the_score_is_the_sum_of() {
    let home = home().await;
    let question = "security review";

    let view = home.json(&["search", question, "--explain"]).await;
    let plain = home.json(&["search", question]).await;
    let table = home.ok(&["search", question, "--explain"]).await.stdout;

    for hit in view["hits"].as_array().expect("hits") {
        let why = &hit["why"];
        let part = |name: &str| why[name].as_f64().unwrap_or_else(|| unreachable!("{hit}"));
        let sum = part("meaning") + part("words") + part("neighbours") + part("call");
        let score = hit["score"].as_f64().expect("a score");
        assert!((sum - score).abs() < 1e-3, "{hit}");
        assert!(why["bm25"].as_f64().is_some() || why["cosine"].as_f64().is_some());
    }
    let first = &view["hits"][0]["why"];
    assert!(first["bm25"].as_f64().is_some_and(|score| score > 0.0));
    let mut without = view.clone();
    for hit in without["hits"].as_array_mut().expect("hits") {
        hit.as_object_mut().expect("a hit").remove("why");
    }
    assert_eq!(without, plain, "asking why changes nothing else");
    let line = table
        .lines()
        .find(|line| line.contains("score"))
        .expect("a line");
    for part in ["meaning", "cosine", "words", "BM25", "neighbours", "call"] {
        assert!(line.contains(part), "{line}");
    }
}
