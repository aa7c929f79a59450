//! The care of keys in SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use conversation::Tenant;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::moment::{instant, micros};
use crate::stored::{
    Context, DATA, DekRow, Keys, WRAPPED, WrappedKey, WrappedRow, WrappedTable, damaged, stopped,
};
use crate::{
    DekStatus, Error, ErrorKind, Kek, KekStatus, KeyCare, KeyStatus, Rewrapped, SqliteArchive,
    VerifiedKeys,
};

use super::keyring;
use super::open::take_turn;

#[async_trait]
impl KeyCare for SqliteArchive {
    async fn key_status(&self) -> Result<KeyStatus, Error> {
        self.read_with(status).await
    }

    async fn rotate_kek(&self, now: Timestamp) -> Result<String, Error> {
        // Nobody opens the archive between a key that is new in its store and in the database.
        let folder = self.opening().folder().to_owned();
        let turn = tokio::task::spawn_blocking(move || take_turn(&folder));
        let _turn = turn.await.map_err(|error| stopped().caused_by(error))??;
        let now = micros(now);
        let (id, hash_keys) = self
            .write(move |context, connection| rotate_kek(context, connection, now))
            .await?;
        self.tell_erase_log(hash_keys).await?;
        Ok(id)
    }

    async fn rotate_dek(&self, limit: u32, now: Timestamp) -> Result<Rewrapped, Error> {
        let now = micros(now);
        self.write(move |context, connection| rotate_dek(context, connection, limit, now))
            .await
    }

    async fn verify_keys(&self) -> Result<VerifiedKeys, Error> {
        self.read_with(verify).await
    }

    async fn forget_kek(&self, id: &str) -> Result<(), Error> {
        let id = id.to_owned();
        let ring = self.parts.context.keys.ring().reload()?;
        let newest = ring.newest()?.id() == id;
        let is_given = ring.keks().iter().any(|kek| kek.id() == id);
        let forgotten = id.clone();
        let (was_known, hash_keys) = self
            .write(move |_, connection| {
                let wraps = count(connection, "SELECT count(*) FROM deks WHERE kek = ?1", &id)?;
                if wraps > 0 || newest {
                    let what = format!("the key {id} is in use; run `keys rotate-kek` first");
                    return Err(Error::new(ErrorKind::Invalid, what));
                }
                let known = connection.execute("DELETE FROM keks WHERE id = ?1", [&id])?;
                Ok((known > 0, hash_keys(connection)?))
            })
            .await?;
        if !was_known && !is_given {
            let what = format!("no key {forgotten} is known");
            return Err(Error::new(ErrorKind::Invalid, what));
        }
        // A line of the erase log that this key wraps could not be read after a loss.
        self.tell_erase_log(hash_keys).await?;
        if is_given {
            let removed = tokio::task::spawn_blocking(move || ring.store().remove(&forgotten));
            removed
                .await
                .map_err(|error| stopped().caused_by(error))??;
        }
        Ok(())
    }
}

impl SqliteArchive {
    /// Brings the wrapped hash keys beside the database up to date.
    async fn tell_erase_log(&self, keys: Vec<(Tenant, WrappedKey)>) -> Result<(), Error> {
        let log = Arc::clone(&self.parts.log);
        let told = tokio::task::spawn_blocking(move || {
            for (tenant, key) in keys {
                if log.read(&tenant)?.hash_key.is_some_and(|held| held != key) {
                    log.append_key(&tenant, &key)?;
                }
            }
            Ok(())
        });
        told.await.map_err(|error| stopped().caused_by(error))?
    }
}

