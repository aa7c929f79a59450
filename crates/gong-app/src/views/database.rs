//! The archive's database as such.

use serde::Serialize;

/// How far the schema of the archive has come.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SchemaView {
    /// `sqlite` or `postgresql`.
    pub kind: &'static str,
    /// The folder, or the database without user and password.
    pub place: String,
    /// Whether it is being moved elsewhere, or has moved, and where to.
    pub moving: Option<String>,
    /// The migrations that it has: number, name, when.
    pub applied: Vec<(i64, String, String)>,
    /// Those that the next opening by this version adds.
    pub pending: Vec<(i64, &'static str)>,
    /// Connections of older processes, for whose end those wait that take something away.
    pub older: u64,
}
