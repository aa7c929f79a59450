//! Prose by a model through the commands: only what its sentences bear, marked, kept and recorded;
//! and nothing goes to any model that is not configured.

use std::fs;

use serde_json::{Value, json};

use crate::files::{call, write};
use crate::gongkit::Home;
use crate::model_server::{Model, ModelServer, claim};

const SAID: [&str; 5] = [
    "How is the month-end close going?",
    "It takes nine days and four people, every single month.",
    "What would you like to see change?",
    "We would need it under forty thousand dollars a year, Ada.",
    "I'll send you the order form on Friday.",
];

/// The call, in whose context a deal stands.
fn file(id: &str) -> Value {
    let mut file = call(id, &SAID);
    let field = |name: &str, value: Value| json!({ "name": name, "value": value });
    file["call"]["context"] = json!([{ "system": "Salesforce", "objects": [
        { "objectType": "Account", "objectId": "a1", "timing": "TimeOfCall",
          "fields": [field("Name", json!("Fox Ltd"))] },
        { "objectType": "Opportunity", "objectId": "006A", "timing": "TimeOfCall", "fields": [
            field("Name", json!("Fox rollout")), field("StageName", json!("Proposal")),
            field("Amount", json!(84000)), field("CurrencyIsoCode", json!("EUR")),
            field("CloseDate", json!("2026-04-30")) ] },
    ] }]);
    file
}

async fn home() -> Home {
    let home = Home::new();
    write(&home.path("calls"), "1", &file("1"));
    let other = ["The giraffe is tall.", "So it is, Bo."];
    let mut elsewhere = call("2", &other);
    elsewhere["call"]["parties"][1]["emailAddress"] = "eve@elsewhere.example".into();
    write(&home.path("calls"), "2", &elsewhere);
    home.ok(&["import", "calls"]).await;
    home
}

async fn with_model(server: &ModelServer) -> Home {
    home()
        .await
        .set("GONGKIT__LLM__PROVIDER", "openai")
        .set("GONGKIT__LLM__BASE_URL", &server.url())
        .set("GONGKIT__LLM__MODEL", "tiny")
}

/// What a model may say of the call, and what it may not.
fn claims() -> Vec<Value> {
    vec![
        claim("pain", "The close takes 9 days and 4 people.", "S2"),
        claim("pain", "The close takes 12 days and 4 people.", "S2"),
        claim("next_step", "We will send the order form on Friday.", "S5"),
    ]
}

fn texts(prose: &Value) -> Vec<&str> {
    let statements = prose["statements"].as_array().expect("a list");
    statements
        .iter()
        .map(|one| one["text"].as_str().expect("text"))
        .collect()
}

