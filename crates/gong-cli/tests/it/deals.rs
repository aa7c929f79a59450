//! Deals: from the context of calls and from files, as of any day, with the calls about them.

use std::fs;

use gong_sim::{Deals, Effect, Sim};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;

const HEAD: &str =
    "deal_id,account,name,stage,amount,currency,close_date,created,owner_email,closed_on";

fn csv(home: &Home, lines: &[&str]) {
    let text = format!("{HEAD}\n{}\n", lines.join("\n"));
    fs::write(home.path("deals.csv"), text).expect("written");
}

/// A call of the 2nd of March in whose context a deal stands.
fn with_deal(id: &str, stage: &str) -> Value {
    let mut file = call(id, &["Hello.", "Good morning."]);
    let field = |name: &str, value: Value| json!({ "name": name, "value": value });
    file["call"]["context"] = json!([{ "system": "Salesforce", "objects": [
        { "objectType": "Account", "objectId": "a1", "timing": "TimeOfCall",
          "fields": [field("Name", json!("Fox Ltd"))] },
        { "objectType": "Opportunity", "objectId": "006A", "timing": "TimeOfCall", "fields": [
            field("Name", json!("Fox rollout")), field("StageName", json!(stage)),
            field("Amount", json!(84000.5)), field("CurrencyIsoCode", json!("EUR")),
            field("CloseDate", json!("2026-04-30")) ] },
    ] }]);
    file
}

async fn with_one_deal() -> Home {
    let home = Home::new();
    write(&home.path("calls"), "1", &with_deal("1", "Discovery"));
    home.ok(&["import", "calls"]).await;
    home
}

#[tokio::test]
async fn a_deal_of_a_calls_context_is_shown_with_its_call_as_of_any_day() {
    let home = with_one_deal().await;
    csv(
        &home,
        &["006A,Fox Ltd,Fox rollout,Closed Won,90000,EUR,2026-04-20,2026-01-02,,2026-04-20"],
    );
    home.ok(&["deals", "import", "deals.csv", "--as-of", "2026-04-21"])
        .await;

    let now = home.json(&["deals", "show", "salesforce:006A"]).await;
    let then = home
        .json(&["deals", "show", "salesforce:006A", "--as-of", "2026-03-31"])
        .await;

    let deal = &now["deal"];
    assert_eq!(deal["account"], "Fox Ltd");
    assert_eq!(
        deal["account_id"], "a1",
        "the name in the file is the CRM's account"
    );
    assert_eq!(
        (&deal["stage"], &deal["outcome"]),
        (&json!("Closed Won"), &json!("won"))
    );
    assert_eq!(
        (&deal["amount"], &deal["currency"]),
        (&json!("90000.00"), &json!("EUR"))
    );
    assert_eq!(deal["closed_on"], "2026-04-20");
    assert_eq!(now["calls"][0]["id"], "1");
    assert_eq!(now["calls"][0]["linked_by"], "context");
    assert_eq!(now["calls"][0]["url"], "https://app.gong.io/call?id=1");
    let stages: Vec<_> = now["history"]
        .as_array()
        .expect("changes")
        .iter()
        .filter(|change| change["field"] == "stage")
        .map(|change| (change["from"].clone(), change["to"].clone()))
        .collect();
    let expected = [
        (Value::Null, json!("Discovery")),
        (json!("Discovery"), json!("Closed Won")),
    ];
    assert_eq!(stages, expected);
    assert_eq!(then["deal"]["stage"], "Discovery");
    assert_eq!(then["deal"]["amount"], "84000.50");

    let before = home
        .run(&["deals", "show", "salesforce:006A", "--as-of", "2026-03-01"])
        .await;
    assert_eq!(before.code, 4);
    assert!(before.stderr.contains("hint:"), "{}", before.stderr);
    let won = home.json(&["deals", "list", "--won"]).await;
    assert_eq!(won["deals"].as_array().map(Vec::len), Some(1));
    let open = home
        .json(&["deals", "list", "--open", "--as-of", "2026-04-20"])
        .await;
    assert_eq!(open["deals"].as_array().map(Vec::len), Some(1));
    let account = home.json(&["accounts", "show", "fox ltd"]).await;
    assert_eq!(
        (&account["id"], &account["total_calls"]),
        (&json!("a1"), &json!(1))
    );
    assert_eq!(account["deals"][0]["id"], "salesforce:006A");
    assert_eq!(home.run(&["accounts", "show", "nobody"]).await.code, 4);
}

