//! What stands at the head of each crate, for whoever adds that one alone.

use std::collections::BTreeMap;
use std::fs;

use cargo_metadata::{MetadataCommand, Package};

use crate::root;

/// The crates of the product that are libraries, with the text of their `lib.rs`.
fn libraries() -> Vec<(Package, String)> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("the workspace reads");
    let crates = root().join("crates");
    let packages = metadata.packages.into_iter();
    let packages = packages.filter(|package| package.manifest_path.starts_with(&crates));
    let read = |package: Package| {
        let head = package.manifest_path.with_file_name("src").join("lib.rs");
        let text = fs::read_to_string(head).ok()?;
        Some((package, text))
    };
    packages.filter_map(read).collect()
}

/// Whether the opening text has an example that is run.
fn shows_its_use(text: &str) -> bool {
    let fences = text.lines().filter_map(|line| line.strip_prefix("//! ```"));
    fences.step_by(2).any(str::is_empty)
}

#[test]
fn every_library_says_what_it_is_and_shows_its_main_use() {
    let libraries = libraries();
    assert!(libraries.len() > 20, "only {} crates", libraries.len());
    for (package, text) in libraries {
        let name = package.name;
        assert!(text.starts_with("//! "), "{name} does not say what it is");
        assert!(shows_its_use(&text), "{name} has no example that is run");
    }
}

#[test]
fn every_feature_is_explained_where_it_is_seen() {
    let mut seen = BTreeMap::new();
    for (package, text) in libraries() {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest");
        let features = package.features.keys().filter(|name| *name != "default");
        for feature in features {
            let name = &package.name;
            let (_, told) = text
                .split_once("//! # Features\n")
                .unwrap_or_else(|| panic!("{name} does not explain {feature}"));
            let row = told
                .lines()
                .find(|line| line.contains(&format!("`{feature}`")));
            assert!(row.is_some(), "{name} does not explain {feature}");
            let lines: Vec<&str> = manifest.lines().collect();
            let at = lines
                .iter()
                .position(|line| line.starts_with(&format!("{feature} = ")))
                .expect("it is declared");
            // A comment explains what stands below it, to the next one.
            let above = lines[..at].iter().rev();
            let is_explained = above
                .take_while(|line| !line.starts_with('['))
                .any(|line| line.starts_with('#'));
            assert!(
                is_explained,
                "{name}: Cargo.toml does not explain {feature}"
            );
            seen.entry(name.to_string())
                .or_insert_with(Vec::new)
                .push(feature.clone());
        }
    }
    assert!(seen.contains_key("embeddings"), "{seen:?}");
}
