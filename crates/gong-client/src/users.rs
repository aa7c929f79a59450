//! `GET /v2/users`, `GET /v2/users/{id}`, `POST /v2/users/extensive`: the company's Gong users.
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Element, ListRequest, Method, NotFound, One, Operation, Page, Request, UserId, When, wire::list,
};

/// Lists all users. Scope `api:users:read`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListUsers {
    avatars: bool,
}

impl ListUsers {
    /// All users but the avatars that Gong makes for people who joined no company.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also synthetic users, which stand for integrations and departed employees.
    #[must_use = "the request is returned, not changed in place"]
    pub fn with_avatars(mut self) -> Self {
        self.avatars = true;
        self
    }
}

impl Request for ListUsers {
    type Answer = Page<User>;
    const OPERATION: Operation = Operation {
        id: "listUsers",
        method: Method::Get,
        scope: "api:users:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "users"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        if self.avatars {
            vec![("includeAvatars", "true".into())]
        } else {
            Vec::new()
        }
    }
}

impl ListRequest for ListUsers {
    type Element = User;
}

/// Gets one user; one who is not there is an error of kind `NotFound`. Scope `api:users:read`.
#[derive(Clone, Debug)]
pub struct GetUser {
    id: UserId,
}

impl GetUser {
    /// The user with this id.
    pub fn new(id: UserId) -> Self {
        Self { id }
    }
}

impl Request for GetUser {
    type Answer = One<User>;
    const OPERATION: Operation = Operation {
        id: "getUser",
        method: Method::Get,
        scope: "api:users:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "users", self.id.as_str()]
    }
}

/// Lists users by id or by when they were created. Scope `api:users:read`.
#[derive(Clone, Debug)]
pub struct FindUsers {
    filter: Value,
}

impl FindUsers {
    /// The users with these ids; `None` when there is no id.
    pub fn of_ids(ids: impl IntoIterator<Item = UserId>) -> Option<Self> {
        let ids: Vec<_> = ids.into_iter().map(UserId::into_string).collect();
        (!ids.is_empty()).then(|| Self {
            filter: json!({ "userIds": ids }),
        })
    }

    /// The users created from an instant (included) to another (excluded).
    pub fn created_between(from: Timestamp, to: Timestamp) -> Self {
        let (from, to) = (from.to_string(), to.to_string());
        Self {
            filter: json!({ "createdFromDateTime": from, "createdToDateTime": to }),
        }
    }

    /// Also synthetic users.
    #[must_use = "the request is returned, not changed in place"]
    pub fn with_avatars(mut self) -> Self {
        self.filter["includeAvatars"] = true.into();
        self
    }
}

impl Request for FindUsers {
    type Answer = Page<User>;
    const OPERATION: Operation = Operation {
        id: "listMultipleUsers",
        method: Method::Post,
        scope: "api:users:read",
        is_idempotent: true,
        not_found: NotFound::MeansEmpty,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "users", "extensive"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": self.filter }))
    }
}

impl ListRequest for FindUsers {
    type Element = User;
}

/// A user of the company's Gong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct User {
    /// The user.
    pub id: Option<UserId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// When the user was made in Gong.
    pub created: Option<When>,
    /// Whether the user is active.
    pub active: Option<bool>,
    /// Other e-mail addresses of the same person.
    #[serde(deserialize_with = "list")]
    pub email_aliases: Vec<String>,
    /// The address that Gong trusts for signing in.
    pub trusted_email_address: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The telephone number.
    pub phone_number: Option<String>,
    /// The extension of that number.
    pub extension: Option<String>,
    /// Addresses of the user's own meeting rooms.
    #[serde(deserialize_with = "list")]
    pub personal_meeting_urls: Vec<String>,
    /// What Gong records for the user.
    pub settings: Option<UserSettings>,
    /// The user's manager.
    pub manager_id: Option<UserId>,
    /// The user's page for consent to recording.
    pub meeting_consent_page_url: Option<String>,
    /// The conference systems the user may host in.
    #[serde(deserialize_with = "list")]
    pub conferencing_providers: Vec<ConferencingProvider>,
    /// The languages the user speaks.
    #[serde(deserialize_with = "list")]
    pub spoken_languages: Vec<SpokenLanguage>,
}

/// What Gong records for a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserSettings {
    /// Web conferences are recorded.
    pub web_conferences_recorded: Option<bool>,
    /// Recording web conferences is forbidden.
    pub prevent_web_conference_recording: Option<bool>,
    /// Telephone calls are imported.
    pub telephony_calls_imported: Option<bool>,
    /// E-mails are imported.
    pub emails_imported: Option<bool>,
    /// Importing e-mails is forbidden.
    pub prevent_email_import: Option<bool>,
    /// Meetings that were not recorded are imported.
    pub non_recorded_meetings_imported: Option<bool>,
    /// Gong Connect is on.
    pub gong_connect_enabled: Option<bool>,
}

/// A conference system that a user may host in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ConferencingProvider {
    /// The system.
    pub provider: Option<String>,
    /// Whether it is the one used first.
    pub is_default: Option<bool>,
}

/// A language that a user speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SpokenLanguage {
    /// The language (`en-US`).
    pub language: Option<String>,
    /// Whether it is the main one.
    pub primary: Option<bool>,
}

impl Element for User {
    const LIST: &'static str = "users";
    const ONE: &'static str = "user";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(UserId::as_str)
    }
}
