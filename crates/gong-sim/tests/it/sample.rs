//! The invented sales calls, against the same calls made by other hands.

use std::collections::BTreeMap;

use gong_sim::World;
use serde_json::Value;

use crate::shared;

/// Speaker (by order of first word) and text of each sentence.
fn sentences(monologues: &Value) -> Vec<(usize, String)> {
    let mut voices: Vec<&str> = Vec::new();
    let mut sentences = Vec::new();
    for monologue in monologues.as_array().unwrap() {
        let voice = monologue["speakerId"].as_str().unwrap();
        let number = voices
            .iter()
            .position(|known| *known == voice)
            .unwrap_or_else(|| {
                voices.push(voice);
                voices.len() - 1
            });
        for sentence in monologue["sentences"].as_array().unwrap() {
            sentences.push((number, sentence["text"].as_str().unwrap().to_owned()));
        }
    }
    sentences
}

/// What must agree: words and speakers, and what the CRM knew on the day.
fn essence(call: &Value, monologues: &Value) -> (Vec<(usize, String)>, Vec<String>, usize) {
    let objects = call["context"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|system| system["objects"].as_array().unwrap());
    let then = objects
        .filter(|object| object["objectType"] == "Opportunity" && object["timing"] == "TimeOfCall");
    let fields = then.flat_map(|deal| deal["fields"].as_array().unwrap());
    let fields = fields
        .map(|field| format!("{}={}", field["name"], field["value"]))
        .collect();
    (
        sentences(monologues),
        fields,
        call["parties"].as_array().unwrap().len(),
    )
}

#[test]
fn the_sample_world_says_what_the_shared_sales_calls_say() {
    let Some(shared) = shared::folder("the_sample_world_says_what_the_shared_sales_calls_say")
    else {
        return;
    };
    let mut expected = BTreeMap::new();
    for entry in std::fs::read_dir(shared.join("data_sales/calls")).unwrap() {
        let file: Value =
            serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let name = file["call"]["metaData"]["clientUniqueId"]
            .as_str()
            .unwrap()
            .replace("sales/", "sample/");
        expected.insert(
            name,
            essence(&file["call"], &file["callTranscript"]["transcript"]),
        );
    }

    let mut parsed = BTreeMap::new();
    for call in World::sample().calls() {
        let json = call.call_json();
        let name = json["metaData"]["clientUniqueId"]
            .as_str()
            .unwrap()
            .to_owned();
        parsed.insert(name, essence(&json, &call.transcript_json().unwrap()));
    }

    assert_eq!(parsed.len(), 34);
    assert_eq!(
        parsed.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, call) in parsed {
        assert_eq!(call, expected[&name], "{name}");
    }
}

#[test]
fn no_label_is_left_in_the_sample_world() {
    for call in World::sample().calls() {
        let text = call.transcript_json().unwrap().to_string();
        for label in [
            "{}", "{q:", "{next", "{obj", "{pain", "{comp", "{a:", "{trap", "{buy", "| ",
        ] {
            assert!(
                !text.contains(&format!(" {label}")),
                "{label} in {}",
                call.id()
            );
        }
    }
}

#[test]
fn people_of_the_sample_world_are_told_apart_and_live_under_example() {
    for call in World::sample().calls() {
        let json = call.call_json();
        let parties = json["parties"].as_array().unwrap();
        let mut addresses: Vec<&str> = parties
            .iter()
            .map(|party| party["emailAddress"].as_str().unwrap())
            .collect();
        assert!(
            addresses
                .iter()
                .all(|address| address.is_ascii() && address.ends_with(".example"))
        );
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), parties.len());
        for party in parties {
            assert_eq!(
                party["affiliation"] == "Internal",
                party.get("userId").is_some()
            );
        }
    }
}
