//! What older versions left readable in SQLite: sealed or keyed when an archive is opened.

use rusqlite::{Connection, params};

use crate::stored::{Context, KEYED};
use crate::{Checkpoint, Error, ErrorKind};

use super::ledger;
use super::open::in_transaction;
use super::writer::truncate_log;

/// Seals values of the ledger that stand in the clear, and keys fingerprints that were made
/// without a key. Findings are made again when they are asked for; what people said stays.
pub(super) fn seal(context: &Context, connection: &Connection) -> Result<(), Error> {
    let is_keyed = || ledger::load(context, connection, KEYED).map(|note| note.is_some());
    if is_keyed()? && clear(context, connection)?.is_empty() {
        return Ok(());
    }
    in_transaction(connection, || {
        for entry in clear(context, connection)? {
            ledger::save(context, connection, &entry)?;
        }
        if !is_keyed()? {
            key_labels(context, connection)?;
            for table in ["findings", "finding_runs"] {
                let sql = format!("DELETE FROM {table} WHERE tenant = ?1");
                connection.execute(&sql, [context.tenant()])?;
            }
            ledger::save(context, connection, &Checkpoint::keyed())?;
        }
        Ok(())
    })?;
    match truncate_log(connection) {
        Err(error) if error.kind() == ErrorKind::Busy => {
            tracing::warn!("what was readable may stand in the archive's log until it is emptied");
            Ok(())
        }
        done => done,
    }
}

fn clear(context: &Context, connection: &Connection) -> Result<Vec<Checkpoint>, Error> {
    let mut entries =
        connection.prepare("SELECT name, value FROM checkpoints WHERE tenant = ?1")?;
    let entries = entries.query_map([context.tenant()], |row| {
        Ok(Checkpoint {
            name: row.get(0)?,
            value: row.get(1)?,
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

fn key_labels(context: &Context, connection: &Connection) -> Result<(), Error> {
    let mut labels =
        connection.prepare("SELECT finding, detector FROM labels WHERE tenant = ?1")?;
    let labels: Vec<(String, String)> = labels
        .query_map([context.tenant()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let key = context.hash_key();
    for (finding, detector) in labels {
        connection.execute(
            "UPDATE labels SET finding = ?3, detector = ?4 WHERE tenant = ?1 AND finding = ?2",
            params![
                context.tenant(),
                finding,
                hex::encode(key.fingerprint(&finding)),
                key.detector(&detector)
            ],
        )?;
    }
    Ok(())
}
