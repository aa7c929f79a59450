//! Tokens in a file that only its owner can read, replaced whole or not at all.
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

use super::{LOCK_DEADLINE, LockedTokens, OAuthError, TokenStore, Tokens};
use crate::read_secret_file;

/// How often a waiting process tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// What is written ahead into the new file, so that a full disk shows before Gong is asked.
const RESERVED: usize = 48 * 1024;

/// A store in one file, for all processes of this machine.
///
/// Beside the file `NAME` lie `NAME.lock`, which the one process that renews holds locked, and,
/// only while it does, `NAME.new`. The new file is made before Gong is asked (a folder that cannot
/// be written or a full disk costs no token), filled and synced, and then renamed over the old.
/// All are 0600 and the folder, if it has to be made, 0700. The folder must be on a file system
/// with working locks; many network file systems have none.
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    path: PathBuf,
}

impl FileTokenStore {
    /// A store in this file, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    fn open_lock(&self) -> Result<File, OAuthError> {
        let open = || {
            make_private(folder_of(&self.path))?;
            private(OpenOptions::new().write(true).create(true).truncate(false))
                .open(self.beside(".lock"))
        };
        open().map_err(failed("cannot be locked"))
    }

    fn prepare(self, lock: File) -> Result<Locked, OAuthError> {
        let text = read(&self.path)?;
        // What is damaged can only be replaced, by a new login; `load` tells of it.
        let stored = text
            .as_ref()
            .and_then(|text| Tokens::from_record(text).ok());
        let new = NewFile::make(self.beside(".new")).map_err(failed("cannot be written"))?;
        Ok(Locked {
            new,
            path: self.path,
            text,
            stored,
            _lock: lock,
        })
    }
}

#[async_trait]
impl TokenStore for FileTokenStore {
    async fn load(&self) -> Result<Option<Tokens>, OAuthError> {
        let path = self.path.clone();
        let text = blocking(move || read(&path)).await?;
        text.as_ref().map(Tokens::from_record).transpose()
    }

    async fn lock(&self) -> Result<Box<dyn LockedTokens>, OAuthError> {
        let store = self.clone();
        let lock = blocking(move || store.open_lock()).await?;
        // Tried again and again rather than waited for, so that dropping the future ends it.
        let start = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed("cannot be locked")(error)),
                Err(TryLockError::WouldBlock) if start.elapsed() > LOCK_DEADLINE => {
                    return Err(OAuthError::StoreBusy);
                }
                Err(TryLockError::WouldBlock) => sleep(LOCK_PAUSE).await,
            }
        }
        let store = self.clone();
        let locked = blocking(move || store.prepare(lock)).await?;
        Ok(Box::new(locked))
    }
}

/// In the order in which they end: the new file goes before the lock does.
#[derive(Debug)]
struct Locked {
    new: NewFile,
    path: PathBuf,
    text: Option<SecretString>,
    stored: Option<Tokens>,
    _lock: File,
}

#[async_trait]
impl LockedTokens for Locked {
    fn stored(&self) -> Option<&Tokens> {
        self.stored.as_ref()
    }

    async fn replace(self: Box<Self>, tokens: &Tokens) -> Result<(), OAuthError> {
        let record = tokens.to_record();
        blocking(move || {
            let mut locked = *self;
            let found = read(&locked.path)?;
            let expected = locked.text.as_ref().map(SecretString::expose_secret);
            if found.as_ref().map(SecretString::expose_secret) != expected {
                return Err(OAuthError::store(
                    "was changed by somebody without the lock",
                ));
            }
            locked
                .new
                .become_file(&locked.path, &record)
                .map_err(failed("cannot be written"))
        })
        .await
    }
}

/// The file that will take the place of the old one; removed if it does not.
#[derive(Debug)]
struct NewFile {
    path: PathBuf,
    file: File,
}

impl NewFile {
    /// Needs the lock: what lies there under this name was left by a process that died.
    fn make(path: PathBuf) -> io::Result<Self> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = private(OpenOptions::new().write(true).create_new(true)).open(&path)?;
        let mut new = Self { path, file };
        new.file.write_all(&vec![b' '; RESERVED])?;
        new.file.sync_all()?;
        Ok(new)
    }

    fn become_file(&mut self, path: &Path, record: &SecretString) -> io::Result<()> {
        let text = record.expose_secret().as_bytes();
        self.file.rewind()?;
        self.file.write_all(text)?;
        self.file.set_len(text.len() as u64)?;
        self.file.sync_all()?;
        fs::rename(&self.path, path)?;
        sync_folder(folder_of(path))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already when it took the place of the old one.
        drop(fs::remove_file(&self.path));
    }
}

fn read(path: &Path) -> Result<Option<SecretString>, OAuthError> {
    match read_secret_file(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("cannot be read")(error)),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn failed(problem: &'static str) -> impl FnOnce(io::Error) -> OAuthError {
    move |error| OAuthError::store(problem).caused_by(error)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OAuthError> + Send + 'static,
) -> Result<T, OAuthError> {
    spawn_blocking(work)
        .await
        .unwrap_or(Err(OAuthError::Interrupted))
}
