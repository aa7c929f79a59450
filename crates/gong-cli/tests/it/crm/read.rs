//! HubSpot read by a command: pipeline and risk without any context of Gong's.

use hubspot_sim::Portal;
use serde_json::json;

use super::{at, customer, four_calls};

#[tokio::test(flavor = "multi_thread")]
async fn what_hubspot_tells_is_read_once_and_warnings_become_known() {
    let mut portal = Portal::default();
    let deal = customer(&mut portal, "fox.example");
    let email = portal.add(
        "emails",
        &[
            ("hs_timestamp", "2026-03-03T10:00:00Z"),
            ("hs_email_direction", "INCOMING_EMAIL"),
        ],
    );
    portal.link(("emails", &email), ("deals", &deal));
    let (sim, home) = at(portal).await;
    four_calls(&home);
    home.ok(&["import", "calls"]).await;

    let first = home.json(&["crm", "read"]).await;
    let told = home.ok(&["crm", "read"]).await.stdout;

    assert_eq!(
        (&first["deals_added"], &first["emails"]),
        (&json!(1), &json!(1))
    );
    assert!(told.contains("deals: 0 told something new"), "{told}");
    assert_eq!(sim.writes(), 0, "nothing is written");
    let risk = home
        .json(&["deals", "risk", "--as-of", "2026-12-01", "--why"])
        .await;
    let warnings = risk["deals"][0]["warnings"].as_array().expect("warnings");
    let state = |name: &str| {
        let found = warnings.iter().find(|one| one["warning"] == name);
        found.expect("asked")["state"].clone()
    };
    for name in ["no_activity", "ghosted", "no_next_meeting"] {
        assert_ne!(state(name), "unknown", "{name}");
    }
    let shown = home
        .json(&["deals", "show", &format!("hubspot:{deal}")])
        .await;
    assert!(
        shown.to_string().contains("\"1\""),
        "the call is about it: {shown}"
    );
}
