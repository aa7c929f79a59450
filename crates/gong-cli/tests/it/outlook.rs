//! From synced calls to the quarter: risk, pipeline, forecast, competitors, coaching, each as of a day.

use std::fs;

use gong_sim::{Deals, Effect, Limits, Sim, SimHandle};
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::gongkit::Home;

/// Days on which the CRM's deals were taken, a quarter apart.
const TAKEN: [Date; 4] = [
    date(2024, 3, 31),
    date(2024, 8, 15),
    date(2024, 11, 15),
    date(2025, 2, 15),
];

async fn with_deals() -> (SimHandle, Home) {
    let deals = Deals::generate(3, 40, Effect::None);
    let sim = Sim::builder()
        .world(deals.world().expect("a world"))
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let home = Home::new()
        .at(&sim)
        .set("GONGKIT__PIPELINE__CURRENCY", "EUR")
        .set("GONGKIT__FORECAST__TARGET", "900000 EUR");
    home.ok(&["sync"]).await;
    for day in TAKEN {
        let file = format!("{day}.csv");
        fs::write(home.path(&file), deals.csv_as_of(day)).expect("written");
        home.ok(&["deals", "import", &file, "--as-of", &day.to_string()])
            .await;
    }
    (sim, home)
}

fn list<'v>(view: &'v Value, name: &str) -> &'v [Value] {
    view[name].as_array().map_or(&[], Vec::as_slice)
}

/// The warnings of one sort over all deals.
fn warnings<'v>(view: &'v Value, name: &str) -> Vec<&'v Value> {
    let all = list(view, "deals")
        .iter()
        .flat_map(|deal| list(deal, "warnings"));
    all.filter(|one| one["warning"] == name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_road_from_calls_to_the_quarter() {
    let (_sim, home) = with_deals().await;

    // Risk: each warning with what it rests on.
    let why = ["deals", "risk", "--as-of", "2024-08-15", "--why"];
    let risk = home.json(&why).await;
    assert!(!list(&risk, "deals").is_empty());
    for deal in list(&risk, "deals") {
        assert_eq!(
            (&deal["asked"], list(deal, "warnings").len()),
            (&Value::from(14), 14)
        );
    }
    for one in warnings(&risk, "no_activity") {
        assert_eq!(one["state"], "unknown", "no e-mails are connected: {one:#}");
    }
    let fired = warnings(&risk, "red_flag");
    let fired: Vec<_> = fired.iter().filter(|one| one["state"] == "fires").collect();
    assert!(!fired.is_empty());
    for one in fired {
        let quote = &one["evidence"]["quotes"][0];
        assert!(
            quote["text"]
                .as_str()
                .is_some_and(|text| text.contains("budget")),
            "{one:#}"
        );
        assert_eq!(quote["side"], "theirs");
    }
    for one in warnings(&risk, "pricing_absent") {
        let evidence = &one["evidence"];
        match one["state"].as_str() {
            Some("fires") => assert!(!list(evidence, "calls").is_empty(), "{one:#}"),
            _ => assert!(evidence["kind"].is_string()),
        }
    }
    assert_eq!(risk["model"]["state"], "withheld");
    assert!(
        risk["model"]["reason"]
            .as_str()
            .is_some_and(|text| text.contains("of 150 lost"))
    );

    // What is told later changes nothing that was said of the day.
    let deals = Deals::generate(3, 40, Effect::None);
    let later = deals.csv_as_of(date(2025, 12, 31));
    fs::write(home.path("later.csv"), later).expect("written");
    home.ok(&["deals", "import", "later.csv", "--as-of", "2025-12-31"])
        .await;
    assert_eq!(home.json(&why).await["deals"], risk["deals"]);
    let text = home
        .ok(&["deals", "risk", "--as-of", "2024-08-15"])
        .await
        .stdout;
    assert!(
        text.contains("points are a checklist, no probability"),
        "{text}"
    );
    let unknown = home.run(&["deals", "risk", "salesforce:none"]).await;
    assert_eq!(unknown.code, 4, "{}", unknown.stderr);

    // The pipeline: sums name their deals.
    let pipeline = home
        .json(&["pipeline", "2024-Q3", "--as-of", "2024-08-15", "--why"])
        .await;
    let euro = &list(&pipeline, "currencies")[0];
    assert_eq!(
        (&euro["currency"], &euro["target"]),
        (&"EUR".into(), &"900000.00".into())
    );
    assert!(euro["coverage"].is_number());
    assert_eq!(
        Some(list(&euro["open"], "deals").len() as u64),
        euro["open"]["count"].as_u64()
    );
    assert_eq!(list(&pipeline, "conversion").len(), 4);

    // The forecast: refused with what is missing.
    let forecast = home.json(&["forecast", "--as-of", "2025-02-15"]).await;
    assert!(
        forecast["refused"]
            .as_str()
            .is_some_and(|text| text.starts_with("not enough history")),
        "{forecast:#}"
    );
    let from = forecast["counted_from"].as_str();
    assert!(from.is_some_and(|text| text.contains("nothing that is found in calls")));
    let wrong = home.run(&["forecast", "soon"]).await;
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn competitors_and_reps_are_compared_by_deals_and_calls() {
    let (_sim, home) = with_deals().await;
    let rivals = r#"{"name": "Northbeam Analytics", "aliases": ["Northbeam"]}"#;
    fs::write(home.path("rivals"), rivals).expect("written");
    let rivals = home.path("rivals").display().to_string();
    home.ok(&["trackers", "competitors", &rivals]).await;

    let view = home
        .json(&["competitors", "--as-of", "2025-02-15", "--why"])
        .await;
    let north = &list(&view, "competitors")[0];
    assert_eq!(north["name"], "Northbeam Analytics");
    assert_eq!(
        Some(list(north, "call_ids").len() as u64),
        north["calls"].as_u64()
    );
    assert!(list(north, "quotes").iter().all(|quote| {
        quote["text"]
            .as_str()
            .is_some_and(|text| text.contains("Northbeam"))
    }));
    assert!(
        north["against_none"]
            .as_str()
            .is_some_and(|text| text.starts_with("not enough data"))
    );

    let deals = Deals::generate(3, 40, Effect::None);
    let seller = deals.deals()[0].owner_email.trim_start_matches("seller.");
    let host: u64 = seller
        .trim_end_matches("@seller.example")
        .parse()
        .expect("a number");
    let rep = format!("5{host:018}");
    let coached = home.json(&["coach", &rep]).await;
    assert_eq!(coached["rep_user_id"], *rep);
    assert!(!list(&coached, "call_types").is_empty());
    for one in list(&coached, "call_types") {
        assert!(
            one["refused"]
                .as_str()
                .is_some_and(|text| text.contains("of 10 calls")),
            "{one:#}"
        );
    }
    let nobody = home.run(&["coach", "nobody.at.all"]).await;
    assert_eq!(nobody.code, 4, "{}", nobody.stderr);
}
