//! The settings as values of their types.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use conversation::WorkspaceId;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::known;
use super::{
    AuthSettings, CrmSettings, EmbeddingServerSettings, LlmSettings, MemorySettings, ModelSettings,
};

/// What a person can set. Secrets do not print.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Gong and its key.
    pub gong: GongSettings,
    /// Where the data lies.
    pub data: Folder,
    /// The keys of the archive.
    pub keys: KeysSettings,
    /// Where what can be fetched again lies.
    pub cache: Folder,
    /// Where the archive is, if it is not a file of the data folder.
    pub archive: ArchiveSettings,
    /// Where passages are remembered.
    pub memory: MemorySettings,
    /// The model that turns text into vectors.
    pub model: ModelSettings,
    /// The server that computes vectors, if the model is one of a server.
    pub embedding_server: EmbeddingServerSettings,
    /// The language model that writes, if any.
    pub llm: LlmSettings,
    /// What is withheld.
    pub privacy: PrivacySettings,
    /// How long calls are kept.
    pub retention: RetentionSettings,
    /// Who is let in by a token.
    pub auth: AuthSettings,
    /// How search answers.
    pub search: SearchSettings,
    /// What sync brings.
    pub sync: SyncSettings,
    /// How the team sells.
    pub pipeline: PipelineSettings,
    /// What is to be reached.
    pub forecast: ForecastSettings,
    /// The CRM that is written to.
    pub crm: CrmSettings,
    /// How Gong's deliveries are told from others.
    pub webhook: WebhookSettings,
}

/// Gong and its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GongSettings {
    /// The access key.
    #[serde(deserialize_with = "secret")]
    pub access_key: Option<SecretString>,
    /// A file that holds the access key.
    #[serde(deserialize_with = "path")]
    pub access_key_file: Option<PathBuf>,
    /// The access key's secret.
    #[serde(deserialize_with = "secret")]
    pub access_key_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[serde(deserialize_with = "path")]
    pub access_key_secret_file: Option<PathBuf>,
    /// Where Gong's API is.
    pub base_url: String,
    /// A file with a certificate (PEM) to trust beside the machine's own: that of a company's
    /// gateway, or a simulator's.
    #[serde(deserialize_with = "path")]
    pub ca_file: Option<PathBuf>,
    /// The id of the OAuth app.
    #[serde(deserialize_with = "text")]
    pub client_access_key: Option<String>,
    /// A file that holds it.
    #[serde(deserialize_with = "path")]
    pub client_access_key_file: Option<PathBuf>,
    /// The OAuth app's secret.
    #[serde(deserialize_with = "secret")]
    pub client_secret: Option<SecretString>,
    /// A file that holds it.
    #[serde(deserialize_with = "path")]
    pub client_secret_file: Option<PathBuf>,
    /// Where people log in.
    pub oauth_url: String,
    /// Where a login sends the browser back to, as registered with the OAuth app.
    pub redirect: String,
    /// The requests that the company may make a day; Gong's support raises them for some.
    pub daily_requests: u32,
    /// How many of them a sync leaves for calls that somebody waits for.
    pub daily_reserve: u32,
}

/// A folder that may not be known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Folder {
    /// The folder; none if there is no home folder to put it in.
    #[serde(deserialize_with = "path")]
    pub dir: Option<PathBuf>,
}

/// The keys of the archive. With neither, they are in the file `key` of the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeysSettings {
    /// The master key or keys: 64 hexadecimal digits, or what a key file holds.
    #[serde(deserialize_with = "secret")]
    pub kek: Option<SecretString>,
    /// The file that holds them.
    #[serde(deserialize_with = "path")]
    pub kek_file: Option<PathBuf>,
}

/// Where the archive is, if it is not a file of the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ArchiveSettings {
    /// The `postgres://` address of its database, password included.
    #[serde(default, deserialize_with = "secret")]
    pub url: Option<SecretString>,
    /// A file that holds the address.
    #[serde(default, deserialize_with = "path")]
    pub url_file: Option<PathBuf>,
    /// Where erasures are noted outside of the database; in the data folder if nothing is said.
    #[serde(default, deserialize_with = "path")]
    pub erase_log: Option<PathBuf>,
    /// The most connections of this process.
    pub connections: NonZeroUsize,
    /// Whether the database may be reached without TLS on another machine.
    pub allow_plain_text_to_other_hosts: YesNo,
}

