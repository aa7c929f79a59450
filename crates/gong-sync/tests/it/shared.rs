//! The real answers and conversations outside the repository.
use std::path::PathBuf;

/// The folder, or `None` after saying loudly that the test did not run.
#[expect(
    clippy::print_stderr,
    reason = "a test that did not run must say so loudly"
)]
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var_os("GONGKIT_SHARED").map_or_else(|| default.into(), PathBuf::from);
    let folder = root.join(part);
    if folder.exists() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is not there; set GONGKIT_SHARED",
        folder.display()
    );
    eprintln!("NOT RUN: {} needs GONGKIT_SHARED", folder.display());
    None
}
