//! A company with deals, competitors, reps with enough calls to be coached, and the largest call among them.

use std::fmt::Write as _;
use std::fs;
use std::sync::OnceLock;

use gong_app::DealsImport;
use gong_sim::{Deals, Effect, Limits, Sim};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::office::{LARGEST, Office, call, turn};

/// So many open deals are in the CRM of which no call is known.
const MORE_DEALS: usize = 60;

/// The noon on which the company is looked at, from which its clock goes on.
fn noon() -> Timestamp {
    "2024-08-15T12:00:00Z".parse().expect("an instant")
}

/// The company's clock.
fn clock() -> Timestamp {
    static BACK: OnceLock<SignedDuration> = OnceLock::new();
    let now = Timestamp::now();
    let back = BACK.get_or_init(|| now.duration_since(noon()));
    now.checked_sub(*back).expect("in range")
}

/// The customer of the largest call.
pub(crate) const ACCOUNT: &str = "Kestrel & Daughters of the North Sea Canning and Rope Works";
/// A competitor that is heard in the largest call.
pub(crate) const RIVAL: &str = "Quibblehammer";
/// The deal of the largest call.
pub(crate) const DEAL: &str = "salesforce:LARGEST";
/// A rep with ten calls and more.
pub(crate) const REP: &str = "77";

/// Synced from a simulated Gong, with deals from a file, as of a day on which many are open.
pub(crate) async fn company() -> Office {
    let deals = Deals::generate(3, 12, Effect::None);
    let sim = Sim::builder()
        .world(deals.world().expect("a world"))
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
    let done = office.app().sync(gong_app::SyncReach::New).await;
    let done = done.expect("synced");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    sim.shutdown().await;
    let rivals = office.path().join("rivals.jsonl");
    let names: Vec<String> = (0..30)
        .map(|at| json!({"name": format!("Rival number {at} of the world"), "aliases": [format!("Ophelia{at}")]}).to_string())
        .chain([json!({"name": RIVAL, "aliases": []}).to_string()])
        .collect();
    fs::write(&rivals, names.join("\n")).expect("written");
    let app = office.app();
    app.watch_competitors(&rivals).await.expect("watched");

    let trackers = office.path().join("trackers.jsonl");
    let lines: Vec<String> = (0..100)
        .map(|at| json!({"tracker_id": format!("t{at}"), "name": format!("Tracker of rope number {at}"), "keywords": [format!("rope number {at}")]}).to_string())
        .collect();
    fs::write(&trackers, lines.join("\n")).expect("written");
    app.save_trackers(&trackers).await.expect("saved");

    office.import(&[(LARGEST, largest())]).await;
    let reps: Vec<(String, Value)> = (0..60).map(of_a_rep).collect();
    let reps: Vec<(&str, Value)> = reps
        .iter()
        .map(|(id, call)| (id.as_str(), call.clone()))
        .collect();
    office.import(&reps).await;
    let file = office.path().join("deals.csv");
    let mut csv = deals.csv_as_of(date(2024, 8, 15));
    for at in 0..MORE_DEALS {
        // Writing into a string cannot fail.
        let _ = writeln!(
            csv,
            "MORE{at},Rope Works {at},A rollout of rope number {at},Discovery,9000,EUR,2024-09-{:02},2024-05-02,,",
            1 + at % 30
        );
    }
    fs::write(&file, csv).expect("written");
    let mut request = DealsImport::new(&file);
    request.as_of = Some(noon());
    app.import_deals(&request).await.expect("imported");
    office
}

fn field(name: &str, value: &Value) -> Value {
    json!({"name": name, "value": value})
}

/// A call with a turn of 33,000 characters and a sentence of 35,000, about an open deal, in which everything is found.
fn largest() -> Value {
    let said: Vec<String> = (0..420)
        .map(|at| match at % 7 {
            0 => format!(
                "We looked at {RIVAL} and at Ophelia{} too, and they are {at} euros cheaper.",
                at % 30
            ),
            1 => format!("Our budget for this project was cut last week by {at} percent."),
            2 => format!("That is too expensive, we have no budget of {at} euros for it."),
            3 => "What does the integration with our warehouse cost, and who does it?".to_owned(),
            4 => format!("I will send you the signed order form for {at} seats on Friday."),
            5 => "Our champion is leaving the company at the end of the month.".to_owned(),
            _ => format!(
                "Sentence {at} of a turn says \"yes\" to the narwhal discount of {at} percent."
            ),
        })
        .collect();
    let endless = format!("{RIVAL} {}is what we use today.", "word ".repeat(7_000));
    let turns = json!([
        turn("s1", 0, &["What would help you most?".to_owned()]),
        turn("s2", 10_000, &said),
        turn("s2", 5_000_000, &[endless]),
        turn(
            "s1",
            6_000_000,
            &["We will send the contract on Friday.".to_owned()]
        ),
    ]);
    let mut made = call(LARGEST, REP, "Ada Example", &turns);
    made["call"]["metaData"]["started"] = "2024-08-01T10:00:00Z".into();
    made["call"]["context"] = json!([{"system": "Salesforce", "objects": [
        {"objectType": "Account", "objectId": "LARGEST-A", "timing": "TimeOfCall",
         "fields": [field("Name", &json!(ACCOUNT))]},
        {"objectType": "Opportunity", "objectId": "LARGEST", "timing": "TimeOfCall", "fields": [
            field("Name", &json!("Kestrel rollout of everything ".repeat(12))),
            field("StageName", &json!("Discovery")), field("Amount", &json!(84000.5)),
            field("CurrencyIsoCode", &json!("EUR")), field("CloseDate", &json!("2024-08-20")) ]},
    ]}]);
    made
}

/// Calls of six reps, ten each, about no deal; the first rep talks most of all.
fn of_a_rep(at: usize) -> (String, Value) {
    let rep = at % 6;
    let user = if rep == 0 {
        REP.to_owned()
    } else {
        format!("8{rep}")
    };
    let mut ours = vec!["We make rope of every kind.".to_owned()];
    for more in 0..(if rep == 0 { 40 + at / 6 } else { 4 + at % 5 }) {
        ours.push(format!("It lasts for {more} years in the sea."));
    }
    ours.push("Does that help?".to_owned());
    let end = 5_000 * u64::try_from(ours.len()).expect("few");
    let theirs = "What does the longest rope cost us, and when could it be here?";
    let turns = json!([
        turn("s1", 0, &ours),
        turn(
            "s2",
            end,
            &[
                theirs.to_owned(),
                "I will ask my boss on Monday.".to_owned()
            ]
        ),
        turn(
            "s1",
            end + 10_000,
            &["Good, I will call you on Tuesday.".to_owned()]
        ),
    ]);
    let id = format!("50{at}");
    let name = if rep == 0 {
        "Ada Example".to_owned()
    } else {
        format!("Rep Number{rep}")
    };
    let mut made = call(&id, &user, &name, &turns);
    made["call"]["metaData"]["started"] = format!("2024-07-{:02}T10:00:00Z", 1 + at % 28).into();
    (id, made)
}
