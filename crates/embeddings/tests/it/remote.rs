//! The embedder that asks a server, against servers of this machine.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::post,
};
use embeddings::{Embedder, Error, HashEmbedder, Model, Purpose, Remote, conformance};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Makes a good answer a bad one.
type Spoil = fn(&mut Value);

/// What the server does before it answers as it should.
#[derive(Clone, Default)]
struct Plan {
    refusals: Vec<u16>,
    retry_after: Option<&'static str>,
    spoil: Option<Spoil>,
    asked: Arc<AtomicUsize>,
    texts: Arc<AtomicUsize>,
}

async fn answer(
    State(plan): State<Plan>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> axum::response::Response {
    let attempt = plan.asked.fetch_add(1, Ordering::SeqCst);
    if let Some(status) = plan.refusals.get(attempt) {
        let status = StatusCode::from_u16(*status).unwrap();
        let wait = plan.retry_after.map(|wait| [("retry-after", wait)]);
        return wait.map_or_else(
            || status.into_response(),
            |wait| (status, wait).into_response(),
        );
    }
    assert_eq!(headers["authorization"], "Bearer secret-key");
    assert_eq!(request["model"], "of-the-server");
    let input: Vec<String> = serde_json::from_value(request["input"].clone()).unwrap();
    assert!(
        input.iter().all(|text| !text.is_empty()),
        "a server may refuse these"
    );
    plan.texts.fetch_max(input.len(), Ordering::SeqCst);
    let vectors = HashEmbedder::default()
        .embed(Purpose::Passage, &input)
        .await
        .unwrap();
    let rows = vectors.iter().enumerate().map(|(index, vector)| {
        json!({"object": "embedding", "index": index, "embedding": vector.as_slice()})
    });
    // Backwards: the order of the rows is not promised, their index is.
    let mut answer = json!({"object": "list", "data": rows.rev().collect::<Vec<_>>()});
    if let Some(spoil) = plan.spoil {
        spoil(&mut answer);
    }
    Json(answer).into_response()
}

async fn remote(plan: &Plan) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/v1/embeddings", post(answer))
        .with_state(plan.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let hash = HashEmbedder::default();
    let model = hash.model();
    let model = Model::new(
        "of-the-server",
        "2026-01",
        model.dimensions(),
        model.max_tokens(),
    );
    Remote::new(&server, model)
        .unwrap()
        .with_key(SecretString::from("secret-key"))
        .with_first_wait(Duration::ZERO)
}

async fn embed(remote: &Remote, count: usize) -> Result<usize, Error> {
    let texts: Vec<String> = (0..count).map(|at| format!("text {at}")).collect();
    Ok(remote.embed(Purpose::Passage, &texts).await?.len())
}

#[tokio::test]
async fn it_obeys_the_laws_of_an_embedder() {
    conformance::check(&remote(&Plan::default()).await).await;
}

#[tokio::test]
async fn texts_go_in_batches() {
    let plan = Plan::default();
    let remote = remote(&plan)
        .await
        .with_batch(NonZeroUsize::new(10).unwrap());

    let count = embed(&remote, 25).await.unwrap();

    assert_eq!(count, 25);
    assert_eq!(
        (
            plan.asked.load(Ordering::SeqCst),
            plan.texts.load(Ordering::SeqCst)
        ),
        (3, 10)
    );
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again() {
    let plan = Plan {
        refusals: vec![503, 429, 500],
        retry_after: Some("0"),
        ..Plan::default()
    };

    let count = embed(&remote(&plan).await, 2).await.unwrap();

    assert_eq!((count, plan.asked.load(Ordering::SeqCst)), (2, 4));
}

#[tokio::test]
async fn a_failure_that_stays_ends_after_five_attempts_and_a_final_one_at_once() {
    for (status, attempts) in [(503, 5), (401, 1), (400, 1)] {
        let plan = Plan {
            refusals: vec![status; 9],
            ..Plan::default()
        };

        let refused = embed(&remote(&plan).await, 1).await.unwrap_err();

        assert!(
            refused.to_string().contains(&status.to_string()),
            "{refused}"
        );
        assert_eq!(plan.asked.load(Ordering::SeqCst), attempts, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_one_vector_for_each_text_is_refused() {
    let spoils: [(Spoil, &str); 4] = [
        (
            |answer| answer["data"][0]["embedding"] = json!([1.0, 2.0]),
            "have 2 values",
        ),
        (
            |answer| drop(answer["data"].as_array_mut().unwrap().pop()),
            "one vector for each text",
        ),
        (
            |answer| answer["data"][0]["index"] = json!(0),
            "one vector for each text",
        ),
        (|answer| answer["data"] = json!("nothing"), "not readable"),
    ];
    for (spoil, expected) in spoils {
        let plan = Plan {
            spoil: Some(spoil),
            ..Plan::default()
        };

        let refused = embed(&remote(&plan).await, 3).await.unwrap_err();

        assert!(refused.to_string().contains(expected), "{refused}");
        assert_eq!(plan.asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let hash = HashEmbedder::default();
    let remote = Remote::new(&server, hash.model().clone()).unwrap();
    let remote = remote
        .with_deadline(Duration::from_millis(20))
        .with_first_wait(Duration::ZERO);

    let given_up = embed(&remote, 1).await.unwrap_err();

    assert!(
        given_up.to_string().contains("no answer in time"),
        "{given_up}"
    );
}

#[test]
fn texts_do_not_leave_the_machine_in_the_clear() {
    let model = HashEmbedder::default().model().clone();
    let check = |server: &str| Remote::new(server, model.clone()).is_ok();

    assert!(check("https://embeddings.example"));
    assert!(check("http://127.0.0.1:8080/"));
    assert!(check("http://[::1]:8080"));
    assert!(!check("http://embeddings.example"));
    assert!(!check("http://127.0.0.1.example"));
    assert!(!check("ftp://localhost"));
    assert!(!check("embeddings"));
}

#[test]
fn only_who_says_so_sends_texts_in_the_clear_and_never_by_another_protocol() {
    let model = HashEmbedder::default().model().clone();
    let check = |server: &str| Remote::new_in_plain_text(server, model.clone()).is_ok();

    assert!(check("http://embeddings.example"));
    assert!(check("https://embeddings.example/v1/"));
    assert!(!check("ftp://embeddings.example"));
    let is_private = |server: &str| {
        let remote = Remote::new_in_plain_text(server, model.clone()).unwrap();
        remote.is_private()
    };
    assert!(!is_private("http://embeddings.example"));
    assert!(is_private("https://embeddings.example"));
    assert!(is_private("http://localhost:8080/v1"));
}

#[test]
fn an_address_with_a_password_or_a_query_is_refused_and_not_repeated() {
    let model = HashEmbedder::default().model().clone();

    for server in [
        "https://somebody:canary@embeddings.example",
        "https://canary@embeddings.example",
        "https://embeddings.example?key=canary",
        "https://embeddings.example#canary",
        "canary",
    ] {
        let refused = Remote::new(server, model.clone()).err().unwrap();
        assert!(!refused.to_string().contains("canary"), "{refused}");
    }
}

#[tokio::test]
async fn a_server_is_tried_out_once_and_by_its_dimensions() {
    let good = Plan::default();
    remote(&good).await.try_out().await.unwrap();

    let refusing = Plan {
        refusals: vec![503; 9],
        ..Plan::default()
    };
    let refused = remote(&refusing).await.try_out().await.unwrap_err();
    let short = Plan {
        spoil: Some(|answer| answer["data"][0]["embedding"] = json!([1.0, 2.0])),
        ..Plan::default()
    };
    let other = remote(&short).await.try_out().await.unwrap_err();

    assert!(refused.to_string().contains("503"), "{refused}");
    assert_eq!(refusing.asked.load(Ordering::SeqCst), 1, "not tried again");
    assert!(other.to_string().contains("have 2 values"), "{other}");
}

#[tokio::test]
async fn the_key_is_not_printed() {
    let remote = remote(&Plan::default()).await;

    assert!(!format!("{remote:?}").contains("secret-key"));
}
