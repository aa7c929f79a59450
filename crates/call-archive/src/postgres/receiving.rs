//! A database that takes an archive from elsewhere: a draft that nobody can open until it is whole.

use std::future::Future;

use deadpool_postgres::{Client, Pool, Transaction};
use jiff::Timestamp;
use tokio::time::timeout;
use tokio_postgres::config::Host;

use crate::moment::micros;
use crate::stored::{Cell, KeyRing, TableForm};
use crate::{Error, ErrorKind, PostgresOptions};

use super::connect::{Address, DEADLINE};
use super::query::{Values, one, rows, run};
use super::{fault, migrate, open, tables};

/// The advisory lock of whoever moves an archive into the database: "move" in ASCII. Beside it
/// stands the schema.
const LOCK: i32 = 0x6d6f_7665;

/// What a database holds before an archive is moved into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// A part of the same archive, from a move that began then.
    Draft {
        begun: i64,
    },
    /// The same archive, whole and in use.
    Whole,
}

/// A database that an archive is moved into.
pub(crate) struct Target {
    pool: Pool,
    /// Holds the lock for as long as it lives.
    lock: Client,
}

impl Target {
    /// Reaches the database; nobody else moves an archive into it meanwhile.
    pub(crate) async fn reach(options: &PostgresOptions) -> Result<Self, Error> {
        let pool = options.connector()?.pool()?;
        let lock = pool.get().await.map_err(fault::no_connection)?;
        let target = Self { pool, lock };
        // It waits a while: whoever was killed just now may still seem to hold it.
        let sql = "SELECT pg_advisory_lock($1, hashtext(current_schema()))";
        within(async { Ok(target.lock.query_one(sql, &[&LOCK]).await?) })
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::Busy => Error::new(
                    ErrorKind::Busy,
                    "another process is moving an archive into the database",
                )
                .caused_by(error),
                _ => error,
            })?;
        Ok(target)
    }

    /// What the database holds. Writes nothing; refuses what is not for this archive.
    pub(crate) async fn look(&self, forms: &[TableForm], archive: &str) -> Result<Found, Error> {
        within(async {
            let mut client = self.pool.get().await.map_err(fault::no_connection)?;
            let on = client.build_transaction().read_only(true).start().await?;
            look(&on, forms, archive).await
        })
        .await
    }

    /// Makes the tables and the mark that keeps everybody else out; empties a draft of an earlier
    /// move.
    pub(crate) async fn prepare(
        &self,
        forms: &[TableForm],
        archive: &str,
        from: &str,
        begun: i64,
        now: Timestamp,
    ) -> Result<Found, Error> {
        self.write(async |on| {
            migrate::take_turn(on).await?;
            let found = look(on, forms, archive).await?;
            if found == (Found::Draft { begun }) || found == Found::Whole {
                return Ok(found);
            }
            let status = migrate::status(on).await?;
            migrate::expand(on, &status, now).await?;
            tables::empty(on, forms).await?;
            let sql = "INSERT INTO moves (archive, side, place, begun) VALUES ($1, 'to', $2, $3)
                       ON CONFLICT (archive, side)
                       DO UPDATE SET place = excluded.place, begun = excluded.begun";
            run(on, sql, &[&archive, &from, &begun]).await?;
            Ok(Found::Draft { begun })
        })
        .await
    }

    /// The key of the last row that a table has.
    pub(crate) async fn last_key(&self, form: &TableForm) -> Result<Option<Vec<Cell>>, Error> {
        self.write(async |on| tables::last_key(on, form).await)
            .await
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, form: &TableForm) -> Result<u64, Error> {
        self.write(async |on| tables::count(on, form).await).await
    }

    /// Adds rows to a table.
    pub(crate) async fn add(&self, form: &TableForm, new: &[Vec<Cell>]) -> Result<(), Error> {
        self.write(async |on| tables::insert(on, form, new).await)
            .await
    }

    /// The next rows of a table.
    pub(crate) async fn read(
        &self,
        form: &TableForm,
        after: Option<&[Cell]>,
        most: usize,
    ) -> Result<Vec<Vec<Cell>>, Error> {
        self.write(async |on| tables::read(on, form, after, most).await)
            .await
    }

    /// Lets numbers go on after those that were copied.
    pub(crate) async fn go_on_numbering(&self) -> Result<(), Error> {
        self.write(async |on| tables::go_on_numbering(on).await)
            .await
    }

    /// Opens the database to everybody.
    pub(crate) async fn end(&self, archive: &str, now: Timestamp) -> Result<(), Error> {
        self.write(async |on| {
            let sql = "UPDATE moves SET ended = $2 WHERE archive = $1 AND side = 'to'";
            let values: Values<'_> = &[&archive, &micros(now)];
            run(on, sql, values).await.map(drop)
        })
        .await
    }

    async fn write<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        within(async {
            let mut client = self.pool.get().await.map_err(fault::no_connection)?;
            let on = client.transaction().await?;
            let value = work(&on).await?;
            on.commit().await?;
            Ok(value)
        })
        .await
    }
}

