//! `/v2/library/…`: the public folders of the library, and the calls in them.
use serde::Deserialize;

use crate::{
    Answer, BadBody, CallId, Element, FolderId, Method, NotFound, Operation, Page, Raw, Request,
    Seconds, UserId, When, WorkspaceId,
};

/// Lists the public folders, which Gong does not page. Where there are several workspaces, Gong
/// wants one to be named. Scope `api:library:read`.
#[derive(Clone, Debug, Default)]
pub struct ListFolders {
    workspace: Option<WorkspaceId>,
}

impl ListFolders {
    /// The folders of the only workspace.
    pub fn new() -> Self {
        Self::default()
    }

    /// The folders of this workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }
}

impl Request for ListFolders {
    type Answer = Page<Folder>;
    const OPERATION: Operation = Operation {
        id: "getLibraryStructure",
        method: Method::Get,
        scope: "api:library:read",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "library", "folders"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        query
    }
}

/// A folder of the library.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Folder {
    /// The folder.
    pub id: Option<FolderId>,
    /// Its name.
    pub name: Option<String>,
    /// The folder it is in; absent at the top.
    pub parent_folder_id: Option<FolderId>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was changed last.
    pub updated: Option<When>,
}

impl Element for Folder {
    const LIST: &'static str = "folders";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(FolderId::as_str)
    }
}

/// Lists the calls in one folder, which Gong does not page. Scope `api:library:read`.
#[derive(Clone, Debug)]
pub struct ListFolderCalls {
    folder: FolderId,
}

impl ListFolderCalls {
    /// The calls of this folder.
    pub fn new(folder: FolderId) -> Self {
        Self { folder }
    }
}

impl Request for ListFolderCalls {
    type Answer = FolderContent;
    const OPERATION: Operation = Operation {
        id: "getCallsInSpecificFolder",
        method: Method::Get,
        scope: "api:library:read",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "library", "folder-content"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("folderId", self.folder.to_string())]
    }
}

/// A folder with its calls.
#[derive(Debug)]
#[non_exhaustive]
pub struct FolderContent {
    /// The folder; absent when Gong found none.
    pub folder: Option<Raw<Folder>>,
    /// The calls in it.
    pub calls: Page<LibraryCall>,
}

impl Answer for FolderContent {
    fn read(body: &str) -> Result<Self, BadBody> {
        let mut calls = Page::read(body)?;
        calls.others.clear();
        Ok(Self {
            folder: Raw::read(body.trim_start_matches('\u{feff}')).ok(),
            calls,
        })
    }

    fn empty() -> Option<Self> {
        Page::empty().map(|calls| Self {
            folder: None,
            calls,
        })
    }
}

/// A call, or a part of one, in a folder.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct LibraryCall {
    /// The call.
    pub id: Option<CallId>,
    /// Its title.
    pub title: Option<String>,
    /// What was noted when it was put there.
    pub note: Option<String>,
    /// Who put it there.
    pub added_by: Option<UserId>,
    /// When it was put there.
    pub created: Option<When>,
    /// The call's page in Gong.
    pub url: Option<String>,
    /// Which part of the call; absent for the whole.
    pub snippet: Option<Snippet>,
}

impl Element for LibraryCall {
    const LIST: &'static str = "calls";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(CallId::as_str)
    }
}

/// A part of a call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Snippet {
    /// Its start, from the start of the call.
    pub from_sec: Option<Seconds>,
    /// Its end, from the start of the call.
    pub to_sec: Option<Seconds>,
}
