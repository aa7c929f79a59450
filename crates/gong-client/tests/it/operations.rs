//! The table of all operations in `OPERATIONS.md` is the code's.
use std::{collections::BTreeSet, fmt::Write as _, fs};

use crate::every::{AnyRequest, NEWER_THAN_THE_DOCUMENT, every};

const HEAD: &str = "\
| Operation | Request | Scope | Type | |
| --- | --- | --- | --- | --- |
";

/// The path under which users name a type: modules that are not public do not count.
fn public_path(type_name: &str) -> String {
    let root = include_str!("../../src/lib.rs");
    let path: Vec<_> = type_name.split("::").collect();
    let [_, module, .., name] = path[..] else {
        panic!("{type_name} is in no module");
    };
    if root.contains(&format!("pub mod {module};")) {
        format!("{module}::{name}")
    } else {
        name.to_owned()
    }
}

fn row(request: &dyn AnyRequest) -> String {
    let operation = request.operation();
    let path: Vec<_> = request
        .path()
        .into_iter()
        .map(|segment| if segment == "12345" { "{id}" } else { segment })
        .collect();
    let method = format!("{:?}", operation.method).to_uppercase();
    let scope = match operation.scope {
        "" => "none named".to_owned(),
        scope => format!("`{scope}`"),
    };
    let mut notes = Vec::new();
    if request.is_list() {
        notes.push("paged");
    }
    if !operation.is_idempotent {
        notes.push("sent once");
    }
    if NEWER_THAN_THE_DOCUMENT.contains(&operation.id) {
        notes.push("newer than Gong's document of 2026-07-05");
    }
    format!(
        "| {} | `{method} /{}` | {scope} | [`{}`] | {} |\n",
        operation.id,
        path.join("/"),
        public_path(request.type_name()),
        notes.join(", "),
    )
}

#[test]
fn the_table_of_operations_is_that_of_the_code() {
    let mut table = HEAD.to_owned();
    let mut seen = BTreeSet::new();
    for request in every() {
        if seen.insert(request.operation().id) {
            table.write_str(&row(&*request)).unwrap();
        }
    }

    let written = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/OPERATIONS.md"));

    let is_same = written.is_ok_and(|written| written.ends_with(&table));
    if !is_same {
        let right = concat!(env!("CARGO_TARGET_TMPDIR"), "/OPERATIONS.md");
        fs::write(right, table).unwrap();
        panic!("OPERATIONS.md is not that of the code; the right table is in {right}");
    }
}
