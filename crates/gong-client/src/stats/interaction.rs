//! `POST /v2/stats/interaction`: how people talk, over all their calls.
use serde::Deserialize;
use serde_json::{Value, json};

use super::ActivityFilter;
use crate::{
    Element, InteractionStat, ListRequest, Method, NotFound, Operation, Page, Request, UserId,
    wire::{ToJson as _, list},
};

/// Lists how each user talks, from the calls that have Whisper turned on. [`super::StatsPeriod`]
/// reads from a page which time that is. Scope `api:stats:interaction`.
#[derive(Clone, Debug)]
pub struct InteractionStats {
    filter: ActivityFilter,
}

impl InteractionStats {
    /// Of these days and users.
    pub fn new(filter: ActivityFilter) -> Self {
        Self { filter }
    }
}

impl Request for InteractionStats {
    type Answer = Page<UserInteraction>;
    const OPERATION: Operation = Operation {
        id: "listInteractionStats",
        method: Method::Post,
        scope: "api:stats:interaction",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "stats", "interaction"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter.to_json() }))
    }
}

impl ListRequest for InteractionStats {
    type Element = UserInteraction;
}

/// How a user talks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserInteraction {
    /// The user.
    pub user_id: Option<UserId>,
    /// The e-mail address.
    pub user_email_address: Option<String>,
    /// The figures.
    #[serde(deserialize_with = "list")]
    pub person_interaction_stats: Vec<InteractionStat>,
}

impl Element for UserInteraction {
    const LIST: &'static str = "peopleInteractionStats";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.user_id.as_ref().map(UserId::as_str)
    }
}
