//! Transcripts that attack, through plan and apply: nothing of them is active in HubSpot, and nothing
//! but our fields is changed.

use std::collections::BTreeMap;

use hubspot_sim::{HubSpotSim, Portal};
use narration::testing::{Attack, hostile};
use serde_json::json;

use super::{at, customer};
use crate::files::write;
use crate::hostile::attacked;

/// Fields of HubSpot's own that a record of ours has.
const OWN: [&str; 9] = [
    "hs_call_title",
    "hs_call_body",
    "hs_timestamp",
    "hs_call_duration",
    "hs_call_direction",
    "hs_call_recording_url",
    "hs_task_subject",
    "hs_task_body",
    "gong_call_id",
];

/// What people's records hold, without our fields.
fn of_people(sim: &HubSpotSim) -> BTreeMap<String, Vec<String>> {
    let portal = sim.portal();
    let mut held = BTreeMap::new();
    for (kind, fields) in [
        (
            "deals",
            &[
                "dealname",
                "dealstage",
                "amount",
                "closedate",
                "createdate",
                "pipeline",
                "hubspot_owner_id",
            ][..],
        ),
        ("contacts", &["email", "hubspot_owner_id"]),
        ("companies", &["domain", "name", "hubspot_owner_id"]),
    ] {
        for object in portal.objects(kind) {
            let values = fields.iter().map(|field| object.get(field).to_owned());
            held.insert(format!("{kind} {}", object.id()), values.collect());
        }
    }
    held
}

/// Whether a text that was sent could do more than be read.
fn check(what: &str, text: &str) {
    let lower = text.to_lowercase();
    let mut bare = lower.clone();
    for markup in [
        "<p>",
        "</p>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<blockquote>",
        "</blockquote>",
        "</a>",
        "<a href=\"https://app.gong.io/call?id=",
    ] {
        bare = bare.replace(markup, "");
    }
    // What is left of our links is their end.
    bare = bare.replace("\">listen", "");
    if !bare.starts_with("https://app.gong.io/call?id=") {
        assert!(
            !bare.contains("http://") && !bare.contains("https://"),
            "{what}: {text}"
        );
    }
    for active in ["](http", "\u{1b}"] {
        assert!(!bare.contains(active), "{what} {active}: {text}");
    }
    let opens = |(at, _): (usize, &str)| {
        let next = bare.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| next.is_ascii_alphabetic() || "/!?".contains(next))
    };
    assert!(!bare.match_indices('<').any(opens), "{what}: {text}");
    let hidden = |char: char| {
        (char.is_control() && char != '\n')
            || ('\u{200b}'..='\u{200f}').contains(&char)
            || ('\u{202a}'..='\u{202e}').contains(&char)
            || ('\u{2066}'..='\u{2069}').contains(&char)
    };
    assert!(!text.contains(hidden), "{what}: {text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_transcripts_are_plain_words_in_hubspot_and_change_nothing_of_people_s() {
    let mut portal = Portal::default();
    customer(&mut portal, "them.example");
    let (sim, home) = at(portal).await;
    let mut attacks = hostile();
    let len = attacks.len();
    assert!(len >= 40, "only {len} attacks");
    attacks.push(Attack::new(
        "an address",
        &["See http://127.0.0.1:9/prices for our prices."],
        "http://127.0.0.1:9/prices",
    ));
    for (number, attack) in attacks.iter().enumerate() {
        let id = number.to_string();
        let mut file = attacked(&id, attack.said);
        // The words are in a next step and in an objection, too, and the title is an attack as well.
        let words = attack.said.join(" ");
        file["callTranscript"]["transcript"][4]["sentences"][0]["text"] =
            json!(format!("I'll send you the order form on Friday: {words}"));
        file["callTranscript"]["transcript"][1]["sentences"][0]["text"] =
            json!(format!("That is too expensive for us: {words}"));
        file["call"]["metaData"]["title"] = json!(format!("{words} <img src=x onerror=alert(1)>"));
        write(&home.path("calls"), &id, &file);
    }
    home.ok(&["import", "calls"]).await;
    home.ok(&["crm", "init"]).await;
    let before = of_people(&sim);

    let plan = home.json(&["crm", "plan"]).await;
    let mut sent = 0;
    for line in plan["lines"].as_array().expect("lines") {
        for field in line["fields"].as_array().expect("fields") {
            check("a plan", field["to"].as_str().expect("text"));
            sent += 1;
        }
    }
    let table = home.ok(&["crm", "plan"]).await.stdout;
    assert!(
        !table.contains(|char: char| char.is_control() && char != '\n'),
        "{table:?}"
    );
    let applied = home.json(&["crm", "apply", "--yes"]).await;

    assert_eq!(applied["failed"], json!({}), "{applied}");
    assert_eq!(
        of_people(&sim),
        before,
        "nothing but our fields was changed"
    );
    let portal = sim.portal();
    let calls = portal.objects("calls");
    assert_eq!(calls.len(), attacks.len());
    let mut with_words = 0;
    for record in calls.iter().chain(&portal.objects("tasks")) {
        for field in OWN.iter().chain(&[
            "ci_next_steps",
            "ci_objections",
            "ci_competitors",
            "ci_evidence_url",
            "ci_talk_ratio",
        ]) {
            check(field, record.get(field));
        }
        with_words += usize::from(record.get("ci_next_steps").contains("order form"));
    }
    assert!(
        with_words > attacks.len() / 2,
        "the words did arrive: {with_words}"
    );
    for deal in portal.objects("deals") {
        for field in [
            "ci_warnings",
            "ci_top_reasons",
            "ci_competitors",
            "ci_last_call_at",
        ] {
            check(field, deal.get(field));
        }
    }
    println!(
        "{} attacks, {sent} values, {with_words} calls with their words",
        attacks.len()
    );
}
