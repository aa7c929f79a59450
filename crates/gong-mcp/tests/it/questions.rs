//! Tools that answer whole questions, on a company with deals, reps and competitors.

use serde_json::{Value, json};

use crate::company::{ACCOUNT, DEAL, REP, RIVAL, company};
use crate::office::LARGEST;

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// A citation leads to the words that it quotes.
fn is_checkable(quote: &Value) {
    for field in ["call_id", "started_at", "at", "side", "quote"] {
        assert!(quote[field].is_string(), "{field}: {quote}");
    }
    assert!(
        quote["start_ms"].as_u64() < quote["end_ms"].as_u64(),
        "{quote}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_answered_with_evidence_and_with_what_is_missing() {
    let office = company().await;
    let mut client = office.client().await;

    let one = client.ok("deal_risk", json!({"deal": DEAL})).await;
    let deal = &one["deals"][0];
    assert_eq!(
        (&one["page"]["total"], &deal["deal_id"]),
        (&json!(1), &json!(DEAL))
    );
    let fired = list(deal, "warnings").iter();
    let cut = fired.clone().find(|one| one["warning"] == "red_flag");
    let cut = cut.expect("the budget was cut");
    assert!(
        cut["reason"].is_string() && cut["points"].as_u64() > Some(0),
        "{cut}"
    );
    is_checkable(&cut["quotes"][0]);
    assert!(
        fired.clone().all(|one| one["state"] == "fires"),
        "the rest is asked for"
    );
    assert!(
        deal["unknown"].as_u64() > Some(0),
        "no e-mails are connected"
    );
    let full = client
        .ok("deal_risk", json!({"account": ACCOUNT, "detail": "full"}))
        .await;
    let states = list(&full["deals"][0], "warnings").iter();
    let states: Vec<&Value> = states.map(|one| &one["state"]).collect();
    assert!(states.contains(&&json!("unknown")), "{states:?}");

    let sums = client.ok("pipeline_insights", json!({})).await;
    assert_eq!(
        (&sums["from"], &sums["to"]),
        (&json!("2024-07-01"), &json!("2024-10-01"))
    );
    let euros = &sums["currencies"][0];
    assert_eq!(
        (&euros["currency"], &euros["target"]),
        (&json!("EUR"), &json!("900000.00"))
    );
    assert!(
        euros["forecast"]["sum"].is_number() || sums["no_forecast_because"].is_string(),
        "{sums}"
    );
    let largest = client
        .ok("pipeline_insights", json!({"limit": 50, "detail": "full"}))
        .await;
    let largest = list(&largest, "deals")
        .iter()
        .find(|one| one["deal_id"] == DEAL);
    let largest = largest.expect("it is open");
    assert_eq!(
        (&largest["calls"], &largest["silent_days"]),
        (&json!(1), &json!(14))
    );

    let rivals = client
        .ok("competitor_mentions", json!({"competitor": "quibble"}))
        .await;
    let rival = &rivals["competitors"][0];
    assert_eq!(
        (&rival["name"], &rival["deals"], &rival["calls"]),
        (&json!(RIVAL), &json!(1), &json!(1))
    );
    is_checkable(&rival["quotes"][0]);

    let coached = client.ok("coach_rep", json!({"rep": "Ada Example"})).await;
    assert_eq!(coached["rep_user_id"], REP);
    let said = list(&coached, "by_stage")
        .iter()
        .find(|one| one.get("refused").is_none());
    let said = said.expect("ten calls and six reps");
    assert!(said["reps"].as_u64() >= Some(5), "{said}");
    let tried = &said["recommendations"][0];
    assert!(tried["metric"].is_string(), "{said}");
    is_checkable(&tried["moments"][0]);

    let brief = client
        .ok("account_brief", json!({"account": "kestrel"}))
        .await;
    assert_eq!(
        (&brief["account"], &brief["calls_in_all"]),
        (&json!(ACCOUNT), &json!(1))
    );
    assert_eq!(brief["deals"][0]["deal_id"], DEAL);
    assert_eq!(brief["people"][0]["name"], "Bo Sample");
    for sort in ["next_step", "red_flag", "competitor"] {
        let found = list(&brief, "findings")
            .iter()
            .find(|one| one["kind"] == sort);
        is_checkable(found.unwrap_or_else(|| panic!("{sort}: {brief}")));
    }
    assert_eq!(brief["calls"][0]["call_id"], LARGEST);

    let asked = client
        .ok(
            "ask_calls",
            json!({"question": "Who is leaving the company?"}),
        )
        .await;
    assert!(asked["standing"].is_string());
    is_checkable(&asked["answers"][0]);
    client.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_and_what_is_called_alike_is_a_choice_and_a_list_goes_on_after_its_last_deal() {
    let office = company().await;
    let mut client = office.client().await;

    let reps = client
        .refused("coach_rep", json!({"rep": "Rep Number"}))
        .await;
    assert!(
        reps.contains("81 (Rep Number1)") && reps.contains("85"),
        "{reps}"
    );
    let rivals = client
        .refused("competitor_mentions", json!({"competitor": "rival number"}))
        .await;
    assert!(rivals.contains("Rival number 0 of the world"), "{rivals}");
    let deals = client
        .refused("deal_risk", json!({"deal": "rollout"}))
        .await;
    assert!(
        deals.contains(DEAL) && deals.contains("Call the tool again"),
        "{deals}"
    );
    let nobody = client
        .refused("account_brief", json!({"account": "nobody"}))
        .await;
    assert!(nobody.contains("no such account"), "{nobody}");
    let both = client
        .refused("deal_risk", json!({"deal": DEAL, "account": ACCOUNT}))
        .await;
    assert!(both.contains("exclude each other"), "{both}");

    for tool in ["deal_risk", "pipeline_insights"] {
        let mut seen = Vec::new();
        let mut cursor = Value::Null;
        let mut total = None;
        loop {
            let page = client
                .ok(tool, json!({"limit": 20, "cursor": cursor}))
                .await;
            total = total.or(page["page"]["total"].as_u64());
            seen.extend(
                list(&page, "deals")
                    .iter()
                    .map(|one| one["deal_id"].to_string()),
            );
            match page["page"].get("next_cursor") {
                Some(next) => cursor = next.clone(),
                None => break,
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(
            (Some(all as u64), all),
            (total, seen.len()),
            "{tool}: each deal once"
        );
        assert!(all > 60, "{tool}: {all}");
    }
    client.end().await;
}
