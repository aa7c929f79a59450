//! `GET /v2/users/{id}/settings-history`: what was switched on and off for a user, and when.
use serde::Deserialize;

use crate::{Element, Method, NotFound, Operation, Page, Request, UserId, When, wire::word};

/// Lists how the settings of one user changed; a user who is not there is an error of kind
/// `NotFound`. Scope `api:users:read`.
#[derive(Clone, Debug)]
pub struct GetSettingsHistory {
    id: UserId,
}

impl GetSettingsHistory {
    /// The history of this user.
    pub fn new(id: UserId) -> Self {
        Self { id }
    }
}

impl Request for GetSettingsHistory {
    type Answer = Page<SettingChange>;
    const OPERATION: Operation = Operation {
        id: "getUserHistory",
        method: Method::Get,
        scope: "api:users:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "users", self.id.as_str(), "settings-history"]
    }
}

/// A setting that was changed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SettingChange {
    /// Which one.
    pub setting: Option<Setting>,
    /// What it was changed to.
    pub value: Option<bool>,
    /// When.
    pub time: Option<When>,
}

impl Element for SettingChange {
    const LIST: &'static str = "userSettingsHistory";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

word! {
    /// What Gong does for a user, or must not do.
    Setting {
        WebConferencesRecorded = "webConferencesRecorded"
        PreventWebConferenceRecording = "preventWebConferenceRecording"
        EmailsImported = "emailsImported"
        PreventEmailImport = "preventEmailImport"
        Active = "active"
        NonRecordedMeetingsImported = "nonRecordedMeetingsImported"
        GongConnectEnabled = "gongConnectEnabled"
        CallsImported = "callsImported"
        InterviewsRecorded = "interviewsRecorded"
        PreventInterviewRecording = "preventInterviewRecording"
    }
}