fn status(context: &Context, connection: &Connection) -> Result<KeyStatus, Error> {
    let ring = context.keys.ring().reload()?;
    let mut keks: Vec<KekStatus> = ring.keks().iter().map(given).collect();
    let mut statement = connection.prepare(
        "SELECT id, created, (SELECT count(*) FROM deks WHERE kek = keks.id) FROM keks
         ORDER BY created DESC, id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, since, wraps): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let held = keks.iter().position(|kek| kek.id == id);
        let at = held.unwrap_or(keks.len());
        if held.is_none() {
            keks.push(KekStatus {
                id,
                known_since: None,
                is_given: false,
                wraps: 0,
            });
        }
        keks[at].known_since = Some(instant(since)?);
        keks[at].wraps = unsigned(wraps)?;
    }

    let mut deks = Vec::new();
    let mut statement = connection.prepare(
        "SELECT id, version, kek, created FROM deks WHERE tenant = ?1 AND purpose = ?2
         ORDER BY version",
    )?;
    let mut rows = statement.query([context.tenant(), DATA])?;
    while let Some(row) = rows.next()? {
        let (version, created): (i64, i64) = (row.get(1)?, row.get(3)?);
        deks.push(DekStatus {
            id: row.get(0)?,
            version: unsigned(version)?,
            kek: row.get(2)?,
            created: instant(created)?,
            wraps: wrapped_by(context, connection, "dek = ?2", version)?,
        });
    }
    Ok(KeyStatus {
        place: ring.store().place(),
        keks,
        deks,
        hash_key: context.hash_key().id.clone(),
    })
}

fn given(kek: &Kek) -> KekStatus {
    KekStatus {
        id: kek.id().to_owned(),
        known_since: None,
        is_given: true,
        wraps: 0,
    }
}

/// Wraps the keys of every tenant by a new key; gives its id and the hash keys as they are now.
fn rotate_kek(
    context: &Context,
    connection: &Connection,
    now: i64,
) -> Result<(String, Vec<(Tenant, WrappedKey)>), Error> {
    let mut ring = context.keys.ring().reload()?;
    keyring::check(connection, &ring)?;
    // A key that the archive does not know yet is what an earlier rotation left, or what a user
    // put there; only without one a new one is made.
    let is_known = "SELECT count(*) FROM keks WHERE id = ?1";
    if count(connection, is_known, ring.newest()?.id())? > 0 {
        let made = Kek::random()?;
        ring.store().add(&made)?;
        ring = ring.reload()?;
        if ring.newest()?.id() != made.id() {
            let what = format!("{} did not keep the new key", ring.store().place());
            return Err(Error::new(ErrorKind::Storage, what));
        }
    }
    let newest = ring.newest()?;
    keyring::leave_check(connection, newest, now)?;
    for tenant in tenants(connection)? {
        for row in keyring::rows(connection, &tenant)? {
            let DekRow {
                purpose,
                version,
                key,
            } = row.rewrapped(&tenant, &ring, newest)?;
            connection.execute(
                "UPDATE deks SET kek = ?4, wrapped = ?5
                 WHERE tenant = ?1 AND purpose = ?2 AND version = ?3",
                params![tenant.as_str(), purpose, version, key.kek, key.wrapped],
            )?;
        }
    }
    Ok((newest.id().to_owned(), hash_keys(connection)?))
}

fn tenants(connection: &Connection) -> Result<Vec<Tenant>, Error> {
    let mut statement = connection.prepare("SELECT DISTINCT tenant FROM deks")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut tenants = Vec::new();
    for name in names {
        let bad = |error| damaged("a stored tenant is none").caused_by(error);
        tenants.push(Tenant::new(name?).map_err(bad)?);
    }
    Ok(tenants)
}

fn hash_keys(connection: &Connection) -> Result<Vec<(Tenant, WrappedKey)>, Error> {
    let mut keys = Vec::new();
    for tenant in tenants(connection)? {
        let rows = keyring::rows(connection, &tenant)?;
        let hash = rows.into_iter().filter(|row| row.purpose != DATA);
        keys.extend(hash.map(|row| (tenant.clone(), row.key)));
    }
    Ok(keys)
}

