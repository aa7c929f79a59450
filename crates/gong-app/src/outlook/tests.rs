//! Who sees which deals and which words.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Caller, Proof, Role};
use conversation::{Tenant, UserId};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

mod brief;
mod counting;
mod reads;
mod sales;

use super::*;
use crate::app::App;
use crate::views::RisksView;
use crate::{Config, Environment, ErrorKind, Flags, Quiet};

fn noon() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().expect("an instant")
}

/// Two calls of users 7 and 8 about a deal each; in both the customer's budget is cut.
async fn filled() -> (TempDir, App) {
    let home = tempfile::tempdir().expect("a folder");
    let app = app_in(&home);
    for user in ["7", "8"] {
        bring(&home, &app, user, user).await;
    }
    (home, app)
}

/// An app whose data lies in a folder.
fn app_in(home: &TempDir) -> App {
    app_at(home, noon)
}

/// The same by another clock.
fn app_at(home: &TempDir, clock: fn() -> Timestamp) -> App {
    let stages = "Discovery,Evaluation,Technical Review,Proposal,Negotiation";
    let variables = [
        ("GONGKIT__PIPELINE__STAGES", stages),
        ("HOME", home.path().to_str().expect("text")),
        ("GONGKIT__MODEL__NAME", "hash"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::new(variables, clock).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    )
}

/// Imports a call of a user, about a deal of the same id as the call.
async fn bring(home: &TempDir, app: &App, id: &str, user: &str) {
    let stage = json!([{"name": "StageName", "value": "Proposal"}]);
    let deal = json!({"objectType": "Opportunity", "objectId": id, "timing": "TimeOfCall", "fields": stage});
    let said = |speaker: &str, start: u32, text: &str| {
        let sentence = json!({"start": start, "end": start + 4000, "text": text});
        json!({"speakerId": speaker, "sentences": [sentence]})
    };
    let call = json!({
        "call": {
            "metaData": {
                "id": id, "title": "A title", "started": "2026-03-02T10:00:00Z",
                "duration": 600, "primaryUserId": user, "isPrivate": false,
            },
            "context": [{"system": "Salesforce", "objects": [deal]}],
            "parties": [
                {"id": "p1", "speakerId": "s1", "userId": user, "affiliation": "Internal"},
                {"id": "p2", "speakerId": "s2", "name": "Ann", "affiliation": "External"},
            ],
        },
        "callTranscript": {"callId": id, "transcript": [
            said("s1", 0, "Good to see you again, after Northbeam."),
            said("s2", 6000, "Our budget for this project was cut last week."),
        ]},
    });
    import(home, app, id, &call).await;
}

/// Imports a call as Gong has it.
async fn import(home: &TempDir, app: &App, id: &str, call: &serde_json::Value) {
    let folder = home.path().join(format!("calls-{id}"));
    std::fs::create_dir(&folder).expect("made");
    let file = folder.join("call.json");
    std::fs::write(file, call.to_string()).expect("written");
    let done = app.import(&folder).await.expect("imported");
    assert!(done.problem.is_none(), "{:?}", done.problem);
}

fn acting(app: &App, role: Role, user: Option<&str>) -> App {
    let caller = Caller::recognised(Tenant::default(), "test", Proof::ApiKey, role);
    app.acting_as(match user {
        Some(user) => caller.being(UserId::new(user).expect("an id"), BTreeSet::new()),
        None => caller,
    })
}

async fn risk(app: &App) -> RisksView {
    let request = RiskRequest {
        why: Why::Said,
        ..RiskRequest::default()
    };
    app.risk(&request).await.expect("told")
}

/// The words that are quoted, or that there are none to be seen, for each moment.
fn quotes(view: &RisksView) -> Vec<Option<&str>> {
    let warnings = view.deals.iter().flat_map(|deal| &deal.warnings);
    let fired = warnings.filter(|one| one.warning == "red_flag");
    let evidence = fired.filter_map(|one| one.evidence.as_ref());
    let quotes = evidence.flat_map(|evidence| &evidence.quotes);
    quotes.map(|quote| quote.text.as_deref()).collect()
}

#[tokio::test]
async fn words_are_quoted_only_to_whoever_may_read_them() {
    let (_home, app) = filled().await;
    let said = "Our budget for this project was cut last week.";

    let admin = risk(&app).await;
    let viewer = risk(&acting(&app, Role::Viewer, None)).await;

    assert_eq!(quotes(&admin), [Some(said); 2]);
    assert_eq!(quotes(&viewer), [None; 2]);
    let text = serde_json::to_string(&viewer).expect("JSON");
    assert!(!text.contains("budget for this"), "{text}");
}

#[tokio::test]
async fn a_rep_sees_the_own_deals_and_a_viewer_coaches_nobody() {
    let (_home, app) = filled().await;
    let rep = acting(&app, Role::Rep, Some("7"));

    let own = risk(&rep).await;

    let ids: Vec<&str> = own.deals.iter().map(|deal| deal.id.as_str()).collect();
    assert_eq!(ids, ["salesforce:7"]);
    let coach = async |app: &App, rep: &str| {
        let done = app.coach(&CoachRequest::new(rep)).await;
        done.map(|view| view.call_types.len())
            .map_err(|error| error.kind())
    };
    assert_eq!(coach(&rep, "7").await, Ok(1));
    assert_eq!(coach(&rep, "8").await, Err(ErrorKind::NotFound));
    let viewer = acting(&app, Role::Viewer, None);
    assert_eq!(coach(&viewer, "7").await, Err(ErrorKind::NotAuthorised));
}
