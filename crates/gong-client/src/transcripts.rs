//! `POST /v2/calls/transcript`: who said what, in milliseconds.
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    CallId, Element, ListRequest, Method, Millis, NotFound, Operation, Page, Request, SpeakerId,
    WorkspaceId, filter::Filter, wire::list,
};

/// Lists the transcripts of calls. Calls whose transcript is not ready are simply missing.
///
/// Scope `api:calls:read:transcript`.
#[derive(Clone, Debug)]
pub struct ListTranscripts {
    filter: Filter,
}

impl ListTranscripts {
    /// Transcripts of the calls that **started** from an instant (included) to another (excluded).
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self {
            filter: Filter::between(from, to),
        }
    }

    /// Transcripts of these calls; `None` when there is no id, which Gong refuses.
    pub fn of_calls(ids: impl IntoIterator<Item = CallId>) -> Option<Self> {
        Filter::of_calls(ids).map(|filter| Self { filter })
    }

    /// Only those of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.filter.workspace = Some(workspace);
        self
    }
}

impl Request for ListTranscripts {
    type Answer = Page<CallTranscript>;
    const OPERATION: Operation = Operation {
        id: "getCallTranscripts",
        method: Method::Post,
        scope: "api:calls:read:transcript",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", "transcript"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

impl ListRequest for ListTranscripts {
    type Element = CallTranscript;
}

/// The transcript of one call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallTranscript {
    /// The call.
    pub call_id: Option<CallId>,
    /// What was said, in Gong's order; a null in the list is an empty monologue.
    #[serde(deserialize_with = "list")]
    pub transcript: Vec<Monologue>,
}

/// Sentences that one person spoke in a row.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Monologue {
    /// The voice; join it to `parties[].speakerId` of the same call. May be unknown.
    pub speaker_id: Option<SpeakerId>,
    /// The topic that Gong heard.
    pub topic: Option<String>,
    /// The sentences.
    #[serde(deserialize_with = "list")]
    pub sentences: Vec<Sentence>,
}

/// One sentence and its place in the call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Sentence {
    /// Where it starts.
    pub start: Option<Millis>,
    /// Where it ends.
    pub end: Option<Millis>,
    /// The words.
    pub text: Option<String>,
}

impl Element for CallTranscript {
    const LIST: &'static str = "callTranscripts";
    const ONE: &'static str = "callTranscript";

    fn identity(&self) -> Option<&str> {
        self.call_id.as_ref().map(CallId::as_str)
    }
}
