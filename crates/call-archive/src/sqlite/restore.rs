//! Bringing a backup back: checked aside, made ready, then put in place as a whole.
//!
//! What happened since is not in the backup. So its calls of a vendor stay hidden until that vendor
//! tells of them again, its indexes are forgotten (they hold what came later), and numbers that were
//! drawn since are not drawn again. What was erased since is known to the erase log alone: the next
//! opening takes the union, and without the log nothing is restored unless that was asked for by name.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use tokio::task;

use crate::moment::micros;
use crate::restored::undrawn;
use crate::stored::{KeyRing, file, private_file, stopped, sync_folder};
use crate::{Erasures, Error, ErrorKind, Existing, OpenOptions, Source, SqliteArchive};

use super::backup::{integrity, with_suffix};
use super::keyring;
use super::migrate::{Version, migrate, version};
use super::open::{ERASE_LOG, database_of, in_transaction, make_folder, take_turn};

impl SqliteArchive {
    /// Puts a backup in the place of an archive, whose key must be there. No other process may have
    /// the archive open. The folders of its indexes are the caller's to remove.
    pub async fn restore(
        options: OpenOptions,
        backup: &Path,
        existing: Existing,
        erasures: Erasures,
    ) -> Result<(), Error> {
        let backup = backup.to_owned();
        let restored = task::spawn_blocking(move || restore(&options, &backup, existing, erasures));
        restored.await.map_err(|error| stopped().caused_by(error))?
    }
}

fn restore(
    options: &OpenOptions,
    backup: &Path,
    existing: Existing,
    erasures: Erasures,
) -> Result<(), Error> {
    let refused = |what: &str| Err(Error::new(ErrorKind::Invalid, what));
    make_folder(options.folder())?;
    let _turn = take_turn(options.folder())?;
    let database = database_of(options.folder());
    if database.exists() && existing == Existing::Keep {
        return refused("there is an archive already");
    }
    if erasures == Erasures::FromLog && !options.folder().join(ERASE_LOG).exists() {
        return refused("there is no erase log: what was erased since the backup would come back");
    }
    let Some(ring) = KeyRing::load(options.key_store())? else {
        let place = options.key_store().place();
        let what = format!("the archive's key is missing: put it back as {place}");
        return Err(Error::new(ErrorKind::KeyMissing, what));
    };

    let draft = with_suffix(&database, ".restoring");
    let ready = copy(backup, &draft).and_then(|()| make_ready(&draft, &ring, options.now()));
    if let Err(error) = ready {
        remove(&draft)?;
        return Err(error);
    }
    // What the log of the former database holds must not be played into this one.
    for suffix in ["-wal", "-shm"] {
        remove(&with_suffix(&database, suffix))?;
    }
    fs::rename(&draft, &database).map_err(file("the backup cannot be put in place"))?;
    sync_folder(options.folder())
}

pub(crate) fn copy(backup: &Path, draft: &Path) -> Result<(), Error> {
    let copied = fs::File::open(backup).and_then(|mut from| {
        let mut to = private_file().create(true).truncate(true).open(draft)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    });
    copied.map_err(file("the backup cannot be read"))
}

/// Checks the copy and makes of it what an archive may be opened with.
pub(crate) fn make_ready(draft: &Path, ring: &KeyRing, now: Timestamp) -> Result<(), Error> {
    let connection = Connection::open(draft)?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    if version(&connection)? == Version::Empty {
        return Err(Error::new(ErrorKind::Invalid, "the backup is empty"));
    }
    keyring::check(&connection, ring)?;
    if !integrity(&connection)?.is_empty() {
        return Err(Error::new(ErrorKind::Integrity, "the backup is damaged"));
    }
    in_transaction(&connection, || {
        migrate(&connection, version(&connection)?, micros(now))?;
        connection.execute_batch(
            "DELETE FROM moves;
             DELETE FROM indexed;
             DELETE FROM indexes;
             DELETE FROM jobs WHERE kind = 'index';
             UPDATE jobs SET state = 'waiting', lease_until = NULL WHERE state = 'leased';",
        )?;
        connection.execute(
            "INSERT OR IGNORE INTO unconfirmed (tenant, call)
             SELECT tenant, id FROM calls WHERE source = ?1",
            [Source::Gong.as_str()],
        )?;
        let counter = "SELECT value FROM meta WHERE name = 'counter'";
        let drawn: i64 = connection.query_row(counter, [], |row| row.get(0))?;
        connection.execute(
            "UPDATE meta SET value = ?1 WHERE name = 'counter'",
            params![undrawn(drawn, now)],
        )?;
        Ok(())
    })
}

pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(file("a file of the archive cannot be removed")(error))
        }
        _ => Ok(()),
    }
}
