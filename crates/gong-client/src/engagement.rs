//! `/v2/customer-engagement/…`: what people did with documents of other systems.
//!
//! Gong calls this its old way; [`crate::digital_interactions`] is the new one.
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    CrmReference, Method, NotFound, One, Operation, Request, UserId, WorkspaceId,
    crm::Registered,
    wire::{ToJson as _, payload, word},
};

payload! {
    /// Reports that somebody looked at a document; a conflict says that it was reported before.
    /// Scope `api:engagement-data:write`.
    ReportViewed {
        /// the reporting system;
        reporting_system: String,
        /// when it happened;
        event_timestamp: Timestamp,
        /// the document's id in that system;
        content_id: String,
        /// the document's address;
        content_url: String,
        /// the document's title.
        content_title: String,
    } with {
        /// The event's id in the reporting system.
        event_id: String,
        /// What to call what happened (`Document Viewed`).
        view_action_title: String,
        /// The sharing that led to it, by its id in the reporting system.
        share_id: String,
        /// A page about the event.
        view_info_url: String,
        /// Who looked.
        viewer: Actor,
        /// The objects of CRMs that it is about.
        crm_context: [CrmReference],
        /// More about the document.
        content_properties: [Property],
        /// More about the event.
        event_properties: [Property],
        /// The browser, as it names itself.
        user_agent: String,
        /// The app.
        mobile_app_id: String,
        /// The system that the browser or app runs on.
        agent_platform: AgentPlatform,
        /// The workspace.
        workspace_id: WorkspaceId,
        /// The mark by which the reporting system follows the person.
        tracking_id: String,
        /// People outside the company.
        non_company_participants: [Actor],
        /// A page with more.
        more_info_url: String,
        /// What to call what happened.
        action_name: String,
        /// Who shared the document.
        sharer: Sharer,
        /// The subject of the message it was shared with.
        sharing_message_subject: String,
        /// The words of that message.
        sharing_message_body: String,
    }

    /// Reports that a user of Gong shared a document; a conflict says that it was reported before.
    /// Scope `api:engagement-data:write`.
    ReportShared {
        /// the reporting system;
        reporting_system: String,
        /// when it happened;
        event_timestamp: Timestamp,
        /// the document's id in that system;
        content_id: String,
        /// the document's address;
        content_url: String,
        /// the document's title.
        content_title: String,
    } with {
        /// The event's id in the reporting system.
        event_id: String,
        /// The sharing's id in the reporting system.
        share_id: String,
        /// A page about the event.
        share_info_url: String,
        /// The subject of the message it was shared with.
        sharing_message_subject: String,
        /// The words of that message.
        sharing_message_body: String,
        /// Who shared it.
        sharer: Sharer,
        /// With whom.
        recipients: [Actor],
        /// The objects of CRMs that it is about.
        crm_context: [CrmReference],
        /// More about the document.
        content_properties: [Property],
        /// More about the event.
        event_properties: [Property],
        /// The workspace.
        workspace_id: WorkspaceId,
        /// What to call what happened (`Document Sent`).
        action_name: String,
        /// People outside the company.
        non_company_participants: [Actor],
        /// A page with more.
        more_info_url: String,
        /// The mark by which the reporting system follows the person.
        tracking_id: String,
        /// The app.
        mobile_app_id: String,
        /// The system that the browser or app runs on.
        agent_platform: AgentPlatform,
        /// The browser, as it names itself.
        user_agent: String,
    }

    /// Reports that somebody did something else with a document; a conflict says that it was
    /// reported before. Scope `api:engagement-data:write`.
    ReportAction {
        /// the reporting system;
        reporting_system: String,
        /// when it happened.
        event_timestamp: Timestamp,
    } with {
        /// The event's id in the reporting system.
        event_id: String,
        /// The document's id in the reporting system.
        content_id: String,
        /// The document's address.
        content_url: String,
        /// The document's title.
        content_title: String,
        /// What to call what happened (`Document Signed`).
        action_name: String,
        /// A page about the event.
        event_info_url: String,
        /// Who did it.
        actor: Actor,
        /// The objects of CRMs that it is about.
        crm_context: [CrmReference],
        /// More about the document.
        content_properties: [Property],
        /// More about the event.
        event_properties: [Property],
        /// The browser, as it names itself.
        user_agent: String,
        /// The app.
        mobile_app_id: String,
        /// The system that the browser or app runs on.
        agent_platform: AgentPlatform,
        /// The workspace.
        workspace_id: WorkspaceId,
        /// People outside the company.
        non_company_participants: [Actor],
        /// A page with more.
        more_info_url: String,
        /// Who shared the document.
        sharer: Sharer,
        /// The subject of the message it was shared with.
        sharing_message_subject: String,
        /// The sharing that led to it, by its id in the reporting system.
        share_id: String,
        /// The mark by which the reporting system follows the person.
        tracking_id: String,
        /// The words of the message it was shared with.
        sharing_message_body: String,
    }

    /// A person outside the company.
    Actor with {
        /// The e-mail address.
        email: String,
        /// The name.
        name: String,
        /// The job title.
        title: String,
        /// What the person is to CRMs.
        context: [CrmReference],
    }

    /// A user of Gong who shared something.
    Sharer with {
        /// The user.
        id: UserId,
        /// The e-mail address.
        email: String,
        /// The name.
        name: String,
    }

    /// Something else that is known of a document or an event.
    Property {
        /// its name;
        name: String,
        /// its value, as text;
        value: String,
        /// the type of the value.
        data_type: PropertyType,
    } with {
    }
}

word! {
    /// The type of a property's value.
    PropertyType { Number = "number" String = "string" Url = "url" Date = "date" }
    /// A system that browsers and apps run on.
    AgentPlatform { Windows Linux MacOs = "MacOS" Ios = "iOS" Android }
}

impl Request for ReportViewed {
    type Answer = One<Registered>;
    const OPERATION: Operation = Operation {
        id: "contentViewed",
        method: Method::Put,
        scope: "api:engagement-data:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "customer-engagement", "content", "viewed"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

impl Request for ReportShared {
    type Answer = One<Registered>;
    const OPERATION: Operation = Operation {
        id: "contentShared",
        method: Method::Put,
        scope: "api:engagement-data:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "customer-engagement", "content", "shared"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

impl Request for ReportAction {
    type Answer = One<Registered>;
    const OPERATION: Operation = Operation {
        id: "customAction",
        method: Method::Put,
        scope: "api:engagement-data:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "customer-engagement", "action"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}
