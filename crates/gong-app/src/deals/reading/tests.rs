//! HubSpot read into the archive, end to end, and what is known by it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use access::Scope;
use call_archive::{DealQuery, PersonName, Purge, PurgeReason, PurgeTarget};
use conversation::AccountId;
use crm_sync::{HubSpot, Limits};
use hubspot_sim::{Fault, HubSpotSim, Portal};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::outlook::{RiskRequest, Why};
use crate::views::CrmReadView;
use crate::{Config, Environment, Flags, Quiet};

fn noon() -> Timestamp {
    "2026-11-10T12:00:00Z".parse().expect("an instant")
}

fn app_in(home: &TempDir) -> App {
    let variables = [
        ("GONGKIT__PIPELINE__STAGES", "Demo,Offer"),
        ("HOME", home.path().to_str().expect("text")),
        ("GONGKIT__MODEL__NAME", "hash"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::new(variables, noon).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    )
}

/// An app with a call of the first of November, of which no CRM's context tells.
async fn app_with_a_call() -> (TempDir, App) {
    let home = tempfile::tempdir().expect("a folder");
    let app = app_in(&home);
    let folder = home.path().join("calls");
    std::fs::create_dir(&folder).expect("made");
    let said = |speaker: &str, start: u32, text: &str| {
        let sentence = json!({"start": start, "end": start + 4000, "text": text});
        json!({"speakerId": speaker, "sentences": [sentence]})
    };
    let call = json!({
        "call": {
            "metaData": {
                "id": "1", "title": "A title", "started": "2026-11-01T10:00:00Z",
                "duration": 600, "primaryUserId": "7", "isPrivate": false,
            },
            "parties": [
                {"id": "p1", "speakerId": "s1", "userId": "7", "affiliation": "Internal"},
                {"id": "p2", "speakerId": "s2", "name": "Ann", "affiliation": "External",
                 "emailAddress": "ann@fox.example"},
            ],
        },
        "callTranscript": {"callId": "1", "transcript": [
            said("s1", 0, "Good to see you again."),
            said("s2", 6000, "Thank you for the demo."),
        ]},
    });
    std::fs::write(folder.join("call.json"), call.to_string()).expect("written");
    let done = app.import(&folder).await.expect("imported");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    (home, app)
}

/// What the portal's records are.
struct Records {
    deal: String,
    ann: String,
    meeting: String,
}

/// Fox, with a deal, somebody who writes, and a meeting on the twentieth.
fn portal() -> (Portal, Records) {
    let mut portal = Portal::default();
    portal.add_owner("5", "rep@ours.example");
    let fox = portal.add(
        "companies",
        &[("name", "Fox Ltd"), ("domain", "Fox.example")],
    );
    let ann = portal.add("contacts", &[("email", "Ann@fox.example")]);
    let deal = portal.add(
        "deals",
        &[
            ("dealname", "Fox: pilot"),
            ("dealstage", "demo"),
            ("amount", "5000"),
            ("createdate", "2026-10-01T00:00:00Z"),
            ("hubspot_owner_id", "5"),
        ],
    );
    let email = portal.add(
        "emails",
        &[
            ("hs_timestamp", "2026-10-20T09:00:00Z"),
            ("hs_email_direction", "INCOMING_EMAIL"),
        ],
    );
    let meeting = portal.add(
        "meetings",
        &[
            ("hs_meeting_start_time", "2026-11-20T09:00:00Z"),
            ("hs_meeting_outcome", "SCHEDULED"),
        ],
    );
    portal.link(("contacts", &ann), ("companies", &fox));
    portal.link(("deals", &deal), ("companies", &fox));
    portal.link(("emails", &email), ("deals", &deal));
    portal.link(("emails", &email), ("contacts", &ann));
    portal.link(("meetings", &meeting), ("deals", &deal));
    portal.link(("meetings", &meeting), ("contacts", &ann));
    (portal, Records { deal, ann, meeting })
}

async fn connected(portal: Portal) -> (HubSpotSim, HubSpot) {
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let limits = Limits {
        per_ten_seconds: 100_000,
        searches_per_second: 10_000,
        wait: Duration::from_millis(1),
        ..Limits::default()
    };
    let token = sim.token().to_owned().into();
    let crm = HubSpot::with_limits(sim.base_url(), &token, limits).expect("a client");
    (sim, crm)
}

async fn read(app: &App, crm: &HubSpot) -> CrmReadView {
    app.read_from_crm(crm).await.expect("read")
}

/// The state of each warning of the only deal, as of an instant.
async fn warnings(app: &App, as_of: &str) -> BTreeMap<&'static str, &'static str> {
    let request = RiskRequest {
        why: Why::Said,
        as_of: Some(as_of.parse().expect("an instant")),
        ..RiskRequest::default()
    };
    let risks = app.risk(&request).await.expect("told");
    assert_eq!(risks.deals.len(), 1);
    let told = risks.deals.into_iter().flat_map(|deal| deal.warnings);
    told.map(|told| (told.warning, told.state)).collect()
}

const ASKED: [&str; 3] = ["ghosted", "no_activity", "no_next_meeting"];

#[tokio::test]
async fn deals_and_meetings_are_known_without_a_context_of_gongs() {
    let (_home, app) = app_with_a_call().await;
    let (portal, records) = portal();
    let (sim, crm) = connected(portal).await;

    let view = read(&app, &crm).await;

    let counted = (view.deals_added, view.companies, view.contacts);
    assert_eq!(counted, (1, 1, 1));
    assert_eq!((view.emails, view.meetings, view.unknown_owners), (1, 1, 1));
    assert!(view.closed.is_empty() && view.unknown_stages.is_empty());
    assert_eq!(sim.writes(), 0, "nothing is written there");
    let known = warnings(&app, "2026-11-10T12:00:00Z").await;
    for warning in ASKED {
        assert_eq!(known.get(warning), Some(&"clear"), "{warning} {known:?}");
    }
    let archive = app.existing_archive().await.expect("there");
    let page = archive
        .deals(&Scope::internal(), &DealQuery::as_of(noon()))
        .await;
    let deals = page.expect("read").deals;
    let deal = deals[0].latest().expect("told");
    assert_eq!(deal.deal.to_string(), format!("hubspot:{}", records.deal));
    assert_eq!(deal.stage.as_deref(), Some("Demo"));
    let scope = Scope::internal();
    let all = app.deals_and_calls(archive, &scope, noon()).await;
    let calls = all.expect("read").deals[0].calls().len();
    assert_eq!(calls, 1, "linked by the address of somebody of the company");
}

#[tokio::test]
async fn what_is_told_is_true_as_of_its_day() {
    let (_home, app) = app_with_a_call().await;
    let (portal, records) = portal();
    let (sim, crm) = connected(portal).await;
    read(&app, &crm).await;
    {
        let mut portal = sim.portal();
        portal.wait(9 * 24 * 60 * 60);
        portal.edit("deals", &records.deal, "dealstage", "offer");
        portal.edit(
            "meetings",
            &records.meeting,
            "hs_meeting_outcome",
            "CANCELED",
        );
    }

    let view = read(&app, &crm).await;

    assert_eq!((view.deals_added, view.meetings), (1, 1));
    let archive = app.existing_archive().await.expect("there");
    let page = archive
        .deals(&Scope::internal(), &DealQuery::as_of(noon()))
        .await;
    let deals = page.expect("read").deals;
    let stages: Vec<_> = deals[0]
        .snapshots()
        .iter()
        .map(|told| told.stage.clone())
        .collect();
    assert_eq!(stages, [Some("Demo".to_owned()), Some("Offer".to_owned())]);
    let known = warnings(&app, "2026-11-10T12:00:00Z").await;
    assert_eq!(known.get("no_next_meeting"), Some(&"fires"), "{known:?}");
}

#[tokio::test]
async fn a_second_read_asks_for_what_changed_and_a_stopped_one_goes_on() {
    let (_home, app) = app_with_a_call().await;
    let (mut portal, records) = portal();
    for n in 0..420 {
        portal.wait(60);
        portal.add("contacts", &[("email", &format!("p{n}@other.example"))]);
    }
    let (sim, crm) = connected(portal).await;
    for _ in 0..8 {
        sim.fail("emails/search", Fault::FailedBefore);
    }

    let stopped = app.read_from_crm(&crm).await;
    assert!(stopped.is_err(), "e-mails could not be read");
    let searches = |of: &str| {
        let path = format!("{of}/search");
        let asked = sim.asked();
        asked.iter().filter(|one| one.path.ends_with(&path)).count()
    };
    assert_eq!(searches("contacts"), 3, "three pages");
    let known = warnings(&app, "2026-11-10T12:00:00Z").await;
    for warning in ASKED {
        assert_eq!(known.get(warning), Some(&"unknown"), "{warning} {known:?}");
    }

    sim.portal().wait(24 * 60 * 60);
    sim.portal().edit("deals", &records.deal, "amount", "6000");
    sim.portal().wait(60 * 60);
    let view = read(&app, &crm).await;

    assert_eq!(searches("contacts"), 4, "one page more");
    assert!(view.contacts <= 16, "{}", view.contacts);
    assert_eq!((view.deals_added, view.emails), (1, 1));
    let view = read(&app, &crm).await;
    assert_eq!(
        (view.deals_added, view.companies),
        (0, 1),
        "the last is read again"
    );
}

#[tokio::test]
async fn what_the_token_does_not_open_is_named_and_the_rest_is_read() {
    let (_home, app) = app_with_a_call().await;
    let (mut portal, _) = portal();
    portal.opens_only(&["deals", "companies", "contacts", "calls", "tasks", "notes"]);
    let (_sim, crm) = connected(portal).await;

    let view = read(&app, &crm).await;

    assert_eq!(view.deals_added, 1);
    assert!(view.closed.contains(&"email"), "{:?}", view.closed);
    let known = warnings(&app, "2026-11-10T12:00:00Z").await;
    assert_eq!(known.get("no_activity"), Some(&"unknown"), "{known:?}");
}

#[tokio::test]
async fn a_purged_person_and_a_purged_company_do_not_come_back() {
    let (_home, app) = app_with_a_call().await;
    let (portal, records) = portal();
    let (sim, crm) = connected(portal).await;
    read(&app, &crm).await;
    let archive = Arc::clone(app.existing_archive().await.expect("there"));
    let customers = Arc::clone(&app.opened().await.expect("opened").customers);
    let purge = |target| Purge {
        target,
        reason: PurgeReason::Asked,
        actor: "a test".to_owned(),
    };
    let ann = PersonName::Email("ann@fox.example".to_owned());
    let begun = archive
        .begin_purge(&purge(PurgeTarget::Person(ann)), noon())
        .await;
    begun.expect("begun");
    {
        let mut portal = sim.portal();
        portal.wait(60);
        portal.edit("contacts", &records.ann, "hubspot_owner_id", "5");
    }
    read(&app, &crm).await;
    let known = customers.known_customers().await.expect("read");
    assert!(known.emails.is_empty(), "the person");
    assert_eq!(known.domains.len(), 1);

    let (_, account) = known.domains.into_iter().next().expect("one");
    let account: AccountId = account;
    let begun = archive
        .begin_purge(&purge(PurgeTarget::Account(account)), noon())
        .await;
    begun.expect("begun");
    {
        let mut portal = sim.portal();
        portal.wait(60);
        portal.edit("deals", &records.deal, "amount", "7000");
    }
    let view = read(&app, &crm).await;

    assert_eq!((view.deals_added, view.deals_refused), (0, 1));
    let known = customers.known_customers().await.expect("read");
    assert!(known.domains.is_empty(), "the company");
    let page = archive
        .deals(&Scope::internal(), &DealQuery::as_of(noon()))
        .await;
    assert!(page.expect("read").deals.is_empty());
}
