//! The schema's versions: forward only, numbered, checked, each in a transaction.

use rusqlite::{Connection, OptionalExtension, params};

use crate::moment::instant;
use crate::stored::{Migration, damaged};
use crate::{Error, ErrorKind, SchemaStatus};

/// Says in the database file whose it is: "call" in ASCII.
const APPLICATION: i64 = 0x6361_6c6c;

const LOG: &str = "\
CREATE TABLE migrations (
    number   INTEGER NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied  INTEGER NOT NULL
) STRICT;";

/// Each has the number of the migration of PostgreSQL that makes the same change.
const ALL: &[Migration] = &[
    Migration::expand(1, "first", include_str!("migrations/0001_first.sql")),
    Migration::expand(2, "users", include_str!("migrations/0002_users.sql")),
    Migration::expand(3, "purge", include_str!("migrations/0003_purge.sql")),
    Migration::expand(4, "findings", include_str!("migrations/0004_findings.sql")),
    Migration::expand(5, "budget", include_str!("migrations/0005_budget.sql")),
    Migration::expand(6, "restore", include_str!("migrations/0006_restore.sql")),
    Migration::expand(7, "access", include_str!("migrations/0007_access.sql")),
    Migration::expand(8, "duties", include_str!("migrations/0008_duties.sql")),
    Migration::expand(9, "deals", include_str!("migrations/0009_deals.sql")),
    Migration::expand(10, "fence", include_str!("migrations/0010_fence.sql")),
    Migration::expand(11, "moves", include_str!("migrations/0011_moves.sql")),
    Migration::expand(
        12,
        "contracts",
        include_str!("migrations/0012_contracts.sql"),
    ),
    Migration::contract(
        13,
        "fence_up",
        10,
        include_str!("migrations/0013_fence_up.sql"),
    ),
    Migration::expand(14, "inbox", include_str!("migrations/0014_inbox.sql")),
    Migration::expand(15, "answers", include_str!("migrations/0015_answers.sql")),
    Migration::expand(16, "numbers", include_str!("migrations/0016_numbers.sql")),
    Migration::expand(
        17,
        "crm_outbox",
        include_str!("migrations/0017_crm_outbox.sql"),
    ),
    Migration::expand(
        18,
        "customers",
        include_str!("migrations/0018_customers.sql"),
    ),
    Migration::expand(19, "views", include_str!("migrations/0019_views.sql")),
];

/// How far a database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// It holds nothing yet.
    Empty,
    /// It has these migrations, and the check value that came with the first.
    At(i64),
}

/// Reads how far a database has come; refuses what is not an archive, was written by a newer
/// version, or was migrated by something else than what this version knows.
pub(super) fn version(connection: &Connection) -> Result<Version, Error> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(Version::Empty);
    }
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION {
        return Err(Error::new(
            ErrorKind::Invalid,
            "the database in the archive's folder is not an archive",
        ));
    }
    let newest: i64 = connection
        .query_row("SELECT max(number) FROM migrations", [], |row| row.get(0))
        .optional()?
        .ok_or_else(|| damaged("the archive has no version"))?;
    if newest > ALL.last().map_or(0, |last| last.number) {
        return Err(Error::new(
            ErrorKind::NewerSchema,
            "the archive was written by a newer version",
        ));
    }
    for migration in ALL.iter().filter(|migration| migration.number <= newest) {
        let applied: Option<String> = connection
            .query_row(
                "SELECT checksum FROM migrations WHERE number = ?1",
                [migration.number],
                |row| row.get(0),
            )
            .optional()?;
        if !applied.is_some_and(|applied| migration.is_of(&applied)) {
            return Err(damaged(
                "the archive's schema is not the one of its version",
            ));
        }
    }
    Ok(Version::At(newest))
}

/// Tells how far a database has come, without changing it.
pub(super) fn status(connection: &Connection) -> Result<SchemaStatus, Error> {
    let mut applied = Vec::new();
    let done = match version(connection)? {
        Version::Empty => 0,
        Version::At(number) => {
            let mut log = connection
                .prepare("SELECT number, name, applied FROM migrations ORDER BY number")?;
            let mut rows = log.query([])?;
            while let Some(row) = rows.next()? {
                applied.push((row.get(0)?, row.get(1)?, instant(row.get(2)?)?));
            }
            number
        }
    };
    Ok(SchemaStatus {
        applied,
        pending: pending(done),
        older: 0,
    })
}

/// What a database that has come so far lacks.
pub(super) fn pending(done: i64) -> Vec<(i64, &'static str)> {
    ALL.iter()
        .filter(|migration| migration.number > done)
        .map(|migration| (migration.number, migration.name))
        .collect()
}

/// Brings a database to the newest version, inside the caller's transaction.
pub(super) fn migrate(connection: &Connection, from: Version, now: i64) -> Result<(), Error> {
    let done = match from {
        Version::Empty => {
            connection.pragma_update(None, "application_id", APPLICATION)?;
            connection.execute_batch(LOG)?;
            0
        }
        Version::At(number) => number,
    };
    for migration in ALL.iter().filter(|migration| migration.number > done) {
        connection.execute_batch(migration.sql)?;
        connection.execute(
            "INSERT INTO migrations (number, name, checksum, applied) VALUES (?1, ?2, ?3, ?4)",
            params![migration.number, migration.name, migration.checksum(), now],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_says_whether_older_processes_can_live_with_it() {
        crate::stored::check_list(ALL);
    }
}
