//! Real and sample answers of Gong's, and the same with nulls, gaps and wrong types in them.
use gong_client::{
    Answer, CallTranscript, Element, ExtensiveCall, MetaData, One, Page, Raw, Reach, User,
    Workspace,
};
use serde_json::{Value, json};

use crate::shared::json_files;

fn page<T: Element>(name: &str, body: &str) -> Page<T> {
    let page = Page::<T>::read(body).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(page.unreadable.is_empty(), "{name}: {:?}", page.unreadable);
    for element in &page.elements {
        assert_eq!(element.dropped, [""; 0], "{name}");
    }
    page
}

fn same_json<T: Element>(elements: &[Raw<T>], body: &str) {
    let whole: Value = serde_json::from_str(body).unwrap();
    let kept: Vec<Value> = elements
        .iter()
        .map(|element| serde_json::from_str(element.json()).unwrap())
        .collect();
    assert_eq!(whole[T::LIST], Value::Array(kept));
}

#[test]
fn every_captured_answer_decodes_whole() {
    for (name, body) in json_files("gong/captured") {
        if name.starts_with("transcript") {
            let page = page::<CallTranscript>(&name, &body);
            same_json(&page.elements, &body);
            let monologues = &page.elements[0].value.transcript;
            assert_eq!(monologues.len(), 305);
            let sentences: Vec<_> = monologues.iter().flat_map(|m| &m.sentences).collect();
            assert_eq!(sentences.len(), 834);
            assert!(
                sentences
                    .iter()
                    .all(|s| s.text.is_some() && s.start <= s.end)
            );
            assert_eq!(monologues.iter().filter(|m| m.topic.is_none()).count(), 236);
        } else {
            let page = page::<ExtensiveCall>(&name, &body);
            same_json(&page.elements, &body);
            assert_eq!(page.records.total, Some(13));
            assert_eq!(page.records.cursor, None);
            assert_eq!(page.elements.len(), 13);
            for call in &page.elements {
                let meta = call.value.meta_data.as_ref().unwrap();
                assert!(meta.id.as_ref().unwrap().as_str().len() >= 17);
                assert!(meta.started.is_some() && meta.scheduled.is_some());
                assert_eq!(meta.scope, Some(Reach::External));
                assert_eq!(meta.is_private, Some(false));
                assert!(call.value.content.as_ref().unwrap().brief.is_some());
            }
            let parties = page.elements.iter().flat_map(|call| &call.value.parties);
            assert_eq!(parties.clone().count(), 94);
            assert_eq!(
                parties.filter(|party| party.speaker_id.is_none()).count(),
                42
            );
        }
    }
}

#[test]
fn every_sample_decodes_whole() {
    for (name, body) in json_files("gong/samples") {
        match name.as_str() {
            "call-get.json" => {
                let call = One::<MetaData>::read(&body).unwrap();
                assert_eq!(
                    call.element.value.id.unwrap().as_str(),
                    "7782342274025937895"
                );
            }
            "calls-list.page1.json" | "calls-list.page2.json" => {
                let page = page::<MetaData>(&name, &body);
                same_json(&page.elements, &body);
                assert_eq!(page.records.cursor.is_some(), name.contains('1'));
            }
            "calls-extensive.json" => {
                same_json(&page::<ExtensiveCall>(&name, &body).elements, &body);
            }
            "transcript.json" => same_json(&page::<CallTranscript>(&name, &body).elements, &body),
            "users.json" => same_json(&page::<User>(&name, &body).elements, &body),
            "workspaces.json" => same_json(&page::<Workspace>(&name, &body).elements, &body),
            "webhook-call.json" | "webhook-call-test.json" => {
                let body: Value = serde_json::from_str(&body).unwrap();
                let call = Raw::<ExtensiveCall>::read(&body["callData"].to_string()).unwrap();
                assert_eq!(call.dropped, [""; 0], "{name}");
            }
            // Errors have tests of their own; the others are no answers of the API.
            _ => assert!(
                ["error-", "http-", "oauth-", "webhook-jwt"]
                    .iter()
                    .any(|p| name.starts_with(p)),
                "{name} is not decoded"
            ),
        }
    }
}

#[test]
fn gong_shaped_files_of_calls_decode_whole() {
    for (name, body) in json_files("data/calls").into_iter().step_by(5) {
        let call = One::<ExtensiveCall>::read(&body).unwrap_or_else(|e| panic!("{name}: {e}"));
        let transcript =
            One::<CallTranscript>::read(&body).unwrap_or_else(|e| panic!("{name}: {e}"));

        assert_eq!(
            call.element.value.identity(),
            transcript.element.value.identity()
        );
        assert!(
            call.element.dropped.is_empty() && transcript.element.dropped.is_empty(),
            "{name}"
        );
    }
}

