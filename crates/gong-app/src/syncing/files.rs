//! Calls in files: which there are, and reading them a few ahead.

use std::path::{Path, PathBuf};

use futures::stream::{self, Stream, StreamExt as _};
use gong_sync::{Failure, Fetched};

use crate::{Error, ErrorKind};

/// How many files of an import are read ahead.
const READ_AHEAD: usize = 8;
/// A larger file is no call.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// The JSON files of a folder, by name.
pub(super) async fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |error: std::io::Error| {
        let kind = if error.kind() == std::io::ErrorKind::NotFound {
            ErrorKind::NotFound
        } else {
            ErrorKind::Failed
        };
        Error::new(kind, format!("cannot read the folder {}", folder.display())).caused_by(error)
    };
    let mut files = Vec::new();
    let mut entries = tokio::fs::read_dir(folder).await.map_err(unreadable)?;
    while let Some(entry) = entries.next_entry().await.map_err(unreadable)? {
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the files, a few ahead; one that is no call is a failure that names it.
pub(super) fn fetched(files: Vec<PathBuf>) -> impl Stream<Item = Result<Fetched, Failure>> + Send {
    stream::iter(files)
        .map(|path| async move {
            let read = tokio::task::spawn_blocking(move || read_call(&path)).await;
            read.unwrap_or_else(|_| Err(Failure::new(None, "unreadable", "reading it was stopped")))
        })
        .buffered(READ_AHEAD)
}

fn read_call(path: &Path) -> Result<Fetched, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let failure = |reason: String| Failure::new(None, "unreadable", format!("{name}: {reason}"));
    let length = std::fs::metadata(path)
        .map_err(|error| failure(error.to_string()))?
        .len();
    if length > LARGEST_FILE {
        return Err(failure("it is larger than 64 MiB".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|error| failure(error.to_string()))?;
    Fetched::from_json(&bytes).map_err(|error| failure(error.to_string()))
}
