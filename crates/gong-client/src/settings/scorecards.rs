//! `GET /v2/settings/scorecards`: all scorecards, in one answer.
use serde::Deserialize;

use crate::{
    Element, Method, NotFound, Operation, OptionId, Page, QuestionId, QuestionRevisionId, Request,
    ScorecardId, UserId, When, WorkspaceId, stats::ReviewMethod, wire::list,
};

/// Lists the scorecards of all workspaces. Scope `api:settings:scorecards:read`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListScorecards;

impl ListScorecards {
    /// All scorecards.
    pub fn new() -> Self {
        Self
    }
}

impl Request for ListScorecards {
    type Answer = Page<Scorecard>;
    const OPERATION: Operation = Operation {
        id: "listScorecards",
        method: Method::Get,
        scope: "api:settings:scorecards:read",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "settings", "scorecards"]
    }
}

/// A scorecard: questions by which calls are judged.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Scorecard {
    /// The scorecard.
    pub scorecard_id: Option<ScorecardId>,
    /// Its name.
    pub scorecard_name: Option<String>,
    /// The workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Whether it is in use.
    pub enabled: Option<bool>,
    /// Who changed it last.
    pub updater_user_id: Option<UserId>,
    /// When it was made.
    pub created: Option<When>,
    /// When it was changed last.
    pub updated: Option<When>,
    /// Whether people or Gong fill it in.
    pub review_method: Option<ReviewMethod>,
    /// Its questions.
    #[serde(deserialize_with = "list")]
    pub questions: Vec<Question>,
}

impl Element for Scorecard {
    const LIST: &'static str = "scorecards";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.scorecard_id.as_ref().map(ScorecardId::as_str)
    }
}

/// A question of a scorecard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Question {
    /// The question.
    pub question_id: Option<QuestionId>,
    /// This wording of it.
    pub question_revision_id: Option<QuestionRevisionId>,
    /// The wording.
    pub question_text: Option<String>,
    /// Whether it is the overall question.
    pub is_overall: Option<bool>,
    /// The type of its answer.
    pub question_type: Option<String>,
    /// How to answer it.
    pub answer_guide: Option<String>,
    /// The lowest answer, of a question with a range.
    pub min_range: Option<i64>,
    /// The highest answer, of a question with a range.
    pub max_range: Option<i64>,
    /// What can be chosen, of a question with options.
    #[serde(deserialize_with = "list")]
    pub answer_options: Vec<QuestionOption>,
}

/// An answer that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct QuestionOption {
    /// The option.
    pub id: Option<OptionId>,
    /// Its words.
    pub text: Option<String>,
}
