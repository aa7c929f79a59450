//! `POST /v2/calls/extensive`: calls with parties, CRM context, content, interaction, comments.
mod call;
mod content;
mod interaction;
mod selector;

pub use call::{
    Affiliation, CallMedia, Context, ContextObject, CrmSystem, ExtensiveCall, Field, ObjectType,
    ParticipationMethod, Party, Timing,
};
pub use content::{
    CallOutcome, Content, Highlight, HighlightItem, KeyPoint, NamedDuration, OutlineItem,
    OutlineSection, PhraseCount, Tracker, TrackerKind, TrackerOccurrence,
};
pub use interaction::{
    Collaboration, Comment, Interaction, InteractionStat, Questions, SpeakerTalk,
};
pub use selector::{ContentSelector, ContextDepth, ExposedField};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    CallId, ListRequest, Method, NotFound, Operation, Page, Request, UserId, WorkspaceId,
    filter::Filter,
};

/// Lists calls with as much of their content as the [`ContentSelector`] asks for.
///
/// Gong offers no other filter than these: none by text, participant, account or title. Scope
/// `api:calls:read:extensive`, and `api:calls:read:media-url` for media.
#[derive(Clone, Debug)]
pub struct ListExtensive {
    filter: Filter,
    selector: ContentSelector,
}

impl ListExtensive {
    /// The calls that **started** from an instant (included) to another (excluded).
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self {
            filter: Filter::between(from, to),
            selector: ContentSelector::default(),
        }
    }

    /// These calls; `None` when there is no id, which Gong refuses.
    pub fn of_calls(ids: impl IntoIterator<Item = CallId>) -> Option<Self> {
        let filter = Filter::of_calls(ids)?;
        Some(Self {
            filter,
            selector: ContentSelector::default(),
        })
    }

    /// Every call of the company.
    pub fn all() -> Self {
        Self {
            filter: Filter::default(),
            selector: ContentSelector::default(),
        }
    }

    /// What to tell of each call; without this, only its metadata.
    #[must_use = "the request is returned, not changed in place"]
    pub fn select(mut self, selector: ContentSelector) -> Self {
        self.selector = selector;
        self
    }

    /// Only the calls of one workspace.
    #[must_use = "the request is returned, not changed in place"]
    pub fn workspace(mut self, workspace: WorkspaceId) -> Self {
        self.filter.workspace = Some(workspace);
        self
    }

    /// Only the calls that one of these users hosted.
    #[must_use = "the request is returned, not changed in place"]
    pub fn hosted_by(mut self, users: impl IntoIterator<Item = UserId>) -> Self {
        self.filter.primary_users = users.into_iter().collect();
        self
    }
}

impl Request for ListExtensive {
    type Answer = Page<ExtensiveCall>;
    const OPERATION: Operation = Operation {
        id: "listCallsExtensive",
        method: Method::Post,
        scope: "api:calls:read:extensive",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", "extensive"]
    }

    fn body(&self) -> Option<Value> {
        let filter = self.filter.to_json();
        Some(json!({ "filter": filter, "contentSelector": self.selector.to_json() }))
    }
}

impl ListRequest for ListExtensive {
    type Element = ExtensiveCall;
}
