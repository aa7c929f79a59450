//! Opening: the folder, the key, the database, the erase log, in this order.

use std::fmt;
use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conversation::Tenant;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use tokio::task;

use crate::moment::micros;
use crate::stored::{
    Context, EraseLog, KeyRing, Keys, Logged, file, private_file, stopped, sync_folder,
};
use crate::waiting::Bell;
use crate::{Error, ErrorKind, FileKeys, Kek, KeyStore, SchemaStatus, SqliteArchive};

use super::Parts;
use super::keyring;
use super::migrate::{Version, migrate, version};
use super::moving;
use super::older;
use super::reader::Readers;
use super::unite::unite;
use super::writer::{Opener, Writer};

const DATABASE: &str = "archive.sqlite";
const KEY: &str = "key";
/// The file of the erase log.
pub(super) const ERASE_LOG: &str = "tombstones";
const READERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);
/// How large the log may stay after a large commit.
const LOG_BYTES: i64 = 64 * 1024 * 1024;
const BUSY: Duration = Duration::from_secs(10);

/// Where an archive is and how it is opened.
#[derive(Clone)]
#[must_use = "options do nothing until an archive is opened with them"]
pub struct OpenOptions {
    folder: PathBuf,
    now: Timestamp,
    tenant: Tenant,
    readers: NonZeroUsize,
    busy: Duration,
    must_exist: bool,
    keys: Arc<dyn KeyStore>,
}

impl OpenOptions {
    /// The archive in this folder, for reading and writing; made if it is not there.
    ///
    /// `now` is noted as the age of what has to be made.
    pub fn new(folder: impl Into<PathBuf>, now: Timestamp) -> Self {
        let folder = folder.into();
        Self {
            keys: Arc::new(FileKeys::at(folder.join(KEY))),
            folder,
            now,
            tenant: Tenant::default(),
            readers: READERS,
            busy: BUSY,
            must_exist: false,
        }
    }

    /// Makes nothing: an archive that is not there is an error.
    pub fn existing(mut self) -> Self {
        self.must_exist = true;
        self
    }

    /// Takes the key from another place than the file `key` in the folder. A store without a key
    /// is given one when there is no archive yet.
    pub fn keys(mut self, keys: Arc<dyn KeyStore>) -> Self {
        self.keys = keys;
        self
    }

    /// Opens the archive of another company than the default one.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// How many connections may read at the same time.
    pub fn readers(mut self, readers: NonZeroUsize) -> Self {
        self.readers = readers;
        self
    }

    /// How long to wait for another process that is writing.
    pub fn busy_timeout(mut self, busy: Duration) -> Self {
        self.busy = busy;
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn key_store(&self) -> Arc<dyn KeyStore> {
        Arc::clone(&self.keys)
    }

    pub(super) fn busy(&self) -> Duration {
        self.busy
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("folder", &self.folder)
            .field("tenant", &self.tenant)
            .field("keys", &self.keys.place())
            .finish_non_exhaustive()
    }
}

/// What opening an archive found or made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opening {
    folder: PathBuf,
    made_key: Option<String>,
    is_new: bool,
}

impl Opening {
    /// The folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the key is, if it was made just now: say that it must be backed up.
    pub fn made_key(&self) -> Option<&str> {
        self.made_key.as_deref()
    }

    /// Whether the database was made just now.
    pub fn is_new(&self) -> bool {
        self.is_new
    }
}

impl SqliteArchive {
    /// Opens the archive in a folder, making what is missing.
    ///
    /// A database without its key is never touched: that is [`ErrorKind::KeyMissing`].
    pub async fn open(options: OpenOptions) -> Result<Self, Error> {
        task::spawn_blocking(move || open(&options))
            .await
            .map_err(|error| stopped().caused_by(error))?
    }
}

impl SqliteArchive {
    /// How far the schema in a folder has come, and what opening it would add. Makes nothing.
    pub async fn schema_status(folder: impl Into<PathBuf>) -> Result<SchemaStatus, Error> {
        let database = folder.into().join(DATABASE);
        let looking = task::spawn_blocking(move || {
            if !has_bytes(&database) {
                return Ok(SchemaStatus {
                    applied: Vec::new(),
                    pending: super::migrate::pending(0),
                    older: 0,
                });
            }
            super::migrate::status(&connect(&database, BUSY)?)
        });
        looking.await.map_err(|error| stopped().caused_by(error))?
    }
}

