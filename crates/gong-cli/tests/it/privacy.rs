//! Private calls, and what must not be readable on the disk.

use std::fs;
use std::path::Path;

use crate::files::{call, write};
use crate::gongkit::Home;

#[tokio::test]
async fn a_private_call_is_withheld_unless_it_is_stored_and_asked_for_by_name() {
    let mut private = call("1", &["The narwhal project is secret.", "Yes."]);
    private["call"]["metaData"]["isPrivate"] = true.into();

    let skipping = Home::new();
    write(&skipping.path("calls"), "1", &private);
    skipping.ok(&["import", "calls"]).await;
    let view = skipping
        .json(&["search", "narwhal", "--include-private"])
        .await;
    assert_eq!(
        view["hits"].as_array().map(Vec::len),
        Some(0),
        "its words were never stored"
    );

    let storing = Home::new().set("GONGKIT__PRIVACY__PRIVATE_CALLS", "store");
    write(&storing.path("calls"), "1", &private);
    storing.ok(&["import", "calls"]).await;
    let view = storing.json(&["search", "narwhal"]).await;
    assert_eq!(view["hits"].as_array().map(Vec::len), Some(0));
    assert_eq!(view["coverage"]["calls"], 0);
    assert_eq!(storing.run(&["show", "1"]).await.code, 4);
    let view = storing
        .json(&["search", "narwhal", "--include-private"])
        .await;
    assert_eq!(view["hits"][0]["is_private"], true);
    storing.ok(&["show", "1", "--include-private"]).await;
}

#[tokio::test]
async fn neither_words_nor_names_nor_secrets_can_be_read_in_the_data_folder() {
    let home = Home::new();
    write(
        &home.path("calls"),
        "1",
        &call(
            "1",
            &["The canaryword was spoken by a canaryperson.", "Yes."],
        ),
    );
    home.ok(&["import", "calls"]).await;
    home.ok(&["search", "canaryword"]).await;

    let mut files = 0;
    let mut look = |path: &Path| {
        let bytes = fs::read(path).expect("readable").to_ascii_lowercase();
        for canary in ["canaryword", "canaryperson", "ada@us.example", "bo sample"] {
            let is_there = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!is_there, "{canary} in {}", path.display());
        }
        files += 1;
    };
    walk(&home.data(), &mut look);
    assert!(files > 4, "only {files} files were looked at");
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_belongs_to_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    write(
        &home.path("calls"),
        "1",
        &call("1", &["Hello there.", "Yes."]),
    );
    home.ok(&["import", "calls"]).await;

    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    assert_eq!(mode(&home.data().join("index")), 0o700);
    for file in ["archive.sqlite", "key"] {
        assert_eq!(mode(&home.data().join(file)), 0o600, "{file}");
    }
}

fn walk(folder: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            walk(&path, look);
        } else {
            look(&path);
        }
    }
}
