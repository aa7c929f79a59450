//! Reads configuration once, wires everything, offers the use cases that front ends translate.
//!
//! A front end makes an [`Environment`] (the one place where variables and the clock come in), loads
//! a [`Config`] from it, and makes an [`App`]. Each method of the app is a use case: plain data in, a
//! [view](views) out. Views are the one schema of `--json` and of every front end to come, and words
//! of calls are neutralised when a view is made. An [`Error`] has a kind with an exit code, and a hint.
//!
//! Each use case works for a [`Caller`]: [`App::new`] for the person at this machine, who acts as admin;
//! [`App::serving`] for nobody, until [`App::acting_as`] says for whom. Who shows a key or a token is
//! recognised by [`App::authenticate`]. What a use case may do and reach is decided by `access`, and
//! each leaves a record in the audit log.
//!
//! Nothing below this crate reads variables, and nothing above it decides anything.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use gong_app::{App, Config, Environment, Flags, Quiet, SearchRequest, SyncReach};
//! use gong_sim::{Sim, World};
//! use tokio_util::sync::CancellationToken;
//!
//! let sim = Sim::builder().world(World::sample()).start().await?;
//! let home = tempfile::tempdir()?;
//! let variables = [
//!     ("HOME", home.path().to_str().unwrap()),
//!     ("GONG_BASE_URL", sim.base_url()),
//!     ("GONG_ACCESS_KEY", sim.access_key()),
//!     ("GONG_ACCESS_KEY_SECRET", sim.access_secret()),
//!     ("GONGKIT__MODEL__NAME", "hash"), // words only: this example fetches no model
//! ];
//! let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
//! let environment = Environment::new(variables, jiff::Timestamp::now);
//! let config = Config::load(&environment, &Flags::default())?;
//! let app = App::new(config, &environment, Arc::new(Quiet), CancellationToken::new());
//!
//! let done = app.sync(SyncReach::Due).await?;
//! assert_eq!(done.view.index.indexed, 34);
//!
//! let answer = app.search(&SearchRequest::new("a discount on the price")).await?;
//! let citation = answer.hits[0].citation.as_ref().unwrap();
//! assert!(citation.url.is_some());
//! # sim.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod config;
mod environment;

mod acting;
mod app;
mod archive;
mod progress;
pub mod views;

mod api_keys;
mod ask;
mod auditing;
mod authenticating;
mod backups;
mod calls;
mod crm;
mod database;
mod dead;
mod deals;
mod deliveries;
mod doctor;
mod eval;
mod export;
mod findings;
mod holding;
mod keys;
mod login;
mod memory;
mod moving;
mod narrating;
mod numbers;
mod once;
mod outlook;
mod purging;
mod readiness;
mod search;
mod setting_up;
mod show;
mod signing_in;
mod stats;
mod status;
mod suggesting;
mod syncing;
mod transcript;
mod work;

mod budget;
mod gong;
mod index;
mod index_place;
mod llm;
pub mod metrics;
mod model;
mod model_store;
mod provider;
mod recorder;
mod tokens;
mod watch;

mod error;
#[doc(hidden)]
pub mod fuzzing;

pub use access::{Caller, Operation};
pub use api_keys::{ApiKeyRequest, LONGEST_KEY_DAYS};
pub use app::App;
pub use ask::AskRequest;
pub use auditing::AuditFormat;
pub use backups::{RestoreErasures, RestorePlace, RestoreRequest};
pub use calls::CallsRequest;
pub use config::{
    AnswerLimitName, ArchiveSettings, AuthSettings, Config, CrmSettings, DeletedInGongPolicy,
    EmbeddingServerSettings, Flags, Folder, ForecastSettings, GongSettings, KeysSettings,
    LlmProvider, LlmSettings, MemorySettings, ModelName, ModelSettings, PipelineSettings,
    PrecisionName, PrivacySettings, PrivateCallsPolicy, RetentionSettings, SearchSettings,
    Settings, Shown, StoreName, SyncSettings, WebhookSettings, YesNo, settings_reference,
};
pub use crm::{CrmOnly, CrmPlan, CrmPlanRequest};
pub use deals::{DealsImport, DealsRequest, Pinning, Standing};
pub use deliveries::{Accepted, Intake, NotAccepted, Receiver, ShownDelivery, WebhookRefusal};
pub use embeddings::Level;
pub use environment::Environment;
pub use error::{Choice, Error, ErrorKind};
pub use eval::{EvalMode, EvalRequest};
pub use export::{ExportForm, ExportRequest, ExportTable};
pub use findings::{TrackerDraft, TrackerRequest};
pub use holding::HoldRequest;
pub use keys::Verify;
pub use login::{LoginRequest, PendingLogin};
pub use moving::MoveTarget;
pub use narrating::{BriefRequest, Model, SummaryRequest};
pub use outlook::{
    AccountBriefRequest, CoachRequest, CompetitorsRequest, OutlookRequest, RiskRequest, Why,
};
pub use progress::{Listener, Quiet, Stage, Step};
pub use purging::PurgeRequest;
pub use readiness::{Readiness, Unready};
pub use search::{Alike, SearchFilters, SearchMode, SearchRequest};
pub use setting_up::{PresentConfig, SetUpRequest, may_set_up, set_up};
pub use signing_in::SignInAnswer;
pub use stats::StatsRequest;
pub use suggesting::Suggest;
pub use syncing::{Done, SyncReach};
pub use transcript::{Page, TranscriptRequest};
