//! Typed, paced, retrying client for Gong's public API.
//!
//! A [`GongClient`] sends [`Request`]s, one type for each operation of Gong's: calls, transcripts
//! and users at the top of this crate, the rest in a module for each resource, all in the
//! [table](#operations) below. There is one way to send, [`GongClient::send`]; lists go on by
//! Gong's cursor as streams, [`GongClient::list`].
//!
//! - **Limits.** Gong allows a whole company 3 requests a second and 10,000 a day. Every attempt
//!   asks a [`Pace`] first; by default a [`LocalPace`] of one request per [`SPACING`].
//! - **Retries.** [`decide`] is a pure function of what happened. Only what may be sent twice is,
//!   Gong's `Retry-After` is obeyed, and all callers share one [`RetryBudget`].
//! - **Answers.** Gong adds fields without notice and sends nulls where its document promises
//!   values. Every field is optional, unknown words survive as `Other`, a field of the wrong type
//!   loses itself and not its call ([`Raw::dropped`]), a call that cannot be read does not lose its
//!   page ([`Page::unreadable`]), and each element keeps the JSON it came from ([`Raw::json`]).
//!   Ids are text, also where Gong sends numbers.
//! - **Redirects** are not followed but explained: a key on the wrong host of Gong's is answered by
//!   one, and a client that followed it would drop the key and show a puzzling 401.
//! - **404** is an empty list for some operations and an error for others ([`NotFound`]), and
//!   counts only in Gong's own shape of an error.
//! - **Consent.** What deletes in Gong, erases a person or spends the company's credits wants it
//!   said by name: [`DeletesUpstream`], [`ErasesPerson`], [`SpendsCredits`].
//! - **Files** ([`FileSource`]) are read from the disk while they are sent.
//! - **Watching.** [`Observe`] hears of each attempt before and after it, and may refuse it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use futures::TryStreamExt as _;
//! use gong_auth::{BaseUrl, KeyPair};
//! use gong_client::{ContentSelector, ExposedField, GongClient, ListExtensive};
//!
//! let sim = gong_sim::Sim::builder().world(gong_sim::World::sample()).start().await?;
//! let base = BaseUrl::parse(sim.base_url())?;
//! let key = KeyPair::new(sim.access_key(), sim.access_secret().to_owned().into())?;
//! let client = GongClient::new(base, Arc::new(key))?;
//!
//! let (from, to) = ("2000-01-01T00:00:00Z".parse()?, "2100-01-01T00:00:00Z".parse()?);
//! let request = ListExtensive::between(from, to)
//!     .select(ContentSelector::default().with(ExposedField::Parties));
//! let mut calls = client.list(request).stream();
//! let mut parties = 0;
//! while let Some(call) = calls.try_next().await? {
//!     parties += call.value.parties.len();
//!     assert!(call.json().starts_with('{')); // what Gong sent, byte for byte
//! }
//! assert!(parties > 0);
//! # sim.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Operations
#![doc = include_str!("../OPERATIONS.md")]
/// The blocks of the guide are tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/gong-client.md")]
struct Guide;

mod calls;
pub mod calls_access;
mod client;
pub mod coaching;
mod confirm;
pub mod crm;
mod crm_reference;
pub mod data_privacy;
pub mod digital_interactions;
pub mod engagement;
pub mod entities;
mod error;
mod extensive;
mod filter;
pub mod flows;
mod form;
mod gong_error;
mod ids;
pub mod integration_settings;
pub mod library;
mod list;
pub mod logs;
pub mod meetings;
pub mod new_call;
mod observe;
pub mod outcomes;
mod pace;
mod page;
pub mod permissions;
mod prune;
mod quota;
mod raw;
mod redirect;
mod request;
mod retry;
mod retry_budget;
mod send;
pub mod settings;
pub mod stats;
pub mod targets;
pub mod tasks;
mod transcripts;
mod transport;
mod user_history;
mod users;
mod wire;
mod workspaces;

pub use calls::{Direction, GetCall, ListCalls, Medium, MetaData, Reach};
pub use client::{ClientBuilder, GongClient};
pub use confirm::{DeletesUpstream, ErasesPerson, SpendsCredits};
pub use crm_reference::{CrmField, CrmObject, CrmReference};
pub use error::{Error, ErrorKind};
pub use extensive::{
    Affiliation, CallMedia, CallOutcome, Collaboration, Comment, Content, ContentSelector, Context,
    ContextDepth, ContextObject, CrmSystem, ExposedField, ExtensiveCall, Field, Highlight,
    HighlightItem, Interaction, InteractionStat, KeyPoint, ListExtensive, NamedDuration,
    ObjectType, OutlineItem, OutlineSection, ParticipationMethod, Party, PhraseCount, Questions,
    SpeakerTalk, Timing, Tracker, TrackerKind, TrackerOccurrence,
};
pub use form::{FilePart, FileSource, SLOWEST_UPLOAD};
pub use ids::{
    AnsweredScorecardId, BriefId, BulkAssignmentId, CallId, ClientRequestId, CommentId, CompanyId,
    CrmId, EmailId, FlowFolderId, FlowId, FlowInstanceId, FlowStepId, FolderId, IntegrationId,
    InvalidId, MeetingId, OptionId, OutcomeId, PartyId, PriorityId, ProfileId, QuestionId,
    QuestionRevisionId, ScorecardId, SpeakerId, TargetId, TaskId, TrackerId, UserId, WorkspaceId,
};
pub use list::{List, MAX_EMPTY_PAGES, MAX_PAGES};
pub use observe::{Answered, Attempt, Observe, Refusal, Unobserved};
pub use pace::{LocalPace, Pace, SPACING, Spent, Unpaced};
pub use page::{Answer, BadBody, Done, One, Page, Records};
pub use quota::{DAILY_LIMIT, DailyQuota};
pub use raw::{Element, Raw, Unreadable};
pub use request::{ListRequest, Method, NotFound, Operation, PAGE_SIZE, Request};
pub use retry::{Decision, Failure, GaveUp, RetryRules, Situation, decide};
pub use retry_budget::RetryBudget;
pub use transcripts::{CallTranscript, ListTranscripts, Monologue, Sentence};
pub use transport::{CONNECT_DEADLINE, MAX_BODY, REQUEST_DEADLINE};
pub use user_history::{GetSettingsHistory, Setting, SettingChange};
pub use users::{
    ConferencingProvider, FindUsers, GetUser, ListUsers, SpokenLanguage, User, UserSettings,
};
pub use wire::{FieldValue, Millis, Seconds, When};
pub use workspaces::{ListWorkspaces, Workspace};
