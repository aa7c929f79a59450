//! Jobs that were given up.

use serde::Serialize;

/// Some of them.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct DeadView {
    /// The jobs, in the order in which they were asked for.
    pub jobs: Vec<DeadJobView>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeadJobView {
    /// Its id.
    pub id: i64,
    /// What it was to do: index, erase or transcript.
    pub kind: &'static str,
    /// On which call.
    pub call_id: String,
    /// In which index.
    pub index_id: Option<String>,
    /// How often it failed.
    pub failed: u32,
    /// How often the process that held it vanished.
    pub abandoned: u32,
    /// The class of the last error.
    pub class: Option<String>,
}
