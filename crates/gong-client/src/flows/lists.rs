//! `GET /v2/flows`, `GET /v2/flows/folders`, `POST /v2/flows/steps`: what flows there are.
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Element, FlowFolderId, FlowId, FlowStepId, ListRequest, Method, NotFound, Operation, Page,
    Request, When, WorkspaceId,
    wire::{ToJson as _, list, word},
};

/// Lists the flows of the company, and those that one user owns or shares. Scope `api:flows:read`.
#[derive(Clone, Debug)]
pub struct ListFlows {
    owner_email: String,
    workspace: Option<WorkspaceId>,
    folder: Option<FlowFolderId>,
    most_recently_assigned: bool,
}

impl ListFlows {
    /// The flows as the user with this e-mail address sees them.
    pub fn new(owner_email: impl Into<String>) -> Self {
        Self {
            owner_email: owner_email.into(),
            workspace: None,
            folder: None,
            most_recently_assigned: false,
        }
    }

    /// Only the flows of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// Only the flows in one folder.
    #[must_use = "the request is returned, not changed in place"]
    pub fn folder(mut self, folder: FlowFolderId) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Only the 20 flows that the user assigned last.
    #[must_use = "the request is returned, not changed in place"]
    pub fn most_recently_assigned(mut self) -> Self {
        self.most_recently_assigned = true;
        self
    }
}

impl Request for ListFlows {
    type Answer = Page<Flow>;
    const OPERATION: Operation = Operation {
        id: "listFlows",
        method: Method::Get,
        scope: "api:flows:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("flowOwnerEmail", self.owner_email.clone())];
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        if let Some(folder) = &self.folder {
            query.push(("folderId", folder.to_string()));
        }
        if self.most_recently_assigned {
            query.push(("mostRecentlyAssigned", "true".into()));
        }
        query
    }
}

impl ListRequest for ListFlows {
    type Element = Flow;
}

/// Lists the folders of flows of the company, and those that one user owns or shares. Gong gives
/// folders the form of flows. Scope `api:flows:read`.
#[derive(Clone, Debug)]
pub struct ListFlowFolders {
    owner_email: String,
    parent: Option<FlowFolderId>,
    workspace: Option<WorkspaceId>,
}

impl ListFlowFolders {
    /// The folders as the user with this e-mail address sees them.
    pub fn new(owner_email: impl Into<String>) -> Self {
        Self {
            owner_email: owner_email.into(),
            parent: None,
            workspace: None,
        }
    }

    /// Only this folder and those in it.
    #[must_use = "the request is returned, not changed in place"]
    pub fn parent(mut self, parent: FlowFolderId) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Only the folders of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }
}

impl Request for ListFlowFolders {
    type Answer = Page<Flow>;
    const OPERATION: Operation = Operation {
        id: "listFlowsFolders",
        method: Method::Get,
        scope: "api:flows:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "folders"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("flowFolderOwnerEmail", self.owner_email.clone())];
        if let Some(parent) = &self.parent {
            query.push(("parentId", parent.to_string()));
        }
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        query
    }
}

impl ListRequest for ListFlowFolders {
    type Element = Flow;
}

/// A flow, or a folder of flows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Flow {
    /// The flow.
    pub id: Option<FlowId>,
    /// Its name.
    pub name: Option<String>,
    /// The folder it is in.
    pub folder_id: Option<FlowFolderId>,
    /// That folder's name.
    pub folder_name: Option<String>,
    /// Who sees it.
    pub visibility: Option<FlowVisibility>,
    /// When it was made.
    pub creation_date: Option<When>,
    /// Whether its prospects can be in no other flow.
    pub exclusive: Option<bool>,
}

impl Element for Flow {
    const LIST: &'static str = "flows";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(FlowId::as_str)
    }
}

word! {
    /// Who sees a flow.
    FlowVisibility { Company Personal Shared }
    /// What is done in a step of a flow.
    StepAction {
        SendEmail = "SEND_EMAIL"
        AutoSendEmail = "AUTO_SEND_EMAIL"
        Call = "CALL"
        LinkedInConnect = "LINKEDIN_CONNECT"
        LinkedInMessage = "LINKEDIN_MESSAGE"
        Custom = "CUSTOM"
    }
}

/// Tells the steps of flows. A flow that is not there is an error of kind `NotFound`. Scope
/// `api:flows:read`.
#[derive(Clone, Debug)]
pub struct GetFlowSteps {
    flows: Vec<FlowId>,
}

impl GetFlowSteps {
    /// Of these flows, at most 20; `None` when there is no id.
    pub fn of_flows(ids: impl IntoIterator<Item = FlowId>) -> Option<Self> {
        let flows: Vec<_> = ids.into_iter().collect();
        (!flows.is_empty()).then_some(Self { flows })
    }
}

impl Request for GetFlowSteps {
    type Answer = Page<FlowWithSteps>;
    const OPERATION: Operation = Operation {
        id: "getFlowSteps",
        method: Method::Post,
        scope: "api:flows:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "flows", "steps"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "flowIds": self.flows.to_json() }))
    }
}

/// A flow with its steps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FlowWithSteps {
    /// The flow.
    pub id: Option<FlowId>,
    /// Its name.
    pub name: Option<String>,
    /// The folder it is in.
    pub folder_id: Option<FlowFolderId>,
    /// Who sees it.
    pub visibility: Option<FlowVisibility>,
    /// When it was made.
    pub creation_date: Option<When>,
    /// Whether its prospects can be in no other flow.
    pub exclusive: Option<bool>,
    /// What it is for.
    pub description: Option<String>,
    /// The steps.
    #[serde(deserialize_with = "list")]
    pub steps: Vec<FlowStep>,
}

impl Element for FlowWithSteps {
    const LIST: &'static str = "flows";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(FlowId::as_str)
    }
}

/// A step of a flow.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FlowStep {
    /// The step.
    pub id: Option<FlowStepId>,
    /// Its place, from 1.
    pub step_order: Option<i64>,
    /// What is done.
    pub action: Option<StepAction>,
    /// The subject of the e-mail.
    pub subject: Option<String>,
    /// The words.
    pub body: Option<String>,
    /// Whether the e-mail answers the one before.
    pub is_reply: Option<bool>,
}
