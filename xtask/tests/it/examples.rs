//! The examples: short, listed, and the same in the guide as in the file that is run.

use std::collections::BTreeMap;
use std::fs;

use crate::{page, root};

/// The longest that one may be; the front end of the guide is a whole one.
const LONGEST: usize = 80;
const LONGEST_FRONT_END: usize = 125;

/// Each example by its name.
fn examples() -> BTreeMap<String, String> {
    let folder = root().join("examples/src/bin");
    let files = fs::read_dir(folder).expect("the examples are there");
    let files = files.map(|file| file.expect("readable").path());
    let read = |file: std::path::PathBuf| {
        let name = file.file_stem().expect("a name").to_string_lossy();
        (name.into_owned(), fs::read_to_string(&file).expect("text"))
    };
    files.map(read).collect()
}

#[test]
fn an_example_is_read_in_two_minutes() {
    let examples = examples();
    assert!(examples.len() >= 10, "only {} examples", examples.len());
    for (name, text) in examples {
        let most = if name == "front_end" {
            LONGEST_FRONT_END
        } else {
            LONGEST
        };
        let lines = text.lines().count();
        assert!(lines <= most, "{name} has {lines} lines, not {most}");
    }
}

#[test]
fn every_example_stands_in_both_indexes() {
    for index in ["examples/README.md", "docs/library.md"] {
        let page = page(index);
        for name in examples().keys() {
            let row = format!("`{name}`");
            assert!(page.contains(&row), "{index} does not name {name}");
        }
    }
}

#[test]
fn the_guide_shows_the_front_end_that_is_run() {
    let page = page("docs/front-end.md");
    let shown = page
        .split("```rust\n")
        .nth(1)
        .and_then(|rest| rest.split("```\n").next())
        .expect("the guide shows it");

    assert!(
        shown == examples()["front_end"],
        "docs/front-end.md shows another program than examples/src/bin/front_end.rs"
    );
}
