//! A company with deals and their history, synced from a simulated Gong, as of a day in it.

use std::fs;
use std::sync::OnceLock;

use gong_app::DealsImport;
use gong_sim::{Deals, Effect, Limits, Sim};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::office::Office;

/// Days on which the CRM's deals were taken.
const TAKEN: [Date; 9] = [
    date(2024, 2, 15),
    date(2024, 3, 31),
    date(2024, 5, 15),
    date(2024, 6, 30),
    date(2024, 8, 15),
    date(2024, 9, 30),
    date(2024, 11, 15),
    date(2024, 12, 31),
    date(2025, 2, 15),
];

/// The company's clock: it goes on from a noon after its last deals.
fn clock() -> Timestamp {
    static BACK: OnceLock<SignedDuration> = OnceLock::new();
    let now = Timestamp::now();
    let noon: Timestamp = "2025-06-01T12:00:00Z".parse().expect("an instant");
    let back = BACK.get_or_init(|| now.duration_since(noon));
    now.checked_sub(*back).expect("in range")
}

/// Many deals, and the calls of a few.
pub(crate) async fn company() -> Office {
    let calls = Deals::generate(3, 40, Effect::None);
    let sim = Sim::builder()
        .world(calls.world().expect("a world"))
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let office = Office::empty()
        .with("GONG_BASE_URL", sim.base_url())
        .with("GONG_ACCESS_KEY", sim.access_key())
        .with("GONG_ACCESS_KEY_SECRET", sim.access_secret())
        .with("GONGKIT__PIPELINE__CURRENCY", "EUR")
        .with("GONGKIT__FORECAST__TARGET", "900000 EUR")
        .at(clock);
    let app = office.app();
    let rivals = office.path().join("rivals.jsonl");
    let rival = json!({"name": "Northbeam", "aliases": ["Northbeam Analytics"]});
    fs::write(&rivals, rival.to_string()).expect("written");
    let done = app.sync(gong_app::SyncReach::New).await.expect("synced");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    sim.shutdown().await;
    app.watch_competitors(&rivals).await.expect("watched");
    // Deals without calls: there must be enough for a forecast.
    let more = Deals::generate(4, 300, Effect::None);
    for day in TAKEN {
        let of_calls = calls.csv_as_of(day);
        let of_more = more.csv_as_of(day).replace("\n006", "\nM06");
        let rows = of_more.split_once('\n').map_or("", |(_, rows)| rows);
        let file = office.path().join("deals.csv");
        fs::write(&file, format!("{of_calls}{rows}")).expect("written");
        let mut request = DealsImport::new(&file);
        request.as_of = Some(end_of(day));
        let done = app.import_deals(&request).await.expect("imported");
        assert!(done.stored, "{:?}", done.bad);
    }
    office
}

fn end_of(day: Date) -> Timestamp {
    let evening = TimeZone::UTC.to_timestamp(day.at(23, 0, 0, 0));
    evening.expect("a day")
}
