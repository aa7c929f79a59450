//! The CRM through the commands, against a HubSpot that is pretended: planned, written, left alone,
//! taken back.

mod attacked;
mod killed;
mod purged;
mod read;
mod refused;
mod requests;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use gong_sim::{Limits, Sim, World};
use hubspot_sim::{HubSpotSim, Portal};
use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;
use crate::process::Process;

const STEP: &str = "I will send you the order form by Friday.";

/// A customer with a contact and a deal that is open in March 2026; the deal's id.
pub(crate) fn customer(portal: &mut Portal, domain: &str) -> String {
    let company = portal.add("companies", &[("domain", domain), ("name", domain)]);
    let email = format!("bo@{domain}");
    let contact = portal.add("contacts", &[("email", &email)]);
    let deal = portal.add(
        "deals",
        &[
            ("dealname", "Fox"),
            ("dealstage", "demo"),
            ("amount", "100"),
            ("closedate", "2026-05-01T00:00:00Z"),
            ("createdate", "2026-02-01T00:00:00Z"),
        ],
    );
    portal.link(("contacts", &contact), ("companies", &company));
    portal.link(("companies", &company), ("deals", &deal));
    portal.link(("contacts", &contact), ("deals", &deal));
    deal
}

/// A call with somebody at an address.
fn call_with(id: &str, email: &str, said: &[&str]) -> Value {
    let mut call = call(id, said);
    call["call"]["parties"][1]["emailAddress"] = email.into();
    call
}

/// A home that may write to a portal.
async fn at(portal: Portal) -> (HubSpotSim, Home) {
    let sim = HubSpotSim::start(portal).await.expect("a free port");
    let home = writes_to(Home::new(), &sim);
    (sim, home)
}

pub(crate) fn writes_to(home: Home, sim: &HubSpotSim) -> Home {
    home.set("HUBSPOT_ACCESS_TOKEN", sim.token())
        .set("GONGKIT__CRM__BASE_URL", sim.base_url())
        .set("GONGKIT__CRM__REQUESTS_PER_TEN_SECONDS", "10000")
}

/// Four calls: with a contact, with a stranger of a known company, with a stranger, and a private one.
fn four_calls(home: &Home) {
    let folder = home.path("calls");
    let said = ["How is it going?", "Fine.", STEP];
    write(&folder, "1", &call_with("1", "bo@fox.example", &said));
    write(&folder, "2", &call_with("2", "new@fox.example", &said));
    write(&folder, "3", &call_with("3", "somebody@gmail.com", &said));
    let mut private = call_with("4", "bo@fox.example", &said);
    private["call"]["metaData"]["isPrivate"] = true.into();
    write(&folder, "4", &private);
}

/// Everything in HubSpot, without ids that are drawn and times of its clock.
fn state(sim: &HubSpotSim) -> BTreeSet<String> {
    let portal = sim.portal();
    let mut state = BTreeSet::new();
    for (kind, key, fields) in [
        (
            "calls",
            "gong_call_id",
            &[
                "hs_call_title",
                "hs_call_body",
                "hs_timestamp",
                "ci_hash",
                "ci_next_steps",
                "ci_talk_ratio",
                "ci_evidence_url",
            ][..],
        ),
        ("tasks", "ci_key", &["hs_task_subject", "hs_task_body"]),
        (
            "deals",
            "dealname",
            &[
                "dealstage",
                "amount",
                "closedate",
                "ci_warnings",
                "ci_last_call_at",
                "ci_competitors",
            ],
        ),
        ("contacts", "email", &[]),
        ("companies", "domain", &[]),
    ] {
        for object in portal.objects(kind) {
            let shown: Vec<&str> = fields.iter().map(|field| object.get(field)).collect();
            let linked: Vec<Vec<String>> = ["deals", "contacts", "companies"]
                .iter()
                .map(|to| portal.linked(kind, &object.id(), to))
                .collect();
            let is_ours = matches!(kind, "calls" | "tasks");
            let links = if is_ours { linked } else { Vec::new() };
            let line = format!("{kind} {} {shown:?} {links:?}", object.get(key));
            assert!(state.insert(line.clone()) || !is_ours, "twice: {line}");
        }
    }
    state
}

