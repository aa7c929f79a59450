//! How far the archive and the index are.

use serde::Serialize;

/// What an answer rests on.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ExtentView {
    /// Calls that the asker may see.
    pub calls: u64,
    /// Those of them without words; only for who may see every call.
    pub without_transcript: Option<u64>,
    /// When the last sync that came to its end began; `null` before the first.
    pub synced_through: Option<String>,
}

/// How far the archive and the index are, for whoever may see every call.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct StatusView {
    /// What answers rest on.
    pub extent: ExtentView,
    /// The newest call that the asker may see.
    pub newest_call: Option<String>,
    /// What only who sees every call is told.
    pub company: Option<CompanyStatusView>,
    /// What cannot be relied upon at the moment, a sentence each.
    pub limitations: Vec<String>,
}

/// How far the archive and the index of a company are.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CompanyStatusView {
    /// Calls with words.
    pub with_transcript: u64,
    /// Calls whose words are waited for.
    pub waiting_for_transcript: u64,
    /// Calls that the newest index holds as they are now.
    pub indexed: u64,
    /// Jobs that wait.
    pub jobs_waiting: u64,
    /// Jobs that were given up.
    pub jobs_dead: u64,
    /// Private calls.
    pub private: u64,
    /// Requests to Gong that are left today.
    pub requests_left: u32,
    /// The model.
    pub model: String,
}
