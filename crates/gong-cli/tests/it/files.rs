//! Calls from files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::gongkit::Home;

/// A call in Gong's shape: each element of `said` is an utterance of one sentence.
pub(crate) fn call(id: &str, said: &[&str]) -> Value {
    let monologues: Vec<Value> = said
        .iter()
        .zip(0_u64..)
        .map(|(text, at)| {
            let speaker = if at % 2 == 0 { "s1" } else { "s2" };
            json!({"speakerId": speaker, "topic": null, "sentences": [
                {"start": at * 10_000, "end": at * 10_000 + 9_000, "text": text}]})
        })
        .collect();
    json!({
        "call": {
            "metaData": {
                "id": id, "url": format!("https://app.gong.io/call?id={id}"), "title": format!("Call {id}"),
                "started": "2026-03-02T10:00:00Z", "duration": 600, "primaryUserId": "7",
                "direction": "Conference", "scope": "External", "language": "eng", "isPrivate": false
            },
            "parties": [
                {"id": "p1", "speakerId": "s1", "userId": "7", "name": "Ada Example", "emailAddress": "ada@us.example", "affiliation": "Internal"},
                {"id": "p2", "speakerId": "s2", "name": "Bo Sample", "emailAddress": "bo@them.example", "affiliation": "External"}
            ]
        },
        "callTranscript": {"callId": id, "transcript": monologues}
    })
}

/// Two calls of several passages each.
pub(crate) fn write_calls(folder: &Path) {
    fs::create_dir_all(folder).expect("made");
    let filler = "word ".repeat(130);
    for id in ["1001", "1002"] {
        let said: Vec<String> = (0..6)
            .map(|at| match at {
                2 | 5 => format!("The discount of call {id} was {at} percent. {filler}"),
                _ => format!("Nothing of note was said at {at}. {filler}"),
            })
            .collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        write(folder, id, &call(id, &said));
    }
}

pub(crate) fn write(folder: &Path, name: &str, value: &Value) {
    fs::create_dir_all(folder).expect("made");
    fs::write(folder.join(format!("{name}.json")), value.to_string()).expect("written");
}

#[tokio::test]
async fn imported_calls_are_found_and_a_file_that_is_no_call_is_named() {
    let home = Home::new();
    write(
        &home.path("calls"),
        "1",
        &call("1", &["We need a new elevator in the tower.", "Agreed."]),
    );
    fs::write(home.path("calls/broken.json"), "{").expect("written");

    let ran = home.run(&["import", "calls", "--json"]).await;

    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 calls failed"), "{}", ran.stderr);
    let view = ran.json();
    assert_eq!(view["calls"], 1);
    assert!(
        view["failures"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("broken.json"))
    );
    assert!(
        ran.stderr.contains("Back it up"),
        "the key was made: {}",
        ran.stderr
    );

    let found = home.json(&["search", "elevator"]).await;
    assert_eq!(
        found["hits"][0]["quotes"][0]["text"],
        "We need a new elevator in the tower."
    );
    let url = found["hits"][0]["citation"]["url"]
        .as_str()
        .expect("a link")
        .to_owned();
    assert!(
        url.starts_with("https://app.gong.io/call?id=1&highlights=%5B%7B%22to%22%3A+9%2C"),
        "{url}"
    );
    let again = home.run(&["import", "calls"]).await;
    assert!(
        !again.stderr.contains("Back it up"),
        "said once: {}",
        again.stderr
    );
}

#[tokio::test]
async fn an_empty_or_missing_folder_ends_with_4() {
    let home = Home::new();
    fs::create_dir_all(home.path("empty")).expect("made");
    assert_eq!(home.run(&["import", "empty"]).await.code, 4);
    assert_eq!(home.run(&["import", "missing"]).await.code, 4);
    assert!(!home.data().exists(), "no empty archive is left behind");
}

#[tokio::test]
async fn what_is_not_there_yet_says_how_to_get_it() {
    let home = Home::new();
    for arguments in [&["search", "x"][..], &["show", "1"], &["reindex"]] {
        let ran = home.run(arguments).await;
        assert_eq!(ran.code, 3, "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("gongkit demo"),
            "{arguments:?}: {}",
            ran.stderr
        );
        assert!(!home.data().exists(), "a command that reads makes nothing");
    }
    write(&home.path("calls"), "1", &call("1", &["Hello."]));
    home.ok(&["import", "calls"]).await;
    assert_eq!(home.run(&["show", "2"]).await.code, 4);
}

#[tokio::test]
async fn hostile_words_move_no_terminal_and_plant_no_link() {
    let home = Home::new();
    let hostile = "The kraken \u{1b}[2J\u{1b}]8;;https://evil.example\u{7}says\u{202e} ![x](https://evil.example) <b>hi</b>\u{200b}.";
    let mut value = call("1", &[hostile, "Yes."]);
    value["call"]["metaData"]["title"] = "\u{1b}[31mTitle\u{7}\r\nerror: forged".into();
    value["call"]["parties"][0]["name"] = "Ada \u{9b}31m\u{2066}Example".into();
    write(&home.path("calls"), "1", &value);
    home.ok(&["import", "calls"]).await;

    for arguments in [
        &["search", "kraken"][..],
        &["search", "kraken", "--json"],
        &["show", "1"],
        &["show", "1", "--json"],
    ] {
        let ran = home.ok(arguments).await;
        let bad = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}".contains(c);
        assert!(!ran.stdout.contains(bad), "{arguments:?}: {:?}", ran.stdout);
        for trap in ["https://evil", "](http", "<b>", "\nerror:"] {
            assert!(
                !ran.stdout.contains(trap),
                "{arguments:?} {trap}: {}",
                ran.stdout
            );
        }
        assert!(ran.stdout.contains("kraken"), "{}", ran.stdout);
    }
}