/// Refuses to open a database into which an archive is still being moved.
pub(super) async fn refuse_draft(on: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT place FROM moves WHERE side = 'to' AND ended IS NULL";
    match rows(on, sql, &[]).await?.first() {
        None => Ok(()),
        Some(row) => {
            let place: String = row.try_get(0)?;
            let what = format!("an archive is being moved here from {place} and is not whole yet");
            Err(Error::new(ErrorKind::Moving, what))
        }
    }
}

async fn look(on: &Transaction<'_>, forms: &[TableForm], archive: &str) -> Result<Found, Error> {
    if migrate::status(on).await?.applied.is_empty() {
        return Ok(Found::Nothing);
    }
    let other = || {
        Error::new(
            ErrorKind::Invalid,
            "the database holds another archive; an archive is moved into an empty database",
        )
    };
    if one::<bool>(on, "SELECT to_regclass('moves') IS NOT NULL", &[]).await? {
        let sql = "SELECT archive, begun, ended FROM moves WHERE side = 'to'";
        if let Some(row) = rows(on, sql, &[]).await?.first() {
            let (held, begun): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            let ended: Option<i64> = row.try_get(2)?;
            return match ended {
                _ if held != archive => Err(other()),
                None => Ok(Found::Draft { begun }),
                Some(_) => Ok(Found::Whole),
            };
        }
    }
    for form in forms.iter().filter(|form| form.name != "meta") {
        let sql = format!("SELECT to_regclass('{}') IS NOT NULL", form.name);
        if one::<bool>(on, &sql, &[]).await? && tables::count(on, form).await? > 0 {
            return Err(other());
        }
    }
    Ok(Found::Nothing)
}

async fn within<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(DEADLINE, work)
        .await
        .unwrap_or_else(|_| Err(fault::too_late()))
}

impl PostgresOptions {
    /// Which database it is, without user and password.
    pub fn place(&self) -> Result<String, Error> {
        let config = Address::parse(&self.url)?.config;
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        let ports = config.get_ports();
        let port = |place: usize| ports.get(place).or(ports.first()).copied().unwrap_or(5432);
        let hosts: Vec<String> = hosts
            .enumerate()
            .map(|(place, name)| format!("{name}:{}", port(place)))
            .collect();
        let name = config.get_dbname().or(config.get_user()).unwrap_or("");
        let schema = self.schema.as_deref();
        let schema = schema.map_or(String::new(), |schema| format!(", schema {schema}"));
        Ok(format!("postgres://{}/{name}{schema}", hosts.join(",")))
    }

    /// The keys that an archive of this database would be opened with.
    pub(crate) async fn load_keys(&self) -> Result<KeyRing, Error> {
        open::keys(self).await
    }
}
