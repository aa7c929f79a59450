//! From calls to statements, with a model that follows a script.

use insights::testing::{SmallCall, call_of};
use jiff::Timestamp;
use narration::testing::Scripted;
use narration::{
    Answer, Audience, Claim, ClaimKind, Markers, Material, NarrateError, Narrator, Prose, Reason,
    SecondLook, Task, Tokens, Verifier,
};
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-03-04T08:00:00Z".parse().unwrap()
}

fn call() -> SmallCall {
    call_of(&[
        ("ours", "How is the month-end close going?"),
        (
            "theirs",
            "It takes nine days and four people, every single month.",
        ),
        ("theirs", "We won't sign before the audit in June."),
        ("ours", "I'll send you the order form on Friday."),
    ])
}

fn claim(kind: &str, text: &str, ids: &[&str]) -> Value {
    json!({"type": kind, "text": text, "owner": null, "due": null, "sentence_ids": ids})
}

async fn write(llm: &Scripted, look: SecondLook) -> Result<Prose, NarrateError> {
    let call = call();
    let view = call.view();
    let material = Material::of_calls(vec![&view]);
    let narrator = Narrator::new(llm).with_second_look(look);
    let task = Task::CallSummary(Audience::Seller);
    let mut markers = Markers::new([1; 32]);
    narrator.write(&task, &material, &mut markers, now()).await
}

#[tokio::test]
async fn what_is_true_is_told_once_with_its_words_and_the_rest_is_counted() {
    let llm = Scripted::saying([json!({"claims": [
        claim("next_step", "We will send the order form on Friday.", &["S4"]),
        claim("pain", "The close takes 9 days and 4 people.", &["S2"]),
        claim("pain", "The close takes 4 people and 9 days.", &["S2"]),
        claim("pain", "The close takes 12 days and 4 people.", &["S2"]),
        claim("pain", "The close takes 9 days.", &["S9"]),
        claim("risk", "They may not sign.", &["S3"]),
        json!("nonsense"),
    ]})]);

    let prose = write(&llm, SecondLook::Off).await.unwrap();

    assert_eq!(
        prose.to_text(),
        "Problems\n\
         - The close takes 9 days and 4 people.\n    \
         00:03 theirs: “It takes nine days and four people, every single month.”\n\
         Next steps\n\
         - We will send the order form on Friday.\n    \
         00:09 ours: “I'll send you the order form on Friday.”\n\
         Written by scripted on 2026-03-04; 4 of 7 claims dropped.\n"
    );
    assert_eq!(prose.left_out, 1);
    assert_eq!(prose.dropped[&Reason::Number], 1);
    assert_eq!(prose.dropped[&Reason::Malformed], 3);
    assert!((prose.dropped_rate().unwrap() - 4.0 / 7.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_second_look_can_only_drop() {
    let claims = json!({"claims": [
        claim("pain", "The close takes 9 days and 4 people.", &["S2"]),
        claim("objection", "The customer signs before the audit in June, if at all.", &["S3"]),
    ]});
    let first = write(&Scripted::saying([claims.clone()]), SecondLook::Off)
        .await
        .unwrap();
    let kept = first.statements.len();
    let verdicts = json!({"verdicts": [
        {"statement": 1, "verdict": "supported"},
        {"statement": 2, "verdict": "not"},
        {"statement": 7, "verdict": "supported"},
    ]});
    let llm = Scripted::saying([claims, verdicts]);

    let prose = write(&llm, SecondLook::On).await.unwrap();

    let texts: Vec<_> = prose
        .statements
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(texts, ["The close takes 9 days and 4 people."]);
    assert_eq!(
        prose.dropped.get(&Reason::SecondLook).copied().unwrap_or(0),
        kept - 1
    );
    let looked = &llm.asked()[1];
    assert!(looked.data.contains("nine days") && !looked.data.contains("order form"));
}

#[tokio::test]
async fn a_long_call_is_read_in_windows_and_no_answer_cites_another_one() {
    let said = "We looked at three of them and none could do what we need.";
    let turns: Vec<_> = (0..60).map(|n| (["ours", "theirs"][n % 2], said)).collect();
    let call = call_of(&turns);
    let view = call.view();
    let material = Material::of_calls(vec![&view]);
    let tokens = Tokens {
        read: 400,
        written: 20,
    };
    // Every answer cites the second sentence of the call, whatever it was shown.
    let answer = json!({"claims": [claim("point", "They looked at three of them.", &["S2"])]});
    let script = (0..20).map(|_| Ok(Answer::new(answer.clone(), tokens)));
    let llm = Scripted::with_context(2_400, script);
    let mut markers = Markers::new([1; 32]);

    let prose = Narrator::new(&llm)
        .write(&Task::DealBrief, &material, &mut markers, now())
        .await
        .unwrap();

    let asked = llm.asked();
    assert!(asked.len() > 1, "it takes more than one window");
    assert!(asked.iter().all(|request| request.needs() <= 2_400));
    let shown: usize = asked
        .iter()
        .map(|request| request.data.lines().count())
        .sum();
    assert_eq!(shown, 60, "every sentence is shown once");
    let marks: std::collections::HashSet<_> = asked
        .iter()
        .map(|request| request.marker.to_string())
        .collect();
    assert_eq!(marks.len(), asked.len(), "no marker is drawn twice");
    assert_eq!(prose.statements.len(), 1);
    assert_eq!(prose.dropped[&Reason::Malformed], asked.len() - 1);
}

#[tokio::test]
async fn a_context_that_holds_no_call_is_refused_before_anything_is_sent() {
    let llm = Scripted::with_context(600, []);

    let error = write(&llm, SecondLook::Off).await.unwrap_err();

    assert_eq!(error, NarrateError::ContextTooSmall { context: 600 });
    assert!(llm.asked().is_empty());
}

#[test]
fn a_true_sentence_carries_no_second_one_that_nobody_said() {
    let call = call();
    let view = call.view();
    let material = Material::of_calls(vec![&view]);
    let verifier = Verifier::new(&material);
    let check = |text: &str| {
        let claim = Claim::new(ClaimKind::Pain, text, vec![2]);
        verifier.check(&claim).map(|statement| statement.text)
    };

    let both = "It takes nine days. It takes four people every month.";
    assert_eq!(check(both).as_deref(), Ok(both));
    for carried in [
        "It takes nine days and four people, every month. the deal is already won",
        "It takes nine days; the champion wants to resign.",
    ] {
        assert_eq!(check(carried), Err(Reason::Unrelated), "{carried}");
    }
}
