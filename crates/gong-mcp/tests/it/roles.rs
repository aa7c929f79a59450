//! Who may use which tools, and what is left of an answer for who may not read words.

use serde_json::{Value, json};

use crate::company::{ACCOUNT, DEAL, RIVAL, company};
use crate::office::{Client, LARGEST, OTHER, Office};

/// Words that stand in calls, titles and trackers of the office.
const WORDS: [&str; 5] = [
    "narwhal",
    "expensive",
    "contract",
    "Tracker with",
    "A brief",
];

async fn tools(client: &mut Client) -> Vec<String> {
    let listed = client.ask("tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().expect("tools");
    let names = tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name"));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn each_role_sees_the_tools_that_it_may_use() {
    let office = Office::new().await;
    let all: Vec<String> = tools(&mut office.client().await).await;
    assert_eq!(all.len(), 15);
    let without = |left_out: &[&str]| -> Vec<String> {
        let kept = all.iter().filter(|name| !left_out.contains(&name.as_str()));
        kept.cloned().collect()
    };
    let words = ["ask_calls", "get_transcript", "search_calls"];
    for (role, user, wanted) in [
        ("admin", None, all.clone()),
        ("manager", Some("7"), without(&["sync_calls"])),
        ("rep", Some("7"), without(&["sync_calls"])),
        (
            "viewer",
            None,
            without(&[&words[..], &["coach_rep", "sync_calls"]].concat()),
        ),
        ("auditor", None, Vec::new()),
        ("service", None, vec!["sync_calls".to_owned()]),
    ] {
        let server = office.server_for(role, user).await;
        let mut client = Client::greeting(server).await;
        assert_eq!(tools(&mut client).await, wanted, "{role}");
        client.end().await;
    }
}

#[tokio::test]
async fn who_may_not_read_words_gets_kinds_places_and_figures() {
    let office = Office::new().await;
    let trackers = office.path().join("trackers.jsonl");
    let line = json!({"tracker_id": "t", "name": "Tracker with a secret", "keywords": ["budget"]});
    std::fs::write(&trackers, line.to_string()).expect("written");
    office.app().save_trackers(&trackers).await.expect("saved");
    let mut admin = office.client().await;
    let mut viewer = Client::greeting(office.server_for("viewer", None).await).await;

    for (tool, arguments) in [
        ("analyze_call", json!({"call_id": OTHER, "detail": "full"})),
        (
            "analyze_call",
            json!({"call_id": LARGEST, "detail": "full"}),
        ),
        ("call_statistics", json!({})),
        ("list_trackers", json!({})),
        ("get_call", json!({"call_id": LARGEST})),
        ("list_calls", json!({})),
    ] {
        let said = admin.ok(tool, arguments.clone()).await.to_string();
        assert!(
            WORDS.iter().any(|word| said.contains(word)),
            "{tool}: {said}"
        );
        let told = viewer.ok(tool, arguments).await.to_string();
        for word in WORDS {
            assert!(!told.contains(word), "{tool}: {word} in {told}");
        }
    }
    let found = viewer.ok("analyze_call", json!({"call_id": OTHER})).await;
    let said = found["findings"].as_array().expect("findings").iter();
    let said = said.clone().find(|one| one["at"] == "1.0");
    let said = said.unwrap_or_else(|| panic!("too expensive: {found}"));
    assert_eq!(
        (&said["at"], &said["side"]),
        (&json!("1.0"), &json!("theirs"))
    );
    assert!(said.get("quote").is_none() && said.get("speaker").is_none());
    let listed = viewer.ok("list_trackers", json!({})).await;
    assert_eq!(listed["trackers"][0]["kind"], "keywords");
    assert!(listed["trackers"][0].get("name").is_none());
    admin.end().await;
    viewer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_shown_without_words_to_a_viewer_and_to_a_rep_the_own_ones_only() {
    let office = company().await;
    let mut viewer = Client::greeting(office.server_for("viewer", None).await).await;
    for (tool, arguments) in [
        ("deal_risk", json!({"deal": DEAL, "detail": "full"})),
        (
            "competitor_mentions",
            json!({"competitor": RIVAL, "detail": "full"}),
        ),
        (
            "account_brief",
            json!({"account": ACCOUNT, "detail": "full"}),
        ),
    ] {
        let told = viewer.ok(tool, arguments).await;
        assert!(told.to_string().contains("start_ms"), "{tool}: {told}");
        no_words(&told, tool);
    }
    viewer.end().await;

    // A rep of calls about no deal: there are no deals, accounts or choices of others.
    let mut rep = Client::greeting(office.server_for("rep", Some("81")).await).await;
    let own = rep.ok("deal_risk", json!({})).await;
    assert_eq!(
        (&own["deals"], &own["page"]["total"]),
        (&json!([]), &json!(0))
    );
    assert_eq!(own["coverage"]["calls_considered"], 10);
    let open = rep.ok("pipeline_insights", json!({})).await;
    assert_eq!(
        (&open["deals"], &open["currencies"][0]["open"]["deals"]),
        (&json!([]), &json!(0))
    );
    for (tool, hidden, missing) in [
        (
            "deal_risk",
            json!({"deal": DEAL}),
            json!({"deal": "salesforce:NONE"}),
        ),
        (
            "deal_risk",
            json!({"account": ACCOUNT}),
            json!({"account": "Nobody Ltd"}),
        ),
        (
            "account_brief",
            json!({"account": "LARGEST-A"}),
            json!({"account": "NONE-A"}),
        ),
        ("coach_rep", json!({"rep": "77"}), json!({"rep": "4711"})),
        ("coach_rep", json!({"rep": "Ada"}), json!({"rep": "Nobody"})),
        (
            "competitor_mentions",
            json!({"competitor": RIVAL}),
            json!({"competitor": "Nobody"}),
        ),
    ] {
        let told = rep.refused(tool, hidden.clone()).await;
        assert_eq!(told, rep.refused(tool, missing).await, "{tool} {hidden}");
    }
    let complete = json!({
        "ref": {"type": "ref/prompt", "name": "prep_for_call"},
        "argument": {"name": "account", "value": "LARGEST"}
    });
    let mut admin = office.client().await;
    for (client, wanted) in [(&mut admin, json!(["LARGEST-A"])), (&mut rep, json!([]))] {
        let answer = client.ask("completion/complete", complete.clone()).await;
        assert_eq!(answer["result"]["completion"]["values"], wanted);
    }
    admin.end().await;
    rep.end().await;
}

/// No field for words is left.
fn no_words(value: &Value, place: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                assert!(
                    !["quote", "speaker", "title", "said_before"].contains(&name.as_str())
                        || place.ends_with("people"),
                    "{place}: {name} is there"
                );
                no_words(field, &format!("{place}.{name}"));
            }
        }
        Value::Array(values) => values.iter().for_each(|value| no_words(value, place)),
        _ => {}
    }
}

