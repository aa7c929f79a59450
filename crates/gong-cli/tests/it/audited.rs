//! Every command leaves a record of how it ended, and one of its intent if it changes something.

use std::fs;

use gong_sim::{Limits, Sim, World};
use hubspot_sim::{HubSpotSim, Portal};
use serde_json::Value;

use crate::crm::writes_to;
use crate::files::{call, write};
use crate::gongkit::Home;

/// Commands that open no archive of the user's, or for which docs/audit.md says what is recorded.
const ELSEWHERE: [&str; 23] = [
    "auth can-i",
    "auth whoami",
    "completions",
    "config reference",
    "config show",
    "db migrate-to",
    "db status",
    "demo",
    "eval",
    "init",
    "keys init",
    "login",
    "logout",
    "manual",
    "mcp",
    "serve",
    "model list",
    "model path",
    "model pull",
    "model verify",
    "sim",
    "worker",
    "help",
];

/// The commands below one, by its help; itself if there are none.
pub(crate) async fn leaves(home: &Home) -> Vec<String> {
    let mut open = vec![String::new()];
    let mut found = Vec::new();
    while let Some(command) = open.pop() {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let help = home.ok(&arguments).await.stdout;
        let section = help.split("Commands:\n").nth(1).unwrap_or_default();
        let names: Vec<&str> = section
            .lines()
            .take_while(|line| !line.is_empty())
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        if names.is_empty() || command == "insights" {
            found.push(command.clone());
        }
        let below = names.iter().map(|name| format!("{command} {name}"));
        open.extend(below.map(|name| name.trim().to_owned()));
    }
    found
}

/// What was recorded after so many records, exports left out.
async fn told(home: &Home, after: usize) -> (Vec<String>, usize) {
    let export = home.ok(&["audit", "export"]).await.stdout;
    let records: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let new = records.iter().skip(after).map(|record| {
        let text = |name: &str| record[name].as_str().expect("text").to_owned();
        assert_eq!(text("actor"), "local");
        assert_eq!(text("role"), "admin");
        let action = text("action");
        let is_of_gong = action.starts_with("gong.") || action.starts_with("hubspot.");
        assert!(
            is_of_gong || !text("params").is_empty() || !text("targets").is_empty(),
            "{record}"
        );
        let outcome = text("outcome");
        let gave_nothing = [
            "intent",
            "denied",
            "failed",
            "not_configured",
            "usage",
            "not_found",
            "try_later",
        ];
        let is_weighed = record["bytes"].as_u64() > Some(0);
        assert!(
            is_of_gong || gave_nothing.contains(&outcome.as_str()) || is_weighed,
            "what came back is weighed: {record}"
        );
        format!("{action} {outcome} {}", text("targets"))
    });
    // The export that was just read records itself after its end.
    (new.collect(), records.len() + 1)
}

/// Whether these stand among the records, in this order.
fn stand_in(wanted: &[&str], told: &[String]) -> bool {
    let mut rest = told.iter();
    wanted
        .iter()
        .all(|one| rest.any(|line| line.starts_with(one)))
}

/// What the commands of a run are given.
pub(crate) struct Named {
    pub(crate) finding: String,
    pub(crate) key: String,
    pub(crate) trackers: String,
    pub(crate) rivals: String,
    pub(crate) backup: String,
    pub(crate) deals: String,
    pub(crate) exported: String,
}

/// A file with one deal of this name.
pub(crate) fn deals_of(name: &str) -> String {
    format!(
        "deal_id,account,name,stage,amount,currency,close_date,created,owner_email,closed_on\n\
         006A,Fox Ltd,{name},Discovery,90000,EUR,2026-12-20,2026-01-02,,\n"
    )
}