fn rotate_dek(
    context: &Context,
    connection: &Connection,
    limit: u32,
    now: i64,
) -> Result<Rewrapped, Error> {
    let mut rows = keyring::rows(connection, &context.tenant)?;
    context.keys.learn(&rows)?;
    let (version, _) = context.keys.newest_dek()?;
    if wrapped_by(context, connection, "dek <> ?2", version)? == 0 {
        let ring = context.keys.ring().reload()?;
        // The key that wraps the newest one is the one in use, whatever else was given meanwhile.
        let newest = rows
            .iter()
            .find(|row| row.purpose == DATA && row.version == version);
        let in_use = newest.map(|row| row.key.kek.clone()).unwrap_or_default();
        let kek = ring.keks().iter().find(|kek| kek.id() == in_use);
        let kek = kek.ok_or_else(|| damaged("the key in use is not there"))?;
        let row = DekRow::random(DATA, version + 1, &context.tenant, kek)?;
        keyring::insert(connection, &context.tenant, &row, now)?;
        rows.push(row);
    }
    // Opened for this step only: what is not committed must not be used by others.
    let ring = context.keys.ring().reload()?;
    let step = Context {
        tenant: context.tenant.clone(),
        keys: Keys::open(rows.clone(), &context.tenant, &ring)?,
        bell: context.bell.clone(),
    };
    let (newest, _) = step.keys.newest_dek()?;
    let mut done = 0;
    for table in WRAPPED {
        let left = i64::from(limit) - done;
        for row in older(&step, connection, table, newest, left)? {
            let new = table.rewrapped(&step, &row)?;
            let sql = format!(
                "UPDATE {} SET dek = ?3, wrapped = ?4 WHERE tenant = ?1 AND {} = ?2",
                table.name,
                table.name_in_sql()
            );
            let values = params![step.tenant(), new.name, new.dek, new.wrapped];
            connection.prepare_cached(&sql)?.execute(values)?;
            done += 1;
        }
    }
    let newest_row = rows
        .iter()
        .find(|row| row.purpose == DATA && row.version == newest);
    Ok(Rewrapped {
        dek: newest_row.map(|row| row.key.id.clone()).unwrap_or_default(),
        done: unsigned(done)?,
        left: wrapped_by(&step, connection, "dek <> ?2", newest)?,
    })
}

/// Rows whose key another data key than the newest wraps.
fn older(
    context: &Context,
    connection: &Connection,
    table: WrappedTable,
    newest: i64,
    limit: i64,
) -> Result<Vec<WrappedRow>, Error> {
    let sql = format!(
        "SELECT {}, dek, wrapped FROM {} WHERE tenant = ?1 AND dek <> ?2 LIMIT ?3",
        table.name_in_sql(),
        table.name
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![context.tenant(), newest, limit.max(0)], wrapped_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn wrapped_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<WrappedRow> {
    Ok(WrappedRow {
        name: row.get(0)?,
        dek: row.get(1)?,
        wrapped: row.get(2)?,
    })
}

fn verify(context: &Context, connection: &Connection) -> Result<VerifiedKeys, Error> {
    let mut found = VerifiedKeys::default();
    let ring = context.keys.ring().reload()?;
    for row in keyring::rows(connection, &context.tenant)? {
        row.open(&context.tenant, &ring)?;
        found.opened += 1;
    }
    for table in WRAPPED {
        let name = table.name_in_sql();
        let sql = format!(
            "SELECT {name}, dek, wrapped FROM {} WHERE tenant = ?1",
            table.name
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([context.tenant()])?;
        while let Some(row) = rows.next()? {
            let row = wrapped_row(row)?;
            if table.opens(context, &row) {
                found.opened += 1;
            } else {
                found.damaged.push(format!("{}/{}", table.name, row.name));
            }
        }
    }
    Ok(found)
}

/// How many keys of rows are wrapped by data keys of which something is true.
fn wrapped_by(
    context: &Context,
    connection: &Connection,
    what: &str,
    version: i64,
) -> Result<u64, Error> {
    let mut wraps = 0;
    for table in WRAPPED {
        let sql = format!(
            "SELECT count(*) FROM {} WHERE tenant = ?1 AND {what}",
            table.name
        );
        let rows: i64 = connection
            .prepare_cached(&sql)?
            .query_row(params![context.tenant(), version], |row| row.get(0))?;
        wraps += unsigned(rows)?;
    }
    Ok(wraps)
}

fn count(connection: &Connection, sql: &str, with: &str) -> Result<i64, Error> {
    Ok(connection.query_row(sql, [with], |row| row.get(0))?)
}

fn unsigned(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| damaged("a stored number is negative"))
}
