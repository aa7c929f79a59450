//! The keys of an installation: the key file, and what it wraps.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind as IoKind, Write};
use std::path::Path;

use aws_lc_rs::rand;
use conversation::Tenant;
use zeroize::{Zeroize, Zeroizing};

use crate::{Error, ErrorKind, HashKey};

use super::fault::{damaged, file};
use super::seal::{Key, Place};

const PREAMBLE: &str = "\
# The key of the call archive in this folder.
# Keep a copy in a safe place apart from the archive and its backups. Without this key nobody can
# read the archive again; whoever has both can read every call.
";
const CHECKED_WORDS: &[u8] = b"this key opens this archive";
const DATA: &str = "data";
const HASH: &str = "hash";

/// The key-encryption key, as the key file holds it.
pub(crate) struct KeyFile {
    id: String,
    key: Key,
}

/// Who made a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// This call.
    Now,
    /// Another one.
    Before,
}

impl KeyFile {
    /// Reads a key file; `None` if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
            Err(error) => return Err(file("the key file cannot be read")(error)),
        };
        Self::parse(&text).map(Some)
    }

    /// Makes a key file that is complete whenever it is there, and durable before this returns.
    ///
    /// It is never written over: who comes second reads what the first one made, and is told so.
    pub(crate) fn make(path: &Path) -> Result<(Self, Made), Error> {
        let made = Self {
            id: format!("k-{}", random_name()?),
            key: Key::random()?,
        };
        match made.place_at(path) {
            Ok(()) => {
                sync_folder(path.parent().unwrap_or(Path::new(".")))?;
                Ok((made, Made::Now))
            }
            Err(error) if error.kind() == IoKind::AlreadyExists => Self::read(path)?
                .map(|found| (found, Made::Before))
                .ok_or_else(|| damaged("the key file came and went")),
            Err(error) => Err(file("the key file cannot be made")(error)),
        }
    }

    /// Writes the file aside and links it to its name, so that nobody reads half of it; where
    /// there are no links, writes it at its name.
    fn place_at(&self, path: &Path) -> std::io::Result<()> {
        let draft = path.with_extension(&self.id);
        self.write_to(&draft)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != IoKind::AlreadyExists => self.write_to(path),
            linked => linked,
        }
    }

    fn write_to(&self, path: &Path) -> std::io::Result<()> {
        let digits = Zeroizing::new(hex::encode(self.key.as_bytes()));
        let text = Zeroizing::new(format!(
            "{PREAMBLE}id = {}\nkey = {}\n",
            self.id,
            digits.as_str()
        ));
        let mut draft = private_file().create_new(true).open(path)?;
        draft.write_all(text.as_bytes())?;
        draft.sync_all()
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(ErrorKind::WrongKey, "the key file is malformed");
        let value = |name: &str| {
            text.lines()
                .filter_map(|line| line.split_once('='))
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim())
                .ok_or_else(malformed)
        };
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(value("key")?, bytes.as_mut_slice()).map_err(|_| malformed())?;
        let id = value("id")?.to_owned();
        if id.is_empty() || id.contains(char::is_whitespace) {
            return Err(malformed());
        }
        Ok(Self {
            id,
            key: Key::from_bytes(bytes),
        })
    }

    /// The name under which a database knows it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Says whether this is the key of a database that holds this check value for it.
    pub(crate) fn check(&self, sealed: Option<&[u8]>) -> Result<(), Error> {
        let wrong = || {
            Error::new(
                ErrorKind::WrongKey,
                "the key file is not the key of this archive",
            )
        };
        let sealed = sealed.ok_or_else(wrong)?;
        let opened = self.key.open(self.check_place(&Tenant::default()), sealed);
        match opened {
            Ok(words) if *words == CHECKED_WORDS => Ok(()),
            _ => Err(wrong()),
        }
    }

    /// The check value for a new database.
    pub(crate) fn check_value(&self) -> Result<Vec<u8>, Error> {
        let tenant = Tenant::default();
        self.key.seal(self.check_place(&tenant), CHECKED_WORDS)
    }

    fn check_place<'a>(&'a self, tenant: &'a Tenant) -> Place<'a> {
        Place {
            tenant,
            table: "keks",
            row: &self.id,
            column: "check_value",
        }
    }
}

/// A key as it is stored: wrapped, with the ids of itself and of what wraps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrappedKey {
    pub(crate) id: String,
    pub(crate) kek: String,
    pub(crate) wrapped: Vec<u8>,
}

/// One row of `deks`.
#[derive(Clone, Debug)]
pub(crate) struct DekRow {
    pub(crate) purpose: String,
    pub(crate) version: i64,
    pub(crate) key: WrappedKey,
}

/// The keys of a tenant.
pub(crate) struct Keys {
    deks: BTreeMap<i64, Key>,
    hash: HashKey,
    wrapped_hash: WrappedKey,
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.hash.bytes.zeroize();
    }
}

