//! Configuration: read once, in layers, with the origin of every value.
//!
//! Defaults, then `/etc/gongkit/config.toml`, then `$XDG_CONFIG_HOME/gongkit/config.toml`, then
//! `--config FILE`, then variables, then flags; a later layer wins. Nothing is read from the
//! working directory, where a folder that somebody cloned could say where the key is sent.

mod auth;
mod crm;
mod embedding_model;
mod known;
mod language_model;
mod layer;
mod load;
mod meanings;
mod memory;
mod reference;
mod settings;
mod text;
mod warnings;

pub use auth::AuthSettings;
pub use crm::CrmSettings;
pub use embedding_model::{EmbeddingServerSettings, ModelName, ModelSettings, PrecisionName};
pub(crate) use known::list;
pub use language_model::{AnswerLimitName, LlmProvider, LlmSettings};
pub use load::{Config, Flags, Shown};
pub use memory::{MemorySettings, StoreName};
pub use reference::settings_reference;
pub use settings::{
    ArchiveSettings, DeletedInGongPolicy, Folder, ForecastSettings, GongSettings, KeysSettings,
    PipelineSettings, PrivacySettings, PrivateCallsPolicy, RetentionSettings, SearchSettings,
    Settings, SyncSettings, WebhookSettings, YesNo,
};
pub(crate) use warnings::set_warnings;
