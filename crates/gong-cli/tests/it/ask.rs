//! A question gets the sentence that answers it, the nearest ones, or a plain "nothing".

use std::fs;

use serde_json::Value;

use crate::files::{call, write};
use crate::gongkit::Home;

const SAID: [&str; 5] = [
    "What does the narwhal cost each year?",
    "The narwhal costs nine thousand a year, each year.",
    "Good. And who signs for it?",
    "Our counsel signs everything above five thousand.",
    "Then let us talk about the weather.",
];

async fn home() -> Home {
    let home = Home::new();
    write(&home.path("calls"), "1", &call("1", &SAID));
    write(
        &home.path("calls"),
        "2",
        &call("2", &["The giraffe is tall."]),
    );
    home.ok(&["import", "calls"]).await;
    home
}

fn first(view: &Value) -> (&str, &str) {
    let answer = &view["answers"][0];
    (
        answer["quote"]["text"].as_str().expect("words"),
        answer["quote"]["citation"]["sentence"]
            .as_str()
            .expect("a place"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_question_is_answered_by_the_reply_and_not_by_the_question() {
    let home = home().await;
    let view = home
        .json(&["ask", "what does the narwhal cost each year"])
        .await;

    assert_eq!(view["standing"], "answered", "{view:#}");
    assert_eq!(first(&view), (SAID[1], "1.0"));
    assert_eq!(view["answers"][0]["before"]["text"], SAID[0]);
    assert!(
        view["answers"][0]["quote"]["citation"]["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("https://app.gong.io/"))
    );

    let shown = home
        .ok(&["ask", "what does the narwhal cost each year"])
        .await;
    assert!(shown.stdout.contains(SAID[1]) && !shown.stdout.contains("may not answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_something_is_so_gets_the_nearest_and_says_so() {
    let home = home().await;
    let view = home.json(&["ask", "does the narwhal cost much"]).await;
    assert_eq!(view["standing"], "nearest", "{view:#}");
    assert!(!view["answers"].as_array().expect("a list").is_empty());

    let shown = home.ok(&["ask", "does the narwhal cost much"]).await;
    assert!(shown.stdout.contains("may not answer"), "{}", shown.stdout);

    let anyway = ["ask", "--always", "does the narwhal cost much"];
    assert_eq!(home.json(&anyway).await["standing"], "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_spoken_of_is_not_answered() {
    let home = home().await;
    let view = home.json(&["ask", "xylophone zeppelins"]).await;
    assert_eq!(view["standing"], "nothing", "{view:#}");
    assert_eq!(view["answers"], Value::Array(Vec::new()));
    assert_eq!(view["coverage"]["searched"], 2);

    // A call that does not speak of it is no answer either, though another one does.
    let elsewhere = ["ask", "who signs for narwhals", "--call", "2"];
    assert_ne!(home.json(&elsewhere).await["standing"], "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_asks_as_the_command_does() {
    let home = home().await;
    let question = "what does the narwhal cost each year";
    let lines = format!(
        "{{\"query_id\": \"a\", \"call_id\": \"1\", \"query\": \"{question}\"}}\n\
         {{\"query_id\": \"b\", \"call_id\": \"1\", \"query\": \"does it rain\"}}\n"
    );
    fs::write(home.path("q.jsonl"), lines).expect("written");
    let run = |out: &str, always: bool| {
        let mut arguments: Vec<String> =
            ["eval", "ask", "--calls", "calls", "--queries", "q.jsonl"]
                .map(str::to_owned)
                .into();
        arguments.extend(["--out".to_owned(), out.to_owned()]);
        arguments.extend(always.then(|| "--always".to_owned()));
        arguments
    };
    home.ok(&run("run.jsonl", false)).await;
    home.ok(&run("always.jsonl", true)).await;
    let read = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(home.path(name)).expect("written");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };

    let asked = home.json(&["ask", question, "--call", "1"]).await;
    let shown: Vec<String> = asked["answers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            one["quote"]["citation"]["sentence"]
                .as_str()
                .expect("a place")
                .to_owned()
        })
        .collect();
    let lines = read("run.jsonl");
    let cited: Vec<String> = lines[0]["citations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{}.{}", one["utterance"], one["sentence"]))
        .collect();
    assert_eq!((cited, &lines[0]["found"]), (shown, &Value::Bool(true)));
    assert_eq!(lines[1]["found"], false);
    assert!(
        read("always.jsonl")
            .iter()
            .all(|line| line["found"] == true)
    );
}
