//! A call as `extensive` tells it: its blocks, its parties and the CRM's context.
use serde::Deserialize;

use super::{Collaboration, Content, Interaction};
use crate::{
    CallId, Element, FieldValue, MetaData, PartyId, SpeakerId, UserId,
    wire::{list, word},
};

/// A call with the blocks that were asked for. A block that is absent may be empty, not asked
/// for, or not yet ready: absence never means that something was removed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ExtensiveCall {
    /// The facts of the call.
    pub meta_data: Option<MetaData>,
    /// What the CRM knew about the call.
    #[serde(deserialize_with = "list")]
    pub context: Vec<Context>,
    /// Who took part.
    #[serde(deserialize_with = "list")]
    pub parties: Vec<Party>,
    /// What Gong made of the words.
    pub content: Option<Content>,
    /// How people talked.
    pub interaction: Option<Interaction>,
    /// What people wrote about the call.
    pub collaboration: Option<Collaboration>,
    /// Where the recording is, for eight hours.
    pub media: Option<CallMedia>,
}

/// A person who took part, or was invited to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Party {
    /// The party of this call.
    pub id: Option<PartyId>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The Gong user, for people of the company.
    pub user_id: Option<UserId>,
    /// The voice in the transcript; absent for those who did not speak.
    pub speaker_id: Option<SpeakerId>,
    /// What the CRM knew about the person.
    #[serde(deserialize_with = "list")]
    pub context: Vec<Context>,
    /// Whether the person is of the company. `Unknown` often hides customers.
    pub affiliation: Option<Affiliation>,
    /// The telephone number.
    pub phone_number: Option<String>,
    /// How the person took part.
    #[serde(deserialize_with = "list")]
    pub methods: Vec<ParticipationMethod>,
}

/// Objects of one CRM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Context {
    /// The CRM.
    pub system: Option<CrmSystem>,
    /// The objects.
    #[serde(deserialize_with = "list")]
    pub objects: Vec<ContextObject>,
}

/// An object of a CRM, as of a time.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContextObject {
    /// What it is.
    pub object_type: Option<ObjectType>,
    /// Its id in the CRM, which may be anything.
    pub object_id: Option<FieldValue>,
    /// Its fields.
    #[serde(deserialize_with = "list")]
    pub fields: Vec<Field>,
    /// As of when.
    pub timing: Option<Timing>,
}

/// A field of an object of a CRM.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in the CRM.
    pub name: Option<String>,
    /// The value, of any type.
    pub value: Option<FieldValue>,
}

/// Where a recording is. The addresses are valid for eight hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallMedia {
    /// The sound.
    pub audio_url: Option<String>,
    /// The picture.
    pub video_url: Option<String>,
}

impl Element for ExtensiveCall {
    const LIST: &'static str = "calls";
    const ONE: &'static str = "call";

    fn identity(&self) -> Option<&str> {
        self.meta_data.as_ref()?.id.as_ref().map(CallId::as_str)
    }
}

word! {
    /// Whether a party is of the company.
    Affiliation { Internal External Unknown }
    /// How a party took part.
    ParticipationMethod { Invitee Attendee }
    /// A CRM.
    CrmSystem { Salesforce HubSpot MicrosoftDynamic Generic }
    /// What an object of a CRM is.
    ObjectType { Opportunity Account Contact User Lead }
    /// As of when a CRM's object is told.
    Timing { Now TimeOfCall }
}
