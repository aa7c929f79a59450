//! What every request needs: the tenant, its keys, and the counter.

use conversation::{CallId, Revision, Tenant};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, HashKey};

use super::fault::damaged;
use super::keys::Keys;
use super::seal::{Key, Place};

pub(super) struct Context {
    pub(super) tenant: Tenant,
    pub(super) keys: Keys,
}

impl Context {
    pub(super) fn tenant(&self) -> &str {
        self.tenant.as_str()
    }

    pub(super) fn hash_key(&self) -> &HashKey {
        self.keys.hash()
    }

    /// The name under which a tombstone keeps a call.
    pub(super) fn tombstone(&self, call: &CallId) -> String {
        self.hash_key().call(&self.tenant, call)
    }

    pub(super) fn place<'a>(
        &'a self,
        table: &'static str,
        row: &'a str,
        column: &'static str,
    ) -> Place<'a> {
        Place {
            tenant: &self.tenant,
            table,
            row,
            column,
        }
    }

    /// The key of a call, if it has one.
    pub(super) fn call_key(
        &self,
        connection: &Connection,
        call: &str,
    ) -> Result<Option<Key>, Error> {
        let row: Option<(i64, Vec<u8>)> = connection
            .prepare_cached("SELECT dek, wrapped FROM call_keys WHERE tenant = ?1 AND call = ?2")?
            .query_row([self.tenant(), call], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((dek, wrapped)) = row else {
            return Ok(None);
        };
        let place = self.place("call_keys", call, "wrapped");
        self.keys.dek(dek)?.unwrap(place, &wrapped).map(Some)
    }

    /// The key of a call, made if it has none.
    pub(super) fn call_key_or_new(
        &self,
        connection: &Connection,
        call: &str,
    ) -> Result<Key, Error> {
        if let Some(key) = self.call_key(connection, call)? {
            return Ok(key);
        }
        let key = Key::random()?;
        let (version, dek) = self.keys.newest_dek()?;
        let wrapped = dek.wrap(self.place("call_keys", call, "wrapped"), &key)?;
        connection
            .prepare_cached(
                "INSERT INTO call_keys (tenant, call, dek, wrapped) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![self.tenant(), call, version, wrapped])?;
        Ok(key)
    }
}

/// The next number of the one counter.
pub(super) fn draw(connection: &Connection) -> Result<Revision, Error> {
    let number: i64 = connection
        .prepare_cached("UPDATE meta SET value = value + 1 WHERE name = 'counter' RETURNING value")?
        .query_row([], |row| row.get(0))?;
    revision(number)
}

/// A stored revision.
pub(super) fn revision(number: i64) -> Result<Revision, Error> {
    u64::try_from(number)
        .map(Revision::new)
        .map_err(|_| damaged("a stored revision is negative"))
}

/// A revision as it is stored. The counter is an SQLite integer, so every drawn one fits.
pub(super) fn number(revision: Revision) -> i64 {
    i64::try_from(revision.get()).unwrap_or(i64::MAX)
}
