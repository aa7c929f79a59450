//! Transcripts that attack whoever reads them, through every tool: what comes out is words in fields for words, harmless
//! to a renderer, and no other field says anything else because of them.

use narration::testing::{Attack, hostile};
use serde_json::{Map, Value, json};

use crate::office::{Client, Office, call, turn};
use crate::schema::fits;

/// Fields that hold what somebody said or wrote.
const WORDS: [&str; 16] = [
    "quote",
    "text",
    "title",
    "name",
    "speaker",
    "account",
    "said_before",
    "gong_brief",
    "gong_outcome",
    "gong_key_points",
    "gong_trackers",
    "gong_topics",
    "owner",
    "tags",
    "rep",
    "stage_note",
];

/// A call of ordinary business in which this is said, and written into every field that people fill in.
fn said_on(id: &str, said: &[&str]) -> Value {
    let said: Vec<String> = said.iter().map(|text| (*text).to_owned()).collect();
    let all = said.join(" ");
    let turns = json!([
        turn("s1", 0, &["How is the month-end close going?".to_owned()]),
        turn(
            "s2",
            10_000,
            &["It takes nine days, that is too expensive for us.".to_owned()]
        ),
        turn("s2", 20_000, &said),
        turn(
            "s1",
            40_000,
            &["I will send you the order form on Friday.".to_owned()]
        ),
    ]);
    let field = |name: &str, value: Value| json!({"name": name, "value": value});
    let mut made = call(id, "7", &all, &turns);
    made["call"]["metaData"]["title"] = all.clone().into();
    made["call"]["parties"][1]["name"] = all.clone().into();
    made["call"]["parties"][1]["title"] = all.clone().into();
    made["call"]["content"] = json!({
        "brief": all, "keyPoints": [{"text": all}], "callOutcome": {"name": all},
        "trackers": [{"name": all, "count": 2}], "topics": [{"name": all, "duration": 60}],
    });
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

/// Every text of an answer, with the field that it stands in.
fn texts<'v>(value: &'v Value, field: &'v str, into: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) => into.push((field, text)),
        Value::Array(values) => values.iter().for_each(|one| texts(one, field, into)),
        Value::Object(fields) => fields.iter().for_each(|(name, one)| texts(one, name, into)),
        _ => {}
    }
}

fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Nothing in it is markup, a link, or hidden.
fn is_harmless(answer: &Value, place: &str) {
    let mut all = Vec::new();
    texts(answer, "", &mut all);
    for (field, text) in all {
        assert!(!text.contains(is_hidden), "{place}.{field}: {text:?}");
        if field == "url" {
            assert!(
                text.starts_with("https://app.gong.io/call?id="),
                "{place}: {text}"
            );
            continue;
        }
        let lower = text.to_lowercase();
        for markup in [
            "](",
            "][",
            "![",
            "://",
            "www.",
            "javascript:a",
            "data:t",
            "<script",
            "<img",
            "<span",
            "<form",
            "<|x",
        ] {
            assert!(
                !lower.contains(markup),
                "{place}.{field}: {markup} in {text}"
            );
        }
        let mut opened = text.match_indices('<').map(|(at, _)| &text[at + 1..]);
        assert!(
            !opened.any(|after| after
                .starts_with(|next: char| next.is_alphabetic() || "/!?".contains(next))),
            "{place}.{field}: {text}"
        );
    }
}

