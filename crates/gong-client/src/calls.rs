//! `GET /v2/calls` and `GET /v2/calls/{id}`: the facts of calls, without their content.
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    CallId, Element, ListRequest, Method, NotFound, One, Operation, Page, Request, Seconds, UserId,
    When, WorkspaceId,
    wire::{fail_closed, word},
};

/// Lists the calls of a period, oldest first.
///
/// Gong goes by the **scheduled** time of web conferences here, not by their start. Scope
/// `api:calls:read:basic`.
#[derive(Clone, Debug)]
pub struct ListCalls {
    from: Timestamp,
    to: Timestamp,
    workspace: Option<WorkspaceId>,
}

impl ListCalls {
    /// Calls from an instant (included) to another (excluded).
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self {
            from,
            to,
            workspace: None,
        }
    }

    /// Only the calls of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }
}

impl Request for ListCalls {
    type Answer = Page<MetaData>;
    const OPERATION: Operation = Operation {
        id: "listCalls",
        method: Method::Get,
        scope: "api:calls:read:basic",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![
            ("fromDateTime", self.from.to_string()),
            ("toDateTime", self.to.to_string()),
        ];
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        query
    }
}

impl ListRequest for ListCalls {
    type Element = MetaData;
}

/// Gets the facts of one call; a call that is not there is an error of kind `NotFound`.
///
/// Scope `api:calls:read:basic`.
#[derive(Clone, Debug)]
pub struct GetCall {
    id: CallId,
}

impl GetCall {
    /// The call with this id.
    pub fn new(id: CallId) -> Self {
        Self { id }
    }
}

impl Request for GetCall {
    type Answer = One<MetaData>;
    const OPERATION: Operation = Operation {
        id: "getCall",
        method: Method::Get,
        scope: "api:calls:read:basic",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", self.id.as_str()]
    }
}

/// The facts of a call: what Gong calls its metadata.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MetaData {
    /// The call.
    pub id: Option<CallId>,
    /// The call's page in Gong.
    pub url: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// When it was scheduled; absent for calls nobody scheduled.
    pub scheduled: Option<When>,
    /// When it started.
    pub started: Option<When>,
    /// How long it took.
    pub duration: Option<Seconds>,
    /// The user who hosted it.
    pub primary_user_id: Option<UserId>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The system it was recorded in (`Zoom`).
    pub system: Option<String>,
    /// Whether people outside the company took part.
    pub scope: Option<Reach>,
    /// Whether there is a picture.
    pub media: Option<Medium>,
    /// The language, as ISO 639-2 (`eng`, `und`).
    pub language: Option<String>,
    /// The workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// The outcome that a sales development representative chose.
    pub sdr_disposition: Option<String>,
    /// The id that the uploading system gave it.
    pub client_unique_id: Option<String>,
    /// What the uploading system added.
    pub custom_data: Option<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The address of the web conference.
    pub meeting_url: Option<String>,
    /// Whether it is private; a value that is neither yes nor no counts as private.
    #[serde(deserialize_with = "fail_closed")]
    pub is_private: Option<bool>,
    /// The event in the calendar.
    pub calendar_event_id: Option<String>,
}

impl Element for MetaData {
    const LIST: &'static str = "calls";
    const ONE: &'static str = "call";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(CallId::as_str)
    }
}

word! {
    /// Who called whom.
    Direction { Inbound Outbound Conference Unknown }
    /// Whether people outside the company took part.
    Reach { Internal External Unknown }
    /// Whether there is a picture.
    Medium { Video Audio }
}
