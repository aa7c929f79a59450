//! `GET /v2/call-outcomes`: the outcomes that may be chosen for a call.
use serde::Deserialize;

use crate::{Element, Method, NotFound, Operation, Page, Request, wire::word};

/// Lists the outcomes that the company's dialer offers. Scope `api:call-outcomes:read`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListCallOutcomes;

impl ListCallOutcomes {
    /// All outcomes.
    pub fn new() -> Self {
        Self
    }
}

impl Request for ListCallOutcomes {
    type Answer = Page<OutcomeChoice>;
    const OPERATION: Operation = Operation {
        id: "listCallOutcomes",
        method: Method::Get,
        scope: "api:call-outcomes:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "call-outcomes"]
    }
}

/// An outcome that may be chosen for a call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OutcomeChoice {
    /// Its name.
    pub call_outcome: Option<String>,
    /// Its place among the others.
    pub display_order: Option<i64>,
    /// Whether somebody was reached.
    pub connect_status: Option<ConnectStatus>,
    /// Whether it is a good one.
    pub sentiment: Option<Sentiment>,
    /// What becomes of the to-dos for the call.
    pub todo_action: Option<TodoAction>,
    /// What else Gong does.
    pub automation: Option<Automation>,
    /// Whether somebody answered.
    pub category: Option<OutcomeCategory>,
}

impl Element for OutcomeChoice {
    const LIST: &'static str = "outcomes";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

word! {
    /// Whether somebody was reached.
    ConnectStatus { Connected = "CONNECTED" NotConnected = "NOT_CONNECTED" }
    /// Whether an outcome is a good one.
    Sentiment { Positive = "POSITIVE" Negative = "NEGATIVE" Neutral = "NEUTRAL" }
    /// What becomes of the to-dos for a call.
    TodoAction { Complete = "COMPLETE" CompleteAndRemove = "COMPLETE_AND_REMOVE" }
    /// What else Gong does.
    Automation { MarkAsOptOut = "MARK_AS_OPT_OUT" }
    /// Whether somebody answered.
    OutcomeCategory { Answered = "ANSWERED" NotAnswered = "NOT_ANSWERED" }
}
