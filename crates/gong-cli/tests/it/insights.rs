//! What was found in a call: run once, quoted, made again, judged; and evaluated the same way.

use std::fs;

use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;

const SAID: [&str; 6] = [
    "What would you like to see change this year?",
    "Honestly, our month-end close takes nine days and the team hates it.",
    "How many people work on the close today?",
    "Four, and we also look at the Falcon budget for next quarter.",
    "I will send you the pricing by Friday.",
    "Sounds good, thank you.",
];

async fn imported() -> Home {
    let home = Home::new();
    write(&home.path("calls"), "2001", &call("2001", &SAID));
    home.ok(&["import", "calls"]).await;
    home
}

fn of_kind<'v>(view: &'v Value, kind: &str) -> Vec<&'v Value> {
    let findings = view["findings"].as_array().expect("findings");
    findings.iter().filter(|one| one["kind"] == kind).collect()
}

fn lines(home: &Home, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(home.path(name)).expect("a run");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn detectors_run_when_a_call_comes_and_every_finding_quotes_its_sentence() {
    let home = imported().await;

    let first = home.json(&["insights", "2001"]).await;
    let second = home.json(&["insights", "2001"]).await;

    assert_eq!(first["detectors_run"], 0, "they ran when it was imported");
    assert_eq!(second["detectors_run"], 0);
    assert_eq!(first["findings"], second["findings"]);
    let questions = of_kind(&first, "question");
    let quote = &questions.first().expect("a question")["quotes"][0];
    assert_eq!(quote["text"], SAID[0]);
    assert_eq!(
        (&quote["speaker"], &quote["side"]),
        (&json!("Ada Example"), &json!("ours"))
    );
    let text = home.ok(&["insights", "2001"]).await.stdout;
    assert!(
        text.contains("talk ratio of ours") && text.contains(SAID[0]),
        "{text}"
    );
    let unknown = home.run(&["insights", "9999"]).await;
    assert_eq!(unknown.code, 4, "{}", unknown.stderr);
}

#[tokio::test]
async fn a_finding_is_made_again_byte_by_byte_and_a_correction_counts() {
    let home = imported().await;
    let view = home.json(&["insights", "2001"]).await;
    let finding = of_kind(&view, "question").first().expect("one")["id"].clone();
    let finding = finding.as_str().expect("an id");

    let replayed = home.json(&["insights", "replay", finding]).await;
    let again = home.json(&["insights", "replay", finding]).await;
    assert_eq!(replayed["is_same"], true);
    assert_eq!(replayed["digest"], again["digest"]);

    let labelled = home.json(&["insights", "label", finding, "wrong"]).await;
    assert_eq!(
        (&labelled["right"], &labelled["judged"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(labelled["precision"], Value::Null, "one label says nothing");
    let view = home.json(&["insights", "2001"]).await;
    let shown = of_kind(&view, "question")
        .into_iter()
        .find(|one| one["id"] == finding);
    assert_eq!(shown.expect("it is still there")["label"], "wrong");
    let report = home.json(&["eval", "report"]).await;
    let row = report
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["judged"] == 1));
    let row = row.expect("the detector that was judged");
    assert_eq!(
        (&row["detector"], &row["state"]),
        (&json!("questions"), &json!("untested"))
    );
    let none = home.run(&["insights", "label", "00", "right"]).await;
    assert_eq!(none.code, 4);
}

/// A row of `eval report`.
fn row<'r>(report: &'r Value, detector: &str) -> &'r Value {
    let mut rows = report.as_array().expect("rows").iter();
    rows.find(|row| row["detector"] == detector)
        .expect("every detector has a row")
}

