//! Titles, names and transcripts that attack whoever reads them come out as text.

use narration::testing::hostile;
use serde_json::{Value, json};

use crate::office::{Office, call, turn};

/// What would run, load or break out if it stood in a page as it was said.
const MARKUP: [&str; 3] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE calls; -- =HYPERLINK(\"https://evil.example\")",
];

fn said_on(id: &str, said: &[&str]) -> Value {
    let all = said.join(" ");
    let turns = json!([
        turn("s1", 0, &["How is the month-end close going?"]),
        turn(
            "s2",
            10_000,
            &["It takes nine days, that is too expensive for us."]
        ),
        turn("s2", 20_000, said),
        turn("s1", 60_000, &["I will send you the order form on Friday."]),
    ]);
    let field = |name: &str, value: Value| json!({"name": name, "value": value});
    let mut made = call(id, "7", &all, &turns);
    made["call"]["metaData"]["title"] = all.clone().into();
    made["call"]["parties"][1]["name"] = all.clone().into();
    made["call"]["parties"][1]["title"] = all.clone().into();
    made["call"]["context"] = json!([{"system": "Salesforce", "objects": [
        {"objectType": "Account", "objectId": format!("A{id}"), "timing": "TimeOfCall",
         "fields": [field("Name", json!(format!("{id} {all}")))]},
        {"objectType": "Opportunity", "objectId": id, "timing": "TimeOfCall", "fields": [
            field("Name", json!(all)), field("StageName", json!("Discovery")),
            field("Amount", json!(84000)), field("CurrencyIsoCode", json!("EUR")),
            field("CloseDate", json!("2036-09-30")) ]},
    ]}]);
    made
}

/// Every tag of a page, as it is written.
fn tags(page: &str) -> Vec<&str> {
    let opened = page.match_indices('<');
    let tag = |(at, _): (usize, &str)| page[at..].split('>').next();
    opened.filter_map(tag).collect()
}

/// What is said changes the words of a page, and no tag of it but for where it leads.
fn is_text(page: &str, name: &str, path: &str) {
    for tag in tags(page) {
        let lower = tag.to_lowercase();
        let kind = lower[1..].split([' ', '/']).next().unwrap_or_default();
        assert!(
            !["img", "iframe", "object", "embed", "base", "style"].contains(&kind),
            "{name} {path}: {tag}"
        );
        assert!(
            kind != "script" || lower.starts_with("<script src=\"/assets/"),
            "{name} {path}: {tag}"
        );
        for bad in [
            " onerror",
            " onload",
            " onclick",
            "javascript:",
            "href=\"data:t",
        ] {
            assert!(!lower.contains(bad), "{name} {path}: {tag}");
        }
        for address in lower.split("href=\"").skip(1) {
            let is_ours = address.starts_with('/')
                || address.starts_with('#')
                || address.starts_with("data:,\"")
                || address.starts_with("https://app.gong.io/call?id=");
            assert!(is_ours, "{name} {path}: {tag}");
        }
    }
    assert!(
        !page.contains(|one: char| matches!(one, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{1b}')),
        "{name} {path}: hidden characters"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_attack_is_shown_as_text_on_every_page() {
    let office = Office::empty();
    let attacks = hostile();
    let mut calls: Vec<(String, String, Value)> = Vec::new();
    for (at, attack) in attacks.iter().enumerate() {
        let id = (6_000 + at).to_string();
        calls.push((
            id.clone(),
            attack.name.to_owned(),
            said_on(&id, attack.said),
        ));
    }
    for (at, markup) in MARKUP.iter().enumerate() {
        let id = (8_000 + at).to_string();
        calls.push((id.clone(), (*markup).to_owned(), said_on(&id, &[markup])));
    }
    let named: Vec<(&str, Value)> = calls
        .iter()
        .map(|(id, _, call)| (id.as_str(), call.clone()))
        .collect();
    office.import(&named).await;
    let pages = office.pages().await;
    let mut admin = pages.admin().await;

    for (id, name, _) in &calls {
        for path in [
            format!("/call?id={id}"),
            format!("/deal?id=salesforce:{id}"),
            format!("/account?id=A{id}"),
        ] {
            let page = admin.page(&path).await;
            is_text(&page, name, &path);
        }
    }
    for path in [
        "/",
        "/?period=2026-Q1&as_of=2026-03-20",
        "/deals",
        "/calls",
        "/rep?id=7",
        "/search?q=month-end+close",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E&account=%22%3E%3Cimg%20src=x%3E",
        "/calls?kind=%22%3E%3Cimg%3E&period=%22%3E%3Cimg%3E",
        "/trackers?%22%3E%3Cimg%3E=1",
        "/newest",
    ] {
        let answer = admin.get(path).await;
        is_text(&answer.text, "all", path);
    }
    let csv = admin.page("/calls?format=csv").await;
    for line in csv.lines() {
        for cell in line.split(',') {
            let bare = cell.trim_matches('"');
            assert!(!bare.starts_with(['=', '+', '@']), "{line}");
        }
    }
    pages.end().await;
}
