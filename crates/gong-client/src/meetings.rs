//! `/v2/meetings`: meetings that Gong will record. Gong calls this a beta and opens it on request.
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Answer, BadBody, DeletesUpstream, Element, MeetingId, Method, NotFound, One, Operation, Page,
    Request, page,
    wire::{ToJson as _, list, payload},
};

payload! {
    /// A meeting as it is to be.
    MeetingPlan {
        /// its start;
        start_time: Timestamp,
        /// its end;
        end_time: Timestamp,
        /// who is invited, without the organizer;
        invitees: [Invitee],
        /// the e-mail address of the Gong user who organizes it.
        organizer_email: String,
    } with {
        /// The title.
        title: String,
        /// The id in the calendar it comes from.
        external_id: String,
        /// The conference system (`zoom`).
        provider: String,
    }

    /// Somebody to invite.
    Invitee with {
        /// The e-mail address.
        email: String,
        /// The name to show.
        display_name: String,
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
    }
}

/// Makes a meeting. Scope `api:meetings:user:create`.
#[derive(Clone, Debug)]
pub struct AddMeeting {
    plan: MeetingPlan,
}

impl AddMeeting {
    /// As planned.
    pub fn new(plan: MeetingPlan) -> Self {
        Self { plan }
    }
}

impl Request for AddMeeting {
    type Answer = One<AddedMeeting>;
    const OPERATION: Operation = Operation {
        id: "addMeeting",
        method: Method::Post,
        scope: "api:meetings:user:create",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "meetings"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.plan.to_json())
    }
}

/// A meeting that was made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AddedMeeting {
    /// The meeting.
    pub meeting_id: Option<MeetingId>,
    /// The address under which people join.
    pub meeting_url: Option<String>,
    /// Who must be invited, too, so that Gong records.
    #[serde(deserialize_with = "list")]
    pub additional_invitees: Vec<AdditionalInvitee>,
}

impl Element for AddedMeeting {
    const LIST: &'static str = "";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.meeting_id.as_ref().map(MeetingId::as_str)
    }
}

/// Somebody who must be invited, too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AdditionalInvitee {
    /// The e-mail address.
    pub email: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
}

/// Changes a meeting; one that is not there is an error of kind `NotFound`. Scope
/// `api:meetings:user:update`.
#[derive(Clone, Debug)]
pub struct UpdateMeeting {
    meeting: MeetingId,
    plan: MeetingPlan,
}

impl UpdateMeeting {
    /// This meeting, as planned now.
    pub fn new(meeting: MeetingId, plan: MeetingPlan) -> Self {
        Self { meeting, plan }
    }
}

impl Request for UpdateMeeting {
    type Answer = One<UpdatedMeeting>;
    const OPERATION: Operation = Operation {
        id: "updateMeeting",
        method: Method::Put,
        scope: "api:meetings:user:update",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "meetings", self.meeting.as_str()]
    }

    fn body(&self) -> Option<Value> {
        Some(self.plan.to_json())
    }
}

/// A meeting that was changed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UpdatedMeeting {
    /// The meeting.
    pub meeting_id: Option<MeetingId>,
}

impl Element for UpdatedMeeting {
    const LIST: &'static str = "";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.meeting_id.as_ref().map(MeetingId::as_str)
    }
}

/// Deletes a meeting; one that is not there is an error of kind `NotFound`. Scope
/// `api:meetings:user:delete`.
#[derive(Clone, Debug)]
pub struct DeleteMeeting {
    meeting: MeetingId,
    organizer_email: String,
}

impl DeleteMeeting {
    /// The meeting of this organizer.
    pub fn new(
        meeting: MeetingId,
        organizer_email: impl Into<String>,
        _confirmed: DeletesUpstream,
    ) -> Self {
        Self {
            meeting,
            organizer_email: organizer_email.into(),
        }
    }
}

impl Request for DeleteMeeting {
    type Answer = DeletedMeeting;
    const OPERATION: Operation = Operation {
        id: "deleteMeeting",
        method: Method::Delete,
        scope: "api:meetings:user:delete",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "meetings", self.meeting.as_str()]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "organizerEmail": self.organizer_email }))
    }
}

/// A meeting that was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedMeeting {
    /// The organizer's e-mail address.
    pub organizer_email: Option<String>,
}

/// Gong's only answer without a name of its own.
impl Answer for DeletedMeeting {
    fn read(body: &str) -> Result<Self, BadBody> {
        let fields = page::top_level(body)?;
        let organizer = fields.get("organizerEmail");
        if organizer.is_none() && !fields.contains_key("requestId") {
            return Err(BadBody::Unexpected(
                "the answer has no organizerEmail".into(),
            ));
        }
        Ok(Self {
            organizer_email: organizer.and_then(|json| serde_json::from_str(json.get()).ok()),
        })
    }
}

/// Tells of users whether Gong can make meetings for them. Scope `api:meetings:integration:status`.
#[derive(Clone, Debug)]
pub struct CheckIntegration {
    emails: Vec<String>,
}

impl CheckIntegration {
    /// Of the users with these e-mail addresses, at most 100.
    pub fn new(emails: impl Into<Vec<String>>) -> Self {
        Self {
            emails: emails.into(),
        }
    }
}

impl Request for CheckIntegration {
    type Answer = Page<IntegrationStatus>;
    const OPERATION: Operation = Operation {
        id: "integrationStatus",
        method: Method::Post,
        scope: "api:meetings:integration:status",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "meetings", "integration", "status"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "emails": self.emails.to_json() }))
    }
}

/// Whether Gong can make meetings for a user.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct IntegrationStatus {
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether there is such a user.
    pub exists: Option<bool>,
    /// Whether Gong can.
    pub valid: Option<bool>,
    /// Why not, for the user to read.
    pub user_facing_error: Option<String>,
    /// Where the user can change that.
    pub fix_url: Option<String>,
    /// Where Gong explains it.
    pub help_url: Option<String>,
}

impl Element for IntegrationStatus {
    const LIST: &'static str = "users";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}
