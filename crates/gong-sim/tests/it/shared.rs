//! Where the project's shared data lies, and what to do without it.

use std::path::PathBuf;

/// The shared folder. Without it a test says so and returns; on CI it fails.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let folder =
        std::env::var_os("GONGKIT_SHARED").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{test} needs GONGKIT_SHARED"
    );
    eprintln!("NOT RUN: {test} needs GONGKIT_SHARED");
    None
}
