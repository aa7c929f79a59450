//! `/v2/entities/…`: Gong's own answers and briefs about accounts, contacts, deals and leads.
//!
//! **Every request spends Gong credits of the company**, so none is sent twice by itself.
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    CallId, CrmId, Element, EmailId, Method, NotFound, One, Operation, Request, SpendsCredits,
    When, WorkspaceId,
    crm::EntityType,
    wire::{list, word},
};

/// What Gong is asked about, and from which calls and e-mails it answers.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The workspace.
    workspace: WorkspaceId,
    kind: EntityType,
    id: CrmId,
    time: TimeRange,
}

impl Entity {
    /// An object of the CRM, and the calls and e-mails of a time.
    pub fn new(workspace: WorkspaceId, kind: EntityType, id: CrmId, time: TimeRange) -> Self {
        Self {
            workspace,
            kind,
            id,
            time,
        }
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![
            ("workspaceId", self.workspace.to_string()),
            ("crmEntityType", self.kind.to_string()),
            ("crmEntityId", self.id.to_string()),
            ("timePeriod", self.time.as_str().to_owned()),
        ];
        if let TimeRange::Between { from, to } = &self.time {
            query.push(("fromDateTime", from.to_string()));
            query.extend(to.map(|to| ("toDateTime", to.to_string())));
        }
        query
    }
}

/// The time whose calls and e-mails are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeRange {
    /// The last 7 days.
    Last7Days,
    /// The last 30 days.
    Last30Days,
    /// The last 90 days.
    Last90Days,
    /// The 90 days before the last activity.
    Last90DaysSinceLastActivity,
    /// The year before the last activity.
    LastYearSinceLastActivity,
    /// The last year.
    LastYear,
    /// This week.
    ThisWeek,
    /// This month.
    ThisMonth,
    /// This year.
    ThisYear,
    /// This quarter.
    ThisQuarter,
    /// From an instant (included) to another (excluded), or on.
    Between {
        /// The start.
        from: Timestamp,
        /// The end.
        to: Option<Timestamp>,
    },
    /// All times.
    AllConversations,
}

impl TimeRange {
    fn as_str(self) -> &'static str {
        match self {
            Self::Last7Days => "LAST_7DAYS",
            Self::Last30Days => "LAST_30DAYS",
            Self::Last90Days => "LAST_90DAYS",
            Self::Last90DaysSinceLastActivity => "LAST_90_DAYS_SINCE_LAST_ACTIVITY",
            Self::LastYearSinceLastActivity => "LAST_YEAR_SINCE_LAST_ACTIVITY",
            Self::LastYear => "LAST_YEAR",
            Self::ThisWeek => "THIS_WEEK",
            Self::ThisMonth => "THIS_MONTH",
            Self::ThisYear => "THIS_YEAR",
            Self::ThisQuarter => "THIS_QUARTER",
            Self::Between { .. } => "CUSTOM_RANGE",
            Self::AllConversations => "ALL_CONVERSATIONS",
        }
    }
}

/// Asks a question, which Gong answers from at most 60 calls and 500 e-mails. Spends credits. Scope
/// `api:ai-ask:read`.
#[derive(Clone, Debug)]
pub struct AskEntity {
    entity: Entity,
    question: String,
}

impl AskEntity {
    /// A question about an object of the CRM.
    pub fn new(entity: Entity, question: impl Into<String>, _confirmed: SpendsCredits) -> Self {
        Self {
            entity,
            question: question.into(),
        }
    }
}

impl Request for AskEntity {
    type Answer = One<EntityAnswer>;
    const OPERATION: Operation = Operation {
        id: "askEntity",
        method: Method::Get,
        scope: "api:ai-ask:read",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "entities", "ask-entity"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = self.entity.query();
        query.push(("question", self.question.clone()));
        query
    }
}

/// Has a brief written that was set up in Gong and published. Spends credits. Scope
/// `api:ai-briefer:read`.
#[derive(Clone, Debug)]
pub struct GenerateBrief {
    entity: Entity,
    brief_name: String,
}

impl GenerateBrief {
    /// A brief about an object of the CRM, by the name of the brief.
    pub fn new(entity: Entity, brief_name: impl Into<String>, _confirmed: SpendsCredits) -> Self {
        Self {
            entity,
            brief_name: brief_name.into(),
        }
    }
}

