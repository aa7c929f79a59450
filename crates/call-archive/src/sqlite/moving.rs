//! An archive that goes elsewhere: the mark that keeps every writer out, and what it says.
//!
//! The mark is a row of the database, asked for in the transaction of every write, so that all
//! processes stop with the same commit.

use rusqlite::{Connection, OptionalExtension, params};

use crate::moment::micros;
use crate::stored::damaged;
use crate::{Error, ErrorKind, OpenOptions, SqliteArchive};

#[cfg(feature = "postgres")]
use super::migrate::status;
use super::open::{connect, database_of, in_transaction};

/// Says that the archive goes elsewhere, or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Which archive goes: the id of its hash key.
    pub(crate) archive: String,
    /// Where to, without a password.
    pub(crate) place: String,
    pub(crate) begun: i64,
    pub(crate) ended: Option<i64>,
}

impl Mark {
    /// What a writer is told.
    pub(crate) fn refusal(&self) -> Error {
        let place = &self.place;
        match self.ended {
            None => Error::new(
                ErrorKind::Moving,
                format!("the archive is being moved to {place} and takes nothing new"),
            ),
            Some(_) => Error::new(
                ErrorKind::Moved,
                format!("the archive has moved to {place}"),
            ),
        }
    }
}

/// The mark, if there is one.
pub(crate) fn mark(connection: &Connection) -> Result<Option<Mark>, Error> {
    let sql = "SELECT archive, place, begun, ended FROM moves WHERE side = 'from'";
    let mark = connection
        .prepare_cached(sql)?
        .query_row([], |row| {
            Ok(Mark {
                archive: row.get(0)?,
                place: row.get(1)?,
                begun: row.get(2)?,
                ended: row.get(3)?,
            })
        })
        .optional()?;
    Ok(mark)
}

/// Refuses a write into an archive that goes elsewhere.
pub(super) fn refuse(connection: &Connection) -> Result<(), Error> {
    mark(connection)?.map_or(Ok(()), |mark| Err(mark.refusal()))
}

impl SqliteArchive {
    /// Where the archive of a folder goes or went, if it does. Makes nothing.
    pub async fn moving_to(options: &OpenOptions) -> Result<Option<Error>, Error> {
        let options = options.clone();
        let looking = tokio::task::spawn_blocking(move || {
            let database = database_of(options.folder());
            if !database.exists() {
                return Ok(None);
            }
            let connection = connect(&database, options.busy())?;
            let has_moves = "SELECT count(*) FROM sqlite_master WHERE name = 'moves'";
            if connection.query_row(has_moves, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(None);
            }
            Ok(mark(&connection)?.map(|mark| mark.refusal()))
        });
        looking
            .await
            .map_err(|error| crate::stored::stopped().caused_by(error))?
    }

    /// Gives up a move that has not ended: the archive is here again, and takes what comes.
    ///
    /// What was copied stays where it is and does not open; moving there again begins anew.
    pub async fn abandon_move(options: &OpenOptions) -> Result<(), Error> {
        let options = options.clone();
        let giving_up = tokio::task::spawn_blocking(move || {
            let connection = connect(&database_of(options.folder()), options.busy())?;
            in_transaction(&connection, || match mark(&connection)? {
                None => Err(Error::new(ErrorKind::Invalid, "no move has begun")),
                Some(mark) if mark.ended.is_some() => Err(mark.refusal()),
                Some(_) => {
                    connection.execute("DELETE FROM moves WHERE side = 'from'", [])?;
                    Ok(())
                }
            })
        });
        giving_up
            .await
            .map_err(|error| crate::stored::stopped().caused_by(error))?
    }
}

#[cfg(feature = "postgres")]
impl SqliteArchive {
    /// Stops every writer of the archive, in this process and in others, with one commit.
    pub(crate) async fn begin_move(
        &self,
        place: String,
        now: jiff::Timestamp,
    ) -> Result<Mark, Error> {
        self.write(move |_, connection| {
            let mark = Mark {
                archive: name_of(connection)?,
                place,
                begun: micros(now),
                ended: None,
            };
            connection.execute(
                "INSERT INTO moves (archive, side, place, begun) VALUES (?1, 'from', ?2, ?3)",
                params![mark.archive, mark.place, mark.begun],
            )?;
            Ok(mark)
        })
        .await
    }
}

/// The database of a folder, past the archive: for whoever moves it.
#[cfg(feature = "postgres")]
pub(crate) fn open_past(options: &OpenOptions) -> Result<Connection, Error> {
    let database = database_of(options.folder());
    if !database.exists() {
        let what = format!("there is no archive in {}", options.folder().display());
        return Err(Error::new(ErrorKind::Invalid, what));
    }
    let connection = connect(&database, options.busy())?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    if !status(&connection)?.pending.is_empty() {
        return Err(Error::new(
            ErrorKind::Invalid,
            "the archive's schema is not up to date: migrate it first",
        ));
    }
    Ok(connection)
}

/// Notes that the move has ended: from here on the archive is elsewhere.
#[cfg(feature = "postgres")]
pub(crate) fn end(connection: &Connection, now: jiff::Timestamp) -> Result<(), Error> {
    in_transaction(connection, || {
        let sql = "UPDATE moves SET ended = ?1 WHERE side = 'from' AND ended IS NULL";
        match connection.execute(sql, [micros(now)])? {
            1 => Ok(()),
            _ => Err(Error::new(
                ErrorKind::Invalid,
                "the move was given up meanwhile",
            )),
        }
    })
}

/// Which archive this is: the id of its hash key, which no rotation changes.
#[cfg(feature = "postgres")]
pub(crate) fn name_of(connection: &Connection) -> Result<String, Error> {
    let sql = "SELECT id FROM deks WHERE purpose = ?1 ORDER BY tenant LIMIT 1";
    connection
        .query_row(sql, [crate::stored::HASH], |row| row.get(0))
        .optional()?
        .ok_or_else(|| damaged("the archive has no hash key"))
}
