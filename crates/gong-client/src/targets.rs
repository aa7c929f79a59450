//! `/v2/targets`: what teams are meant to reach.
//!
//! These two operations are newer than the document that the others are checked against.
use serde::Deserialize;

use crate::{
    Done, Element, FilePart, FileSource, Method, NotFound, Operation, Page, Request, TargetId,
    When, WorkspaceId,
};

/// Gong does not say how large the table may be; this is more than anybody has people.
const LARGEST_TABLE: u64 = 64 * 1024 * 1024;

/// Lists the targets of a workspace, which Gong does not page. Gong names no scope for it.
#[derive(Clone, Debug)]
pub struct ListTargets {
    workspace: WorkspaceId,
}

impl ListTargets {
    /// The targets of this workspace.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self { workspace }
    }
}

impl Request for ListTargets {
    type Answer = Page<Target>;
    const OPERATION: Operation = Operation {
        id: "listTargetDefinitions",
        method: Method::Get,
        scope: "",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "targets"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("workspaceId", self.workspace.to_string())]
    }
}

/// A target.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Target {
    /// The target.
    pub id: Option<TargetId>,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What is counted.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// How the targets of people add up to those of teams.
    pub hierarchy_type: Option<String>,
    /// When it was made.
    pub created_date_time: Option<When>,
}

impl Element for Target {
    const LIST: &'static str = "targets";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(TargetId::as_str)
    }
}

/// Assigns a target to people by a table (CSV). Gong names no scope for it.
#[derive(Clone, Debug)]
pub struct UploadAssignments {
    target: TargetId,
    workspace: WorkspaceId,
    table: FileSource,
    only_validate: bool,
}

impl UploadAssignments {
    /// Assigns the target in this workspace.
    pub fn new(target: TargetId, workspace: WorkspaceId, table: FileSource) -> Self {
        Self {
            target,
            workspace,
            table,
            only_validate: false,
        }
    }

    /// Only has Gong check the table.
    #[must_use = "the request is returned, not changed in place"]
    pub fn only_validate(mut self) -> Self {
        self.only_validate = true;
        self
    }
}

impl Request for UploadAssignments {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "uploadAssignments",
        method: Method::Post,
        scope: "",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "targets", self.target.as_str(), "assignments"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("workspaceId", self.workspace.to_string())];
        if self.only_validate {
            query.push(("validateOnly", "true".into()));
        }
        query
    }

    fn file(&self) -> Option<FilePart<'_>> {
        Some(FilePart {
            field: "file",
            content_type: "text/csv",
            limit: LARGEST_TABLE,
            source: &self.table,
        })
    }
}
