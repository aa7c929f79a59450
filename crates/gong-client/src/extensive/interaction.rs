//! How people talked in a call, and what they wrote about it afterwards.
use serde::Deserialize;

use crate::{CommentId, PartyId, Seconds, UserId, When, wire::list};

/// How people talked.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Interaction {
    /// Who spoke for how long. External speakers may be missing: go by parties for names.
    #[serde(deserialize_with = "list")]
    pub speakers: Vec<SpeakerTalk>,
    /// Talk ratio, patience and the like.
    #[serde(deserialize_with = "list")]
    pub interaction_stats: Vec<InteractionStat>,
    /// What was seen, for how long.
    #[serde(deserialize_with = "list")]
    pub video: Vec<super::NamedDuration>,
    /// How many questions were asked.
    pub questions: Option<Questions>,
}

/// How long somebody spoke.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SpeakerTalk {
    /// The party.
    pub id: Option<PartyId>,
    /// The Gong user, for people of the company.
    pub user_id: Option<UserId>,
    /// How long.
    pub talk_time: Option<Seconds>,
}

/// A figure about the host's manner of talking.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct InteractionStat {
    /// The figure's name (`Talk Ratio`).
    pub name: Option<String>,
    /// The figure.
    pub value: Option<f64>,
}

/// How many questions were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Questions {
    /// By people of the company.
    pub company_count: Option<u64>,
    /// By the others.
    pub non_company_count: Option<u64>,
}

/// What people wrote about a call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Collaboration {
    /// Comments that everybody may read.
    #[serde(deserialize_with = "list")]
    pub public_comments: Vec<Comment>,
}

/// A comment on a call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Comment {
    /// The comment.
    pub id: Option<CommentId>,
    /// Where the part that it is about starts.
    pub audio_start_time: Option<Seconds>,
    /// Where that part ends.
    pub audio_end_time: Option<Seconds>,
    /// Who wrote it.
    pub commenter_user_id: Option<UserId>,
    /// The words.
    pub comment: Option<String>,
    /// When it was written.
    pub posted: Option<When>,
    /// The comment that it answers.
    pub in_reply_to: Option<CommentId>,
    /// Whether it was written during the call.
    pub during_call: Option<bool>,
}