fn actions(plan: &Value) -> BTreeSet<String> {
    let lines = plan["lines"].as_array().expect("lines").iter();
    lines
        .map(|line| {
            let text = |name: &str| line[name].as_str().expect("text").to_owned();
            format!("{} {}", text("action"), text("subject"))
        })
        .collect()
}

/// Calls 1 and 2 stand in the portal with what was found in them, linked to the deal.
fn two_calls_are_written(sim: &HubSpotSim, deal: &str) {
    let portal = sim.portal();
    let calls = portal.objects("calls");
    assert_eq!(calls.len(), 2);
    for call in &calls {
        assert_eq!(portal.linked("calls", &call.id(), "deals"), [deal]);
        assert!(call.get("ci_next_steps").contains(STEP), "{call:?}");
        let body = call.get("hs_call_body");
        assert!(body.contains("https://app.gong.io/call?id="), "{body}");
    }
    let told = portal.object("deals", deal).expect("there");
    assert_eq!(told.get("ci_last_call_at"), "2026-03-02T10:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_only_reads_and_what_is_applied_is_written_once_and_taken_back() {
    let mut portal = Portal::default();
    let deal = customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    let home = home.set("GONGKIT__PRIVACY__PRIVATE_CALLS", "store");
    four_calls(&home);
    home.ok(&["import", "calls"]).await;
    let before = state(&sim);

    let unprepared = home.run(&["crm", "plan"]).await;
    assert_eq!(unprepared.code, 3, "{}", unprepared.stderr);
    assert!(unprepared.stderr.contains("hint: run `gongkit crm init`"));
    assert_eq!(sim.writes(), 0);
    let made = home.json(&["crm", "init"]).await;
    assert_eq!(made["made"].as_array().map(Vec::len), Some(15), "{made}");
    assert_eq!(made["has_unique_calls"], true);
    let again = home.json(&["crm", "init"]).await;
    assert_eq!(again["made"], json!([]));

    let written = sim.writes();
    let plan = home.json(&["crm", "plan", "--out", "plan.jsonl"]).await;
    assert_eq!(sim.writes(), written, "a plan writes nothing");
    let expected = [
        "create call/1".to_owned(),
        "create call/2".to_owned(),
        format!("change deal/{deal}"),
    ];
    assert_eq!(actions(&plan), expected.into());
    assert_eq!(plan["calls"], 3, "a private call has no part in it");
    assert_eq!(plan["unmatched"][0]["call"], "3");
    let file = home.path("plan.jsonl");
    let mode = fs::metadata(&file).expect("written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let lines = fs::read_to_string(&file).expect("text");
    assert_eq!(lines.lines().count(), 4);
    assert!(lines.contains(STEP), "{lines}");
    assert_eq!(
        home.run(&["crm", "plan", "--out", "plan.jsonl"]).await.code,
        2
    );
    let table = home.ok(&["crm", "plan"]).await.stdout;
    assert!(
        table.contains("create") && table.contains("call/1"),
        "{table}"
    );
    let refused = home.run(&["crm", "apply"]).await;
    assert_eq!(refused.code, 2, "nobody can be asked: {}", refused.stderr);
    assert_eq!((sim.writes(), state(&sim)), (written, before.clone()));

    let first = home.json(&["crm", "apply", "--yes"]).await;
    assert_eq!(
        (&first["made"], &first["changed"]),
        (&json!(2), &json!(1)),
        "{first}"
    );
    let held = state(&sim);
    two_calls_are_written(&sim, &deal);
    let written = sim.writes();
    let second = home.json(&["crm", "apply", "--yes"]).await;
    assert_eq!(
        (&second["made"], &second["changed"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(
        (sim.writes(), state(&sim)),
        (written, held),
        "a second run writes nothing"
    );

    let run = first["run"].as_str().expect("a name");
    let status = home.json(&["crm", "status"]).await;
    assert_eq!(status["runs"][0]["run"], run);
    assert_eq!(status["runs"][0]["records"]["done"], 3, "{status}");
    assert!(status["requests"].as_u64() > Some(20), "{status}");
    assert_eq!(home.run(&["crm", "undo", "none", "--yes"]).await.code, 4);
    home.ok(&["crm", "undo", run, "--yes"]).await;
    assert_eq!(state(&sim), before, "undone");
    let undone = home.json(&["crm", "plan"]).await;
    let expected: BTreeSet<String> = [
        "undone call/1".to_owned(),
        "undone call/2".to_owned(),
        format!("undone deal/{deal}"),
    ]
    .into();
    assert_eq!(actions(&undone), expected, "and stays so");
    home.ok(&["audit", "verify"]).await;
    let log = home.ok(&["audit", "export"]).await.stdout;
    let of_hubspot = log.lines().filter(|line| line.contains("\"hubspot."));
    let (intents, outcomes): (Vec<&str>, Vec<&str>) =
        of_hubspot.partition(|line| line.contains("\"outcome\":\"intent\""));
    assert_eq!(
        intents.len(),
        sim.asked().len(),
        "each request is told before it is sent"
    );
    assert_eq!(outcomes.len(), intents.len(), "and each has its outcome");
    assert!(!log.contains("order form") && !log.contains(sim.token()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_wrote_survives_ten_runs_and_what_he_deleted_stays_deleted() {
    let mut portal = Portal::default();
    let deal = customer(&mut portal, "fox.example");
    let (sim, home) = at(portal).await;
    let said = |round: usize| format!("I will send you draft {round} by Friday.");
    let bring = async |round: usize| {
        for id in ["1", "2"] {
            let said = ["How is it going?", "Fine.", &said(round)];
            write(
                &home.path("calls"),
                id,
                &call_with(id, "bo@fox.example", &said),
            );
        }
        home.ok(&["import", "calls"]).await;
    };
    bring(0).await;
    home.ok(&["crm", "init"]).await;
    home.ok(&["crm", "apply", "--yes"]).await;
    let record = |call: &str| {
        let portal = sim.portal();
        let mut calls = portal.objects("calls").into_iter();
        let found = calls.find(|one| one.get("gong_call_id") == call);
        found.expect("written").id()
    };
    let (edited, deleted) = (record("1"), record("2"));
    sim.portal()
        .edit("calls", &edited, "ci_next_steps", "a person's");
    sim.portal()
        .edit("deals", &deal, "ci_competitors", "a person's, too");
    sim.portal().delete("calls", &deleted);

    for round in 1..=10 {
        bring(round).await;
        home.ok(&["crm", "apply", "--yes"]).await;
    }

    let portal = sim.portal();
    let call = portal.object("calls", &edited).expect("there");
    assert_eq!(call.get("ci_next_steps"), "a person's");
    assert!(
        call.get("hs_call_body").contains(&said(10)),
        "what is ours is kept up to date"
    );
    assert_eq!(portal.objects("calls").len(), 1);
    let told = portal.object("deals", &deal).expect("there");
    assert_eq!(told.get("ci_competitors"), "a person's, too");
    for (field, value) in [("dealstage", "demo"), ("amount", "100")] {
        assert_eq!(told.get(field), value);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_wins_and_what_cannot_be_told_is_left_to_a_person() {
    let mut portal = Portal::default();
    let deal = customer(&mut portal, "fox.example");
    let other = portal.add(
        "deals",
        &[
            ("dealname", "Owl"),
            ("dealstage", "demo"),
            ("createdate", "2026-02-02T00:00:00Z"),
        ],
    );
    let owl = portal.add("companies", &[("domain", "owl.example")]);
    portal.link(("companies", &owl), ("deals", &other));
    let person = portal.add("contacts", &[("email", "eve@owl.example")]);
    portal.link(("contacts", &person), ("companies", &owl));
    let (sim, home) = at(portal).await;
    let said = ["How is it going?", "Fine.", STEP];
    let mut both = call_with("1", "bo@fox.example", &said);
    let mut second = both["call"]["parties"][1].clone();
    second["id"] = "p3".into();
    second["speakerId"] = "s3".into();
    second["emailAddress"] = "eve@owl.example".into();
    both["call"]["parties"]
        .as_array_mut()
        .expect("a list")
        .push(second);
    write(&home.path("calls"), "1", &both);
    let mut pinned = call_with("2", "bo@fox.example", &said);
    let field = |name: &str, value: &str| json!({ "name": name, "value": value });
    pinned["call"]["context"] = json!([{ "system": "HubSpot", "objects": [
        { "objectType": "Deal", "objectId": other, "timing": "TimeOfCall",
          "fields": [field("Name", "Owl"), field("StageName", "Demo")] } ] }]);
    write(&home.path("calls"), "2", &pinned);
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;

    let plan = home.json(&["crm", "plan"]).await;
    let deals_of = |plan: &Value, call: &str| -> Vec<String> {
        let lines = plan["lines"].as_array().expect("lines").iter();
        let mut lines = lines.filter(|line| line["subject"] == format!("call/{call}"));
        let links = lines.next().expect("planned")["links"].clone();
        let links = links.as_array().expect("a list").iter();
        let links = links.map(|link| link.as_str().expect("text").to_owned());
        links.filter(|link| link.starts_with("deal/")).collect()
    };
    // Deals of the contacts come first, and only one of them has any.
    assert_eq!(deals_of(&plan, "1"), [format!("deal/{deal}")]);
    assert_eq!(
        deals_of(&plan, "2"),
        [format!("deal/{other}")],
        "Gong's context names it"
    );

    sim.portal().link(("contacts", &person), ("deals", &other));
    let plan = home.json(&["crm", "plan"]).await;
    assert_eq!(deals_of(&plan, "1"), Vec::<String>::new());
    assert_eq!(
        plan["choices"][0]["why"], "deals_of_several_customers",
        "{plan}"
    );
    let named = format!("hubspot:{other}");
    home.ok(&["deals", "pin", "1", &named]).await;
    let plan = home.json(&["crm", "plan"]).await;
    assert_eq!(deals_of(&plan, "1"), [format!("deal/{other}")]);
    assert_eq!(plan["choices"], json!([]));
    let applied = home
        .json(&["crm", "apply", "--only", "call/1", "--yes"])
        .await;
    assert_eq!(
        (&applied["made"], &applied["changed"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(home.run(&["crm", "plan", "--only", "call/9"]).await.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_writes_by_itself_where_that_is_switched_on() {
    let mut portal = Portal::default();
    customer(&mut portal, "fox.example");
    let (hubspot, home) = at(portal).await;
    four_calls(&home);
    let world = World::from_dir(&home.path("calls")).expect("a world");
    let gong = Sim::builder()
        .world(world)
        .limits(Limits::off())
        .start()
        .await;
    let gong = gong.expect("started");
    let home = home.at(&gong);
    home.ok(&["sync"]).await;
    home.ok(&["crm", "init"]).await;
    let home = home.set("GONGKIT__CRM__CONTINUOUS", "yes");

    let worker = Process::start(&home, &["worker"]);
    worker
        .until("the calls are written", |_| {
            hubspot.portal().objects("calls").len() == 2
        })
        .await;
    worker
        .until("the run is known", |_| {
            let text = std::process::Command::output(&mut home.command(&["audit", "export"]));
            let text = String::from_utf8(text.expect("it runs").stdout).expect("text");
            text.lines()
                .any(|line| line.contains("\"crm_apply\"") && line.contains("\"ok\""))
        })
        .await;
    let done = worker.told_to_stop();

    assert_eq!(
        (&done["written"], &done["failures"]),
        (&json!(3), &json!(0)),
        "{done}"
    );
    let status = home.json(&["crm", "status"]).await;
    assert_eq!(status["is_continuous"], true);
    assert_eq!(status["runs"][0]["records"]["done"], 3);
    gong.shutdown().await;
}
