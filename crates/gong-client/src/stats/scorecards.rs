//! `POST /v2/stats/activity/scorecards`: how calls were judged.
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    AnsweredScorecardId, CallId, Element, ListRequest, Method, NotFound, Operation, OptionId, Page,
    QuestionId, QuestionRevisionId, Request, ScorecardId, UserId, When,
    wire::{ToJson as _, ids, list, payload, word},
};

payload! {
    /// Which answered scorecards to list; all by default. Days are in the company's time zone.
    AnsweredFilter with {
        /// Only of calls from this day on.
        call_from_date: Date,
        /// Only of calls before this day.
        call_to_date: Date,
        /// Only those filled in from this day on.
        review_from_date: Date,
        /// Only those filled in before this day.
        review_to_date: Date,
        /// Only those filled in by people, or by Gong.
        review_method: ReviewMethod,
        /// Only of these users' calls.
        reviewed_user_ids: [UserId],
        /// Only these scorecards.
        scorecard_ids: [ScorecardId],
    }
}

word! {
    /// Who fills in a scorecard.
    ReviewMethod { Automatic = "AUTOMATIC" Manual = "MANUAL" Both = "BOTH" }
    /// Who may see a filled in scorecard.
    Visibility {
        Public = "PUBLIC"
        Private = "PRIVATE"
        OptInUsers = "OPT_IN_USERS"
        Managers = "MANAGERS"
        ManagersAndReviewee = "MANAGERS_AND_REVIEWEE"
    }
}

/// Lists scorecards that were filled in. Scope `api:stats:scorecards`.
#[derive(Clone, Debug)]
pub struct ListAnsweredScorecards {
    filter: AnsweredFilter,
}

impl ListAnsweredScorecards {
    /// Those that the filter lets through.
    pub fn new(filter: AnsweredFilter) -> Self {
        Self { filter }
    }
}

impl Request for ListAnsweredScorecards {
    type Answer = Page<AnsweredScorecard>;
    const OPERATION: Operation = Operation {
        id: "listAnsweredScorecards",
        method: Method::Post,
        scope: "api:stats:scorecards",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "stats", "activity", "scorecards"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

impl ListRequest for ListAnsweredScorecards {
    type Element = AnsweredScorecard;
}

/// A scorecard that was filled in for a call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AnsweredScorecard {
    /// This filled in scorecard.
    pub answered_scorecard_id: Option<AnsweredScorecardId>,
    /// The scorecard.
    pub scorecard_id: Option<ScorecardId>,
    /// Its name.
    pub scorecard_name: Option<String>,
    /// The call.
    pub call_id: Option<CallId>,
    /// When the call started.
    pub call_start_time: Option<When>,
    /// Who was judged.
    pub reviewed_user_id: Option<UserId>,
    /// Who judged.
    pub reviewer_user_id: Option<UserId>,
    /// Whether a person or Gong judged.
    pub review_method: Option<ReviewMethod>,
    /// Who changed it last; absent when nobody did.
    pub editor_user_id: Option<UserId>,
    /// When it was filled in.
    pub review_time: Option<When>,
    /// Who may see it.
    pub visibility_type: Option<Visibility>,
    /// The answers.
    #[serde(deserialize_with = "list")]
    pub answers: Vec<ScorecardAnswer>,
}

impl Element for AnsweredScorecard {
    const LIST: &'static str = "answeredScorecards";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.answered_scorecard_id
            .as_ref()
            .map(AnsweredScorecardId::as_str)
    }
}

/// An answer to a question of a scorecard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScorecardAnswer {
    /// The question.
    pub question_id: Option<QuestionId>,
    /// Its wording.
    pub question_revision_id: Option<QuestionRevisionId>,
    /// Whether it is the overall question.
    pub is_overall: Option<bool>,
    /// The score.
    pub score: Option<i64>,
    /// The answer in words.
    pub answer_text: Option<String>,
    /// Whether the question did not apply.
    pub not_applicable: Option<bool>,
    /// What was chosen.
    #[serde(deserialize_with = "ids")]
    pub selected_options: Vec<OptionId>,
}
