//! The archive's database as such.

use gong_app::views::{MoveView, SchemaView};

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
    let text = table(&heads, applied.chain(pending));
    let older = match view.older {
        0 => String::new(),
        older => format!(
            "\nconnections of an older gongkit: {older}; what takes something away waits for their \
             end: replace those processes, then run `gongkit db migrate`"
        ),
    };
    let moving = view.moving.as_deref();
    let moving = moving.map_or(String::new(), |moving| format!("\n{moving}"));
    format!("{text}\nin {}{older}{moving}", view.place)
}

/// What was copied into a database, or is to be.
pub(crate) fn moved(view: &MoveView) -> String {
    let rows = view.tables.iter().map(|of| {
        let hash = of.hash.as_deref().and_then(|hash| hash.get(..16));
        vec![
            of.table.to_owned(),
            of.rows.to_string(),
            of.copied.to_string(),
            hash.unwrap_or("").to_owned(),
        ]
    });
    let heads = ["table", "rows", "copied", "hash of both"];
    let text = table(&heads, rows);
    format!("{text}\n{} to {}", view.state, view.place)
}
