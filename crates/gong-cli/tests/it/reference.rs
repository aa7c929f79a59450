//! The reference in the documentation is what the program says of itself.
//!
//! After a change of commands or settings: `just reference`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::gongkit::Home;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference")
}

async fn check(page: &str, command: &[&str]) {
    let said = Home::new().ok(command).await.stdout;
    let file = docs().join(page);
    if std::env::var_os("GONGKIT_WRITE_REFERENCE").is_some() {
        fs::write(&file, &said).expect("the page can be written");
    }
    let written = fs::read_to_string(&file).expect("the page is there");
    assert!(
        written == said,
        "docs/reference/{page} is stale: run `just reference` and commit what it writes"
    );
}

#[tokio::test]
async fn the_page_of_commands_is_what_the_program_says() {
    check("commands.md", &["manual"]).await;
}

#[tokio::test]
async fn the_page_of_settings_is_what_the_program_says() {
    check("settings.md", &["config", "reference", "--markdown"]).await;
}

#[tokio::test]
async fn man_pages_are_written_for_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let man = folder.path().join("man");

    Home::new()
        .ok(&["manual", "--man", man.to_str().expect("a path")])
        .await;

    for page in ["gongkit.1", "gongkit-search.1", "gongkit-db-backup.1"] {
        let page = fs::read_to_string(man.join(page)).expect("a page");
        assert!(page.contains(".TH"), "{page}");
    }
    assert!(!man.join("gongkit-help.1").exists());
    assert!(!man.join("gongkit-db-help-backup.1").exists());
}

#[tokio::test]
async fn the_version_names_the_commit_and_the_kernels() {
    let said = Home::new().ok(&["--version"]).await.stdout;
    let short = Home::new().ok(&["-V"]).await.stdout;

    for line in ["commit: ", "linking: dynamic", "kernels: ", "index: "] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    assert_eq!(short.trim(), concat!("gongkit ", env!("CARGO_PKG_VERSION")));
}