impl Keys {
    /// What a tenant lacks that has keys for these purposes. A hash key that outlived its database
    /// is taken over.
    pub(crate) fn missing(
        held: &[DekRow],
        tenant: &Tenant,
        kek: &KeyFile,
        outlived: Option<&WrappedKey>,
    ) -> Result<Vec<DekRow>, Error> {
        let mut missing = Vec::new();
        for purpose in [DATA, HASH] {
            if held.iter().any(|row| row.purpose == purpose) {
                continue;
            }
            let key = match outlived.filter(|_| purpose == HASH) {
                Some(outlived) => {
                    unwrap(kek, tenant, HASH, 1, outlived)?;
                    outlived.clone()
                }
                None => WrappedKey {
                    id: format!("{}-{}", &purpose[..1], random_name()?),
                    kek: kek.id.clone(),
                    wrapped: kek
                        .key
                        .wrap(dek_place(tenant, &row_name(purpose, 1)), &Key::random()?)?,
                },
            };
            missing.push(DekRow {
                purpose: purpose.to_owned(),
                version: 1,
                key,
            });
        }
        Ok(missing)
    }

    /// Opens the keys of a tenant.
    pub(crate) fn open(rows: Vec<DekRow>, tenant: &Tenant, kek: &KeyFile) -> Result<Self, Error> {
        let mut deks = BTreeMap::new();
        let mut hash = None;
        for row in rows {
            let key = unwrap(kek, tenant, &row.purpose, row.version, &row.key)?;
            if row.purpose == HASH {
                let opened = HashKey {
                    id: row.key.id.clone(),
                    bytes: *key.as_bytes(),
                };
                hash = Some((opened, row.key));
            } else {
                deks.insert(row.version, key);
            }
        }
        let (hash, wrapped_hash) = hash.ok_or_else(|| damaged("the archive has no hash key"))?;
        Ok(Self {
            deks,
            hash,
            wrapped_hash,
        })
    }

    pub(crate) fn hash(&self) -> &HashKey {
        &self.hash
    }

    pub(crate) fn wrapped_hash(&self) -> &WrappedKey {
        &self.wrapped_hash
    }

    pub(crate) fn dek(&self, version: i64) -> Result<&Key, Error> {
        self.deks
            .get(&version)
            .ok_or_else(|| damaged("a key of a call is wrapped by a key that is not there"))
    }

    pub(crate) fn newest_dek(&self) -> Result<(i64, &Key), Error> {
        self.deks
            .last_key_value()
            .map(|(version, key)| (*version, key))
            .ok_or_else(|| damaged("the archive has no data key"))
    }
}

fn unwrap(
    kek: &KeyFile,
    tenant: &Tenant,
    purpose: &str,
    version: i64,
    key: &WrappedKey,
) -> Result<Key, Error> {
    let row = row_name(purpose, version);
    kek.key
        .unwrap(dek_place(tenant, &row), &key.wrapped)
        .map_err(|error| {
            Error::new(
                ErrorKind::WrongKey,
                "the key file does not open the archive's keys",
            )
            .caused_by(error)
        })
}

fn row_name(purpose: &str, version: i64) -> String {
    format!("{purpose}/{version}")
}

fn dek_place<'a>(tenant: &'a Tenant, row: &'a str) -> Place<'a> {
    Place {
        tenant,
        table: "deks",
        row,
        column: "wrapped",
    }
}

fn random_name() -> Result<String, Error> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes)
        .map_err(|_| Error::new(ErrorKind::Storage, "no random numbers to be had"))?;
    Ok(hex::encode(bytes))
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

    #[test]
    fn a_key_file_reads_back_and_is_never_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");

        let (made, first) = KeyFile::make(&path).expect("made");
        let (again, second) = KeyFile::make(&path).expect("read");

        assert_eq!((first, second), (Made::Now, Made::Before));
        assert_eq!(made.id, again.id);
        assert_eq!(made.key.as_bytes(), again.key.as_bytes());
        let names = fs::read_dir(folder.path()).expect("readable").count();
        assert_eq!(names, 1, "no draft stays");
    }

    #[test]
    fn a_key_file_that_is_not_one_is_refused() {
        let digits = "0".repeat(64);
        for bad in [
            String::new(),
            "id = k\nkey = 00\n".to_owned(),
            format!("key = {digits}\n"),
            format!("id = \nkey = {digits}\n"),
        ] {
            let refused = KeyFile::parse(&bad).map(|_| ()).map_err(|e| e.kind());
            assert_eq!(refused, Err(ErrorKind::WrongKey), "{bad:?}");
        }
        assert!(KeyFile::parse(&format!("# c = d\n id=k\nkey={digits}")).is_ok());
    }
}