#[test]
fn an_answer_survives_any_leaf_that_is_null_missing_or_of_another_type() {
    let mut mutations = 0;
    for (name, body) in json_files("gong/samples") {
        match name.as_str() {
            "calls-list.page1.json" => mutations += mutate::<MetaData>(&body, 1),
            "calls-extensive.json" => mutations += mutate::<ExtensiveCall>(&body, 1),
            "transcript.json" => mutations += mutate::<CallTranscript>(&body, 1),
            "users.json" => mutations += mutate::<User>(&body, 1),
            _ => {}
        }
    }
    for (name, body) in json_files("gong/captured") {
        if name.starts_with("extensive") {
            mutations += mutate::<ExtensiveCall>(&body, 397);
        }
    }
    assert!(mutations == 0 || mutations > 1000, "{mutations}");
}

/// Replaces each node of the elements (or every so many) by other things, one at a time.
fn mutate<T: Element>(body: &str, every: usize) -> usize {
    let whole: Value = serde_json::from_str(body).unwrap();
    let mut mutations = 0;
    for element in whole[T::LIST].as_array().unwrap() {
        let id = Raw::<T>::read(&element.to_string())
            .unwrap()
            .value
            .identity()
            .unwrap()
            .to_owned();
        let mut paths = Vec::new();
        collect(element, &mut String::new(), &mut paths);
        let is_identity =
            |path: &str| ["", "/id", "/callId", "/metaData", "/metaData/id"].contains(&path);
        for path in paths
            .iter()
            .step_by(every)
            .filter(|path| !is_identity(path))
        {
            for other in [
                Value::Null,
                json!({"x": [1]}),
                json!([[]]),
                json!(true),
                json!(-1.5),
                json!("?"),
            ] {
                let mut changed = element.clone();
                *changed.pointer_mut(path).unwrap() = other.clone();
                let read = Raw::<T>::read(&changed.to_string())
                    .unwrap_or_else(|error| panic!("{path} = {other}: {error}"));
                assert_eq!(read.value.identity(), Some(id.as_str()), "{path} = {other}");
                if other.is_null() {
                    assert_eq!(read.dropped, [""; 0], "{path}");
                }
                mutations += 1;
            }
            let mut changed = element.clone();
            let (parent, key) = path.rsplit_once('/').unwrap();
            if let Some(fields) = changed.pointer_mut(parent).and_then(Value::as_object_mut) {
                fields.remove(key);
                let read = Raw::<T>::read(&changed.to_string()).unwrap();
                assert_eq!(read.dropped, [""; 0], "{path}");
            }
        }
    }
    mutations
}

fn collect(value: &Value, path: &mut String, paths: &mut Vec<String>) {
    paths.push(path.clone());
    let length = path.len();
    let mut below = |key: &str, value| {
        path.push('/');
        path.push_str(key);
        collect(value, path, paths);
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, value)| below(&index.to_string(), value));
        }
        _ => {}
    }
}

#[test]
fn unknown_fields_and_unknown_words_survive() {
    let json = r#"{"metaData": {"id": 9007199254740993, "direction": "Sideways", "isPrivate": "yes",
        "future": 12345678901234567890123}, "parties": [{"affiliation": "Partner", "methods": ["Dialled"]}],
        "content": {"trackers": [{"type": "FUZZY"}], "callOutcome": {"id": 11}}}"#;

    let call = Raw::<ExtensiveCall>::read(json).unwrap();

    assert_eq!(call.json(), json);
    assert_eq!(call.dropped, [""; 0]);
    let meta = call.value.meta_data.unwrap();
    assert_eq!(meta.id.unwrap().as_str(), "9007199254740993");
    assert_eq!(meta.direction.unwrap().as_str(), "Sideways");
    assert_eq!(meta.is_private, Some(true));
    assert_eq!(
        call.value.parties[0].affiliation.as_ref().unwrap().as_str(),
        "Partner"
    );
    assert_eq!(call.value.parties[0].methods[0].as_str(), "Dialled");
    let content = call.value.content.unwrap();
    assert_eq!(content.trackers[0].kind.as_ref().unwrap().as_str(), "FUZZY");
    assert_eq!(content.call_outcome.unwrap().id.unwrap().as_str(), "11");
}

#[test]
fn what_is_cited_keeps_its_place_when_something_before_it_is_null() {
    let json =
        r#"{"callId": 1, "transcript": [null, {"sentences": [null, {"text": "b", "start": 5}]}]}"#;

    let transcript = Raw::<CallTranscript>::read(json).unwrap().value;

    assert_eq!(
        transcript.transcript[1].sentences[1].text.as_deref(),
        Some("b")
    );
    assert!(transcript.transcript[0].sentences.is_empty());
}
