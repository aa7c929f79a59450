//! The folder of an index: what lies where, who may write, and whose space it is.
//!
//! ```text
//! lock               held by the one process that writes
//! space              the format and the space, written last when a folder is made
//! vectors.N.f16      the vectors, a row each, in half precision; N grows with each compaction
//! vectors.N.rows     which rows that file begins with (absent for N = 0: all, in order)
//! words/             tantivy: hashed terms, facts, places; its commits are the store's commits
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use embeddings::Space;

use super::failure::{damaged, io_failure};
use crate::{Error, ErrorKind};

/// Changes whenever what is written changes: an index of another format is rebuilt.
///
/// 2: each passage carries the checksum of its vector.
const FORMAT: &str = "memory-store format 2\n";

/// Where the files of an index lie.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn words(&self) -> PathBuf {
        self.root.join("words")
    }

    pub(super) fn vectors(&self, generation: u64) -> PathBuf {
        self.root.join(format!("vectors.{generation}.f16"))
    }

    pub(super) fn rows(&self, generation: u64) -> PathBuf {
        self.root.join(format!("vectors.{generation}.rows"))
    }

    fn space(&self) -> PathBuf {
        self.root.join("space")
    }

    /// Makes the folder if it is not there and takes the lock; it is held as long as the file.
    pub(super) fn lock(&self) -> Result<File, Error> {
        make_private(&self.root).map_err(|e| io_failure("cannot make the index folder", e))?;
        let lock = private_file(&self.root.join("lock"))
            .map_err(|e| io_failure("cannot open the lock of the index", e))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                ErrorKind::Locked,
                "another process is writing to the index",
            )),
            Err(TryLockError::Error(e)) => Err(io_failure("cannot lock the index", e)),
        }
    }

    /// Checks whose space this is; `false` if the folder was never finished.
    pub(super) fn is_of(&self, space: &Space) -> Result<bool, Error> {
        let record = match fs::read_to_string(self.space()) {
            Ok(record) => record,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                return Err(damaged("space record of the index is not text").caused_by(e));
            }
            Err(e) => return Err(io_failure("cannot read the space of the index", e)),
        };
        let Some(record) = record.strip_prefix(FORMAT) else {
            return Err(foreign("the index has another format"));
        };
        let found = Space::from_record(record)
            .map_err(|e| foreign("the index has an unreadable space").caused_by(e))?;
        match found.difference(space) {
            None => Ok(true),
            Some(field) => Err(foreign(&format!(
                "the index was made in the space {found}, not {space} (another {field})"
            ))),
        }
    }

    /// Marks the folder as finished.
    pub(super) fn finish(&self, space: &Space) -> Result<(), Error> {
        let write = || {
            let new = self.root.join("space.new");
            let mut file = private_file(&new)?;
            file.set_len(0)?;
            file.write_all(FORMAT.as_bytes())?;
            file.write_all(space.to_record().as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, self.space())?;
            self.sync()
        };
        write().map_err(|e| io_failure("cannot write the space of the index", e))
    }

    /// Makes what was created, renamed or removed in the folder durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        if cfg!(unix) {
            File::open(&self.root)?.sync_all()
        } else {
            Ok(())
        }
    }

    /// Makes the folder of tantivy anew.
    pub(super) fn make_words(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.words()) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => make_private(&self.words()),
        }
    }

    /// Removes the vectors of every generation but one: what a killed process left behind, and
    /// what a compaction replaced.
    pub(super) fn remove_other_generations(&self, kept: u64) -> io::Result<()> {
        let keep = [self.vectors(kept), self.rows(kept)];
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            let is_vectors = path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("vectors."));
            if is_vectors && !keep.contains(&path) {
                fs::remove_file(path)?;
            }
        }
        self.sync()
    }
}

fn foreign(what: &str) -> Error {
    Error::new(
        ErrorKind::ForeignSpace,
        format!("{what}: run `gongkit reindex`"),
    )
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file for reading and writing, which only its owner can read if it is new.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
