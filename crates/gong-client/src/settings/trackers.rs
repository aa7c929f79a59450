//! `GET /v2/settings/trackers`: the keyword trackers, in one answer.
use serde::Deserialize;

use crate::{
    Element, Method, NotFound, Operation, Page, Request, TrackerId, UserId, When, WorkspaceId,
    wire::list,
};

/// Lists the trackers that go by words; those that go by meaning are not told. A workspace that is
/// not there is an error of kind `NotFound`. Scope `api:settings:trackers:read`.
#[derive(Clone, Debug, Default)]
pub struct ListTrackers {
    workspace: Option<WorkspaceId>,
}

impl ListTrackers {
    /// The trackers of all workspaces.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the trackers of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }
}

impl Request for ListTrackers {
    type Answer = Page<KeywordTracker>;
    const OPERATION: Operation = Operation {
        id: "listTrackers",
        method: Method::Get,
        scope: "api:settings:trackers:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "settings", "trackers"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if let Some(workspace) = &self.workspace {
            query.push(("workspaceId", workspace.to_string()));
        }
        query
    }
}

/// A tracker that goes by words.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct KeywordTracker {
    /// The tracker.
    pub tracker_id: Option<TrackerId>,
    /// Its name.
    pub tracker_name: Option<String>,
    /// The workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// The words, by language.
    #[serde(deserialize_with = "list")]
    pub language_keywords: Vec<TrackerLanguage>,
    /// Whose words count (`Anyone`, `Company`, `NonCompany`).
    pub affiliation: Option<String>,
    /// Whether the words count only in a question.
    pub part_of_question: Option<bool>,
    /// In which part of a call they count.
    pub said_at: Option<String>,
    /// How long that part is.
    pub said_at_interval: Option<i64>,
    /// Whether that is in minutes or per cent.
    pub said_at_unit: Option<String>,
    /// In which topics they count.
    #[serde(deserialize_with = "list")]
    pub said_in_topics: Vec<String>,
    /// In which calls they count.
    pub filter_query: Option<String>,
    /// When the tracker was made.
    pub created: Option<When>,
    /// Who made it; absent when Gong did.
    pub creator_user_id: Option<UserId>,
    /// When it was changed last.
    pub updated: Option<When>,
    /// Who changed it last; absent when Gong did.
    pub updater_user_id: Option<UserId>,
}

impl Element for KeywordTracker {
    const LIST: &'static str = "keywordTrackers";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.tracker_id.as_ref().map(TrackerId::as_str)
    }
}

/// The words of a tracker in one language.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TrackerLanguage {
    /// The language, as ISO 639-2 (`eng`), or `mul` for any.
    pub language: Option<String>,
    /// The words and phrases.
    #[serde(deserialize_with = "list")]
    pub keywords: Vec<String>,
    /// Whether other forms of the words count, too.
    pub include_related_forms: Option<bool>,
}
