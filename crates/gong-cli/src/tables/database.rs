//! The archive's database as such.

use gong_app::views::SchemaView;

use super::table;

/// Which migrations a database has, and which are to come.
pub(crate) fn schema(view: &SchemaView) -> String {
    let applied = view
        .applied
        .iter()
        .map(|(number, name, at)| vec![number.to_string(), name.clone(), format!("since {at}")]);
    let pending = view
        .pending
        .iter()
        .map(|(number, name)| vec![number.to_string(), (*name).to_owned(), "pending".to_owned()]);
    let heads = [view.kind, "migration", "state"];
    table(&heads, applied.chain(pending))
}
