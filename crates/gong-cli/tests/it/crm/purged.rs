//! What is purged here goes out of HubSpot with it.

use hubspot_sim::{HubSpotSim, Portal};

use super::{at, customer, four_calls};

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
