//! How far the schema of a database has come.

use jiff::Timestamp;

/// The migrations of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what is there and what is to come is the meaning"
)]
pub struct SchemaStatus {
    /// The migrations that it has: number, name, when.
    pub applied: Vec<(i64, String, Timestamp)>,
    /// Those that opening it with this version would add.
    pub pending: Vec<(i64, &'static str)>,
    /// Connections of older processes, for whose end those wait that take something away.
    pub older: u64,
}