impl Request for GenerateBrief {
    type Answer = One<GeneratedBrief>;
    const OPERATION: Operation = Operation {
        id: "generateBrief",
        method: Method::Get,
        scope: "api:ai-briefer:read",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "entities", "get-brief"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = self.entity.query();
        query.push(("briefName", self.brief_name.clone()));
        query
    }
}

/// Gong's answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EntityAnswer {
    /// How many calls it used.
    pub num_of_calls_searched: Option<u64>,
    /// How many e-mails it used.
    pub num_of_emails_searched: Option<u64>,
    /// The parts of the answer.
    #[serde(deserialize_with = "list")]
    pub answer: Vec<AnswerSection>,
}

impl Element for EntityAnswer {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// A part of an answer, with where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AnswerSection {
    /// The words.
    #[serde(deserialize_with = "list")]
    pub answer_items: Vec<String>,
    /// The e-mails it comes from.
    #[serde(deserialize_with = "list")]
    pub email_findings: Vec<EmailFinding>,
    /// The calls it comes from.
    #[serde(deserialize_with = "list")]
    pub call_findings: Vec<CallFinding>,
}

/// A brief that Gong wrote.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct GeneratedBrief {
    /// How many calls it used.
    pub num_of_calls_searched: Option<u64>,
    /// How many e-mails it used.
    pub num_of_emails_searched: Option<u64>,
    /// The sections.
    #[serde(deserialize_with = "list")]
    pub brief_sections: Vec<BriefSection>,
}

impl Element for GeneratedBrief {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// A section of a brief, with where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BriefSection {
    /// The title.
    pub title: Option<String>,
    /// The words.
    #[serde(deserialize_with = "list")]
    pub section_summary: Vec<String>,
    /// The calls and e-mails it comes from.
    pub conversation_findings: Option<ConversationFindings>,
    /// What kind of source it has.
    pub brief_section_type: Option<SectionType>,
    /// The pages of the web it comes from.
    #[serde(deserialize_with = "list")]
    pub web_findings: Vec<WebFinding>,
    /// What other systems said.
    pub mcp_result: Option<McpResult>,
}

/// Calls and e-mails that something comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ConversationFindings {
    /// The calls.
    #[serde(deserialize_with = "list")]
    pub call_findings: Vec<CallFinding>,
    /// The e-mails.
    #[serde(deserialize_with = "list")]
    pub email_findings: Vec<EmailFinding>,
}

/// A call that something comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallFinding {
    /// The call.
    pub call: Option<FoundCall>,
}

/// A call that Gong names as a source.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FoundCall {
    /// The call.
    pub id: Option<CallId>,
    /// The title.
    pub title: Option<String>,
    /// When it started.
    pub started: Option<When>,
    /// The call's page in Gong.
    pub url: Option<String>,
}

/// E-mails that something comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EmailFinding {
    /// The e-mails.
    #[serde(deserialize_with = "list")]
    pub emails: Vec<FoundEmail>,
}

/// An e-mail that Gong names as a source.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FoundEmail {
    /// The e-mail.
    pub id: Option<EmailId>,
    /// The subject.
    pub title: Option<String>,
    /// When it was sent.
    pub sent_date_time: Option<When>,
}

/// A page of the web that something comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct WebFinding {
    /// The domain.
    pub domain: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The address.
    pub url: Option<String>,
}

/// What other systems said, asked by Gong over MCP.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct McpResult {
    /// The systems.
    #[serde(deserialize_with = "list")]
    pub connections: Vec<McpConnection>,
    /// The names of the servers that were asked.
    #[serde(deserialize_with = "list")]
    pub servers: Vec<String>,
    /// How it went.
    pub mcp_status: Option<McpStatus>,
    /// What went wrong.
    pub error_message: Option<String>,
}

/// A system that Gong asked over MCP.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct McpConnection {
    /// Its name in Gong.
    pub name: Option<String>,
    /// How it went.
    pub status: Option<ConnectionStatus>,
}

word! {
    /// What kind of source a section has.
    SectionType { Conversations Web CrmOrGongData McpConnection }
    /// How asking other systems went.
    McpStatus { Success = "SUCCESS" Failure = "FAILURE" ConnectionError = "CONNECTION_ERROR" }
    /// How asking one system went.
    ConnectionStatus {
        Success = "SUCCESS"
        AuthRequired = "AUTH_REQUIRED"
        Failed = "FAILED"
        NotConnected = "NOT_CONNECTED"
        NoMatchingTools = "NO_MATCHING_TOOLS"
        NoUserContext = "NO_USER_CONTEXT"
        Unknown = "UNKNOWN"
    }
}
