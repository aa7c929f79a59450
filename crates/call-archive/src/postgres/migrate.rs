//! The schema's versions: forward only, numbered, checked, under one lock of the database.
//!
//! A process may meet a database that is one migration ahead, because replicas are replaced one by
//! one: so a migration only adds what the version before can do without (expand), and what nobody
//! reads any more is dropped one version later (contract).

use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::moment::{instant, micros};
use crate::stored::damaged;
use crate::{Error, ErrorKind, SchemaStatus};

use super::query::{one, rows, run};

/// The advisory lock of whoever migrates: "call" in ASCII.
const LOCK: i64 = 0x6361_6c6c;

const LOG: &str = "\
CREATE TABLE migrations (
    number   BIGINT NOT NULL PRIMARY KEY,
    name     TEXT COLLATE \"C\" NOT NULL,
    checksum TEXT COLLATE \"C\" NOT NULL,
    applied  BIGINT NOT NULL
);";

struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

/// Each has the number of the migration of SQLite that makes the same change.
const ALL: [Migration; 11] = [
    Migration {
        number: 1,
        name: "first",
        sql: include_str!("migrations/0001_first.sql"),
    },
    Migration {
        number: 2,
        name: "users",
        sql: include_str!("migrations/0002_users.sql"),
    },
    Migration {
        number: 3,
        name: "purge",
        sql: include_str!("migrations/0003_purge.sql"),
    },
    Migration {
        number: 4,
        name: "findings",
        sql: include_str!("migrations/0004_findings.sql"),
    },
    Migration {
        number: 5,
        name: "budget",
        sql: include_str!("migrations/0005_budget.sql"),
    },
    Migration {
        number: 6,
        name: "restore",
        sql: include_str!("migrations/0006_restore.sql"),
    },
    Migration {
        number: 7,
        name: "access",
        sql: include_str!("migrations/0007_access.sql"),
    },
    Migration {
        number: 8,
        name: "duties",
        sql: include_str!("migrations/0008_duties.sql"),
    },
    Migration {
        number: 9,
        name: "deals",
        sql: include_str!("migrations/0009_deals.sql"),
    },
    Migration {
        number: 10,
        name: "fence",
        sql: include_str!("migrations/0010_fence.sql"),
    },
    Migration {
        number: 11,
        name: "moves",
        sql: include_str!("migrations/0011_moves.sql"),
    },
];

/// Waits until nobody else migrates or opens; held until the transaction ends.
pub(super) async fn take_turn(on: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock($1)";
    rows(on, sql, &[&LOCK]).await?;
    Ok(())
}

/// Reads how far a database has come; refuses what is not an archive, was written by a version
/// more than one ahead, or was migrated by something else than what this version knows.
pub(super) async fn status(on: &Transaction<'_>) -> Result<SchemaStatus, Error> {
    let has_log: bool = one(on, "SELECT to_regclass('migrations') IS NOT NULL", &[]).await?;
    if !has_log {
        let sql = "SELECT count(*) FROM pg_class
                   WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace";
        if one::<i64>(on, sql, &[]).await? > 0 {
            return Err(Error::new(
                ErrorKind::Invalid,
                "the database holds tables and is not an archive",
            ));
        }
    }
    let mut applied = Vec::new();
    if has_log {
        let sql = "SELECT number, name, applied, checksum FROM migrations ORDER BY number";
        for row in rows(on, sql, &[]).await? {
            let number: i64 = row.try_get(0)?;
            let checksum: String = row.try_get(3)?;
            let known = ALL.iter().find(|migration| migration.number == number);
            if known.is_some_and(|known| self::checksum(known) != checksum) {
                return Err(damaged(
                    "the archive's schema is not the one of its version",
                ));
            }
            applied.push((number, row.try_get(1)?, instant(row.try_get(2)?)?));
        }
    }
    refuse_newer(applied.iter().map(|(number, ..)| *number))?;
    let has = |number| applied.iter().any(|(held, ..)| *held == number);
    let pending = ALL
        .iter()
        .filter(|migration| !has(migration.number))
        .map(|migration| (migration.number, migration.name))
        .collect();
    Ok(SchemaStatus { applied, pending })
}

/// One migration that is not known is the next version's, which may run beside this one.
fn refuse_newer(applied: impl Iterator<Item = i64>) -> Result<(), Error> {
    let newest_known = ALL.last().map_or(0, |last| last.number);
    let unknown = applied.filter(|number| *number > newest_known).count();
    if unknown > 1 {
        return Err(Error::new(
            ErrorKind::NewerSchema,
            "the archive was written by a version more than one ahead",
        ));
    }
    Ok(())
}

/// Brings a database to the newest version.
pub(super) async fn migrate(
    on: &Transaction<'_>,
    found: &SchemaStatus,
    now: Timestamp,
) -> Result<(), Error> {
    if found.applied.is_empty() {
        on.batch_execute(LOG).await?;
    }
    for migration in &ALL {
        if !found
            .pending
            .iter()
            .any(|(number, _)| *number == migration.number)
        {
            continue;
        }
        on.batch_execute(migration.sql).await?;
        let sql =
            "INSERT INTO migrations (number, name, checksum, applied) VALUES ($1, $2, $3, $4)";
        let checksum = checksum(migration);
        let applied = micros(now);
        run(
            on,
            sql,
            &[&migration.number, &migration.name, &checksum, &applied],
        )
        .await?;
    }
    Ok(())
}

fn checksum(migration: &Migration) -> String {
    blake3::hash(migration.sql.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_one_migration_ahead_is_taken_and_no_more() {
        let known = ALL.last().expect("there are migrations").number;
        let kind = |newest| refuse_newer(1..=newest).map_err(|error| error.kind());

        assert_eq!(kind(known), Ok(()));
        assert_eq!(kind(known + 1), Ok(()));
        assert_eq!(kind(known + 2), Err(ErrorKind::NewerSchema));
    }

    #[test]
    fn the_migrations_are_numbered_one_after_the_other() {
        for (place, migration) in (1..).zip(&ALL) {
            assert_eq!(migration.number, place, "{}", migration.name);
        }
    }
}
