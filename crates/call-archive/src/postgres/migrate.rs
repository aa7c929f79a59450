//! The schema's versions: forward only, numbered, checked, under one lock of the database.
//!
//! Replicas are replaced one by one. So a migration that only adds (expand) is done at once, and one
//! that takes away what older processes need (contract) when none of them is connected: each
//! connection says in its name which migrations its process knows. Until then it is pending, and
//! what comes after it is not. An older process that turns up afterwards is told so, by the
//! database, in its first transaction.

use std::time::Duration;

use deadpool_postgres::{Pool, Transaction};
use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use crate::moment::{instant, micros};
use crate::stored::{Migration, Step, damaged};
use crate::{Error, ErrorKind, SchemaStatus};

use super::connect::DEADLINE;
use super::query::{one, rows, run};
use super::{fault, session};

/// The advisory lock of whoever migrates: "call" in ASCII.
const LOCK: i64 = 0x6361_6c6c;
/// How often one opening tries to take something away.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);

const LOG: &str = "\
CREATE TABLE migrations (
    number   BIGINT NOT NULL PRIMARY KEY,
    name     TEXT COLLATE \"C\" NOT NULL,
    checksum TEXT COLLATE \"C\" NOT NULL,
    applied  BIGINT NOT NULL
);";

/// Before the first release the fence went up with its policies.
const FENCE_AT_ONCE: &str = "14e8afa48f3687f4a3010bdd046a85110ab33c5065de36d3d11b70f9b395fc00";

/// Each has the number of the migration of SQLite that makes the same change.
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
    Migration::expand(10, "fence", include_str!("migrations/0010_fence.sql"))
        .formerly(FENCE_AT_ONCE),
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

/// The newest migration that this version knows.
pub(super) fn newest() -> i64 {
    ALL.last().map_or(0, |last| last.number)
}

/// Waits until nobody else migrates or opens; held until the transaction ends.
pub(super) async fn take_turn(on: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock($1)";
    rows(on, sql, &[&LOCK]).await?;
    Ok(())
}

/// Reads how far a database has come; refuses what is not an archive, has lost what this version
/// needs, or was migrated by something else than what this version knows.
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
            if known.is_some_and(|known| !known.is_of(&checksum)) {
                return Err(damaged(
                    "the archive's schema is not the one of its version",
                ));
            }
            applied.push((number, row.try_get(1)?, instant(row.try_get(2)?)?));
        }
    }
    if applied.iter().any(|(number, ..)| *number == CONTRACTS) {
        refuse_newer(one(on, &format!("SELECT {SINCE}"), &[]).await?)?;
    }
    let has = |number| applied.iter().any(|(held, ..)| *held == number);
    let pending: Vec<&Migration> = ALL
        .iter()
        .filter(|migration| !has(migration.number))
        .collect();
    let older = match pending.iter().map(|migration| migration.since()).max() {
        Some(since) if since > 0 => session::older(on, since).await?,
        _ => 0,
    };
    let named = |migration: &&Migration| (migration.number, migration.name);
    Ok(SchemaStatus {
        applied,
        pending: pending.iter().map(named).collect(),
        older,
    })
}

/// The migration that lets the log say who can live with each.
const CONTRACTS: i64 = 12;

/// The migration that a process must know to work on a database.
pub(super) const SINCE: &str = "(SELECT coalesce(max(since), 0) FROM migrations)";

/// Refuses to work without what was taken away.
pub(super) fn refuse_newer(since: i64) -> Result<(), Error> {
    if since > newest() {
        return Err(Error::new(
            ErrorKind::NewerSchema,
            "the archive has lost what this version needs of it",
        ));
    }
    Ok(())
}

/// Adds what is new to a database, up to date or not; what takes something away is left.
pub(super) async fn expand(
    on: &Transaction<'_>,
    found: &SchemaStatus,
    now: Timestamp,
) -> Result<(), Error> {
    if found.applied.is_empty() {
        on.batch_execute(LOG).await?;
    }
    for migration in pending(found).filter(|migration| migration.step == Step::Expand) {
        apply(on, migration, now).await?;
    }
    Ok(())
}

/// Whether something is to be taken away.
pub(super) fn may_contract(found: &SchemaStatus) -> bool {
    pending(found).any(|migration| migration.step != Step::Expand)
}

/// Takes away what no connected process needs any more. What is in the way, an older process or a
/// long reader, makes it wait for the next opening.
pub(super) async fn contract(pool: &Pool, now: Timestamp) -> Result<(), Error> {
    let contracting = async {
        for _ in 0..TRIES {
            match contract_once(pool, now).await {
                Err(error) if error.kind() == ErrorKind::Busy => sleep(PAUSE).await,
                done => return done,
            }
        }
        Ok(())
    };
    timeout(DEADLINE, contracting)
        .await
        .unwrap_or_else(|_| Err(fault::too_late()))
}

async fn contract_once(pool: &Pool, now: Timestamp) -> Result<(), Error> {
    let mut client = pool.get().await.map_err(fault::no_connection)?;
    let on = client.transaction().await?;
    take_turn(&on).await?;
    // Who waits for a table lets everybody else wait, and must give way before the server looks for
    // a deadlock: it might end a reader.
    on.batch_execute("SET LOCAL lock_timeout = '300ms'").await?;
    let found = status(&on).await?;
    for migration in pending(&found).filter(|migration| migration.step != Step::Expand) {
        if session::older(&on, migration.since()).await? > 0 {
            break;
        }
        apply(&on, migration, now).await?;
        let sql = "UPDATE migrations SET since = $2 WHERE number = $1";
        run(&on, sql, &[&migration.number, &migration.since()]).await?;
    }
    on.commit().await?;
    Ok(())
}

fn pending(found: &SchemaStatus) -> impl Iterator<Item = &'static Migration> {
    let is_pending = |number| found.pending.iter().any(|(pending, _)| *pending == number);
    ALL.iter()
        .filter(move |migration| is_pending(migration.number))
}

async fn apply(on: &Transaction<'_>, migration: &Migration, now: Timestamp) -> Result<(), Error> {
    on.batch_execute(migration.sql).await?;
    let sql = "INSERT INTO migrations (number, name, checksum, applied) VALUES ($1, $2, $3, $4)";
    let Migration { number, name, .. } = migration;
    run(
        on,
        sql,
        &[number, name, &migration.checksum(), &micros(now)],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_says_whether_older_processes_can_live_with_it() {
        crate::stored::check_list(ALL);
    }

    #[test]
    fn a_process_is_refused_where_something_was_taken_away_that_it_does_not_know_to_do_without() {
        let kind = |since| refuse_newer(since).map_err(|error| error.kind());

        assert_eq!(kind(0), Ok(()));
        assert_eq!(kind(newest()), Ok(()));
        assert_eq!(kind(newest() + 1), Err(ErrorKind::NewerSchema));
    }
}
