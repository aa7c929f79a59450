//! The erase log: a file outside of the database that is always written first.
//!
//! A database that is restored from before an erasure does not know of it; the file does. Each
//! line of the file ends in a checksum of what stands before it:
//!
//! ```text
//! key <tenant> <id of the hash key> <id of what wraps it> <wrapped key, hex> <checksum>
//! call <tenant> <keyed hash of the call, hex> <microseconds since 1970> <checksum>
//! person <tenant> <keyed hash of an address or user id, hex> <microseconds> <checksum>
//! floor <tenant> <workspace, or *> <microseconds> <checksum>
//! hold <tenant> <name> <kind> <value> <microseconds> <checksum>
//! release <tenant> <name> <microseconds> <checksum>
//! revoke <tenant> <id of an API key> <microseconds> <checksum>
//! ```
//!
//! The first kind lets the hashes be compared when the database itself is lost. The calls, people
//! and what started below a floor are refused; what a hold is about is kept until its release. A
//! last line that was torn by a crash was never acknowledged and is cut off; any other damage is
//! an error.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind as IoKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use conversation::Tenant;

use crate::Error;

use super::fault::{damaged, file};
use super::key_file::{private_file, sync_folder};
use super::keys::WrappedKey;

const PREAMBLE: &str = "\
# What was erased for good, as keyed hashes: it is refused when it comes again. And what must be
# kept. Keep this file with the archive and beside each of its backups.
";

/// Stands for every workspace.
const EVERYWHERE: &str = "*";

pub(crate) struct EraseLog {
    path: PathBuf,
}

/// What an erase log says of one tenant.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) hash_key: Option<WrappedKey>,
    /// Hash and time of each erased call.
    pub(crate) calls: BTreeMap<String, i64>,
    /// Hash and latest time of each erased person.
    pub(crate) people: BTreeMap<String, i64>,
    /// The highest floor of each workspace; an empty name is all of them.
    pub(crate) floors: BTreeMap<String, i64>,
    /// By name.
    pub(crate) holds: BTreeMap<String, LoggedHold>,
    /// When each API key was first taken back.
    pub(crate) revoked: BTreeMap<String, i64>,
}

/// A hold as it is logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoggedHold {
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) since: i64,
    pub(crate) released: Option<i64>,
}

