//! What a brief on a customer shows of the newest call.

use access::Role;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{acting, app_in, import};
use crate::app::App;
use crate::outlook::AccountBriefRequest;

/// A call with somebody of `them.example`: each turn is a side and a sentence.
async fn call(home: &TempDir, app: &App, id: &str, day: &str, turns: &[(&str, &str)]) {
    let turns = turns.iter().zip(0_u32..).map(|((speaker, text), at)| {
        let start = at * 6_000;
        let sentence = json!({"start": start, "end": start + 4_000, "text": text});
        json!({"speakerId": speaker, "sentences": [sentence]})
    });
    let turns: Vec<Value> = turns.collect();
    let call = json!({
        "call": {
            "metaData": {
                "id": id, "title": "A title", "started": format!("{day}T10:00:00Z"),
                "duration": 600, "primaryUserId": "7", "isPrivate": false,
            },
            "parties": [
                {"id": "p1", "speakerId": "ours", "userId": "7", "affiliation": "Internal"},
                {"id": "p2", "speakerId": "theirs", "emailAddress": "ann@them.example", "affiliation": "External"},
            ],
        },
        "callTranscript": {"callId": id, "transcript": turns},
    });
    import(home, app, id, &call).await;
}

async fn asked(app: &App) -> Vec<(String, Option<String>)> {
    let request = AccountBriefRequest::new("them.example");
    let brief = app.account_brief(&request).await.expect("told");
    let questions = brief.questions.into_iter();
    questions
        .map(|one| (one.moment.call, one.moment.text))
        .collect()
}

#[tokio::test]
async fn what_the_customer_asked_in_the_newest_call_is_shown_to_whoever_may_read_it() {
    let home = tempfile::tempdir().expect("a folder");
    let app = app_in(&home);
    let older = [
        ("ours", "How many people would use it?"),
        ("theirs", "Who hosts the data today?"),
    ];
    call(&home, &app, "1", "2026-03-01", &older).await;
    let newest = [
        ("ours", "What has changed since we spoke?"),
        ("theirs", "Not much so far."),
        ("theirs", "When would the discount end?"),
    ];
    call(&home, &app, "2", "2026-03-02", &newest).await;

    let admin = asked(&app).await;
    let viewer = asked(&acting(&app, Role::Viewer, None)).await;

    let said = "When would the discount end?".to_owned();
    assert_eq!(admin, [("2".to_owned(), Some(said))]);
    assert_eq!(viewer, [("2".to_owned(), None)]);
}
