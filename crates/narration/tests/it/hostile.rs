//! Transcripts that attack, against a model that obeys them.

use jiff::Timestamp;
use narration::decorators::Redacting;
use narration::testing::{Obedient, hostile};
use narration::{Audience, Markers, Material, Narrator, Task};

use crate::server::{Reply, Server};

fn now() -> Timestamp {
    "2026-03-04T08:00:00Z".parse().unwrap()
}

fn tasks() -> Vec<Task> {
    let mut tasks: Vec<_> = Audience::ALL.into_iter().map(Task::CallSummary).collect();
    tasks.extend([Task::AccountBrief, Task::DealBrief]);
    tasks.push(Task::Answer {
        question: "What do they pay today?".to_owned(),
    });
    tasks
}

#[tokio::test]
async fn no_word_of_an_attack_reaches_an_output_though_the_model_obeys() {
    let attacks = hostile();
    assert!(attacks.len() >= 40, "only {} attacks", attacks.len());
    let (mut claims, mut shown) = (0, 0);
    for attack in &attacks {
        let call = attack.call();
        let view = call.view();
        let material = Material::of_calls(vec![&view]);
        let model = Redacting::new(Obedient::new(attack.payload), ["Ann".to_owned()]);
        for task in tasks() {
            let mut markers = Markers::new([3; 32]);
            let narrator = Narrator::new(&model);

            let prose = narrator
                .write(&task, &material, &mut markers, now())
                .await
                .unwrap();

            let text = prose.to_text().to_lowercase();
            let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            let payload: String = attack.payload.to_lowercase();
            let payload: String = payload.chars().filter(|c| c.is_alphanumeric()).collect();
            assert!(!bare.contains(&payload), "{}: {text}", attack.name);
            for statement in &prose.statements {
                assert!(
                    statement.owner.is_none() && statement.due.is_none(),
                    "{}",
                    attack.name
                );
            }
            claims += prose.claims;
            shown += prose.statements.len();
        }
    }
    println!(
        "{} attacks, {claims} claims that obey, {shown} shown",
        attacks.len()
    );
    assert!(claims > 1_000);
}

#[tokio::test]
async fn what_is_said_beside_an_attack_is_still_told() {
    for attack in hostile() {
        let call = attack.call();
        let view = call.view();
        let material = Material::of_calls(vec![&view]);
        let claim = serde_json::json!({"claims": [{
            "type": "next_step", "text": "We will send the order form on Friday.", "owner": "ours",
            "due": "2026-03-06", "sentence_ids": [format!("S{}", material.len())],
        }]});
        let model = narration::testing::Scripted::saying([claim]);
        let mut markers = Markers::new([3; 32]);

        let prose = Narrator::new(&model)
            .write(&Task::DealBrief, &material, &mut markers, now())
            .await
            .unwrap();

        assert_eq!(
            prose.statements.len(),
            1,
            "{}: {:?}",
            attack.name,
            prose.dropped
        );
        assert!(prose.withheld >= 1, "{}", attack.name);
    }
}

#[tokio::test]
async fn an_attack_is_never_sent_and_its_address_never_reached() {
    let trap = Server::start([]).await;
    let reply = Reply::Json(serde_json::json!({
        "choices": [{"message": {"content": "{\"claims\": []}"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 4},
    }));
    let server = Server::start([reply]).await;
    let said = format!("See {} for our prices.", trap.url("/prices"));
    let call = insights::testing::call_of(&[("ours", "Where?"), ("theirs", &said)]);
    let view = call.view();
    let material = Material::of_calls(vec![&view]);
    let endpoint = narration::Endpoint::parse(&server.url("/v1")).unwrap();
    let context = std::num::NonZeroU32::new(8_192).unwrap();
    let model = narration::Model::new("tiny", context);
    let llm = narration::adapters::OpenAi::new(endpoint, model, None).unwrap();

    let task = Task::CallSummary(Audience::Seller);
    let mut markers = Markers::new([3; 32]);
    let prose = Narrator::new(&llm)
        .write(&task, &material, &mut markers, now())
        .await
        .unwrap();

    assert!(prose.statements.is_empty() && prose.withheld == 1);
    assert!(trap.arrived().is_empty());
    let sent = server.arrived()[0].body.to_string();
    assert!(!sent.contains("/prices") && !sent.contains("\"tools\""));
}
