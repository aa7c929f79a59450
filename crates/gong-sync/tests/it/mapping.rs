//! Gong's real answers in the words of a conversation.
use std::{collections::HashMap, fs};

use conversation::Side::{self, Ours, Theirs, Unknown};
use conversation::{Direction, Privacy, SentenceRef};
use gong_client::{CallTranscript, ExtensiveCall, Raw};
use gong_sync::Fetched;
use serde_json::{Value, json};

use crate::shared::shared;

fn read(call: &Value, transcript: Option<&Value>) -> Fetched {
    let file = json!({ "call": call, "callTranscript": transcript });
    Fetched::from_json(file.to_string().as_bytes()).unwrap()
}

fn call_with(parties: &Value, context: &Value) -> Value {
    json!({
        "metaData": { "id": "1", "started": "2026-05-19T11:59:30.68-07:00" },
        "parties": parties,
        "context": context,
    })
}

fn accounts(parties: &Value, context: &Value) -> Vec<String> {
    let fetched = read(&call_with(parties, context), None);
    fetched
        .call()
        .accounts
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_facts_of_a_call_are_read_with_their_units() {
    let call = json!({ "metaData": {
        "id": "98765432109876543210", "url": "https://app.gong.io/call?id=1", "title": " ",
        "scheduled": "2026-05-19T12:00:00-07:00", "started": "2026-05-19T11:59:30.68-07:00",
        "duration": 1874, "primaryUserId": 42, "direction": "Outbound", "scope": "External",
        "language": "eng", "workspaceId": "7", "isPrivate": true,
    } });

    let fetched = read(&call, None);

    let call = fetched.call();
    assert_eq!(call.id.as_str(), "98765432109876543210");
    assert_eq!(call.started.to_string(), "2026-05-19T18:59:30.68Z");
    assert_eq!(call.scheduled.unwrap().to_string(), "2026-05-19T19:00:00Z");
    assert_eq!(call.duration.unwrap().as_secs(), 1_874);
    assert_eq!(call.primary_user.as_ref().unwrap().as_str(), "42");
    assert_eq!(call.direction, Some(Direction::Outbound));
    assert_eq!(
        (call.scope.as_deref(), call.language.as_deref()),
        (Some("External"), Some("eng"))
    );
    assert_eq!(
        (call.privacy, call.title.as_deref()),
        (Privacy::Private, None)
    );
}

#[test]
fn sides_follow_the_affiliation_and_where_there_is_none_the_user() {
    let parties = json!([
        { "id": "a", "affiliation": "Internal" },
        { "id": "b", "affiliation": "External", "userId": "5" },
        { "id": "c", "affiliation": "Unknown", "userId": "6" },
        { "id": "d", "affiliation": null, "userId": "7" },
        { "id": "e" },
        { "affiliation": "Alien" },
        { "id": "a", "name": "Another" },
    ]);

    let fetched = read(&call_with(&parties, &Value::Null), None);

    let sides: Vec<(&str, Side)> = fetched
        .call()
        .parties
        .iter()
        .map(|party| (party.id.as_str(), party.side))
        .collect();
    assert_eq!(
        sides,
        [
            ("a", Ours),
            ("b", Theirs),
            ("c", Unknown),
            ("d", Ours),
            ("e", Unknown),
            ("party-5", Unknown),
            ("party-6", Unknown)
        ]
    );
}

#[test]
fn accounts_are_those_of_the_crm_else_the_domains_of_the_other_side() {
    let theirs =
        |email: &str| json!({ "id": email, "affiliation": "External", "emailAddress": email });
    let parties = json!([
        theirs("ann@Customer.example"), theirs("bob@gmail.com"), theirs("cid@seller.example"),
        { "id": "o", "affiliation": "Internal", "emailAddress": "us@seller.example" },
        { "id": "u", "affiliation": "Unknown", "emailAddress": "x@stranger.example" },
    ]);
    let crm = json!([{ "system": "Salesforce", "objects": [
        { "objectType": "Account", "objectId": "0011" }, { "objectType": "Opportunity", "objectId": "0066" },
        { "objectType": "Account", "objectId": null }, { "objectType": "Account", "objectId": 12 }, null,
    ] }]);

    assert_eq!(
        accounts(&parties, &Value::Null),
        ["domain:customer.example"]
    );
    assert_eq!(accounts(&parties, &crm), ["0011", "12"]);
    let of_party = json!([{ "id": "a", "affiliation": "External", "emailAddress": "a@b.example", "context": crm }]);
    assert_eq!(accounts(&of_party, &json!([])), ["0011", "12"]);
}

#[test]
fn sentences_keep_gongs_places_through_nulls_and_speakers_join_by_their_voice() {
    let call = call_with(
        &json!([{ "id": "p1", "speakerId": "s1", "affiliation": "External" }, { "id": "p2", "speakerId": null }]),
        &Value::Null,
    );
    let transcript = json!({ "callId": 1, "transcript": [
        { "speakerId": "s1", "topic": "Intro", "sentences": [null, { "start": 130, "end": 900, "text": "Hello." }] },
        null,
        { "speakerId": "s9", "sentences": [{ "start": 1000, "end": 900, "text": null }] },
        { "speakerId": null, "sentences": null },
        { "speakerId": 7, "sentences": [{ "start": "2000", "text": "Bye." }] },
    ] });

    let fetched = read(&call, Some(&transcript));

    let words = fetched.transcript().unwrap();
    assert_eq!(words.utterances().len(), 5);
    let hello = words.sentence(SentenceRef::new(0, 1)).unwrap();
    assert_eq!(
        (hello.text, hello.party.unwrap().as_str()),
        ("Hello.", "p1")
    );
    assert_eq!((hello.span.start_ms(), hello.span.end_ms()), (130, 900));
    assert_eq!(words.sentence(SentenceRef::new(0, 0)).unwrap().text, "");
    assert_eq!(words.utterances()[0].topic.as_deref(), Some("Intro"));
    let unknown = words.sentence(SentenceRef::new(2, 0)).unwrap();
    assert_eq!((unknown.party, unknown.span.start_ms()), (None, 1_000));
    assert_eq!(
        words
            .sentence(SentenceRef::new(4, 0))
            .unwrap()
            .span
            .end_ms(),
        2_000
    );
}

#[test]
fn gongs_json_is_kept_block_by_block_byte_for_byte_and_media_never() {
    let file = br#"{"call": {"metaData": {"id": "1","started":"2026-05-19T11:59:30Z"}, "parties": [ ],
        "media": {"audioUrl": "https://secret"}, "content": {"brief":  "b"}, "context": null, "later": [1.50]},
        "callTranscript": {"callId": "1", "transcript": [{"sentences": [ {"start": 0.0, "text": "x"}]}]}}"#;

    let fetched = Fetched::from_json(file).unwrap();

    let blocks: Vec<(&str, &str)> = fetched
        .raw()
        .blocks
        .iter()
        .map(|(name, json)| (name.as_str(), json.as_str()))
        .collect();
    assert_eq!(
        blocks,
        [
            ("content", r#"{"brief":  "b"}"#),
            ("later", "[1.50]"),
            (
                "metaData",
                r#"{"id": "1","started":"2026-05-19T11:59:30Z"}"#
            ),
            ("parties", "[ ]"),
            (
                "transcript",
                r#"[{"sentences": [ {"start": 0.0, "text": "x"}]}]"#
            ),
        ]
    );
}

