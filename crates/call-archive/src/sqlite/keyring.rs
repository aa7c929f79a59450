//! The wrapped keys in SQLite.

use conversation::Tenant;
use rusqlite::{Connection, params};

use crate::stored::{DekRow, KeyRing, Keys, WrappedKey, check_value};
use crate::{Error, Kek};

/// Says whether these are keys of a database that has a check value.
pub(crate) fn check(connection: &Connection, ring: &KeyRing) -> Result<(), Error> {
    let mut statement = connection.prepare("SELECT id, check_value FROM keks")?;
    let held = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    ring.check(&held.collect::<Result<Vec<_>, _>>()?)
}

/// Leaves the check value of a key-encryption key.
pub(super) fn leave_check(connection: &Connection, kek: &Kek, now: i64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO keks (id, check_value, created) VALUES (?1, ?2, ?3)",
        params![kek.id(), check_value(kek)?, now],
    )?;
    Ok(())
}

/// Makes what a tenant lacks. A hash key that outlived its database is taken over.
pub(super) fn complete(
    connection: &Connection,
    tenant: &Tenant,
    ring: &KeyRing,
    outlived: Option<&WrappedKey>,
    now: i64,
) -> Result<(), Error> {
    for row in Keys::missing(&rows(connection, tenant)?, tenant, ring, outlived)? {
        insert(connection, tenant, &row, now)?;
    }
    Ok(())
}

pub(super) fn insert(
    connection: &Connection,
    tenant: &Tenant,
    row: &DekRow,
    now: i64,
) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO deks (tenant, purpose, version, id, kek, wrapped, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            tenant.as_str(),
            row.purpose,
            row.version,
            row.key.id,
            row.key.kek,
            row.key.wrapped,
            now
        ],
    )?;
    Ok(())
}

/// Opens the keys of a tenant.
pub(super) fn open(
    connection: &Connection,
    tenant: &Tenant,
    ring: &KeyRing,
) -> Result<Keys, Error> {
    Keys::open(rows(connection, tenant)?, tenant, ring)
}

pub(super) fn rows(connection: &Connection, tenant: &Tenant) -> Result<Vec<DekRow>, Error> {
    let mut statement = connection.prepare(
        "SELECT purpose, version, id, kek, wrapped FROM deks
         WHERE tenant = ?1 ORDER BY purpose, version",
    )?;
    let rows = statement.query_map([tenant.as_str()], |row| {
        Ok(DekRow {
            purpose: row.get(0)?,
            version: row.get(1)?,
            key: WrappedKey {
                id: row.get(2)?,
                kek: row.get(3)?,
                wrapped: row.get(4)?,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
