//! `GET /v2/settings/briefs`: the briefs that Gong can write, in one answer.
use serde::Deserialize;

use crate::{
    BriefId, Element, Method, NotFound, Operation, Page, Request, UserId, When, WorkspaceId,
};

/// Lists the briefs that the company has set up. A workspace that is not there is an error of kind
/// `NotFound`. Scope `api:ai-briefer:read`.
#[derive(Clone, Debug, Default)]
pub struct ListBriefs {
    workspace: Option<WorkspaceId>,
}

impl ListBriefs {
    /// The briefs of all workspaces.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the briefs of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }
}

impl Request for ListBriefs {
    type Answer = Page<Brief>;
    const OPERATION: Operation = Operation {
        id: "listBriefs",
        method: Method::Get,
        scope: "api:ai-briefer:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "settings", "briefs"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        query
    }
}

/// A brief that Gong can write about an account, deal, contact or lead.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Brief {
    /// The brief.
    pub brief_id: Option<BriefId>,
    /// Its name, by which [`crate::entities::GenerateBrief`] asks for it.
    pub brief_name: Option<String>,
    /// The workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is published.
    pub status: Option<String>,
    /// The name of who made it.
    pub creator: Option<String>,
    /// Who made it.
    pub creator_user_id: Option<UserId>,
    /// When it was made.
    pub created: Option<When>,
    /// When it was changed last.
    pub updated: Option<When>,
}

impl Element for Brief {
    const LIST: &'static str = "briefs";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.brief_id.as_ref().map(BriefId::as_str)
    }
}