#[test]
fn what_is_no_call_or_brings_words_of_another_is_refused_without_quoting() {
    for file in [
        "canary",
        "{\"call\": \"canary\"}",
        "{\"call\": {\"metaData\": {\"title\": \"canary\"}}}",
        "{\"call\": {\"metaData\": {\"id\": \"1\", \"title\": \"canary\"}}}",
        r#"{"call": {"metaData": {"id": "1", "started": "2026-01-01T00:00:00Z"}},
            "callTranscript": {"callId": "2", "transcript": [{"sentences": [{"text": "canary"}]}]}}"#,
    ] {
        let error = Fetched::from_json(file.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}

fn answer(path: &std::path::Path, list: &str) -> Vec<Value> {
    let text = fs::read(path).unwrap();
    let mut answer: Value = serde_json::from_slice(&text).unwrap();
    let elements: Option<Vec<Value>> = serde_json::from_value(answer[list].take()).ok();
    elements.unwrap()
}

#[test]
fn every_captured_and_sample_answer_maps() {
    for (folder, calls, transcripts) in [
        (
            "gong/captured",
            "extensive_response.json",
            "transcript_response.json",
        ),
        ("gong/samples", "calls-extensive.json", "transcript.json"),
    ] {
        let Some(folder) = shared(folder) else {
            return;
        };
        let transcripts: HashMap<String, Value> =
            answer(&folder.join(transcripts), "callTranscripts")
                .into_iter()
                .map(|words| (words["callId"].as_str().unwrap().to_owned(), words))
                .collect();
        let calls = answer(&folder.join(calls), "calls");
        assert!(!calls.is_empty() && !transcripts.is_empty());
        let mut with_words = 0;
        for json in &calls {
            let call = Raw::<ExtensiveCall>::read(&json.to_string()).unwrap();
            let words = transcripts.get(json["metaData"]["id"].as_str().unwrap());
            let words = words.map(|words| Raw::<CallTranscript>::read(&words.to_string()).unwrap());
            let fetched = Fetched::from_gong(&call, words.as_ref()).unwrap();

            let parties = json["parties"].as_array().map_or(0, Vec::len);
            assert_eq!(fetched.call().parties.len(), parties);
            assert!(!fetched.raw().blocks.contains_key("media"));
            for (party, json) in fetched
                .call()
                .parties
                .iter()
                .zip(json["parties"].as_array().unwrap())
            {
                assert_eq!(party.id.as_str(), json["id"].as_str().unwrap());
                let expected = match json["affiliation"].as_str() {
                    Some("Internal") => Ours,
                    Some("External") => Theirs,
                    _ => Unknown,
                };
                assert_eq!(party.side, expected);
            }
            if let (Some(said), Some(json)) = (fetched.transcript(), words) {
                with_words += 1;
                let json: Value = serde_json::from_str(json.json()).unwrap();
                let monologues = json["transcript"].as_array().unwrap();
                assert_eq!(said.utterances().len(), monologues.len());
            }
        }
        assert!(
            with_words > 0 || calls.len() != transcripts.len(),
            "{}",
            folder.display()
        );
    }
}

#[test]
fn every_conversation_of_the_data_maps_word_for_word() {
    let Some(folder) = shared("data/calls") else {
        return;
    };
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let fetched = Fetched::from_json(&bytes).unwrap();
        files += 1;

        let said = fetched.transcript().unwrap();
        let mut known_voices = 0;
        for (u, monologue) in json["callTranscript"]["transcript"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
        {
            let voice = monologue["speakerId"].as_str();
            let party = said.utterances()[u].party.as_ref();
            let by_json = json["call"]["parties"]
                .as_array()
                .unwrap()
                .iter()
                .find(|party| voice.is_some() && party["speakerId"].as_str() == voice);
            assert_eq!(
                party.map(conversation::PartyId::as_str),
                by_json.and_then(|party| party["id"].as_str())
            );
            known_voices += usize::from(party.is_some());
            for (s, sentence) in monologue["sentences"]
                .as_array()
                .unwrap()
                .iter()
                .enumerate()
            {
                let place = SentenceRef::new(u32::try_from(u).unwrap(), u32::try_from(s).unwrap());
                let ours = said.sentence(place).unwrap();
                assert_eq!(ours.text, sentence["text"].as_str().unwrap());
                assert_eq!(ours.span.start_ms(), sentence["start"].as_u64().unwrap());
            }
        }
        assert!(known_voices > 0);
    }
    assert!(files > 300, "{files}");
}