/// One thing to write down.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry<'a> {
    Call(&'a str, i64),
    Person(&'a str, i64),
    /// The workspace (empty for all) and the floor.
    Floor(&'a str, i64),
    Hold(&'a str, &'a LoggedHold),
    Release(&'a str, i64),
    /// An API key.
    Revoke(&'a str, i64),
}

impl Entry<'_> {
    fn line(&self, tenant: &Tenant) -> String {
        match self {
            Self::Call(hash, at) => format!("call {tenant} {hash} {at}"),
            Self::Person(hash, at) => format!("person {tenant} {hash} {at}"),
            Self::Floor("", before) => format!("floor {tenant} {EVERYWHERE} {before}"),
            Self::Floor(workspace, before) => format!("floor {tenant} {workspace} {before}"),
            Self::Hold(name, hold) => {
                let LoggedHold {
                    kind, value, since, ..
                } = hold;
                format!("hold {tenant} {name} {kind} {value} {since}")
            }
            Self::Release(name, at) => format!("release {tenant} {name} {at}"),
            Self::Revoke(key, at) => format!("revoke {tenant} {key} {at}"),
        }
    }
}

impl EraseLog {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Reads the file; one that is not there says nothing.
    pub(crate) fn read(&self, tenant: &Tenant) -> Result<Logged, Error> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == IoKind::NotFound => return Ok(Logged::default()),
            Err(error) => return Err(file("the erase log cannot be read")(error)),
        };
        Logged::parse(&text, tenant)
    }

    /// Adds entries, durably, with one sync for all.
    pub(crate) fn append(&self, tenant: &Tenant, entries: &[Entry<'_>]) -> Result<(), Error> {
        if entries.is_empty() {
            return Ok(());
        }
        self.append_lines(&Self::lines(tenant, entries))
    }

    /// Entries as the log keeps them.
    pub(crate) fn lines(tenant: &Tenant, entries: &[Entry<'_>]) -> Vec<String> {
        entries.iter().map(|entry| entry.line(tenant)).collect()
    }

    /// Adds the hash key of a tenant, durably.
    pub(crate) fn append_key(&self, tenant: &Tenant, key: &WrappedKey) -> Result<(), Error> {
        let WrappedKey { id, kek, wrapped } = key;
        self.append_lines(&[format!("key {tenant} {id} {kek} {}", hex::encode(wrapped))])
    }

    /// Adds lines, durably, with one sync for all.
    pub(crate) fn append_lines(&self, said: &[String]) -> Result<(), Error> {
        let written = private_file()
            .create(true)
            .truncate(false)
            .open(&self.path)
            .and_then(|mut file| {
                file.lock()?;
                let is_new = end_after_last_line(&mut file)? == 0;
                let mut text = if is_new { PREAMBLE } else { "" }.to_owned();
                for said in said {
                    text.extend([said.as_str(), " ", &checksum(said), "\n"]);
                }
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                file.unlock()?;
                Ok(is_new)
            });
        if written.map_err(file("the erase log cannot be written"))? {
            sync_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        }
        Ok(())
    }
}

const KINDS: [&str; 7] = [
    "key", "call", "person", "floor", "hold", "release", "revoke",
];

impl Logged {
    /// Reads the text of a file, as far as it speaks of a tenant.
    pub(crate) fn parse(text: &str, tenant: &Tenant) -> Result<Self, Error> {
        // What follows the last line feed was torn, or is being written right now.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut found = Self::default();
        for line in whole.lines().filter(|line| !line.starts_with('#')) {
            let (said, sum) = line.rsplit_once(' ').ok_or_else(bad_line)?;
            if sum != checksum(said) {
                return Err(bad_line());
            }
            let fields: Vec<&str> = said.split(' ').collect();
            if fields.get(1) == Some(&tenant.as_str()) {
                found.take(&fields).ok_or_else(bad_line)?;
            } else if !KINDS.contains(fields.first().unwrap_or(&"")) {
                return Err(bad_line());
            }
        }
        Ok(found)
    }

    /// What this side lacks of what the other says.
    pub(crate) fn lacking<'a>(&self, other: &'a Self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        for (hash, at) in &other.calls {
            if !self.calls.contains_key(hash) {
                entries.push(Entry::Call(hash, *at));
            }
        }
        for (hash, at) in &other.people {
            if self.people.get(hash).is_none_or(|known| known < at) {
                entries.push(Entry::Person(hash, *at));
            }
        }
        for (workspace, before) in &other.floors {
            if self
                .floors
                .get(workspace)
                .is_none_or(|known| known < before)
            {
                entries.push(Entry::Floor(workspace, *before));
            }
        }
        for (name, hold) in &other.holds {
            let known = self.holds.get(name);
            if known.is_none() {
                entries.push(Entry::Hold(name, hold));
            }
            if let (Some(at), None) = (hold.released, known.and_then(|known| known.released)) {
                entries.push(Entry::Release(name, at));
            }
        }
        for (key, at) in &other.revoked {
            if !self.revoked.contains_key(key) {
                entries.push(Entry::Revoke(key, *at));
            }
        }
        entries
    }

    /// Takes the fields of a line; `None` if they are malformed.
    fn take(&mut self, fields: &[&str]) -> Option<()> {
        match *fields {
            ["key", _, id, kek, wrapped] => {
                self.hash_key = Some(WrappedKey {
                    id: id.to_owned(),
                    kek: kek.to_owned(),
                    wrapped: hex::decode(wrapped).ok()?,
                });
            }
            ["call", _, hash, at] => {
                self.calls.insert(hash.to_owned(), at.parse().ok()?);
            }
            ["person", _, hash, at] => raise(&mut self.people, hash, at.parse().ok()?),
            ["floor", _, EVERYWHERE, at] => raise(&mut self.floors, "", at.parse().ok()?),
            ["floor", _, workspace, at] => raise(&mut self.floors, workspace, at.parse().ok()?),
            ["hold", _, name, kind, value, since] => {
                let hold = LoggedHold {
                    kind: kind.to_owned(),
                    value: value.to_owned(),
                    since: since.parse().ok()?,
                    released: None,
                };
                self.holds.entry(name.to_owned()).or_insert(hold);
            }
            ["release", _, name, at] => {
                // A release without its hold was written for one that another log holds.
                let at = at.parse().ok()?;
                if let Some(hold) = self.holds.get_mut(name) {
                    hold.released.get_or_insert(at);
                }
            }
            ["revoke", _, key, at] => {
                let at = at.parse().ok()?;
                self.revoked.entry(key.to_owned()).or_insert(at);
            }
            _ => return None,
        }
        Some(())
    }
}

fn raise(at: &mut BTreeMap<String, i64>, name: &str, to: i64) {
    let held = at.entry(name.to_owned()).or_insert(to);
    *held = to.max(*held);
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
    damaged("the erase log is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn file_in(folder: &Path) -> EraseLog {
        EraseLog::at(folder.join("tombstones"))
    }

    #[test]
    fn calls_read_back_for_their_tenant_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, theirs) = (Tenant::default(), Tenant::new("other").expect("valid"));
        let file = file_in(folder.path());

        file.append(&ours, &[Entry::Call("aa", 1)])
            .expect("written");
        file.append(&theirs, &[Entry::Call("bb", 2)])
            .expect("written");

        let read = file.read(&ours).expect("readable");
        assert_eq!(read.calls, BTreeMap::from([("aa".to_owned(), 1)]));
    }

    #[test]
    fn people_floors_and_holds_read_back_in_their_latest_state() {
        let folder = tempfile::tempdir().expect("a folder");
        let tenant = Tenant::default();
        let file = file_in(folder.path());
        let hold = LoggedHold {
            kind: "everything".to_owned(),
            value: "*".to_owned(),
            since: 3,
            released: None,
        };
        let entries = [
            Entry::Person("aa", 5),
            Entry::Person("aa", 4),
            Entry::Floor("", 7),
            Entry::Floor("w", 6),
            Entry::Floor("", 2),
            Entry::Hold("one", &hold),
            Entry::Hold("two", &hold),
            Entry::Release("one", 9),
        ];

        file.append(&tenant, &entries).expect("written");

        let read = file.read(&tenant).expect("readable");
        assert_eq!(read.people, BTreeMap::from([("aa".to_owned(), 5)]));
        let floors = [(String::new(), 7), ("w".to_owned(), 6)];
        assert_eq!(read.floors, BTreeMap::from(floors));
        assert_eq!(read.holds["one"].released, Some(9));
        assert_eq!(read.holds["two"], hold);
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_other_damage_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let tenant = Tenant::default();
        let file = file_in(folder.path());
        file.append(&tenant, &[Entry::Call("aa", 1)])
            .expect("written");
        let whole = fs::read(&file.path).expect("readable");

        let mut torn = whole.clone();
        torn.extend_from_slice(b"call default b");
        fs::write(&file.path, torn).expect("writable");
        assert_eq!(file.read(&tenant).expect("readable").calls.len(), 1);
        file.append(&tenant, &[Entry::Call("cc", 3)])
            .expect("written");
        assert_eq!(file.read(&tenant).expect("readable").calls.len(), 2);

        let mut changed = whole;
        let at = changed.len() - 22;
        changed[at] ^= 1;
        fs::write(&file.path, changed).expect("writable");
        let kind = file.read(&tenant).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Integrity));
    }
}