#[tokio::test]
async fn a_file_with_a_bad_line_is_not_taken_unless_that_is_asked_for() {
    let home = with_one_deal().await;
    csv(
        &home,
        &["n1,,One,Parked,5,EUR,,,,", "n2,,Two,New,five,EUR,,,,"],
    );

    let refused = home.run(&["deals", "import", "deals.csv"]).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.stdout.contains("line 3, amount"),
        "{}",
        refused.stdout
    );
    let listed = home.json(&["deals", "list"]).await;
    assert_eq!(listed["deals"].as_array().map(Vec::len), Some(1));

    let taken = home
        .json(&["deals", "import", "deals.csv", "--skip-bad"])
        .await;
    assert_eq!(
        (&taken["added"], &taken["stored"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(taken["unknown_stages"], json!(["Parked"]));
    let listed = home.json(&["deals", "list", "--stage", "parked"]).await;
    assert_eq!(
        listed["deals"][0]["outcome"], "open",
        "an unknown stage counts as open"
    );
    let again = home
        .json(&["deals", "import", "deals.csv", "--skip-bad"])
        .await;
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(home.run(&["deals", "import", "no.csv"]).await.code, 4);
    home.ok(&["audit", "verify"]).await;
}

#[tokio::test]
async fn calls_without_context_are_linked_by_address_and_purged_deals_stay_gone() {
    let home = with_one_deal().await;
    write(
        &home.path("more"),
        "2",
        &call("2", &["Hello.", "Good morning."]),
    );
    home.ok(&["import", "more"]).await;

    let shown = home.json(&["deals", "show", "salesforce:006A"]).await;
    let by: Vec<(Value, Value)> = shown["calls"]
        .as_array()
        .expect("calls")
        .iter()
        .map(|call| (call["id"].clone(), call["linked_by"].clone()))
        .collect();
    assert!(by.contains(&(json!("2"), json!("email"))), "{by:?}");

    home.ok(&["purge", "--account", "a1", "--yes"]).await;
    home.ok(&["import", "calls"]).await;
    let gone = home.run(&["deals", "show", "salesforce:006A"]).await;
    assert_eq!(gone.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn synced_deals_and_their_csv_are_the_same_deals() {
    let world = Deals::generate(7, 12, Effect::None);
    let sim = Sim::builder()
        .world(world.world().expect("a world"))
        .start()
        .await;
    let sim = sim.expect("started");
    let home = Home::new().at(&sim);
    home.ok(&["sync"]).await;
    let before = home.json(&["deals", "list"]).await;
    let known = before["deals"].as_array().expect("deals").len();
    fs::write(home.path("deals.csv"), world.csv_as_of(date(2030, 1, 1))).expect("written");

    let taken = home.json(&["deals", "import", "deals.csv"]).await;

    assert_eq!(taken["read"], 12);
    assert!(known > 0);
    let listed = home.json(&["deals", "list"]).await;
    assert_eq!(
        listed["deals"].as_array().map(Vec::len),
        Some(12),
        "no deal twice"
    );
    for deal in world.deals() {
        let id = format!("salesforce:{}", deal.id);
        let shown = home.json(&["deals", "show", &id]).await;
        let outcome = if deal.is_won { "won" } else { "lost" };
        assert_eq!(shown["deal"]["outcome"], outcome, "{id}");
        let calls = shown["calls"].as_array().map(Vec::len);
        assert_eq!(calls, Some(deal.calls.len()), "{id}");
    }
    sim.shutdown().await;
}
