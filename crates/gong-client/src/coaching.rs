//! `GET /v2/coaching`: how managers coach the people who report to them.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    Element, Method, NotFound, Operation, Page, Request, UserId, WorkspaceId,
    wire::{list, map_of_lists},
};

/// Lists the coaching figures of one manager. Scope `api:coaching:read`.
#[derive(Clone, Debug)]
pub struct ListCoaching {
    workspace: WorkspaceId,
    manager: UserId,
    from: Timestamp,
    to: Timestamp,
}

impl ListCoaching {
    /// The coaching by this manager in a workspace, from an instant to another.
    pub fn new(workspace: WorkspaceId, manager: UserId, from: Timestamp, to: Timestamp) -> Self {
        Self {
            workspace,
            manager,
            from,
            to,
        }
    }
}

impl Request for ListCoaching {
    type Answer = Page<ManagerCoaching>;
    const OPERATION: Operation = Operation {
        id: "listUsers_1",
        method: Method::Get,
        scope: "api:coaching:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "coaching"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("workspace-id", self.workspace.to_string()),
            ("manager-id", self.manager.to_string()),
            ("from", self.from.to_string()),
            ("to", self.to.to_string()),
        ]
    }
}

/// The coaching by one manager.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ManagerCoaching {
    /// The manager.
    pub manager: Option<CoachedUser>,
    /// The people coached.
    #[serde(deserialize_with = "list")]
    pub direct_reports_metrics: Vec<CoachingOfReport>,
}

impl Element for ManagerCoaching {
    const LIST: &'static str = "coachingData";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// The coaching of one person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CoachingOfReport {
    /// The person.
    pub report: Option<CoachedUser>,
    /// The figures by their names.
    #[serde(deserialize_with = "map_of_lists")]
    pub metrics: BTreeMap<String, Vec<String>>,
}

/// A user who coaches or is coached.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CoachedUser {
    /// The user.
    pub id: Option<UserId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The job title.
    pub title: Option<String>,
}
