//! `eval search`: the product's own way, written down for a scorer.

use std::fs;

use serde_json::{Value, json};

use crate::files::write_calls;
use crate::gongkit::Home;

fn queries(home: &Home) -> String {
    let path = home.path("queries.jsonl");
    let lines = [
        json!({"query_id": "q1", "query": "discount", "call_id": "1002", "spans": [[0, 1]], "reference": "gold"}),
        json!({"query_id": "q2", "query": "discount", "call_id": "1001"}),
    ];
    let lines = lines.map(|line| line.to_string());
    fs::write(&path, lines.join("\n")).expect("written");
    path.display().to_string()
}

fn run_lines(home: &Home) -> Vec<Value> {
    let text = fs::read_to_string(home.path("run.jsonl")).expect("a run");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

async fn run(home: &Home, mode: &str) -> Vec<Value> {
    let queries = queries(home);
    let arguments = [
        "eval",
        "search",
        "--calls",
        "calls",
        "--out",
        "run.jsonl",
        "--queries",
        &queries,
        "--mode",
        mode,
    ];
    home.ok(&arguments).await;
    run_lines(home)
}

#[tokio::test]
async fn within_a_call_only_that_call_is_found_and_over_all_the_question_s_call_is_ignored() {
    let home = Home::new();
    write_calls(&home.path("calls"));

    let within = run(&home, "within").await;
    assert_eq!(within.len(), 2);
    for (line, call) in within.iter().zip(["1002", "1001"]) {
        let results = line["results"].as_array().expect("results");
        assert!(
            !results.is_empty() && results.iter().all(|result| result["call_id"] == call),
            "{line}"
        );
        assert!(
            results
                .iter()
                .all(|r| r["utterance_start"].as_u64() <= r["utterance_end"].as_u64())
        );
    }

    let corpus = run(&home, "corpus").await;
    assert_eq!(
        corpus[0]["results"], corpus[1]["results"],
        "the same question finds the same"
    );
    let calls: Vec<_> = corpus[0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|r| &r["call_id"])
        .collect();
    assert!(
        calls.len() <= 50 && calls.iter().any(|id| *id != calls[0]),
        "{calls:?}"
    );

    assert!(!home.data().exists(), "the user's archive is not touched");
}

#[tokio::test]
async fn eval_ranks_as_search_does() {
    let home = Home::new();
    write_calls(&home.path("calls"));
    let run = run(&home, "corpus").await;
    let ranked = run[0]["results"].as_array().expect("results");

    home.ok(&["import", "calls"]).await;
    let view = home.json(&["search", "discount", "--limit", "50"]).await;

    // People see neighbours as one place; each place stands where its best passage is ranked.
    let hits = view["hits"].as_array().expect("hits");
    assert!(hits.len() > 1);
    let mut last = 0;
    for hit in hits {
        let first: u64 = hit["first"]
            .as_str()
            .and_then(|at| at.split('.').next())
            .expect("a place")
            .parse()
            .expect("a number");
        let end: u64 = hit["last"]
            .as_str()
            .and_then(|at| at.split('.').next())
            .expect("a place")
            .parse()
            .expect("a number");
        let rank = ranked.iter().position(|result| {
            result["call_id"] == hit["call_id"]
                && (first..=end).contains(&result["utterance_start"].as_u64().expect("a number"))
        });
        let rank = rank.expect("what search shows, eval ranks");
        assert!(rank >= last, "the order is the same");
        assert!(
            (hit["score"].as_f64().expect("a score")
                - ranked[rank]["score"].as_f64().expect("a score"))
            .abs()
                < 1e-6
        );
        last = rank;
    }
    assert_eq!(ranked[0]["call_id"], hits[0]["call_id"]);
}
