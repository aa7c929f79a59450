//! The local cache: a folder per model, filled in one step.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::WeightSet;
use crate::Error;

/// The cache of one model.
pub(super) struct Cache {
    root: PathBuf,
    set: WeightSet,
}

/// The cache while this process alone may fill it; dropping it lets the next one in.
pub(super) struct Locked<'a> {
    cache: &'a Cache,
    _file: File,
}

/// Begins the names of folders that are being filled.
const PARTIAL: &str = ".partial-";
/// How long another process may take to fill the cache: longer than its own deadlines add up to.
const LOCK_DEADLINE: Duration = Duration::from_hours(1);
const LOCK_PAUSE: Duration = Duration::from_millis(100);

impl Cache {
    pub(super) fn new(root: &Path, set: WeightSet) -> Self {
        Self {
            root: root.to_owned(),
            set,
        }
    }

    /// The folder of the model, if all its files are there and unchanged.
    pub(super) async fn find(&self) -> Result<PathBuf, Error> {
        let dir = self.dir();
        self.set.verify(&dir).await?;
        Ok(dir)
    }

    /// Waits until no other process fills the cache.
    pub(super) async fn lock(&self) -> Result<Locked<'_>, Error> {
        fs::create_dir_all(&self.root).map_err(failed("create", &self.root))?;
        let path = self.root.join(format!(".{}.lock", self.set.name()));
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let file = options.open(&path).map_err(failed("open", &path))?;

        // Tried again and again rather than waited for, so that dropping the future ends it.
        let start = Instant::now();
        while let Err(refused) = file.try_lock() {
            if let TryLockError::Error(error) = refused {
                return Err(failed("lock", &path)(error));
            }
            if start.elapsed() > LOCK_DEADLINE {
                return Err(Error::CacheBusy {
                    path,
                    waited: LOCK_DEADLINE,
                });
            }
            sleep(LOCK_PAUSE).await;
        }
        Ok(Locked {
            cache: self,
            _file: file,
        })
    }

    fn dir(&self) -> PathBuf {
        self.root.join(self.set.name())
    }

    fn is_partial(&self, name: &OsStr) -> bool {
        name.to_string_lossy().starts_with(&self.partial_prefix())
    }

    fn partial_prefix(&self) -> String {
        format!("{PARTIAL}{}-", self.set.name())
    }
}

impl Locked<'_> {
    /// A new folder to be filled, removed when dropped. What killed processes left goes first.
    pub(super) fn partial(&self) -> Result<TempDir, Error> {
        let root = &self.cache.root;
        self.sweep().map_err(failed("clean", root))?;
        self.folder()
    }

    /// Makes a filled and verified folder the model's, in one step.
    pub(super) fn admit(&self, partial: TempDir) -> Result<PathBuf, Error> {
        let dir = self.cache.dir();
        if dir.exists() {
            // Not the model, or it would have been found: it makes room, and goes with `aside`.
            let aside = self.folder()?;
            fs::rename(&dir, aside.path().join("refused")).map_err(failed("replace", &dir))?;
        }
        fs::rename(partial.path(), &dir).map_err(failed("fill", &dir))?;
        // The folder lives on under its new name.
        let _ = partial.keep();
        Ok(dir)
    }

    fn folder(&self) -> Result<TempDir, Error> {
        let (root, prefix) = (&self.cache.root, self.cache.partial_prefix());
        tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(root)
            .map_err(failed("write to", root))
    }

    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.cache.root)? {
            let entry = entry?;
            if self.cache.is_partial(&entry.file_name()) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File {
        action,
        path,
        source,
    }
}
