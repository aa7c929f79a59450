//! `POST /v2/integration-settings`: which pages may show parts of Gong.
use serde_json::{Value, json};

use crate::{
    Method, NotFound, One, Operation, Request,
    crm::Registered,
    wire::{ToJson as _, payload, word},
};

payload! {
    /// A page that may show a part of Gong.
    AllowedOrigin {
        /// the part;
        integration_type: IntegrationType,
        /// the page's origin (`https://app.example.com`).
        allowed_origin: String,
    } with {
    }
}

word! {
    /// A part of Gong that other pages can show.
    IntegrationType { EmailComposer = "EMAIL_COMPOSER" AccountPages = "ACCOUNT_PAGES" Dialer = "DIALER" }
}

/// Says which pages may show parts of Gong. Scope `api:integration-settings:write`.
#[derive(Clone, Debug)]
pub struct SetIntegrationOrigins {
    origins: Vec<AllowedOrigin>,
}

impl SetIntegrationOrigins {
    /// These pages.
    pub fn new(origins: impl Into<Vec<AllowedOrigin>>) -> Self {
        Self {
            origins: origins.into(),
        }
    }
}

impl Request for SetIntegrationOrigins {
    type Answer = One<Registered>;
    const OPERATION: Operation = Operation {
        id: "integrationSettings",
        method: Method::Post,
        scope: "api:integration-settings:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "integration-settings"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "integrationTypeSettings": self.origins.to_json() }))
    }
}
