//! Answers against Gong's own document: no field that it does not know, no type that it does not say.

use gong_sim::{Limits, Sim, World};
use serde_json::{Value, json};

use crate::asking::{Asker, ids_of};
use crate::shared;

/// Compares a value with a schema; says where they differ.
fn walk(document: &Value, schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if value.is_null() {
        return; // Real answers carry nulls that the document does not declare.
    }
    let is_right = match schema["type"].as_str() {
        // The value of a CRM field is declared as an object and is anything.
        Some("object") if schema.get("properties").is_none() => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        _ => true,
    };
    if !is_right {
        problems.push(format!("{path} is not a {}", schema["type"]));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        problems.push(format!("{path} is {value}"));
    }
    if let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for (name, value) in fields {
            match properties.get(name) {
                Some(schema) => walk(document, schema, value, &format!("{path}/{name}"), problems),
                None => problems.push(format!("{path}/{name} is unknown")),
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        walk(
            document,
            &schema["items"],
            item,
            &format!("{path}/*"),
            problems,
        );
    }
}

async fn check(asker: &Asker, document: &Value) {
    let everything = json!({
        "context": "Extended",
        "contextTiming": ["Now", "TimeOfCall"],
        "exposedFields": {
            "parties": true,
            "content": {
                "structure": true, "topics": true, "trackers": true, "trackerOccurrences": true, "brief": true,
                "outline": true, "highlights": true, "callOutcome": true, "keyPoints": true,
            },
            "interaction": { "speakers": true, "video": true, "personInteractionStats": true, "questions": true },
            "collaboration": { "publicComments": true },
            "media": true,
        },
    });
    let (_, list) = asker
        .listed("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
        .await;
    let id = list["calls"][0]["id"].as_str().unwrap();
    let answers = [
        (
            "get",
            "/v2/calls/{id}",
            asker.get(&format!("/v2/calls/{id}")).await.1,
        ),
        ("get", "/v2/calls", list.clone()),
        (
            "post",
            "/v2/calls/extensive",
            asker
                .post(
                    "/v2/calls/extensive",
                    json!({ "filter": {}, "contentSelector": everything }),
                )
                .await
                .1,
        ),
        (
            "post",
            "/v2/calls/transcript",
            asker
                .post("/v2/calls/transcript", json!({ "filter": {} }))
                .await
                .1,
        ),
        ("get", "/v2/users", asker.get("/v2/users").await.1),
        ("get", "/v2/workspaces", asker.get("/v2/workspaces").await.1),
    ];
    for (method, path, answer) in answers {
        let responses = &document["paths"][path][method]["responses"];
        let schema = &responses["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path}");
        let mut problems = Vec::new();
        walk(document, schema, &answer, path, &mut problems);
        problems.sort();
        problems.dedup();
        assert!(problems.is_empty(), "{problems:#?}");
        assert!(answer["requestId"].is_string());
    }
}

#[tokio::test]
async fn answers_have_only_fields_and_types_that_gongs_document_knows() {
    let Some(shared) = shared::folder("answers_have_only_fields_that_gong_knows") else {
        return;
    };
    let document = std::fs::read(shared.join("gong/openapi.json")).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();

    check(&Asker::of(World::sample()).await, &document).await;
    check(&Asker::of(World::generate(1, 150)).await, &document).await;
    let real = World::from_dir(&shared.join("data/calls")).unwrap();
    check(&Asker::of(real).await, &document).await;
    let mut faults = gong_sim::Faults::none();
    faults.nulls = 0.5;
    let builder = Sim::builder()
        .world(World::sample())
        .limits(Limits::off())
        .faults(faults);
    check(&Asker::start(builder).await, &document).await;
}

#[tokio::test]
async fn captured_answers_come_back_as_they_were() {
    let Some(shared) = shared::folder("captured_answers_come_back_as_they_were") else {
        return;
    };
    let captured = std::fs::read(shared.join("gong/captured/extensive_response.json")).unwrap();
    let captured: Value = serde_json::from_slice(&captured).unwrap();
    let calls = captured["calls"].as_array().unwrap();
    let world = calls.iter().fold(World::empty(), |world, call| {
        world
            .with_call(gong_sim::WorldCall::new(call.clone()).unwrap())
            .unwrap()
    });

    let asker = Asker::of(world).await;
    let (_, body) = asker
        .post("/v2/calls/extensive", json!({ "filter": {} }))
        .await;

    // Calls of the same scheduled time stand in no order that their fields would explain.
    let order = |calls: &Value| ids_of(calls, "/metaData/scheduled");
    assert_eq!(order(&body["calls"]), order(&captured["calls"]));
    for served in body["calls"].as_array().unwrap() {
        assert!(
            calls
                .iter()
                .any(|call| call["metaData"] == served["metaData"])
        );
    }
}
