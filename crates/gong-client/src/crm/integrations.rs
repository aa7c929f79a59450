//! `/v2/crm/integrations`: the one CRM that is uploaded.
use serde::Deserialize;
use serde_json::Value;

use crate::{
    ClientRequestId, DeletesUpstream, Element, IntegrationId, Method, NotFound, One, Operation,
    Page, Request,
    wire::{ToJson as _, payload},
};

/// Lists the CRM that was registered, if there is one. Scope `api:crm:integrations:read`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListIntegrations;

impl ListIntegrations {
    /// The CRM.
    pub fn new() -> Self {
        Self
    }
}

impl Request for ListIntegrations {
    type Answer = Page<Integration>;
    const OPERATION: Operation = Operation {
        id: "listGenericCrmIntegration",
        method: Method::Get,
        scope: "api:crm:integrations:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "integrations"]
    }
}

/// A CRM that was registered.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Integration {
    /// The CRM.
    pub integration_id: Option<IntegrationId>,
    /// The e-mail address of who answers for it.
    pub owner_email: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl Element for Integration {
    const LIST: &'static str = "integrations";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.integration_id.as_ref().map(IntegrationId::as_str)
    }
}

payload! {
    /// Registers a CRM; a conflict says that there is one already. Scope
    /// `api:crm:integration:register`.
    RegisterIntegration {
        /// the e-mail address of who answers for it;
        owner_email: String,
        /// its name.
        name: String,
    } with {
    }
}

impl Request for RegisterIntegration {
    type Answer = One<Registered>;
    const OPERATION: Operation = Operation {
        id: "registerGenericCrmIntegration",
        method: Method::Put,
        scope: "api:crm:integration:register",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "integrations"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

/// What was registered. Gong answers in this form also where there is no CRM in play.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Registered {
    /// The CRM.
    pub integration_id: Option<IntegrationId>,
}

impl Element for Registered {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// Deletes a CRM with all its accounts, contacts, deals, leads and users, which takes up to a day:
/// [`super::GetRequestStatus`] tells.
///
/// The request's id makes it take effect once, so it may be sent again; a conflict then says that
/// Gong has it already. Scope `api:crm:integration:delete`.
#[derive(Clone, Debug)]
pub struct DeleteIntegration {
    integration: IntegrationId,
    request: ClientRequestId,
}

impl DeleteIntegration {
    /// This CRM.
    pub fn new(
        integration: IntegrationId,
        request: ClientRequestId,
        _confirmed: DeletesUpstream,
    ) -> Self {
        Self {
            integration,
            request,
        }
    }
}

impl Request for DeleteIntegration {
    type Answer = One<Accepted>;
    const OPERATION: Operation = Operation {
        id: "deleteGenericCrmIntegration",
        method: Method::Delete,
        scope: "api:crm:integration:delete",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "integrations"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("integrationId", self.integration.to_string()),
            ("clientRequestId", self.request.to_string()),
        ]
    }
}

/// A request that Gong works on for a while.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Accepted {
    /// The request's id, for [`super::GetRequestStatus`].
    pub client_request_id: Option<ClientRequestId>,
}

impl Element for Accepted {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}
