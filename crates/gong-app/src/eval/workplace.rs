//! Where a run over calls keeps its archive and index: in a temporary folder, or in one that is
//! kept, so that the next run over the same calls need not embed them again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Error, ErrorKind};

/// The file that says which calls a kept folder holds.
const CALLS: &str = "calls-of-this-run.txt";

/// The data folder of a run.
pub(super) enum Workplace {
    /// Gone with the run.
    Temporary(TempDir),
    /// Kept for the next one.
    Kept(PathBuf),
}

impl Workplace {
    /// A temporary folder.
    pub(super) fn temporary() -> Result<Self, Error> {
        let made = tempfile::Builder::new().prefix("gongkit-eval-").tempdir();
        made.map(Self::Temporary).map_err(|error| {
            Error::new(ErrorKind::Failed, "cannot make a temporary folder").caused_by(error)
        })
    }

    /// The folder `kept`, made if there is none; or a temporary one.
    ///
    /// Refuses a folder that another use filled (a user's archive is never touched), or that was
    /// made from other calls (the corpus would hold what is not asked about).
    pub(super) fn open(kept: Option<&Path>, calls: &Path) -> Result<Self, Error> {
        let Some(folder) = kept else {
            return Self::temporary();
        };
        let cannot = |error| {
            let what = format!("cannot use the folder {}", folder.display());
            Error::new(ErrorKind::Failed, what).caused_by(error)
        };
        let wanted = listing(calls).map_err(|error| {
            let what = format!("cannot read the folder {}", calls.display());
            Error::new(ErrorKind::Usage, what).caused_by(error)
        })?;
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let is_empty = std::fs::read_dir(folder).map_err(cannot)?.next().is_none();
        let note = folder.join(CALLS);
        if is_empty {
            std::fs::write(&note, wanted).map_err(cannot)?;
        } else if std::fs::read_to_string(&note).ok() != Some(wanted) {
            let what = format!("{} was not made from these calls", folder.display());
            return Err(Error::new(ErrorKind::Usage, what)
                .hint("give --keep an empty folder, or the one of a run over the same calls"));
        }
        Ok(Self::Kept(folder.to_owned()))
    }

    /// Where the archive and the index lie.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// The names and sizes of a folder's files, in order.
fn listing(folder: &Path) -> std::io::Result<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = std::fs::metadata(&path)?.len();
        files.push((path.file_name().map(ToOwned::to_owned), bytes));
    }
    files.sort();
    let mut text = String::new();
    for (name, bytes) in files {
        let name = name.unwrap_or_default();
        let _ = writeln!(text, "{bytes} {}", name.display());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_folder_serves_the_same_calls_only() {
        let root = tempfile::tempdir().unwrap();
        let (calls, kept) = (root.path().join("calls"), root.path().join("kept"));
        std::fs::create_dir(&calls).unwrap();
        std::fs::write(calls.join("1.json"), "{}").unwrap();
        for _ in 0..2 {
            let place = Workplace::open(Some(&kept), &calls).unwrap();
            assert_eq!(place.path(), kept);
        }
        std::fs::write(calls.join("2.json"), "{}").unwrap();
        let refused = Workplace::open(Some(&kept), &calls)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Usage);
    }

    #[test]
    fn a_folder_that_holds_something_else_is_refused_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("archive.sqlite"), "mine").unwrap();
        let refused = Workplace::open(Some(root.path()), root.path())
            .map(|_| ())
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Usage);
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
