//! Calls, details and transcripts that come late, by the simulator's clock.

use gong_sim::{Lateness, Limits, Sim, SimClock, World};
use serde_json::{Value, json};

use crate::asking::{Asker, plain, world};

/// Which of list, extensive and transcript know call 1.
async fn known(asker: &Asker) -> [bool; 4] {
    let body = json!({ "filter": { "callIds": ["1"] } });
    [
        asker
            .listed("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
            .await
            .0
            == 200,
        asker.get("/v2/calls/1").await.0 == 200,
        asker.post("/v2/calls/extensive", body.clone()).await.0 == 200,
        asker.post("/v2/calls/transcript", body).await.0 == 200,
    ]
}

#[tokio::test]
async fn a_late_call_appears_everywhere_under_its_old_time() {
    let clock = SimClock::fixed("2026-03-10T00:00:00Z".parse().unwrap());
    let call =
        plain("1", "2026-03-02T09:00:00Z").visible_after("2026-03-20T00:00:00Z".parse().unwrap());
    let asker = Asker::start(
        Sim::builder()
            .world(world([call]))
            .clock(clock.clone())
            .limits(Limits::off()),
    )
    .await;

    assert_eq!(known(&asker).await, [false; 4]);
    clock.advance("240h".parse().unwrap());
    assert_eq!(known(&asker).await, [true; 4]);
    let (_, body) = asker
        .listed("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")
        .await;
    assert_eq!(body["calls"][0]["id"], "1");
    clock.advance("-240h".parse().unwrap());
    assert_eq!(known(&asker).await, [false; 4]);
}

#[tokio::test]
async fn a_transcript_can_come_after_its_call_or_before_extensive_knows_it() {
    let clock = SimClock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
    let later = "2026-03-02T12:00:00Z".parse().unwrap();
    let start = async |call| {
        Asker::start(
            Sim::builder()
                .world(world([call]))
                .clock(clock.clone())
                .limits(Limits::off()),
        )
        .await
    };
    let late_transcript = start(plain("1", "2026-03-02T09:00:00Z").transcript_after(later)).await;
    let late_details = start(plain("1", "2026-03-02T09:00:00Z").details_after(later)).await;

    assert_eq!(known(&late_transcript).await, [true, true, true, false]);
    assert_eq!(known(&late_details).await, [true, true, false, true]);
    clock.advance("2h".parse().unwrap());
    assert_eq!(known(&late_transcript).await, [true; 4]);
    assert_eq!(known(&late_details).await, [true; 4]);
}

#[tokio::test]
async fn a_late_world_is_complete_in_the_end_and_the_same_for_the_same_seed() {
    let totals = async |seed, clock: &SimClock| {
        let world = World::generate(3, 80).late(&Lateness::seeded(seed));
        let asker = Asker::start(
            Sim::builder()
                .world(world)
                .clock(clock.clone())
                .limits(Limits::off()),
        )
        .await;
        let total = async |path: &str| -> Value {
            asker.post(path, json!({ "filter": {} })).await.1["records"]["totalRecords"].clone()
        };
        [
            total("/v2/calls/extensive").await,
            total("/v2/calls/transcript").await,
        ]
    };
    let on_the_way = SimClock::fixed("2026-03-15T00:00:00Z".parse().unwrap());
    let in_the_end = SimClock::fixed("2027-01-01T00:00:00Z".parse().unwrap());

    assert_eq!(totals(5, &in_the_end).await, [json!(80), json!(80)]);
    let halfway = totals(5, &on_the_way).await;
    assert_eq!(totals(5, &on_the_way).await, halfway);
    assert_ne!(halfway, [json!(80), json!(80)]);
}
