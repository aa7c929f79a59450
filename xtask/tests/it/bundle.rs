//! The desktop bundle holds what its manifest names, and can be run.

use std::fs;
use std::io::Read as _;

use serde_json::Value;
use xtask::bundle;
use zip::ZipArchive;

fn text(bundle: &mut ZipArchive<fs::File>, name: &str) -> String {
    let mut text = String::new();
    let mut entry = bundle.by_name(name).expect("an entry");
    entry.read_to_string(&mut text).expect("read");
    text
}

#[test]
fn the_bundle_runs_the_binary_that_it_carries() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = folder.path().join("built");
    fs::write(&binary, "the program").expect("written");
    let out = folder.path().join("gongkit.mcpb");

    bundle::write(&binary, "linux", &out).expect("bundled");

    let file = fs::File::open(&out).expect("there");
    let mut bundle = ZipArchive::new(file).expect("a zip");
    let manifest: Value = serde_json::from_str(&text(&mut bundle, "manifest.json")).expect("JSON");
    let server = &manifest["server"];
    let entry = server["entry_point"].as_str().expect("an entry point");
    assert_eq!(
        server["mcp_config"]["command"],
        format!("${{__dirname}}/{entry}")
    );
    assert_eq!(server["mcp_config"]["args"], serde_json::json!(["mcp"]));
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["compatibility"]["platforms"][0], "linux");
    assert_eq!(text(&mut bundle, entry), "the program");
    let mode = bundle.by_name(entry).expect("an entry").unix_mode();
    assert_eq!(mode.map(|mode| mode & 0o777), Some(0o755));
    assert!(text(&mut bundle, "LICENSE-MIT").contains("Permission is hereby granted"));
}

#[test]
fn what_cannot_be_bundled_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("nothing");
    let out = folder.path().join("gongkit.mcpb");

    let error = bundle::write(&missing, "linux", &out).expect_err("refused");

    assert!(
        error.to_string().contains("cargo build --release"),
        "{error}"
    );
    assert!(!out.exists());
}