/// An answer without the words of people.
fn without_words(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().map(|(name, field)| {
                let is_words = WORDS.contains(&name.as_str());
                let field = if is_words {
                    json!("…")
                } else {
                    without_words(field)
                };
                (name.clone(), field)
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(values) => values.iter().map(without_words).collect(),
        other => other.clone(),
    }
}

/// An answer of a tool, which must be as declared and harmless.
async fn checked(client: &mut Client, tools: &[Value], tool: &str, arguments: Value) -> Value {
    let answer = client.ok(tool, arguments).await;
    let declared = tools.iter().find(|one| one["name"] == tool).expect(tool);
    fits(&answer, &declared["outputSchema"], tool);
    is_harmless(&answer, tool);
    answer
}

/// Asks every tool that speaks of one call about a call with an attack in it, and its plain twin.
async fn through_every_tool(
    client: &mut Client,
    tools: &[Value],
    attack: &Attack,
    (id, twin): (&str, &str),
) {
    for tool in ["get_call", "get_transcript"] {
        let told = checked(client, tools, tool, json!({"call_id": id})).await;
        assert!(
            told.to_string().contains("month-end") || tool == "get_call",
            "{}",
            attack.name
        );
        let plain = checked(client, tools, tool, json!({"call_id": twin})).await;
        let plain = without_words(&plain).to_string().replace(twin, id);
        assert_eq!(
            without_words(&told).to_string(),
            plain,
            "{}: {tool}",
            attack.name
        );
    }
    let said = attack.said.join(" ");
    let of_call = json!([id]);
    for (tool, arguments) in [
        ("analyze_call", json!({"call_id": id, "detail": "full"})),
        ("call_statistics", json!({"call_ids": of_call})),
        (
            "search_calls",
            json!({"query": said, "call_ids": of_call, "detail": "full"}),
        ),
        (
            "ask_calls",
            json!({"question": said, "call_ids": of_call, "limit": 10, "detail": "full"}),
        ),
        (
            "account_brief",
            json!({"account": format!("A{id}"), "detail": "full"}),
        ),
    ] {
        let told = checked(client, tools, tool, arguments).await;
        assert!(
            told.to_string().contains(id),
            "{}: {tool}: {told}",
            attack.name
        );
    }
    let risk = json!({"deal": format!("salesforce:{id}"), "detail": "full"});
    let risk = checked(client, tools, "deal_risk", risk).await;
    let deal = &risk["deals"][0];
    assert_eq!(
        (&deal["stage"], &deal["amount"], &deal["close_date"]),
        (
            &json!("Discovery"),
            &json!("84000.00 EUR"),
            &json!("2036-09-30")
        ),
        "{}",
        attack.name
    );
    let read = json!({"uri": format!("gong://calls/{id}/transcript")});
    let read = client.ask("resources/read", read).await;
    let text = read["result"]["contents"][0]["text"]
        .as_str()
        .expect("text");
    is_harmless(&serde_json::from_str(text).expect("JSON"), "resource");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_a_machine_comes_out_as_harmless_words_and_changes_no_field() {
    let attacks = hostile();
    assert!(attacks.len() >= 40);
    let office = Office::empty();
    let mut calls: Vec<(String, Value)> = Vec::new();
    for (at, attack) in attacks.iter().enumerate() {
        let plain: Vec<&str> = attack.said.iter().map(|_| "We spoke of rope").collect();
        for (id, said) in [(6_000 + at, attack.said), (7_000 + at, plain.as_slice())] {
            let id = id.to_string();
            calls.push((id.clone(), said_on(&id, said)));
        }
    }
    let calls: Vec<(&str, Value)> = calls
        .iter()
        .map(|(id, call)| (id.as_str(), call.clone()))
        .collect();
    office.import(&calls).await;
    let mut client = office.client().await;
    let listed = client.ask("tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().expect("tools").clone();

    for (at, attack) in attacks.iter().enumerate() {
        let (id, twin) = ((6_000 + at).to_string(), (7_000 + at).to_string());
        through_every_tool(&mut client, &tools, attack, (&id, &twin)).await;
    }

    for (tool, arguments) in [
        ("coach_rep", json!({"rep": "7", "detail": "full"})),
        ("competitor_mentions", json!({"detail": "full"})),
        ("index_status", json!({})),
        ("list_calls", json!({"limit": 100})),
        ("list_trackers", json!({})),
    ] {
        checked(&mut client, &tools, tool, arguments).await;
    }
    let mut cursor = Value::Null;
    let mut deals = 0;
    while let Some(page) = Some(
        checked(
            &mut client,
            &tools,
            "pipeline_insights",
            json!({"limit": 50, "cursor": cursor, "detail": "full"}),
        )
        .await,
    ) {
        for deal in page["deals"].as_array().expect("deals") {
            assert_eq!(
                (&deal["stage"], &deal["amount"]),
                (&json!("Discovery"), &json!("84000.00 EUR"))
            );
            deals += 1;
        }
        match page["page"].get("next_cursor") {
            Some(next) => cursor = next.clone(),
            None => break,
        }
    }
    assert_eq!(deals, 2 * attacks.len());
    let resources = client.ask("resources/list", json!({})).await;
    let resources = resources["result"]["resources"]
        .as_array()
        .expect("a list")
        .iter();
    for resource in resources {
        is_harmless(&json!({"title": resource["title"]}), "resources/list");
    }
    client.end().await;
}
