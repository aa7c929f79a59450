//! The bill of materials names what cargo links, each with licence and checksum, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use xtask::sbom::{self, Linking};

const TARGET: &str = "x86_64-unknown-linux-gnu";

fn document(linking: Linking) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    sbom::document(&root, TARGET, linking).expect("described")
}

fn names(document: &Value) -> BTreeSet<&str> {
    let components = document["components"].as_array().expect("a list");
    let names = components.iter().map(|one| one["name"].as_str());
    names.collect::<Option<_>>().expect("names")
}

#[test]
fn the_binary_is_named_with_what_it_links_and_without_what_only_builds_or_tests_it() {
    let document = document(Linking::Dynamic);

    let names = names(&document);
    assert_eq!(document["metadata"]["component"]["name"], "gongkit");
    for linked in [
        "conversation",
        "tokio",
        "libsqlite3-sys",
        "aws-lc-sys",
        "std",
    ] {
        assert!(names.contains(linked), "{linked} is not listed");
    }
    for not_linked in [
        "gong-cli",
        "serde_derive",
        "cc",
        "proptest",
        "hubspot-sim",
        "glibc",
    ] {
        assert!(!names.contains(not_linked), "{not_linked} is listed");
    }
}

#[test]
fn a_static_binary_carries_the_c_library_and_says_so() {
    let (static_, dynamic) = (document(Linking::Static), document(Linking::Dynamic));

    let more: Vec<_> = names(&static_)
        .difference(&names(&dynamic))
        .copied()
        .collect();

    assert_eq!(more, ["glibc"]);
}

#[test]
fn whoever_is_needed_is_listed_and_whoever_is_listed_is_needed() {
    let document = document(Linking::Static);
    let text = |value: &Value| value.as_str().expect("text").to_owned();

    let components = document["components"].as_array().expect("a list");
    let listed: BTreeSet<_> = components.iter().map(|one| text(&one["bom-ref"])).collect();
    let needed: BTreeSet<_> = document["dependencies"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|one| one["dependsOn"].as_array().expect("a list"))
        .map(text)
        .collect();

    assert_eq!(listed, needed);
    assert_eq!(listed.len(), components.len(), "each once");
    for one in components {
        let from_registry = text(&one["purl"]).starts_with("pkg:cargo/");
        assert_eq!(one["hashes"].is_array(), from_registry, "{one:#}");
        assert!(one["licenses"][0]["expression"].is_string(), "{one:#}");
    }
}
