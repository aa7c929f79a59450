//! Where the real answers are, which are not part of the repository.
use std::{env, fs, path::PathBuf};

/// The folder, or `None` after saying loudly that the test did not run. In CI it must be there.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let root = env::var_os("GONGKIT_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = root.join(name);
    if folder.exists() {
        return Some(folder);
    }
    assert!(
        env::var_os("CI").is_none(),
        "{} is missing in CI",
        folder.display()
    );
    eprintln!("NOT RUN: {} needs GONGKIT_SHARED", folder.display());
    None
}

/// The JSON files of a folder with their names, in order.
pub(crate) fn json_files(name: &str) -> Vec<(String, String)> {
    let Some(folder) = folder(name) else {
        return Vec::new();
    };
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}
