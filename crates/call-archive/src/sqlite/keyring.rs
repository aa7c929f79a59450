//! The wrapped keys in SQLite.

use conversation::Tenant;
use rusqlite::{Connection, OptionalExtension, params};

use crate::Error;
use crate::stored::{DekRow, KeyFile, Keys, WrappedKey};

/// Says whether this is the key of a database that has a check value.
pub(super) fn check(connection: &Connection, kek: &KeyFile) -> Result<(), Error> {
    let sealed: Option<Vec<u8>> = connection
        .query_row(
            "SELECT check_value FROM keks WHERE id = ?1",
            [kek.id()],
            |row| row.get(0),
        )
        .optional()?;
    kek.check(sealed.as_deref())
}

/// Gives a new database its check value.
pub(super) fn leave_check(connection: &Connection, kek: &KeyFile, now: i64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO keks (id, check_value, created) VALUES (?1, ?2, ?3)",
        params![kek.id(), kek.check_value()?, now],
    )?;
    Ok(())
}

/// Makes what a tenant lacks. A hash key that outlived its database is taken over.
pub(super) fn complete(
    connection: &Connection,
    tenant: &Tenant,
    kek: &KeyFile,
    outlived: Option<&WrappedKey>,
    now: i64,
) -> Result<(), Error> {
    for row in Keys::missing(&rows(connection, tenant)?, tenant, kek, outlived)? {
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
    }
    Ok(())
}

/// Opens the keys of a tenant.
pub(super) fn open(connection: &Connection, tenant: &Tenant, kek: &KeyFile) -> Result<Keys, Error> {
    Keys::open(rows(connection, tenant)?, tenant, kek)
}

fn rows(connection: &Connection, tenant: &Tenant) -> Result<Vec<DekRow>, Error> {
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
