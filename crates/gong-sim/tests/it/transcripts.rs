//! `POST /v2/calls/transcript`.

use gong_sim::World;
use serde_json::{Value, json};

use crate::asking::{Asker, NO_CALLS, error_text, ids_of, plain, world};

const PATH: &str = "/v2/calls/transcript";

#[tokio::test]
async fn a_transcript_joins_to_the_parties_of_its_call() {
    let asker = Asker::of(World::sample()).await;
    let body = json!({ "filter": {}, "contentSelector": { "exposedFields": { "parties": true } } });
    let (_, extensive) = asker.post("/v2/calls/extensive", body).await;

    let (status, transcripts) = asker.post(PATH, json!({ "filter": {} })).await;

    assert_eq!(
        (status, &transcripts["records"]["totalRecords"]),
        (200, &json!(34))
    );
    let calls = extensive["calls"].as_array().unwrap().iter();
    for (call, entry) in calls.zip(transcripts["callTranscripts"].as_array().unwrap()) {
        assert_eq!(call["metaData"]["id"], entry["callId"]);
        let voices = ids_of(&call["parties"], "/speakerId");
        let mut end_before = 0;
        for monologue in entry["transcript"].as_array().unwrap() {
            assert!(voices.contains(&monologue["speakerId"].as_str().unwrap().to_owned()));
            for sentence in monologue["sentences"].as_array().unwrap() {
                let (start, end) = (
                    sentence["start"].as_u64().unwrap(),
                    sentence["end"].as_u64().unwrap(),
                );
                assert!(end_before <= start && start < end);
                end_before = end;
            }
        }
        assert!(call["metaData"]["duration"].as_u64().unwrap() * 1000 >= end_before);
    }
}

#[tokio::test]
async fn a_call_without_a_transcript_is_just_missing() {
    let silent = plain("2", "2026-03-03T09:00:00Z").without_transcript();
    let asker = Asker::of(world([plain("1", "2026-03-02T09:00:00Z"), silent])).await;

    let (status, body) = asker
        .post(PATH, json!({ "filter": { "callIds": ["1", "2"] } }))
        .await;
    assert_eq!(
        (status, ids_of(&body["callTranscripts"], "/callId")),
        (200, vec!["1".to_owned()])
    );
    let (status, body) = asker
        .post(PATH, json!({ "filter": { "callIds": ["2"] } }))
        .await;
    assert_eq!((status, error_text(&body)), (404, NO_CALLS));
    let (status, _) = asker
        .post(PATH, json!({ "filter": { "callIds": [] } }))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_transcript_can_be_added_and_corrected() {
    let asker = Asker::of(world([
        plain("1", "2026-03-02T09:00:00Z").without_transcript()
    ]))
    .await;
    let first_text = async || -> Value {
        let (_, body) = asker
            .post(PATH, json!({ "filter": { "callIds": ["1"] } }))
            .await;
        body.pointer("/callTranscripts/0/transcript/0/sentences/0/text")
            .cloned()
            .unwrap_or_default()
    };
    let sentence = json!({ "start": 1, "end": 900, "text": "Bright Letter." });
    let monologues = json!([{ "speakerId": "5", "topic": null, "sentences": [sentence] }]);

    assert_eq!(first_text().await, Value::Null);
    asker.sim.add_transcript("1", monologues).unwrap();
    assert_eq!(first_text().await, "Bright Letter.");
    let correct =
        |transcript: &mut Value| transcript[0]["sentences"][0]["text"] = json!("BrightLedger.");
    asker.sim.correct_transcript("1", correct).unwrap();
    assert_eq!(first_text().await, "BrightLedger.");
    assert!(asker.sim.correct_transcript("404", correct).is_err());
}
