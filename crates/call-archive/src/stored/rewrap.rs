//! The tables whose rows have a key of their own, for the care of all of them alike.

use crate::Error;

use super::context::Context;

/// A table with the columns `dek` and `wrapped`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrappedTable {
    pub(crate) name: &'static str,
    /// Its key columns after the tenant, which together name the row.
    pub(crate) key: &'static [&'static str],
}

/// All of them; a test holds that none is left out.
pub(crate) const WRAPPED: [WrappedTable; 8] = [
    WrappedTable {
        name: "accounts",
        key: &["id"],
    },
    WrappedTable {
        name: "deals",
        key: &["id"],
    },
    WrappedTable {
        name: "call_keys",
        key: &["call"],
    },
    WrappedTable {
        name: "llm_cache",
        key: &["id"],
    },
    WrappedTable {
        name: "crm_outbox",
        key: &["id"],
    },
    WrappedTable {
        name: "crm_remnants",
        key: &["id"],
    },
    WrappedTable {
        name: "users",
        key: &["id"],
    },
    WrappedTable {
        name: "secrets",
        key: &["name"],
    },
];

/// The key of a row as it is stored.
pub(crate) struct WrappedRow {
    /// The key columns after the tenant, joined by `/`.
    pub(crate) name: String,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
}

impl WrappedTable {
    /// The name of a row, in SQL.
    pub(crate) fn name_in_sql(&self) -> String {
        self.key.join(" || '/' || ")
    }

    /// Wraps the key of a row by the newest data key.
    pub(crate) fn rewrapped(
        &self,
        context: &Context,
        row: &WrappedRow,
    ) -> Result<WrappedRow, Error> {
        let place = context.place(self.name, &row.name, "wrapped");
        let key = context.keys.dek(row.dek)?.unwrap(place, &row.wrapped)?;
        let (dek, newest) = context.keys.newest_dek()?;
        Ok(WrappedRow {
            name: row.name.clone(),
            dek,
            wrapped: newest.wrap(place, &key)?,
        })
    }

    /// Whether the key of a row opens.
    pub(crate) fn opens(&self, context: &Context, row: &WrappedRow) -> bool {
        let place = context.place(self.name, &row.name, "wrapped");
        let opened = context.keys.dek(row.dek);
        opened
            .and_then(|dek| dek.unwrap(place, &row.wrapped))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Class, classes};

    #[test]
    fn every_table_with_keys_of_rows_is_cared_for() {
        let wrapped: BTreeSet<&str> = classes()
            .iter()
            .filter(|column| column.class == Class::Wrapped && column.table != "deks")
            .map(|column| column.table)
            .collect();

        let cared_for: BTreeSet<&str> = WRAPPED.iter().map(|table| table.name).collect();

        assert_eq!(cared_for, wrapped);
    }
}
