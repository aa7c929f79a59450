//! Finding, following links, and what changed.

use std::collections::BTreeSet;

use crm_sync::{
    By, Crm as _, CrmError, DryRun, Field, Find, Prepare, RecordId, RecordKind, Written,
};
use hubspot_sim::{Fault, HubSpotSim, Portal};

use crate::{call, client, prepared};

#[tokio::test]
async fn people_are_found_by_address_and_companies_by_domain() {
    let mut portal = Portal::default();
    let ada = portal.add("contacts", &[("email", "ada@fox.example")]);
    let fox = portal.add("companies", &[("name", "Fox"), ("domain", "fox.example")]);
    let twin = portal.add(
        "companies",
        &[("name", "Fox Ltd"), ("domain", "fox.example")],
    );
    let deal = portal.add("deals", &[("dealname", "Fox"), ("dealstage", "demo")]);
    portal.link(("contacts", &ada), ("deals", &deal));
    let (_sim, crm) = prepared(portal).await;

    let addresses = ["ada@fox.example", "nobody@fox.example"];
    let people = crm
        .find(&Find::new(RecordKind::Contact, By::Email, addresses))
        .await;
    let people = people.expect("found");
    let domains = Find::new(RecordKind::Company, By::Domain, ["fox.example"]);
    let companies = crm.find(&domains).await.expect("found");
    let ids: Vec<RecordId> = people.iter().map(|one| one.id.clone()).collect();
    let linked = crm
        .linked(RecordKind::Contact, &ids, RecordKind::Deal)
        .await;

    assert_eq!(
        ids.iter().map(RecordId::as_str).collect::<Vec<_>>(),
        [ada.as_str()]
    );
    let found: BTreeSet<&str> = companies.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        found,
        BTreeSet::from([fox.as_str(), twin.as_str()]),
        "both, for a person to choose"
    );
    let deals = linked
        .expect("followed")
        .remove(&ids[0])
        .unwrap_or_default();
    assert_eq!(deals[0].as_str(), deal);
}

#[tokio::test]
async fn more_than_a_batch_is_read_in_as_few_requests_as_it_takes() {
    let mut portal = Portal::default();
    let ids: Vec<String> = (0..250)
        .map(|n| portal.add("deals", &[("dealname", &format!("D{n}"))]))
        .collect();
    let (sim, crm) = prepared(portal).await;
    let before = sim.asked().len();

    let found = crm
        .find(&Find::new(RecordKind::Deal, By::Id, ids))
        .await
        .expect("found");

    assert_eq!(found.len(), 250);
    assert_eq!(sim.asked().len() - before, 3);
}

#[tokio::test]
async fn every_change_comes_by_however_many_there_are() {
    let mut portal = Portal::default();
    for n in 0..450 {
        portal.add("deals", &[("dealname", &format!("D{n}"))]);
        portal.wait(1);
    }
    let since = portal.now();
    let changed = portal.add("deals", &[("dealname", "late")]);
    let (_sim, crm) = prepared(portal).await;

    let mut names = BTreeSet::new();
    let mut after = None;
    loop {
        let page = crm
            .changed(
                RecordKind::Deal,
                jiff::Timestamp::UNIX_EPOCH,
                after.as_deref(),
            )
            .await;
        let page = page.expect("a page");
        names.extend(
            page.records
                .iter()
                .filter_map(|one| one.get(Field::Title).map(str::to_owned)),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let late = crm
        .changed(RecordKind::Deal, since, None)
        .await
        .expect("a page");

    assert_eq!(names.len(), 451);
    let late: Vec<&str> = late.records.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(late, [changed.as_str()]);
}

#[tokio::test]
async fn a_read_that_fails_is_tried_again() {
    let (sim, crm) = prepared(Portal::default()).await;
    for fault in [Fault::TenSeconds, Fault::FailedBefore, Fault::CutOff] {
        sim.fail("batch/read", fault);
    }
    let none = crm.find(&Find::new(RecordKind::Deal, By::Id, ["77"])).await;
    assert_eq!(none, Ok(Vec::new()));
    sim.fail("batch/read", Fault::Day);
    let spent = crm.find(&Find::new(RecordKind::Deal, By::Id, ["77"])).await;
    assert_eq!(spent, Err(CrmError::DayIsSpent));
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_notes_everything() {
    let sim = HubSpotSim::start(Portal::default())
        .await
        .expect("a free port");
    let crm = DryRun::over(client(&sim));

    let setup = crm.prepare(Prepare::Create).await.expect("looked");
    let outcome = crm.write(&[call("7", "A call")]).await.expect("noted");

    assert!(!setup.missing.is_empty());
    assert!(matches!(outcome[0], Written::Done { is_new: true, .. }));
    assert_eq!(crm.noted(), [call("7", "A call")]);
    assert_eq!(sim.writes(), 0);
}