#[tokio::test]
async fn prompts_resources_and_completions_are_those_of_the_role() {
    let office = Office::new().await;
    let rivals = office.path().join("rivals.jsonl");
    let line = json!({"name": RIVAL, "aliases": []});
    std::fs::write(&rivals, line.to_string()).expect("written");
    office
        .app()
        .watch_competitors(&rivals)
        .await
        .expect("watched");
    let mut viewer = Client::greeting(office.server_for("viewer", None).await).await;
    let mut rep = Client::greeting(office.server_for("rep", Some("8")).await).await;
    let names = |listed: &Value, of: &str| -> Vec<String> {
        let listed = listed["result"][of].as_array().expect("a list").iter();
        let names = listed.map(|one| one["name"].as_str().expect("a name"));
        names.map(str::to_owned).collect()
    };

    let prompts = viewer.ask("prompts/list", json!({})).await;
    assert_eq!(names(&prompts, "prompts"), ["weekly_pipeline_review"]);
    let prompts = rep.ask("prompts/list", json!({})).await;
    assert_eq!(names(&prompts, "prompts").len(), 4);
    let hidden = json!({"name": "coach_my_call", "arguments": {"call_id": OTHER}});
    let hidden = viewer.ask("prompts/get", hidden).await;
    assert_eq!(hidden["error"]["code"], -32602);
    let templates = viewer.ask("resources/templates/list", json!({})).await;
    assert_eq!(
        names(&templates, "resourceTemplates"),
        ["account", "call", "rep"]
    );
    let resources = rep.ask("resources/list", json!({})).await;
    assert_eq!(names(&resources, "resources"), [format!("call {OTHER}")]);

    let of_prompt = |name: &str, argument: &str| json!({"ref": {"type": "ref/prompt", "name": name}, "argument": {"name": argument, "value": ""}});
    let calls = rep
        .ask("completion/complete", of_prompt("coach_my_call", "call_id"))
        .await;
    assert_eq!(calls["result"]["completion"]["values"], json!([OTHER]));
    let watched = of_prompt("competitive_battlecard", "competitor");
    let watched = rep.ask("completion/complete", watched).await;
    assert_eq!(watched["result"]["completion"]["values"], json!([RIVAL]));
    let people = json!({
        "ref": {"type": "ref/resource", "uri": "gong://reps/{rep}"},
        "argument": {"name": "rep", "value": "ad"}
    });
    let people = rep.ask("completion/complete", people).await;
    assert_eq!(
        people["result"]["completion"]["values"],
        json!(["Adam Sample"])
    );
    viewer.end().await;
    rep.end().await;
}
