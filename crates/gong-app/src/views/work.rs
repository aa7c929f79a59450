//! What a process did that worked until it was stopped.

use serde::Serialize;

/// What was done since the process began.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct WorkView {
    /// Calls that were fetched because somebody told of them, or because their words were due.
    pub fetched: u64,
    /// Calls that were brought into the index.
    pub indexed: u64,
    /// Calls that were taken out for good.
    pub erased: u64,
    /// Calls that detectors have seen.
    pub looked_at: u64,
    /// Syncs that were due and done.
    pub syncs: u64,
    /// Records written to the CRM.
    pub written: u64,
    /// What failed and was tried again, or is a dead letter now.
    pub failures: u64,
}
