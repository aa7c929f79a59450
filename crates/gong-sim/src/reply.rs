//! What is answered, before it becomes bytes.

use serde_json::{Value, json};

use crate::Failure;

/// A status, a body, and what goes wrong on the way out.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Body,
    pub(crate) retry_after: Option<u64>,
    pub(crate) location: Option<String>,
    pub(crate) failure: Option<Failure>,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Json(Value),
    /// Something in front of Gong speaks.
    Page(&'static str),
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Body::Json(body),
            retry_after: None,
            location: None,
            failure: None,
        }
    }

    /// An error in Gong's shape.
    pub(crate) fn error(status: u16, text: &str) -> Self {
        Self {
            status,
            ..Self::ok(json!({ "errors": [text] }))
        }
    }

    /// A body that is no JSON, as proxies and wrong hosts send it.
    pub(crate) fn page(status: u16) -> Self {
        let page =
            "<html><head><title>Sorry</title></head><body>The page cannot be shown.</body></html>";
        Self {
            status,
            body: Body::Page(page),
            ..Self::ok(Value::Null)
        }
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::error(429, "API request limit exceeded")
        }
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self {
            location: Some(location),
            ..Self::page(302)
        }
    }

    /// The list is empty: Gong says so with 404.
    pub(crate) fn nothing_found() -> Self {
        Self::error(404, "No calls found corresponding to the provided filters")
    }

    pub(crate) fn malformed() -> Self {
        Self::error(
            400,
            "Json parse error, verify Json format matches the API description.",
        )
    }
}
