//! The wrapped keys in PostgreSQL.

use conversation::Tenant;
use deadpool_postgres::Transaction;

use crate::Error;
use crate::stored::{DekRow, KeyRing, Keys, WrappedKey, check_value};

use super::query::{Values, rows, run};

/// Checks the keys against a database that has a check value; one that has none gets the newest's.
pub(super) async fn check_or_leave(
    on: &Transaction<'_>,
    ring: &KeyRing,
    now: i64,
) -> Result<(), Error> {
    let mut held = Vec::new();
    for row in rows(on, "SELECT id, check_value FROM keks", &[]).await? {
        held.push((row.try_get(0)?, row.try_get(1)?));
    }
    if !held.is_empty() {
        return ring.check(&held);
    }
    let kek = ring.newest()?;
    let sql = "INSERT INTO keks (id, check_value, created) VALUES ($1, $2, $3)";
    run(on, sql, &[&kek.id(), &check_value(kek)?, &now]).await?;
    Ok(())
}

/// Opens the keys of a tenant, making what it lacks. A hash key that outlived its database is
/// taken over.
pub(super) async fn complete(
    on: &Transaction<'_>,
    tenant: &Tenant,
    ring: &KeyRing,
    outlived: Option<&WrappedKey>,
    now: i64,
) -> Result<Keys, Error> {
    let mut held = held(on, tenant).await?;
    for row in Keys::missing(&held, tenant, ring, outlived)? {
        insert(on, tenant, &row, now).await?;
        held.push(row);
    }
    Keys::open(held, tenant, ring)
}

pub(super) async fn insert(
    on: &Transaction<'_>,
    tenant: &Tenant,
    row: &DekRow,
    now: i64,
) -> Result<(), Error> {
    let sql = "INSERT INTO deks (tenant, purpose, version, id, kek, wrapped, created)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let DekRow {
        purpose,
        version,
        key,
    } = row;
    let values: Values<'_> = &[
        &tenant.as_str(),
        purpose,
        version,
        &key.id,
        &key.kek,
        &key.wrapped,
        &now,
    ];
    run(on, sql, values).await?;
    Ok(())
}

pub(super) async fn held(on: &Transaction<'_>, tenant: &Tenant) -> Result<Vec<DekRow>, Error> {
    let sql = "SELECT purpose, version, id, kek, wrapped FROM deks
               WHERE tenant = $1 ORDER BY purpose, version";
    let mut held = Vec::new();
    for row in rows(on, sql, &[&tenant.as_str()]).await? {
        held.push(DekRow {
            purpose: row.try_get(0)?,
            version: row.try_get(1)?,
            key: WrappedKey {
                id: row.try_get(2)?,
                kek: row.try_get(3)?,
                wrapped: row.try_get(4)?,
            },
        });
    }
    Ok(held)
}
