//! An answer before it is sent, in HubSpot's shapes.

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
        }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: 201,
            body: Some(body),
        }
    }

    pub(crate) fn nothing() -> Self {
        Self {
            status: 204,
            body: None,
        }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::error(400, "VALIDATION_ERROR", message)
    }

    pub(crate) fn missing() -> Self {
        Self::error(404, "OBJECT_NOT_FOUND", "resource not found")
    }

    pub(crate) fn clash(message: impl Into<String>) -> Self {
        Self::error(409, "CONFLICT", message)
    }

    pub(crate) fn error(status: u16, category: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            body: Some(error(category, &message.into())),
        }
    }

    pub(crate) fn limited(policy: &str) -> Self {
        Self {
            status: 429,
            body: Some(json!({
                "status": "error", "errorType": "RATE_LIMIT", "policyName": policy,
                "message": format!("You have reached your {policy} limit."),
                "correlationId": CORRELATION,
            })),
        }
    }
}

const CORRELATION: &str = "00000000-0000-4000-8000-000000000000";

/// HubSpot's form of an error.
pub(crate) fn error(category: &str, message: &str) -> Value {
    json!({
        "status": "error", "category": category, "message": message,
        "correlationId": CORRELATION,
    })
}
