//! Our fields in HubSpot.

use crm_sync::{Crm as _, CrmError, HubSpot, Prepare, RecordKind};
use hubspot_sim::{HubSpotSim, Portal};

use crate::client;

#[tokio::test]
async fn what_is_missing_is_made_once() {
    let sim = HubSpotSim::start(Portal::default())
        .await
        .expect("a free port");
    let crm = client(&sim);

    let looked = crm.prepare(Prepare::Look).await.expect("looked");
    assert_eq!(sim.writes(), 0);
    let made = crm.prepare(Prepare::Create).await.expect("made");
    let writes = sim.writes();
    let again = crm.prepare(Prepare::Create).await.expect("made already");

    assert_eq!(looked.missing, made.made);
    assert!(made.missing.is_empty() && again.made.is_empty());
    assert_eq!(sim.writes(), writes, "the second time nothing is made");
    assert!(made.unique.contains(&RecordKind::Call));
    let portal = sim.portal();
    let key = portal.property("calls", "gong_call_id").expect("made");
    assert!(key.is_unique());
    assert_eq!(key.group(), "conversation_intelligence");
}

#[tokio::test]
async fn an_account_without_unique_calls_is_told_apart() {
    let mut portal = Portal::default();
    portal.has_no_unique_calls();
    let sim = HubSpotSim::start(portal).await.expect("a free port");

    let setup = client(&sim).prepare(Prepare::Create).await.expect("made");

    assert!(!setup.unique.contains(&RecordKind::Call));
    assert!(setup.unique.contains(&RecordKind::Task));
    assert!(sim.portal().property("calls", "gong_call_id").is_some());
}

#[tokio::test]
async fn stages_owners_and_closed_kinds_are_told() {
    let mut portal = Portal::default();
    portal.add_owner("9", "ada@fox.example");
    portal.opens_only(&["calls", "deals", "companies", "contacts", "tasks", "notes"]);
    let sim = HubSpotSim::start(portal).await.expect("a free port");

    let setup = client(&sim).prepare(Prepare::Look).await.expect("looked");

    let worth: Vec<_> = setup.stages.iter().map(|stage| stage.percent).collect();
    assert_eq!(worth, [Some(20), Some(60), Some(100), Some(0)]);
    assert_eq!(setup.owners[0].email.as_deref(), Some("ada@fox.example"));
    assert_eq!(setup.closed, [RecordKind::Email, RecordKind::Meeting]);
}

#[tokio::test]
async fn a_wrong_token_is_said_to_be_one() {
    let sim = HubSpotSim::start(Portal::default())
        .await
        .expect("a free port");
    let crm = HubSpot::new(sim.base_url(), &"wrong".to_owned().into()).expect("a client");
    let refused = crm.prepare(Prepare::Look).await;
    assert_eq!(refused, Err(CrmError::Unauthorised));
}
