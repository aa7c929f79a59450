//! A request, read once: operation, inputs, key.

use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request};
use axum::http::header::AUTHORIZATION;
use serde_json::Value;

use crate::Operation;

/// Larger bodies are treated as no JSON. The largest honest one lists a few thousand call ids.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What a request asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) operation: Option<Operation>,
    pub(crate) call_id: Option<String>,
    /// Path and query as sent.
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    /// `None` when there was no body or it was no JSON.
    pub(crate) body: Option<Value>,
    pub(crate) authorization: Option<String>,
}

impl Asked {
    pub(crate) async fn read(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        let found = Operation::of(head.method.as_str(), head.uri.path());
        let (operation, call_id) = found.unzip();
        let query =
            Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map(|Query(pairs)| pairs);
        let authorization = head
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bytes = to_bytes(body, MAX_BODY_BYTES).await.unwrap_or_default();
        Self {
            operation,
            call_id: call_id.flatten().map(str::to_owned),
            target: head
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            query: query.unwrap_or_default(),
            body: serde_json::from_slice(&bytes).ok(),
            authorization: authorization.map(str::to_owned),
        }
    }

    /// The name under which the request is counted.
    pub(crate) fn name(&self) -> &'static str {
        self.operation.map_or("unknown", Operation::as_str)
    }

    /// A parameter of the query; an empty one counts as missing.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let pair = self.query.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}