/// The database in a folder.
pub(super) fn database_of(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

fn open(options: &OpenOptions) -> Result<SqliteArchive, Error> {
    let database = database_of(&options.folder);
    let is_there = || has_bytes(&database) || has_bytes(&options.file("archive.sqlite-wal"));
    if options.must_exist && !is_there() {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("there is no archive in {}", options.folder.display()),
        ));
    }
    make_folder(&options.folder)?;
    // Held until the end: openings of one folder come one after the other, because SQLite does not
    // wait for another process that is switching a new database to its log; and no opening comes
    // into the midst of a rotation of keys.
    let _turn = take_turn(&options.folder)?;
    let has_database = is_there();
    // Tombstones that outlived their database need its key as well.
    let needs_key = has_database || has_bytes(&options.file(ERASE_LOG));
    let (ring, made_key) = key(options, needs_key)?;
    if !has_database {
        make_file(&database)?;
    }

    let writing = opener(&database, options.busy, Use::Writing);
    let reading = opener(&database, options.busy, Use::Reading);
    let connection = connect(&database, options.busy)?;
    let found = version(&connection)?;
    if found != Version::Empty {
        keyring::check(&connection, &ring)?;
    }
    prepare(&connection, Use::Writing)?;

    let log = EraseLog::at(options.file(ERASE_LOG));
    let outside = log.read(&options.tenant)?;
    let keys = complete(&connection, options, &ring, &outside)?;
    let again = (Arc::clone(&reading), options.tenant.clone());
    let context = Context {
        tenant: options.tenant.clone(),
        keys: keys.rereading(Box::new(move || keyring::rows(&(again.0)()?, &again.1))),
        bell: Bell::default(),
    };
    unite(&context, &connection, &log, &outside, options.now)?;
    older::seal(&context, &connection)?;

    let parts = Parts {
        writer: Writer::start(connection, writing)?,
        readers: Readers::new(options.readers.get(), reading),
        log: Arc::new(log),
        context: Arc::new(context),
        opening: Opening {
            folder: options.folder.clone(),
            made_key,
            is_new: found == Version::Empty,
        },
    };
    Ok(SqliteArchive {
        parts: Arc::new(parts),
        duty: None,
    })
}

/// The keys, made first of all if there is neither a key nor anything that needs one.
fn key(options: &OpenOptions, needs_key: bool) -> Result<(KeyRing, Option<String>), Error> {
    if let Some(ring) = KeyRing::load(Arc::clone(&options.keys))? {
        return Ok((ring, None));
    }
    let place = options.keys.place();
    let missing = || {
        let what = format!("the archive's key is missing: put it back as {place}");
        Error::new(ErrorKind::KeyMissing, what)
    };
    if needs_key {
        return Err(missing());
    }
    options.keys.add(&Kek::random()?)?;
    let ring = KeyRing::load(Arc::clone(&options.keys))?.ok_or_else(missing)?;
    Ok((ring, Some(place)))
}

/// Waits until no other process is opening the folder or rotating its keys.
pub(super) fn take_turn(folder: &Path) -> Result<File, Error> {
    let opened = if cfg!(unix) {
        File::open(folder)
    } else {
        private_file()
            .create(true)
            .truncate(false)
            .open(folder.join("turn"))
    };
    opened
        .and_then(|turn| turn.lock().map(|()| turn))
        .map_err(file("the archive's folder cannot be locked"))
}

/// Migrates, leaves the check value in a new database and makes the keys that a tenant lacks, all
/// in one transaction.
fn complete(
    connection: &Connection,
    options: &OpenOptions,
    ring: &KeyRing,
    outside: &Logged,
) -> Result<Keys, Error> {
    let now = micros(options.now);
    in_transaction(connection, || {
        // Another process may have been here since the version was read.
        let found = version(connection)?;
        migrate(connection, found, now)?;
        moving::refuse(connection)?;
        match found {
            Version::Empty => keyring::leave_check(connection, ring.newest()?, now)?,
            Version::At(_) => keyring::check(connection, ring)?,
        }
        keyring::complete(
            connection,
            &options.tenant,
            ring,
            outside.hash_key.as_ref(),
            now,
        )?;
        keyring::open(connection, &options.tenant, ring)
    })
}

/// Runs work in one transaction, which is taken back if the work fails.
pub(super) fn in_transaction<T>(
    connection: &Connection,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = work();
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.execute_batch(end)?;
    done
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Writing,
    Reading,
}

fn opener(database: &Path, busy: Duration, purpose: Use) -> Opener {
    let database = database.to_owned();
    Arc::new(move || {
        let connection = connect(&database, busy)?;
        prepare(&connection, purpose)?;
        Ok(connection)
    })
}

pub(super) fn connect(database: &Path, busy: Duration) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn prepare(connection: &Connection, purpose: Use) -> Result<(), Error> {
    // Nothing clear may stay in temporary files or freed pages.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    match purpose {
        Use::Reading => connection.pragma_update(None, "query_only", true)?,
        Use::Writing => {
            connection.pragma_update(None, "secure_delete", true)?;
            let mode: String =
                connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            if !mode.eq_ignore_ascii_case("wal") {
                return Err(Error::new(
                    ErrorKind::Storage,
                    "the archive's folder cannot hold a write-ahead log",
                ));
            }
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        }
    }
    Ok(())
}

fn has_bytes(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.len() > 0)
}

pub(super) fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(file("the archive's folder cannot be made"))
}

/// Makes the database file, so that it and what SQLite puts beside it belong to its owner only.
fn make_file(path: &Path) -> Result<(), Error> {
    private_file()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(file("the archive's database cannot be made"))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}