/// The records after so many.
async fn recorded(home: &Home) -> Vec<Value> {
    let export = home.ok(&["audit", "export"]).await.stdout;
    export
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_model_writes_of_a_call_is_checked_marked_kept_and_recorded() {
    let server = ModelServer::start(Model::Claims(claims())).await;
    let home = with_model(&server).await;
    let asked = ["summary", "1", "--prose", "--for", "customer-success"];

    let first = home.json(&asked).await;
    let shown = home.ok(&asked).await.stdout;
    let again = home.json(&asked).await;

    let prose = &first["prose"];
    assert_eq!(
        texts(prose),
        [
            "The close takes 9 days and 4 people.",
            "We will send the order form on Friday.",
        ]
    );
    assert_eq!(prose["statements"][0]["evidence"][0]["text"], SAID[1]);
    let url = prose["statements"][0]["evidence"][0]["url"].as_str();
    assert!(url.is_some_and(|url| url.starts_with("https://app.gong.io/")));
    assert_eq!(prose["dropped"], json!({"number": 1}), "{prose:#}");
    assert_eq!(
        (&prose["model"], &prose["claims"]),
        (&json!("tiny"), &json!(3))
    );
    assert_eq!(prose["audience"], "customer-success");
    assert_eq!(
        (&prose["is_kept"], &prose["is_redacted"]),
        (&json!(false), &json!(true))
    );
    assert!(shown.contains("Written by tiny on ") && shown.contains("1 of 3 claims dropped"));
    assert!(!shown.contains("12 days"), "{shown}");

    let arrived = server.arrived();
    assert_eq!(arrived.len(), 1, "the same is not asked twice");
    assert_eq!(
        (
            again["prose"]["is_kept"].as_bool(),
            texts(&again["prose"]).len()
        ),
        (Some(true), 2)
    );
    let day = |view: &Value| view["written"].as_str().map(|at| at[..10].to_owned());
    assert_eq!(day(&again["prose"]), day(prose));
    assert_eq!(again["prose"]["tokens_read"], 0);
    let sent = arrived[0].body.to_string();
    assert_eq!(arrived[0].path, "/v1/chat/completions");
    assert!(arrived[0].key.is_none() && !sent.contains("\"tools\""));
    for name in ["Ada", "Example", "Bo Sample"] {
        assert!(!sent.contains(name), "{name} was sent");
    }
    assert!(
        arrived[0]
            .data()
            .contains("under forty thousand dollars a year, Person_1.")
    );

    let records = recorded(&home).await;
    let of = |action: &str, outcome: &str| {
        records.iter().any(|one| {
            one["action"] == action && one["outcome"] == outcome && one["targets"] == "1"
        })
    };
    assert!(of("llm.openai", "intent") && of("llm.openai", "ok") && of("prose", "ok"));
    let about_model = records.iter().filter(|one| one["action"] == "llm.openai");
    assert!(about_model.clone().all(|one| one["params"] != ""));
    assert_eq!(about_model.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_unless_a_model_is_configured_and_every_view_works_without_one() {
    let server = ModelServer::start(Model::Claims(claims())).await;
    let home = home().await.set("GONGKIT__LLM__BASE_URL", &server.url());

    let summary = home.json(&["summary", "1"]).await;
    let refused = home.run(&["summary", "1", "--prose"]).await;
    let brief = home.json(&["brief", "deal", "salesforce:006A"]).await;
    let answer = home.json(&["ask", "what would you need it under"]).await;
    let doctor = home.run(&["doctor", "--json"]).await.json();

    assert!(
        summary["highlights"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    assert!(summary["prose"].is_null() && brief["prose"].is_null());
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.contains("no language model is configured"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("hint: set llm.provider"),
        "{}",
        refused.stderr
    );
    assert_eq!(
        (&brief["total_calls"], &brief["name"]),
        (&json!(1), &json!("Fox rollout"))
    );
    assert!(answer.get("prose").is_none());
    let checks = doctor["checks"].as_array().expect("a list");
    let of_llm = checks.iter().find(|check| check["id"] == "llm");
    assert_eq!(of_llm.map(|check| &check["status"]), Some(&json!("skip")));
    assert!(server.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_what_the_nearest_passages_bear_or_that_they_do_not_answer() {
    let price = "The customer needs it under $40,000 a year.";
    let server = ModelServer::start(Model::Claims(vec![claim("answer", price, "S4")])).await;
    let home = with_model(&server).await;
    let asked = ["ask", "what may it cost them", "--call", "1"];

    let answered = home.json(&asked).await;
    server.becomes(Model::Claims(Vec::new()));
    let other = ["ask", "do they like giraffes", "--call", "1"];
    let unanswered = home.json(&other).await;
    let shown = home.ok(&other).await.stdout;
    let alone = [
        "ask",
        "do they like zebras",
        "--call",
        "1",
        "--without-model",
    ];
    let without = home.json(&alone).await;

    assert_eq!(answered["standing"], "answered", "{answered:#}");
    assert_eq!(texts(&answered["prose"]), [price]);
    assert_eq!(
        answered["prose"]["statements"][0]["evidence"][0]["text"],
        SAID[3]
    );
    assert_ne!(unanswered["standing"], "answered");
    assert_eq!(texts(&unanswered["prose"]), [""; 0]);
    assert!(
        shown.contains("The model finds no answer in what it read."),
        "{shown}"
    );
    assert!(without.get("prose").is_none());
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 2);
    assert!(
        !arrived[0].data().contains("giraffe"),
        "only the call that was asked for is sent"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_tells_of_all_calls_and_may_name_what_the_crm_says() {
    let claims = vec![
        claim(
            "point",
            "The Fox rollout would have to stay under $40,000 a year.",
            "S4",
        ),
        claim(
            "point",
            "The Wolf rollout would have to stay under $40,000 a year.",
            "S4",
        ),
    ];
    let server = ModelServer::start(Model::Claims(claims)).await;
    let home = with_model(&server).await;

    let deal = home.json(&["brief", "deal", "salesforce:006A"]).await;
    let account = home.json(&["brief", "account", "Fox Ltd"]).await;
    let shown = home.ok(&["brief", "account", "a1"]).await.stdout;
    let alone = home
        .json(&["brief", "account", "a1", "--without-model"])
        .await;
    let nobody = home.run(&["brief", "account", "nobody"]).await;

    let told = ["The Fox rollout would have to stay under $40,000 a year."];
    for view in [&deal, &account] {
        assert_eq!(texts(&view["prose"]), told, "{view:#}");
        assert_eq!(view["prose"]["dropped"], json!({"name": 1}));
        assert_eq!(view["calls"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(
        (&deal["about"], &account["about"]),
        (&json!("deal"), &json!("account"))
    );
    assert_eq!(deal["prose"]["task"], "deal_brief");
    assert!(
        shown.contains(told[0]) && shown.contains("Read 1 of 1 calls."),
        "{shown}"
    );
    assert!(alone["prose"].is_null());
    assert_eq!(nobody.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_a_deal_is_asked_of_its_calls_only() {
    let home = home().await;

    let about = ["ask", "who is tall", "--deal", "salesforce:006A"];
    let view = home.json(&about).await;
    let found = home
        .json(&["search", "giraffe", "--deal", "salesforce:006A"])
        .await;
    let unknown = home.run(&["ask", "x", "--deal", "salesforce:no"]).await;
    let no_deal = home.run(&["ask", "x", "--deal", "006A"]).await;

    assert_eq!(view["filters"]["deals"], json!(["salesforce:006A"]));
    assert_eq!(view["filters"]["calls"], json!(["1"]));
    let calls = |view: &Value, list: &str| -> Vec<String> {
        let rows = view[list].as_array().expect("a list").iter();
        rows.map(|row| row["call_id"].to_string()).collect()
    };
    assert!(calls(&view, "answers").iter().all(|call| call == "\"1\""));
    assert!(calls(&found, "hits").iter().all(|call| call == "\"1\""));
    assert_eq!((unknown.code, no_deal.code), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_nowhere_that_was_not_allowed_and_failures_say_what_to_do() {
    let server = ModelServer::start(Model::Fails(401)).await;
    let home = with_model(&server).await;
    let asked = ["summary", "1", "--prose"];

    let refused = home.run(&asked).await;
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.contains("refused the key (status 401)"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("hint: check llm.api_key"),
        "{}",
        refused.stderr
    );
    let records = recorded(&home).await;
    let last = records
        .iter()
        .rev()
        .find(|one| one["action"] == "llm.openai");
    assert_eq!(last.expect("recorded")["outcome"], "unauthorised");

    let before = server.arrived().len();
    let home = home.set("GONGKIT__LLM__BUDGET_TOKENS", "500");
    let spent = home.run(&asked).await;
    assert_eq!(spent.code, 1);
    assert!(
        spent.stderr.contains("budget of tokens"),
        "{}",
        spent.stderr
    );
    let home = home.set("GONGKIT__LLM__BUDGET_TOKENS", "200000").set(
        "GONGKIT__LLM__BASE_URL",
        "https://models.elsewhere.example/v1",
    );
    let foreign = home.run(&asked).await;
    assert_eq!(foreign.code, 3);
    assert!(
        foreign.stderr.contains("--allow-foreign-base-url"),
        "{}",
        foreign.stderr
    );
    let home = home.set(
        "GONGKIT__LLM__BASE_URL",
        "http://models.elsewhere.example/v1",
    );
    let mut allowed = asked.to_vec();
    allowed.push("--allow-foreign-base-url");
    let plain = home.run(&allowed).await;
    assert_eq!(plain.code, 3);
    assert!(plain.stderr.contains("must be https"), "{}", plain.stderr);
    assert_eq!(server.arrived().len(), before, "nothing more was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_comes_from_a_file_and_is_shown_nowhere() {
    let server = ModelServer::start(Model::Claims(Vec::new())).await;
    let home = with_model(&server).await;
    fs::write(home.path("key"), "canary-of-the-model\n").expect("written");
    let path = home.path("key").display().to_string();
    let home = home.set("GONGKIT__LLM__API_KEY_FILE", &path);

    let ran = home.ok(&["summary", "1", "--prose", "-vv"]).await;
    let shown = home.ok(&["config", "show"]).await;
    let doctor = home.run(&["doctor"]).await;

    let key = server.arrived()[0].key.clone();
    assert_eq!(key.as_deref(), Some("Bearer canary-of-the-model"));
    for text in [&ran.stderr, &ran.stdout, &shown.stdout, &doctor.stdout] {
        assert!(!text.contains("canary-of-the-model"), "{text}");
    }
    assert!(shown.stdout.contains("llm.provider") && shown.stdout.contains("llm.redact"));
    assert!(
        doctor.stdout.contains("tiny by openai at http://127.0.0.1"),
        "{}",
        doctor.stdout
    );
    assert_eq!(server.arrived().len(), 1, "doctor sends nothing");
}
