//! What older versions left readable in PostgreSQL: sealed or keyed when an archive is opened.
//!
//! The rows that stood in the clear are dead then; what is on the disk goes with the next vacuum.

use deadpool_postgres::Transaction;

use crate::stored::{Context, KEYED};
use crate::{Checkpoint, Error};

use super::ledger;
use super::query::{Values, rows, run, take_turn};

/// Seals values of the ledger that stand in the clear, and keys fingerprints that were made
/// without a key. Findings are made again when they are asked for; what people said stays.
pub(super) async fn seal(context: &Context, on: &Transaction<'_>) -> Result<(), Error> {
    let tenant = context.tenant();
    let is_keyed = ledger::load(context, on, KEYED).await?.is_some();
    let any = "SELECT 1 FROM checkpoints WHERE tenant = $1 LIMIT 1";
    if is_keyed && rows(on, any, &[&tenant]).await?.is_empty() {
        return Ok(());
    }
    take_turn(on).await?;
    let sql = "SELECT name, value FROM checkpoints WHERE tenant = $1";
    for row in rows(on, sql, &[&tenant]).await? {
        let entry = Checkpoint {
            name: row.try_get(0)?,
            value: row.try_get(1)?,
        };
        ledger::save(context, on, &entry).await?;
    }
    if !is_keyed {
        key_labels(context, on).await?;
        run(on, "DELETE FROM findings WHERE tenant = $1", &[&tenant]).await?;
        run(on, "DELETE FROM finding_runs WHERE tenant = $1", &[&tenant]).await?;
        ledger::save(context, on, &Checkpoint::keyed()).await?;
    }
    Ok(())
}

async fn key_labels(context: &Context, on: &Transaction<'_>) -> Result<(), Error> {
    let tenant = context.tenant();
    let key = context.hash_key();
    let sql = "SELECT finding, detector FROM labels WHERE tenant = $1";
    for row in rows(on, sql, &[&tenant]).await? {
        let (finding, detector): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let keyed = hex::encode(key.fingerprint(&finding));
        let detector = key.detector(&detector);
        let values: Values<'_> = &[&tenant, &finding, &keyed, &detector];
        let sql =
            "UPDATE labels SET finding = $3, detector = $4 WHERE tenant = $1 AND finding = $2";
        run(on, sql, values).await?;
    }
    Ok(())
}