/// An answer that has to be given in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum YesNo {
    /// It is so.
    Yes,
    /// It is not.
    No,
}

/// What is withheld.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PrivacySettings {
    /// What becomes of private calls.
    pub private_calls: PrivateCallsPolicy,
    /// What becomes of calls that were deleted in Gong.
    pub deleted_in_gong: DeletedInGongPolicy,
}

/// What becomes of calls that were deleted in Gong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeletedInGongPolicy {
    /// They are marked as missing and kept.
    Keep,
    /// They are erased once Gong has said twice, a day apart, that it does not know them.
    Erase,
}

/// How long calls are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RetentionSettings {
    /// Every call, so many days from its start; none keeps them.
    #[serde(deserialize_with = "days")]
    pub days: Option<u32>,
    /// The calls of single workspaces; the shorter time counts.
    #[serde(deserialize_with = "days_of_workspaces")]
    pub workspaces: Vec<(WorkspaceId, u32)>,
}

/// What becomes of private calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PrivateCallsPolicy {
    /// Only id, times and that they are private are stored.
    Skip,
    /// They are archived and indexed, and shown to whoever asks for them by name.
    Store,
}

/// How search answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SearchSettings {
    /// How many places an answer has.
    pub limit: NonZeroUsize,
}

/// What sync brings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SyncSettings {
    /// Where the first sync begins.
    #[serde(deserialize_with = "instant")]
    pub since: Timestamp,
    /// How many minutes after one sync a worker begins the next.
    pub every_minutes: u32,
}

/// How the team sells. Lists have commas between; letters' case does not matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PipelineSettings {
    /// The stages of open deals, the first one first.
    pub stages: String,
    /// Stages that mean won.
    pub won: String,
    /// Stages that mean lost.
    pub lost: String,
    /// For how many days before a deal opened and after it closed a call may be about it.
    pub link_days: u32,
    /// The CRM of deals that a file names by their ids alone.
    pub crm: String,
    /// The currency of amounts that come without one.
    pub currency: String,
    /// From this stage on the price should have been spoken of; Proposal if empty.
    pub proposal: String,
    /// Words of a job title that mean the power to decide; the usual ones if empty.
    pub senior_titles: String,
    /// When warnings are due, where it is not the default: `NAME=VALUE` or `STAGE.NAME=VALUE`.
    pub warnings: String,
}

/// What is to be reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ForecastSettings {
    /// `500000 EUR` for every quarter, `2026-Q2=600000 EUR` for one, with commas between; none if
    /// empty.
    pub target: String,
}

/// How Gong's deliveries are told from those of anybody else. With neither keys nor a token, none is
/// taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WebhookSettings {
    /// The addresses in Gong's rules, as they stand there, with commas between.
    pub public_urls: String,
    /// The public keys that Gong's rules show, with commas or blanks between.
    pub public_keys: String,
    /// A file that holds them.
    #[serde(deserialize_with = "path")]
    pub public_keys_file: Option<PathBuf>,
    /// The random text that ends the address, where a rule includes a key in it.
    #[serde(deserialize_with = "secret")]
    pub url_token: Option<SecretString>,
    /// A file that holds it.
    #[serde(deserialize_with = "path")]
    pub url_token_file: Option<PathBuf>,
    /// A public key or the end of the address, under the name that people have from elsewhere.
    #[serde(deserialize_with = "secret")]
    pub secret: Option<SecretString>,
    /// A file that holds it.
    #[serde(deserialize_with = "path")]
    pub secret_file: Option<PathBuf>,
}

pub(super) fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then_some(text))
}

fn days<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let text = String::deserialize(from)?;
    known::days(&text).map_err(serde::de::Error::custom)
}

fn days_of_workspaces<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<(WorkspaceId, u32)>, D::Error> {
    let text = String::deserialize(from)?;
    known::days_of_workspaces(&text).ok_or_else(|| serde::de::Error::custom("no numbers of days"))
}

pub(super) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then(|| text.into()))
}

pub(super) fn path<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then(|| text.into()))
}
