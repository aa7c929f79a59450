//! What a crate brings along when it is used alone, as docs/library.md promises.

use std::collections::BTreeSet;
use std::process::Command;

use crate::{page, root};

/// A row of the table: a crate, how many others it brings at most, and whom it never brings.
struct Promise {
    name: String,
    most: usize,
    never: BTreeSet<String>,
}

fn promises() -> Vec<Promise> {
    let page = page("docs/library.md");
    let (_, rest) = page
        .split_once("<!-- weight -->")
        .expect("the table begins");
    let (table, _) = rest.split_once("<!-- /weight -->").expect("the table ends");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let promise = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let cells: [&str; 5] = cells.try_into().expect("a row has three cells");
        let [_, name, most, never, _] = cells;
        Promise {
            name: name.trim_matches('`').to_owned(),
            most: most.parse().expect("a number"),
            never: never
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect(),
        }
    };
    rows.map(promise).collect()
}

/// The crates that a crate brings, itself left out, on Linux. `cargo tree` turns on its own features
/// only; `cargo metadata` would turn on those that other members want.
fn brought(name: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").expect("cargo runs this");
    let asked = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .args(["--format", "{p}", "--package", name])
        .output()
        .expect("cargo tree runs");
    assert!(
        asked.status.success(),
        "{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    let tree = String::from_utf8(asked.stdout).expect("text");
    // A line is `name v1.2.3 (where it lies)`; two versions of one crate are two.
    let each = tree.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?))
    });
    each.filter(|one| one.split(' ').next() != Some(name))
        .collect()
}

#[test]
fn a_crate_alone_is_as_light_as_the_docs_promise() {
    let promises = promises();
    assert!(promises.len() > 10, "only {} rows", promises.len());
    let mut broken = Vec::new();
    for promise in promises {
        let brought = brought(&promise.name);
        let names: BTreeSet<&str> = brought
            .iter()
            .filter_map(|one| one.split(' ').next())
            .collect();
        for never in promise
            .never
            .iter()
            .filter(|never| names.contains(never.as_str()))
        {
            broken.push(format!("{} brings {never}", promise.name));
        }
        // A bound that nobody comes near promises nothing.
        let near = promise.most.saturating_sub(promise.most / 5 + 3)..=promise.most;
        if !near.contains(&brought.len()) {
            let (name, most) = (promise.name, promise.most);
            broken.push(format!("{name} brings {}, not {most}", brought.len()));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
