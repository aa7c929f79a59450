//! What is purged here goes out of HubSpot with it.

use hubspot_sim::{HubSpotSim, Portal};
use serde_json::{Value, json};

use super::{STEP, at, call_with, customer, four_calls, state};
use crate::files::write;

/// Whether the record of a call is deleted, and whether it holds anything of ours.
fn record(sim: &HubSpotSim, call: &str) -> (bool, bool) {
    let portal = sim.portal();
    let ids = (1000..1200).map(|id: u32| id.to_string());
    let mut records = ids.filter_map(|id| portal.object("calls", &id));
    let record = records.find(|record| record.get("gong_call_id") == call);
    let record = record.expect("it was written");
    let fields = ["hs_call_title", "hs_call_body", "ci_next_steps", "ci_hash"];
    let has_words = fields.iter().any(|field| !record.get(field).is_empty());
    (record.is_archived(), has_words)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_empties_and_deletes_the_record_before_its_receipt_is_finished() {
    let mut portal = Portal::default();
    customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    four_calls(&home);
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;
    home.ok(&["crm", "apply", "--yes"]).await;
    assert_eq!(record(&sim, "1"), (false, true));

    home.ok(&["purge", "--call", "1", "--yes"]).await;

    assert_eq!(record(&sim, "1"), (true, false));
    assert_eq!(record(&sim, "2"), (false, true));
    let receipts = home.json(&["receipts"]).await;
    assert!(
        receipts["receipts"][0]["finished"].is_string(),
        "{receipts}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_purged_while_a_plan_is_carried_out_is_written_nowhere() {
    let mut portal = Portal::default();
    let deal = customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    let folder = home.path("calls");
    let rival = "We also look at Zqxcanary for this.";
    for (id, said) in [("1", rival), ("2", "Fine.")] {
        let said = ["How is it going?", said, STEP];
        write(&folder, id, &call_with(id, "bo@fox.example", &said));
    }
    let rivals = home.path("rivals.jsonl");
    let rival = "{\"name\":\"Zqxcanary\",\"aliases\":[]}\n";
    std::fs::write(&rivals, rival).expect("written");
    home.ok(&["import", "calls"]).await;
    home.ok(&["trackers", "competitors", "rivals.jsonl"]).await;
    home.ok(&["crm", "init"]).await;
    let plan = home.json(&["crm", "plan"]).await;
    let lines = plan["lines"].as_array().expect("lines").iter();
    let names_it = |line: &&Value| line["fields"].to_string().contains("Zqxcanary");
    let named: Vec<&str> = lines
        .filter(names_it)
        .filter_map(|line| line["subject"].as_str())
        .collect();
    let naming = [
        "call/1".to_owned(),
        format!("proposal/{deal}/1/stage"),
        format!("deal/{deal}"),
    ];
    assert_eq!(named, naming);

    // What calls say is known by then, and what HubSpot holds of it is asked.
    let hold = sim.hold("calls/batch/read");
    let purging = async {
        hold.reached().await;
        home.ok(&["purge", "--call", "1", "--yes"]).await;
        drop(hold);
    };
    let (applied, ()) = tokio::join!(home.json(&["crm", "apply", "--yes"]), purging);

    let [call, proposal, summary] = naming;
    assert_eq!(
        (&applied["erased"], &applied["made"]),
        (&json!([call, summary, proposal]), &1.into())
    );
    let held = state(&sim);
    assert!(
        held.iter().all(|line| !line.contains("Zqxcanary")),
        "{held:?}"
    );
    home.ok(&["crm", "apply", "--yes"]).await;
    let portal = sim.portal();
    let told = portal.object("deals", &deal).expect("there");
    assert_eq!(told.get("ci_last_call_at"), "2026-03-02T10:00:00Z");
    assert_eq!(told.get("ci_competitors"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_hubspot_is_down_the_receipt_says_so() {
    let mut portal = Portal::default();
    customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    four_calls(&home);
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;
    home.ok(&["crm", "apply", "--yes"]).await;
    let held = sim.portal().clone();
    sim.shutdown().await;

    let purged = home.run(&["purge", "--call", "1", "--yes"]).await;

    assert_eq!(purged.code, 5, "{}", purged.stderr);
    let receipts = home.json(&["receipts"]).await;
    assert_eq!(receipts["receipts"][0]["unreached"][0], "crm", "{receipts}");
    let back = HubSpotSim::start(held).await.expect("a free port");
    let home = super::writes_to(home, &back);
    home.ok(&["purge", "--call", "1", "--yes"]).await;
    assert_eq!(record(&back, "1"), (true, false));
    let receipts = home.json(&["receipts"]).await;
    for receipt in receipts["receipts"].as_array().expect("a list") {
        assert!(receipt["finished"].is_string(), "{receipts}");
    }
}