/// Commands over calls 1 and 2 of the folder `calls`, in an order that goes, with the records that
/// each leaves.
#[expect(clippy::too_many_lines, reason = "one line for each command")]
pub(crate) fn steps(named: &Named) -> Vec<(String, &'static [&'static str])> {
    let Named {
        finding,
        key,
        trackers,
        rivals,
        backup,
        deals,
        exported,
    } = named;
    vec![
        ("import calls".to_owned(), &["import intent", "import ok"]),
        ("sync".to_owned(), &["sync intent", "sync ok"]),
        ("doctor".to_owned(), &["gong."]),
        ("search narwhal".to_owned(), &["search ok"]),
        ("ask narwhal".to_owned(), &["ask ok"]),
        ("show 1".to_owned(), &["show ok 1"]),
        (
            format!("export transcripts --out {exported}"),
            &["show ok 1", "export ok"],
        ),
        ("insights 1".to_owned(), &["analyse_call ok 1"]),
        ("summary 1".to_owned(), &["analyse_call ok 1"]),
        ("summary 1 --prose".to_owned(), &["prose "]),
        ("insights stats".to_owned(), &["analyse_call ok"]),
        (format!("insights replay {finding}"), &["findings ok 1"]),
        (
            format!("insights label {finding} right"),
            &["findings_label intent 1", "findings_label ok 1"],
        ),
        (
            "insights missed 1 0.0 pricing".to_owned(),
            &["findings_label intent 1", "findings_label ok 1"],
        ),
        (format!("trackers test {trackers}"), &["trackers_test ok"]),
        (
            format!("trackers save {trackers}"),
            &["trackers_save intent", "trackers_save ok"],
        ),
        ("trackers list".to_owned(), &["trackers_list ok"]),
        (
            format!("trackers competitors {rivals}"),
            &["trackers_save intent", "trackers_save ok"],
        ),
        (
            format!("deals import {deals}"),
            &["deals_import intent", "deals_import ok"],
        ),
        ("deals list".to_owned(), &["deals ok"]),
        ("deals show salesforce:006A".to_owned(), &["deals ok"]),
        (
            "brief account them.example".to_owned(),
            &["accounts ok", "brief ok"],
        ),
        (
            "brief deal salesforce:006A".to_owned(),
            &["deals ok", "brief ok"],
        ),
        ("deals risk".to_owned(), &["risk ok"]),
        (
            "deals pin 1 salesforce:006A".to_owned(),
            &["deals_pin intent 1", "deals_pin ok 1"],
        ),
        (
            "deals unpin 1 salesforce:006A".to_owned(),
            &["deals_pin intent 1", "deals_pin ok 1"],
        ),
        ("pipeline".to_owned(), &["pipeline ok"]),
        ("forecast".to_owned(), &["forecast ok"]),
        ("competitors".to_owned(), &["competitors ok"]),
        ("coach nobody".to_owned(), &["coach not_found"]),
        ("accounts show them.example".to_owned(), &["accounts "]),
        (
            "accounts brief them.example".to_owned(),
            &["account_brief "],
        ),
        (
            "crm init".to_owned(),
            &["crm_init intent", "hubspot.", "crm_init ok"],
        ),
        (
            "crm read".to_owned(),
            &["deals_import intent", "hubspot.", "deals_import ok"],
        ),
        ("crm plan".to_owned(), &["hubspot.", "crm_plan ok"]),
        (
            "crm apply --yes".to_owned(),
            &["hubspot.", "crm_apply intent", "crm_apply ok"],
        ),
        ("crm status".to_owned(), &["crm_plan ok"]),
        (
            "crm undo nothing --yes".to_owned(),
            &["crm_undo intent", "crm_undo not_found"],
        ),
        ("reindex".to_owned(), &["reindex intent", "reindex ok"]),
        ("memory status".to_owned(), &["status ok"]),
        ("memory recall-check".to_owned(), &["reindex usage"]),
        (
            "memory migrate --to http://127.0.0.1:9".to_owned(),
            &["reindex intent", "reindex failed"],
        ),
        (
            "hold add case --call 2".to_owned(),
            &["legal_hold intent 2", "legal_hold held 2"],
        ),
        (
            "purge --call 2 --yes".to_owned(),
            &["purge intent 2", "purge failed 2"],
        ),
        ("hold list".to_owned(), &["legal_hold ok"]),
        (
            "hold release case".to_owned(),
            &["legal_hold intent", "legal_hold released"],
        ),
        (
            "purge --call 2 --yes".to_owned(),
            &["purge intent 2", "purge ok 2"],
        ),
        ("receipts".to_owned(), &["purge ok"]),
        (
            "auth keys create b --role rep --user 7".to_owned(),
            &["auth_keys created"],
        ),
        ("auth keys list".to_owned(), &["auth_keys ok"]),
        (format!("auth keys revoke {key}"), &["auth_keys revoked"]),
        ("audit verify".to_owned(), &["audit_verify ok"]),
        ("audit key".to_owned(), &["audit_key ok"]),
        ("audit checkpoint".to_owned(), &["audit_checkpoint ok"]),
        (
            "audit export --format ocsf".to_owned(),
            &["audit_export ok"],
        ),
        ("keys status".to_owned(), &["keys ok"]),
        (
            "keys rotate-kek".to_owned(),
            &["keys intent", "keys kek_rotated"],
        ),
        ("keys rotate-dek".to_owned(), &["keys intent", "keys ok"]),
        ("keys forget 00".to_owned(), &["keys intent"]),
        ("webhook keys".to_owned(), &["config ok"]),
        (
            "webhook test http://127.0.0.1:9/webhooks/gong".to_owned(),
            &["config intent", "config try_later"],
        ),
        ("dead list".to_owned(), &["status ok"]),
        ("dead show 77".to_owned(), &["status not_found"]),
        (
            "dead retry 77".to_owned(),
            &["dead_retry intent", "dead_retry not_found"],
        ),
        (
            "dead drop 77".to_owned(),
            &["dead_drop intent", "dead_drop not_found"],
        ),
        (
            "db migrate".to_owned(),
            &["db_migrate intent", "db_migrate ok"],
        ),
        (
            format!("db backup {backup}"),
            &["db_backup intent", "db_backup ok"],
        ),
        (format!("db restore {backup} --yes"), &["db_restore usage"]),
        (
            "db verify".to_owned(),
            &["db_backup intent", "db_backup ok"],
        ),
        ("db counts".to_owned(), &["status ok"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_recorded_with_how_it_ended() {
    let sim = Sim::builder()
        .world(World::generate(7, 3))
        .limits(Limits::off())
        .start()
        .await
        .expect("started");
    let hubspot = HubSpotSim::start(Portal::default()).await.expect("a port");
    let home = writes_to(Home::new().at(&sim), &hubspot);
    let said = [
        "What does the narwhal cost?",
        "I will send the narwhal by Friday.",
    ];
    write(&home.path("calls"), "1", &call("1", &said));
    write(&home.path("calls"), "2", &call("2", &said));
    home.ok(&["import", "calls"]).await;
    let insights = home.json(&["insights", "1"]).await;
    let finding = insights["findings"][0]["id"]
        .as_str()
        .expect("a finding")
        .to_owned();
    let key = home
        .json(&["auth", "keys", "create", "a", "--role", "viewer"])
        .await;
    let secret = key["secret"].as_str().expect("a secret");
    let key = secret.split('_').nth(1).expect("its id").to_owned();
    let tracker = r#"{"name": "whale", "keywords": ["narwhal"]}"#;
    fs::write(home.path("trackers"), tracker).expect("written");
    fs::write(home.path("rivals"), r#"{"name": "Whale Corp"}"#).expect("written");
    fs::write(home.path("deals.csv"), deals_of("Fox rollout")).expect("written");
    let trackers = home.path("trackers").display().to_string();
    let rivals = home.path("rivals").display().to_string();
    let backup = home.path("backup.sqlite").display().to_string();
    let steps = steps(&Named {
        finding,
        key,
        trackers,
        rivals,
        backup: backup.clone(),
        deals: home.path("deals.csv").display().to_string(),
        exported: home.path("exported.jsonl").display().to_string(),
    });
    let (_, mut seen) = told(&home, 0).await;
    for (step, wanted) in &steps {
        let arguments: Vec<&str> = step.split(' ').collect();
        home.run(&arguments).await;
        let (new, all) = told(&home, seen).await;
        assert!(stand_in(wanted, &new), "{step}: {new:?} lacks {wanted:?}");
        seen = all;
    }
    let receipts = home.json(&["receipts"]).await;
    assert_eq!(receipts["receipts"][0]["actor"], "local", "{receipts:#}");
    home.ok(&["db", "restore", &backup, "--replace", "--yes"])
        .await;
    let (restored, _) = told(&home, 0).await;
    assert!(
        stand_in(&["db_restore intent", "db_restore ok"], &restored),
        "{restored:?}"
    );

    for leaf in leaves(&home).await {
        let is = |command: &str| format!("{leaf} ").starts_with(&format!("{command} "));
        let is_elsewhere = ELSEWHERE.iter().any(|command| is(command));
        let is_held = leaf == "db restore"
            || steps
                .iter()
                .any(|(step, _)| format!("{step} ").starts_with(&format!("{leaf} ")));
        assert!(
            is_elsewhere || is_held,
            "nobody looks at what `{leaf}` records"
        );
    }
}
