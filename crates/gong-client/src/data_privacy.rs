//! `/v2/data-privacy/…`: what Gong knows of a person, and erasing it.
//!
//! Erasing is asynchronous (hours) and deletes the person's calls and e-mails in Gong for everybody.
use serde::Deserialize;

use crate::{
    CallId, CrmId, CrmSystem, Done, Element, EmailId, ErasesPerson, Field, MeetingId, Method,
    NotFound, One, Operation, Request, When,
    wire::{list, word},
};

/// Tells where an e-mail address occurs. Scope `api:data-privacy:read`.
#[derive(Clone, Debug)]
pub struct FindByEmailAddress {
    address: String,
}

impl FindByEmailAddress {
    /// What Gong has under this address.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
        }
    }
}

impl Request for FindByEmailAddress {
    type Answer = One<EmailAddressReferences>;
    const OPERATION: Operation = Operation {
        id: "findAllReferencesToEmailAddress",
        method: Method::Get,
        scope: "api:data-privacy:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "data-privacy", "data-for-email-address"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("emailAddress", self.address.clone())]
    }
}

/// Tells where a telephone number occurs. Scope `api:data-privacy:read`.
#[derive(Clone, Debug)]
pub struct FindByPhoneNumber {
    number: String,
}

impl FindByPhoneNumber {
    /// What Gong has under this number, which starts with `+` and the code of the country.
    pub fn new(number: impl Into<String>) -> Self {
        Self {
            number: number.into(),
        }
    }
}

impl Request for FindByPhoneNumber {
    type Answer = One<PhoneNumberReferences>;
    const OPERATION: Operation = Operation {
        id: "findAllReferencesToPhoneNumber",
        method: Method::Get,
        scope: "api:data-privacy:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "data-privacy", "data-for-phone-number"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("phoneNumber", self.number.clone())]
    }
}

/// Erases all calls and e-mails in which an address occurs, and its contacts and leads, for good.
/// Scope `api:data-privacy:delete`.
#[derive(Clone, Debug)]
pub struct EraseByEmailAddress {
    address: String,
}

impl EraseByEmailAddress {
    /// Erases what Gong has under this address.
    pub fn new(address: impl Into<String>, _confirmed: ErasesPerson) -> Self {
        Self {
            address: address.into(),
        }
    }
}

impl Request for EraseByEmailAddress {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "purgeEmailAddress",
        method: Method::Post,
        scope: "api:data-privacy:delete",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "data-privacy", "erase-data-for-email-address"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("emailAddress", self.address.clone())]
    }
}

/// Erases the contacts and leads with a number, and their calls and e-mails, for good. Scope
/// `api:data-privacy:delete`.
#[derive(Clone, Debug)]
pub struct EraseByPhoneNumber {
    number: String,
}

impl EraseByPhoneNumber {
    /// Erases what Gong has under this number, which starts with `+` and the code of the country.
    pub fn new(number: impl Into<String>, _confirmed: ErasesPerson) -> Self {
        Self {
            number: number.into(),
        }
    }
}

impl Request for EraseByPhoneNumber {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "purgePhoneNumber",
        method: Method::Post,
        scope: "api:data-privacy:delete",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "data-privacy", "erase-data-for-phone-number"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("phoneNumber", self.number.clone())]
    }
}

/// Where an e-mail address occurs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EmailAddressReferences {
    /// The e-mails.
    #[serde(deserialize_with = "list")]
    pub emails: Vec<EmailReference>,
    /// The calls.
    #[serde(deserialize_with = "list")]
    pub calls: Vec<CallReference>,
    /// The meetings.
    #[serde(deserialize_with = "list")]
    pub meetings: Vec<MeetingReference>,
    /// The objects of the CRM.
    #[serde(deserialize_with = "list")]
    pub customer_data: Vec<CustomerData>,
    /// What the person looked at.
    #[serde(deserialize_with = "list")]
    pub customer_engagement: Vec<EngagementReference>,
}

impl Element for EmailAddressReferences {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// Where a telephone number occurs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PhoneNumberReferences {
    /// The e-mails.
    #[serde(deserialize_with = "list")]
    pub emails: Vec<EmailReference>,
    /// The calls.
    #[serde(deserialize_with = "list")]
    pub calls: Vec<CallReference>,
    /// The meetings.
    #[serde(deserialize_with = "list")]
    pub meetings: Vec<MeetingReference>,
    /// The objects of the CRM.
    #[serde(deserialize_with = "list")]
    pub customer_data: Vec<CustomerData>,
    /// The number that was asked about.
    pub supplied_phone_number: Option<String>,
    /// The numbers found.
    #[serde(deserialize_with = "list")]
    pub matching_phone_numbers: Vec<String>,
    /// The e-mail addresses of the same person.
    #[serde(deserialize_with = "list")]
    pub email_addresses: Vec<String>,
}

impl Element for PhoneNumberReferences {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// An e-mail.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EmailReference {
    /// The e-mail.
    pub id: Option<EmailId>,
    /// Who sent it.
    pub from: Option<String>,
    /// When.
    pub sent_time: Option<When>,
    /// The mailbox it was taken from.
    pub mailbox: Option<String>,
    /// A mark of its content.
    pub message_hash: Option<String>,
}

/// A call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallReference {
    /// The call.
    pub id: Option<CallId>,
    /// The state it is in.
    pub status: Option<String>,
    /// What other systems call it.
    #[serde(deserialize_with = "list")]
    pub external_systems: Vec<ExternalSystem>,
}

/// A system that knows the call, too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ExternalSystem {
    /// The system.
    pub system: Option<CrmSystem>,
    /// Its objects.
    #[serde(deserialize_with = "list")]
    pub objects: Vec<ExternalObject>,
}

/// An object of another system.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ExternalObject {
    /// Its type.
    pub object_type: Option<ExternalObjectType>,
    /// Its id in that system.
    pub external_id: Option<CrmId>,
}

/// A meeting.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MeetingReference {
    /// The meeting.
    pub id: Option<MeetingId>,
}

/// What a CRM has about the person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CustomerData {
    /// The CRM.
    pub system: Option<CrmSystem>,
    /// Its objects.
    #[serde(deserialize_with = "list")]
    pub objects: Vec<CustomerObject>,
}

/// A contact or a lead.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CustomerObject {
    /// Gong's own id of it.
    pub id: Option<CrmId>,
    /// Whether it is a contact or a lead.
    pub object_type: Option<CustomerObjectType>,
    /// The CRM's id.
    pub external_id: Option<CrmId>,
    /// What Gong's copy of the CRM goes by: JSON as text.
    pub mirror_id: Option<String>,
    /// The fields.
    #[serde(deserialize_with = "list")]
    pub fields: Vec<Field>,
}

/// Something that the person looked at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EngagementReference {
    /// What happened.
    pub event_type: Option<EngagementType>,
    /// When.
    pub timestamp: Option<When>,
    /// What it happened to.
    pub content_id: Option<String>,
    /// The address of that.
    pub content_url: Option<String>,
    /// The system that reported it.
    pub reporting_system: Option<String>,
    /// The event's name.
    pub event_name: Option<String>,
    /// The event's id in that system.
    pub source_event_id: Option<String>,
}

word! {
    /// What a system made of a call.
    ExternalObjectType { Conversation Task }
    /// What a person is to the CRM.
    CustomerObjectType { Lead Contact }
    /// What happened to a document or a page.
    EngagementType {
        ContentShared = "contentShared"
        ContentViewed = "contentViewed"
        CustomEvent = "customEvent"
        DigitalInteraction = "digitalInteraction"
    }
}
