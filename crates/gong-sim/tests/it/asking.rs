//! Asking a simulator over plain HTTP.

use gong_sim::{Limits, Sim, SimBuilder, SimHandle, World, WorldCall};
use reqwest::{Client, RequestBuilder, redirect};
use serde_json::{Value, json};

/// A running simulator and a client that holds its key.
pub(crate) struct Asker {
    pub(crate) sim: SimHandle,
    pub(crate) http: Client,
}

/// Status and JSON of an answer.
pub(crate) type Answer = (u16, Value);

pub(crate) const NO_CALLS: &str = "No calls found corresponding to the provided filters";

impl Asker {
    /// Serves a world without limits.
    pub(crate) async fn of(world: World) -> Self {
        Self::start(Sim::builder().world(world).limits(Limits::off())).await
    }

    pub(crate) async fn start(builder: SimBuilder) -> Self {
        let sim = builder.start().await.unwrap();
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { sim, http }
    }

    pub(crate) fn get_request(&self, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sim.base_url());
        self.http
            .get(url)
            .basic_auth(self.sim.access_key(), Some(self.sim.access_secret()))
    }

    pub(crate) fn post_request(&self, path: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}{path}", self.sim.base_url());
        let request = self.http.post(url).json(body);
        request.basic_auth(self.sim.access_key(), Some(self.sim.access_secret()))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.get_request(path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        answer(self.post_request(path, &body)).await
    }

    /// `GET /v2/calls` for a span of time.
    pub(crate) async fn listed(&self, from: &str, to: &str) -> Answer {
        self.get(&format!("/v2/calls?fromDateTime={from}&toDateTime={to}"))
            .await
    }

    /// All ids that extensive has for a filter, page by page; also how many pages.
    pub(crate) async fn all_extensive(&self, filter: Value) -> (Vec<String>, usize) {
        let mut ids = Vec::new();
        let mut body = json!({ "filter": filter });
        for page in 1..1000 {
            let (status, answer) = self.post("/v2/calls/extensive", body.clone()).await;
            assert_eq!(status, 200, "{answer}");
            ids.extend(ids_of(&answer["calls"], "/metaData/id"));
            match answer.pointer("/records/cursor") {
                Some(cursor) => body["cursor"] = cursor.clone(),
                None => return (ids, page),
            }
        }
        panic!("a list without end");
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

/// The ids at `pointer` of each item.
pub(crate) fn ids_of(items: &Value, pointer: &str) -> Vec<String> {
    let items = items.as_array().unwrap();
    items
        .iter()
        .map(|item| item.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect()
}

/// A plain call started at a time.
pub(crate) fn plain(id: &str, started: &str) -> WorldCall {
    WorldCall::plain(id, started.parse().unwrap())
}

/// A world of plain calls.
pub(crate) fn world(calls: impl IntoIterator<Item = WorldCall>) -> World {
    calls
        .into_iter()
        .fold(World::empty(), |world, call| world.with_call(call).unwrap())
}

/// Whether an error has Gong's shape, and its text.
pub(crate) fn error_text(answer: &Value) -> &str {
    assert!(answer["requestId"].is_string(), "{answer}");
    answer["errors"][0].as_str().unwrap()
}
