//! `GET /v2/workspaces`: the workspaces of the company's Gong, all in one answer.
use serde::Deserialize;

use crate::{Element, Method, NotFound, Operation, Page, Request, WorkspaceId};

/// Lists all workspaces; Gong does not page them. Scope `api:workspaces:read`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListWorkspaces;

impl ListWorkspaces {
    /// All workspaces.
    pub fn new() -> Self {
        Self
    }
}

impl Request for ListWorkspaces {
    type Answer = Page<Workspace>;
    const OPERATION: Operation = Operation {
        id: "listWorkspaces",
        method: Method::Get,
        scope: "api:workspaces:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "workspaces"]
    }
}

/// A workspace inside a company's Gong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Workspace {
    /// The workspace.
    pub id: Option<WorkspaceId>,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl Element for Workspace {
    const LIST: &'static str = "workspaces";
    const ONE: &'static str = "workspace";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(WorkspaceId::as_str)
    }
}