#[tokio::test]
async fn what_was_missed_counts_against_recall_until_it_is_found() {
    let home = imported().await;
    let view = home.json(&["insights", "2001"]).await;
    let question = of_kind(&view, "question").first().copied().expect("one");
    let finding = question["id"].as_str().expect("an id");
    let place = question["quotes"][0]["sentence"].as_str().expect("a place");
    home.ok(&["insights", "label", finding, "right"]).await;
    let other = if place == "0.0" { "1.0" } else { "0.0" };

    let missed = home
        .json(&["insights", "missed", "2001", other, "objections"])
        .await;
    home.ok(&["insights", "missed", "2001", place, "questions"])
        .await;

    assert_eq!(missed["missed"], 1);
    let report = home.json(&["eval", "report"]).await;
    let objections = row(&report, "objections");
    assert_eq!(
        (&objections["found"], &objections["meant"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(objections["judged"], 0, "it was no finding");
    let questions = row(&report, "questions");
    assert_eq!(
        (&questions["found"], &questions["meant"]),
        (&json!(1), &json!(1)),
        "one sentence counts once, and what is found by now is not missed"
    );
    assert_eq!(questions["recall"]["n"], 1);
    for wrong in [
        ["insights", "missed", "2001", "99.0", "objections"],
        ["insights", "missed", "2001", "0.0", "no such detector"],
        ["insights", "missed", "9999", "0.0", "objections"],
    ] {
        assert_ne!(home.run(&wrong).await.code, 0, "{wrong:?}");
    }
}

/// What was said, with two sentences more at the beginning.
fn corrected() -> Vec<&'static str> {
    let mut said = vec!["Hello there.", "Good morning."];
    said.extend(SAID);
    said
}

#[tokio::test]
async fn what_was_said_of_a_finding_follows_its_sentence_when_the_words_are_corrected() {
    let home = imported().await;
    let view = home.json(&["insights", "2001"]).await;
    let finding = of_kind(&view, "question").first().expect("one")["id"].clone();
    let finding = finding.as_str().expect("an id");
    home.ok(&["insights", "label", finding, "wrong"]).await;

    write(&home.path("calls"), "2001", &call("2001", &corrected()));
    home.ok(&["import", "calls"]).await;

    let view = home.json(&["insights", "2001"]).await;
    let questions = of_kind(&view, "question");
    let said: Vec<_> = questions
        .iter()
        .map(|one| (one["quotes"][0]["text"].as_str(), one["label"].as_str()))
        .collect();
    assert_eq!(said[0], (Some(SAID[0]), Some("wrong")));
    assert!(
        said[1..].iter().all(|(_, label)| label.is_none()),
        "{said:?}"
    );
    assert_ne!(questions[0]["id"], finding, "it stands elsewhere");

    let rest: Vec<&str> = corrected()
        .into_iter()
        .filter(|text| *text != SAID[0])
        .collect();
    write(&home.path("calls"), "2001", &call("2001", &rest));
    home.ok(&["import", "calls"]).await;
    let view = home.json(&["insights", "2001"]).await;
    assert!(
        of_kind(&view, "question")
            .iter()
            .all(|one| one["label"].is_null())
    );
    let report = home.json(&["eval", "report"]).await;
    let rows = report.as_array().expect("rows");
    assert!(
        rows.iter().any(|row| row["judged"] == 1),
        "what was said still counts"
    );
}

#[tokio::test]
async fn the_examples_of_a_smart_tracker_follow_their_sentences() {
    let home = imported().await;
    let place = |n: u32| json!({"call_id": "2001", "utterance": n, "sentence": 0});
    let examples: Vec<Value> = (0..5).map(place).collect();
    let line = json!({"name": "smart", "examples": examples});
    fs::write(home.path("smart.jsonl"), line.to_string()).expect("written");
    let tried = home.json(&["trackers", "test", "smart.jsonl"]).await;
    let learning = json!({"method": "examples", "labels": 5, "reliability": null});
    assert_eq!(
        (&tried[0]["learning"], &tried[0]["precision"]),
        (&learning, &Value::Null)
    );
    home.ok(&["trackers", "save", "smart.jsonl"]).await;
    let hits = async || {
        let view = home.json(&["insights", "2001"]).await;
        let texts = of_kind(&view, "tracker").into_iter();
        let texts: Vec<Value> = texts.map(|hit| hit["quotes"][0]["text"].clone()).collect();
        texts
    };
    let before = hits().await;
    assert!(before.len() > 2, "examples are like themselves: {before:?}");

    write(&home.path("calls"), "2001", &call("2001", &corrected()));
    home.ok(&["import", "calls"]).await;

    assert_eq!(hits().await, before);
}

#[tokio::test]
async fn a_tracker_is_tried_before_it_is_saved_and_then_found() {
    let home = imported().await;
    let file = home.path("trackers.jsonl");
    let line = json!({"name": "falcon", "expression": "falcon NEAR/2 budget", "side": "theirs"});
    fs::write(&file, line.to_string()).expect("written");
    let file = file.display().to_string();

    let tried = home.json(&["trackers", "test", &file]).await;
    assert_eq!(
        (&tried[0]["hits"], &tried[0]["calls"]),
        (&json!(1), &json!(1))
    );
    let before = home.json(&["insights", "2001"]).await;
    assert!(
        of_kind(&before, "tracker").is_empty(),
        "a trial saves nothing"
    );
    home.ok(&["trackers", "save", &file]).await;

    let listed = home.json(&["trackers", "list"]).await;
    assert_eq!(
        listed["trackers"][0]["precision"],
        Value::Null,
        "it is untested"
    );
    let view = home.json(&["insights", "2001"]).await;
    assert_eq!(view["detectors_run"], 1, "only the new one ran");
    let hits = of_kind(&view, "tracker");
    let [hit] = &hits[..] else {
        panic!("one hit, but {hits:?}");
    };
    assert_eq!(
        (&hit["value"]["name"], &hit["quotes"][0]["text"]),
        (&json!("falcon"), &json!(SAID[3]))
    );

    let few =
        json!({"name": "few", "examples": [{"call_id": "2001", "utterance": 1, "sentence": 0}]});
    fs::write(home.path("few.jsonl"), few.to_string()).expect("written");
    let refused = home.run(&["trackers", "test", "few.jsonl"]).await;
    assert_eq!(
        refused.code, 2,
        "five examples are needed: {}",
        refused.stderr
    );
}

#[tokio::test]
async fn eval_finds_what_insights_finds_and_leaves_the_users_archive_alone() {
    let home = imported().await;
    let shown = home.json(&["insights", "2001"]).await;
    let fresh = Home::new();
    write(&fresh.path("calls"), "2001", &call("2001", &SAID));
    for task in [
        "questions",
        "sales",
        "stats",
        "highlights",
        "entities",
        "outcome",
        "acts",
    ] {
        let out = format!("{task}.jsonl");
        fresh
            .ok(&["eval", task, "--calls", "calls", "--out", &out])
            .await;
    }

    let place = |quote: &Value| quote["sentence"].as_str().expect("a place").to_owned();
    let asked: Vec<String> = of_kind(&shown, "question")
        .iter()
        .map(|one| place(&one["quotes"][0]))
        .collect();
    let found: Vec<String> = lines(&fresh, "questions.jsonl")
        .iter()
        .map(|line| format!("{}.{}", line["utterance"], line["sentence"]))
        .collect();
    assert!(!found.is_empty());
    assert_eq!(found, asked);
    let sales = lines(&fresh, "sales.jsonl");
    for kind in ["question", "next_step", "pain", "pricing"] {
        let found = sales.iter().filter(|line| line["label"] == kind).count();
        assert_eq!(found, of_kind(&shown, kind).len(), "{kind}");
    }
    let stats = &lines(&fresh, "stats.jsonl")[0]["speakers"];
    assert_eq!(
        stats[0]["talk_ratio"],
        shown["statistics"]["speakers"][0]["talk_ratio"]
    );
    assert_eq!(lines(&fresh, "outcome.jsonl").len(), 1);
    assert!(!fresh.data().exists(), "the user's archive is not made");

    let topics = fresh
        .run(&["eval", "topics", "--calls", "calls", "--out", "t"])
        .await;
    assert_eq!(topics.code, 2);
    assert!(
        topics.stderr.contains("topics is not shipped"),
        "{}",
        topics.stderr
    );
}

#[tokio::test]
async fn statistics_are_shown_for_a_call_and_compared_with_gongs() {
    let home = Home::new();
    let mut with_stats = call("2001", &SAID);
    with_stats["call"]["interaction"] = json!({
        "interactionStats": [{"name": "Talk Ratio", "value": 0.4}],
        "questions": {"companyCount": 2, "nonCompanyCount": 0}
    });
    write(&home.path("calls"), "2001", &with_stats);
    home.ok(&["import", "calls"]).await;

    let view = home.json(&["insights", "stats", "2001", "--compare"]).await;

    let statistics = &view["calls"][0]["statistics"];
    assert_eq!(
        (&statistics["mode"], &statistics["talk_ratio_ours"]),
        (&json!("tolerant"), &json!(0.5))
    );
    let compared = view["compared"].as_array().expect("figures");
    let ratio = compared.iter().find(|row| row["figure"] == "Talk Ratio");
    let difference = ratio.expect("both have it")["mean_absolute_difference"].as_f64();
    assert!((difference.expect("a number") - 0.1).abs() < 1e-9);
    let strict = home.json(&["insights", "stats", "--strict"]).await;
    assert_eq!(strict["calls"][0]["statistics"]["mode"], "strict");
}
