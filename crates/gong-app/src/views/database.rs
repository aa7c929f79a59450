//! The archive's database as such.

use serde::Serialize;

/// How far the schema of the archive has come.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SchemaView {
    /// `sqlite` or `postgresql`.
    pub kind: &'static str,
    /// The migrations that it has: number, name, when.
    pub applied: Vec<(i64, String, String)>,
    /// Those that the next opening by this version adds.
    pub pending: Vec<(i64, &'static str)>,
}
