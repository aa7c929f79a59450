//! An archive on its way into a database.

use call_archive::{MovePlan, Moved};
use serde::Serialize;

/// A move that was made, or what it has to do.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MoveView {
    /// The database, without user and password.
    pub place: String,
    /// `planned`, `begun` (stopped on the way) or `moved`.
    pub state: &'static str,
    /// Every table.
    pub tables: Vec<MovedTableView>,
}

/// A table of the archive.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MovedTableView {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// How many of them are in the database.
    pub copied: u64,
    /// The hash over all values, found equal in both places.
    pub hash: Option<String>,
}

impl MoveView {
    pub(crate) fn planned(plan: MovePlan) -> Self {
        let table = |(table, rows, copied)| MovedTableView {
            table,
            rows,
            copied,
            hash: None,
        };
        Self {
            place: plan.place,
            state: if plan.has_begun { "begun" } else { "planned" },
            tables: plan.tables.into_iter().map(table).collect(),
        }
    }

    pub(crate) fn moved(moved: Moved) -> Self {
        let table = |(table, rows, hash)| MovedTableView {
            table,
            rows,
            copied: rows,
            hash: Some(hash),
        };
        Self {
            place: moved.place,
            state: "moved",
            tables: moved.tables.into_iter().map(table).collect(),
        }
    }
}
