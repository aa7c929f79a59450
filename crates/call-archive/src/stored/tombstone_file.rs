//! The file of tombstones, outside of the database and always written before it.
//!
//! A database that is restored from before an erasure does not know of it; the file does. Each
//! line of the file ends in a checksum of what stands before it:
//!
//! ```text
//! key <tenant> <id of the hash key> <id of what wraps it> <wrapped key, hex> <checksum>
//! call <tenant> <keyed hash of the call, hex> <microseconds since 1970> <checksum>
//! ```
//!
//! The first kind lets the hashes be compared when the database itself is lost. A last line that
//! was torn by a crash was never acknowledged and is cut off; any other damage is an error.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind as IoKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use conversation::Tenant;

use crate::Error;

use super::fault::{damaged, file};
use super::keys::{WrappedKey, private_file, sync_folder};

const PREAMBLE: &str = "\
# Calls that were erased for good, as keyed hashes: they are refused when they come again.
# Keep this file with the archive and beside each of its backups.
";

pub(crate) struct TombstoneFile {
    path: PathBuf,
}

/// What a tombstone file says of one tenant.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tombstones {
    pub(crate) hash_key: Option<WrappedKey>,
    /// Hash and time of each erased call.
    pub(crate) calls: BTreeMap<String, i64>,
}

impl TombstoneFile {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Reads the file; one that is not there says nothing.
    pub(crate) fn read(&self, tenant: &Tenant) -> Result<Tombstones, Error> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == IoKind::NotFound => return Ok(Tombstones::default()),
            Err(error) => return Err(file("the tombstones cannot be read")(error)),
        };
        // What follows the last line feed was torn, or is being written right now.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut found = Tombstones::default();
        for line in whole.lines().filter(|line| !line.starts_with('#')) {
            let (said, sum) = line.rsplit_once(' ').ok_or_else(bad_line)?;
            if sum != checksum(said) {
                return Err(bad_line());
            }
            let fields: Vec<&str> = said.split(' ').collect();
            match fields[..] {
                ["key", of, id, kek, wrapped] if of == tenant.as_str() => {
                    found.hash_key = Some(WrappedKey {
                        id: id.to_owned(),
                        kek: kek.to_owned(),
                        wrapped: hex::decode(wrapped).map_err(|_| bad_line())?,
                    });
                }
                ["call", of, hash, at] if of == tenant.as_str() => {
                    let at = at.parse().map_err(|_| bad_line())?;
                    found.calls.insert(hash.to_owned(), at);
                }
                ["key" | "call", ..] => {}
                _ => return Err(bad_line()),
            }
        }
        Ok(found)
    }

    /// Adds a call, durably.
    pub(crate) fn append(&self, tenant: &Tenant, hash: &str, at: i64) -> Result<(), Error> {
        self.append_line(&format!("call {tenant} {hash} {at}"))
    }

    /// Adds the hash key of a tenant, durably.
    pub(crate) fn append_key(&self, tenant: &Tenant, key: &WrappedKey) -> Result<(), Error> {
        let WrappedKey { id, kek, wrapped } = key;
        self.append_line(&format!("key {tenant} {id} {kek} {}", hex::encode(wrapped)))
    }

    fn append_line(&self, said: &str) -> Result<(), Error> {
        let written = private_file()
            .create(true)
            .truncate(false)
            .open(&self.path)
            .and_then(|mut file| {
                file.lock()?;
                let is_new = end_after_last_line(&mut file)? == 0;
                let preamble = if is_new { PREAMBLE } else { "" };
                let line = format!("{preamble}{said} {}\n", checksum(said));
                file.write_all(line.as_bytes())?;
                file.sync_all()?;
                file.unlock()?;
                Ok(is_new)
            });
        if written.map_err(file("a tombstone cannot be written"))? {
            sync_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        }
        Ok(())
    }
}

/// Cuts off a torn last line and stands at the end; gives the length.
fn end_after_last_line(file: &mut File) -> std::io::Result<u64> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n');
    let length = whole.map_or(0, |end| end as u64 + 1);
    if length < text.len() as u64 {
        file.set_len(length)?;
    }
    file.seek(SeekFrom::Start(length))
}

fn checksum(said: &str) -> String {
    hex::encode(&blake3::hash(said.as_bytes()).as_bytes()[..8])
}

fn bad_line() -> Error {
    damaged("the file of tombstones is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn file_in(folder: &Path) -> TombstoneFile {
        TombstoneFile::at(folder.join("tombstones"))
    }

    #[test]
    fn tombstones_read_back_for_their_tenant_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, theirs) = (Tenant::default(), Tenant::new("other").expect("valid"));
        let file = file_in(folder.path());

        file.append(&ours, "aa", 1).expect("written");
        file.append(&theirs, "bb", 2).expect("written");

        let read = file.read(&ours).expect("readable");
        assert_eq!(read.calls, BTreeMap::from([("aa".to_owned(), 1)]));
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_other_damage_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let tenant = Tenant::default();
        let file = file_in(folder.path());
        file.append(&tenant, "aa", 1).expect("written");
        let whole = fs::read(&file.path).expect("readable");

        let mut torn = whole.clone();
        torn.extend_from_slice(b"call default b");
        fs::write(&file.path, torn).expect("writable");
        assert_eq!(file.read(&tenant).expect("readable").calls.len(), 1);
        file.append(&tenant, "cc", 3).expect("written");
        assert_eq!(file.read(&tenant).expect("readable").calls.len(), 2);

        let mut changed = whole;
        let at = changed.len() - 22;
        changed[at] ^= 1;
        fs::write(&file.path, changed).expect("writable");
        let kind = file.read(&tenant).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Integrity));
    }
}
