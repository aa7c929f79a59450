//! A file that keeps keys: complete whenever it is there, readable by its owner only.

use std::fs::{self, File};
use std::io::{ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::{Error, ErrorKind, Kek, KeyStore};

use super::fault::file;
use super::key_text::{read_key_text, write_key_text};

/// Keys in a file of this machine; made by the first key that is added.
///
/// ```
/// use call_archive::{FileKeys, Kek, KeyStore as _};
///
/// let folder = tempfile::tempdir()?;
/// let keys = FileKeys::at(folder.path().join("key"));
/// assert!(keys.keys()?.is_empty());
///
/// let (first, second) = (Kek::random()?, Kek::random()?);
/// keys.add(&first)?;
/// keys.add(&second)?;
///
/// let ids: Vec<_> = keys.keys()?.iter().map(|kek| kek.id().to_owned()).collect();
/// assert_eq!(ids, [second.id(), first.id()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileKeys {
    path: PathBuf,
}

impl FileKeys {
    /// The keys in this file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file aside and links it to its name, so that nobody reads half of it and no key
    /// that somebody else made is written over; where there are no links, writes it at its name.
    fn make(&self, draft: &Path, text: &str) -> std::io::Result<()> {
        write_new(draft, text)?;
        let linked = fs::hard_link(draft, &self.path);
        fs::remove_file(draft)?;
        match linked {
            Err(error) if error.kind() != IoKind::AlreadyExists => write_new(&self.path, text),
            linked => linked,
        }
    }

    /// Replaces the file by another one in one step.
    fn replace(&self, draft: &Path, text: &str) -> std::io::Result<()> {
        write_new(draft, text)?;
        fs::rename(draft, &self.path)
    }

    fn store(&self, keys: &[Kek], name: &str, is_new: bool) -> Result<(), Error> {
        let draft = self.path.with_extension(name);
        let text = write_key_text(keys);
        let stored = if is_new {
            self.make(&draft, &text)
        } else {
            self.replace(&draft, &text)
        };
        match stored {
            Ok(()) => sync_folder(self.path.parent().unwrap_or(Path::new("."))),
            Err(error) if error.kind() == IoKind::AlreadyExists => Err(Error::new(
                ErrorKind::Busy,
                "another process is making the key file",
            )
            .caused_by(error)),
            Err(error) => Err(file("the key file cannot be written")(error)),
        }
    }
}

impl KeyStore for FileKeys {
    fn keys(&self) -> Result<Vec<Kek>, Error> {
        match fs::read_to_string(&self.path) {
            Ok(text) => read_key_text(&Zeroizing::new(text)).map_err(|error| {
                let what = format!("{} holds no key", self.path.display());
                Error::new(error.kind(), what).caused_by(error)
            }),
            Err(error) if error.kind() == IoKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(file("the key file cannot be read")(error)),
        }
    }

    fn add(&self, kek: &Kek) -> Result<(), Error> {
        let held = self.keys()?;
        let is_new = held.is_empty();
        let mut keys = vec![Kek::new(kek.id(), Zeroizing::new(*kek.expose_bytes()))?];
        keys.extend(held);
        self.store(&keys, kek.id(), is_new)
    }

    fn remove(&self, id: &str) -> Result<(), Error> {
        let mut keys = self.keys()?;
        let before = keys.len();
        keys.retain(|kek| kek.id() != id);
        if keys.len() == before {
            return Ok(());
        }
        if keys.is_empty() {
            let what = "the only key of a key file is not removed";
            return Err(Error::new(ErrorKind::Invalid, what));
        }
        self.store(&keys, id, false)
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    // What a crash left under the name of a draft is nobody's.
    let mut draft = match private_file().create_new(true).open(path) {
        Err(error) if error.kind() == IoKind::AlreadyExists && path.extension().is_some() => {
            fs::remove_file(path)?;
            private_file().create_new(true).open(path)?
        }
        opened => opened?,
    };
    draft.write_all(text.as_bytes())?;
    draft.sync_all()
}

/// Options of a file that only its owner reads and writes.
pub(crate) fn private_file() -> fs::OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(file("the archive's folder cannot be made durable"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(keys: &FileKeys) -> Vec<String> {
        let keys = keys.keys().expect("keys");
        keys.iter().map(|kek| kek.id().to_owned()).collect()
    }

    #[test]
    fn a_key_file_keeps_what_was_added_and_leaves_no_draft() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = FileKeys::at(folder.path().join("key"));
        let (a, b) = (Kek::random().expect("a"), Kek::random().expect("b"));
        keys.add(&a).expect("added");
        keys.add(&b).expect("added");
        assert_eq!(ids(&keys), [b.id(), a.id()]);

        keys.remove(a.id()).expect("removed");
        keys.remove("unknown").expect("nothing to do");
        assert_eq!(ids(&keys), [b.id()]);
        let kind = keys.remove(b.id()).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Invalid), "the last one stays");
        assert_eq!(ids(&keys), [b.id()]);
        let names = fs::read_dir(folder.path()).expect("readable").count();
        assert_eq!(names, 1, "no draft stays");
    }

    #[test]
    fn a_first_key_is_never_written_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = FileKeys::at(folder.path().join("key"));
        let first = Kek::random().expect("a key");
        keys.add(&first).expect("added");

        let late = keys.store(&[Kek::random().expect("a key")], "late", true);

        assert_eq!(late.map_err(|error| error.kind()), Err(ErrorKind::Busy));
        assert_eq!(ids(&keys), [first.id()]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_a_key_file_that_was_replaced() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let keys = FileKeys::at(folder.path().join("key"));
        for _ in 0..2 {
            keys.add(&Kek::random().expect("a key")).expect("added");
            let about = fs::metadata(keys.path()).expect("it is there");
            assert_eq!(about.permissions().mode() & 0o777, 0o600);
        }
    }
}
