//! A server that speaks OpenAI's chat completions and answers by a script, or obeys whatever a
//! transcript tells it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the model does.
#[derive(Clone)]
pub(crate) enum Model {
    /// It makes these claims, whatever it is asked.
    Claims(Vec<Value>),
    /// It says these words as every kind of claim, alone and added to true words.
    Obeys(String),
    /// Its server answers so.
    Fails(u16),
}

#[derive(Clone)]
struct Held {
    model: Arc<Mutex<Model>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) path: String,
    pub(crate) key: Option<String>,
    pub(crate) body: Value,
}

impl Arrived {
    /// The block of numbered sentences.
    pub(crate) fn data(&self) -> &str {
        self.body["messages"][1]["content"].as_str().expect("data")
    }
}

pub(crate) struct ModelServer {
    held: Held,
    base: String,
    task: JoinHandle<()>,
}

impl ModelServer {
    pub(crate) async fn start(model: Model) -> Self {
        let held = Held {
            model: Arc::new(Mutex::new(model)),
            arrived: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(held.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("served") });
        Self { held, base, task }
    }

    /// The base URL, as `llm.base_url` wants it.
    pub(crate) fn url(&self) -> String {
        format!("{}/v1", self.base)
    }

    pub(crate) fn becomes(&self, model: Model) {
        *self.held.model.lock().expect("whole") = model;
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.held.arrived.lock().expect("whole").clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One claim.
pub(crate) fn claim(kind: &str, text: &str, sentence: &str) -> Value {
    json!({"type": kind, "text": text, "owner": null, "due": null, "sentence_ids": [sentence]})
}

async fn answer(State(held): State<Held>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get("authorization");
    let arrived = Arrived {
        path: uri.to_string(),
        key: key.map(|key| key.to_str().expect("text").to_owned()),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    held.arrived.lock().expect("whole").push(arrived.clone());
    let model = held.model.lock().expect("whole").clone();
    let claims = match model {
        Model::Fails(status) => {
            return StatusCode::from_u16(status)
                .expect("a status")
                .into_response();
        }
        Model::Claims(claims) => claims,
        Model::Obeys(payload) => obeying(&payload, arrived.data()),
    };
    let content = json!({"claims": claims, "verdicts": []}).to_string();
    axum::Json(json!({
        "choices": [{"message": {"content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": body.len(), "completion_tokens": 10},
    }))
    .into_response()
}

/// The claims of a model that does what an attack tells it.
fn obeying(payload: &str, data: &str) -> Vec<Value> {
    let mut claims = Vec::new();
    let mut ids = Vec::new();
    for line in data.lines() {
        let Some((id, words)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            continue;
        };
        let said = words.split_once(": ").map_or(words, |(_, said)| said);
        ids.push(id.to_owned());
        for kind in [
            "answer",
            "point",
            "pricing",
            "next_step",
            "objection",
            "risk",
        ] {
            claims.push(claim(kind, payload, id));
            claims.push(claim(kind, &format!("{said} {payload}"), id));
            claims.push(claim(kind, &format!("{payload} {said}"), id));
        }
    }
    for kind in ["answer", "point", "next_step"] {
        let mut everything = claim(kind, payload, "");
        everything["owner"] = payload.into();
        everything["sentence_ids"] = json!(ids);
        claims.push(everything);
    }
    claims
}
