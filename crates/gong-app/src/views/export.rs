//! What an export wrote.

use serde::Serialize;

/// What an export wrote.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ExportView {
    /// The file.
    pub file: String,
    /// How many rows it has.
    pub rows: usize,
    /// Of how many calls; 0 for deals.
    pub calls: usize,
}
