//! The care of keys in PostgreSQL.
//!
//! A new master key is added to the store of this process; every other process is given it before
//! it is started again. A data key that another process made is taken in with the next transaction.

use async_trait::async_trait;
use conversation::Tenant;
use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::moment::{instant, micros};
use crate::stored::{
    Context, DATA, DekRow, KeyRing, Keys, WRAPPED, WrappedKey, WrappedRow, WrappedTable,
    check_value, damaged, stopped,
};
use crate::{
    DekStatus, Error, ErrorKind, Kek, KekStatus, KeyCare, KeyStatus, PostgresArchive, Rewrapped,
    VerifiedKeys,
};

use super::keyring::{held, insert};
use super::query::{Values, one, rows, run};

#[async_trait]
impl KeyCare for PostgresArchive {
    async fn key_status(&self) -> Result<KeyStatus, Error> {
        self.read_with(|context, on| Box::pin(status(context, on)))
            .await
    }

    async fn rotate_kek(&self, now: Timestamp) -> Result<String, Error> {
        let ring = self.parts.context.keys.ring().reload()?;
        let newest = ring.newest()?.id().to_owned();
        let is_known = self
            .read_with(move |_, on| {
                let newest = newest.clone();
                Box::pin(async move {
                    let sql = "SELECT count(*) FROM keks WHERE id = $1";
                    one::<i64>(on, sql, &[&newest]).await
                })
            })
            .await?;
        // A key that the archive does not know yet is what an earlier rotation left, or what a user
        // put there; only without one a new one is made.
        let ring = if is_known > 0 {
            added(ring).await?
        } else {
            ring
        };
        let now = micros(now);
        let hash_keys = self
            .write(|_, on| {
                let ring = ring.clone();
                Box::pin(async move { rotate_kek(on, &ring, now).await })
            })
            .await?;
        self.tell_erase_log(hash_keys).await?;
        Ok(ring.newest()?.id().to_owned())
    }

    async fn rotate_dek(&self, limit: u32, now: Timestamp) -> Result<Rewrapped, Error> {
        let now = micros(now);
        self.write(move |context, on| Box::pin(rotate_dek(context, on, limit, now)))
            .await
    }

    async fn verify_keys(&self) -> Result<VerifiedKeys, Error> {
        self.read_with(|context, on| Box::pin(verify(context, on)))
            .await
    }

    async fn forget_kek(&self, id: &str) -> Result<(), Error> {
        let ring = self.parts.context.keys.ring().reload()?;
        let newest = ring.newest()?.id() == id;
        let is_given = ring.keks().iter().any(|kek| kek.id() == id);
        let forgotten = id.to_owned();
        let (was_known, hash_keys) = self
            .write(move |_, on| {
                let id = forgotten.clone();
                Box::pin(async move {
                    let sql = "SELECT count(*) FROM deks WHERE kek = $1";
                    if newest || one::<i64>(on, sql, &[&id]).await? > 0 {
                        let what = format!("the key {id} is in use; run `keys rotate-kek` first");
                        return Err(Error::new(ErrorKind::Invalid, what));
                    }
                    let known = run(on, "DELETE FROM keks WHERE id = $1", &[&id]).await?;
                    Ok((known > 0, hash_keys(on).await?))
                })
            })
            .await?;
        if !was_known && !is_given {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("no key {id} is known"),
            ));
        }
        // A line of the erase log that this key wraps could not be read after a loss.
        self.tell_erase_log(hash_keys).await?;
        if is_given {
            let id = id.to_owned();
            let removed = tokio::task::spawn_blocking(move || ring.store().remove(&id));
            removed
                .await
                .map_err(|error| stopped().caused_by(error))??;
        }
        Ok(())
    }
}

impl PostgresArchive {
    /// Brings the wrapped hash keys beside the database up to date.
    async fn tell_erase_log(&self, keys: Vec<(Tenant, WrappedKey)>) -> Result<(), Error> {
        let Some(log) = self.parts.erase_log.clone() else {
            return Ok(());
        };
        self.aside(move |_| {
            for (tenant, key) in keys {
                if log.read(&tenant)?.hash_key.is_some_and(|held| held != key) {
                    log.append_key(&tenant, &key)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// The keys with a new one, which is durable in its store.
async fn added(ring: KeyRing) -> Result<KeyRing, Error> {
    let adding = tokio::task::spawn_blocking(move || {
        let made = Kek::random()?;
        ring.store().add(&made)?;
        let ring = ring.reload()?;
        if ring.newest()?.id() == made.id() {
            return Ok(ring);
        }
        let what = format!("{} did not keep the new key", ring.store().place());
        Err(Error::new(ErrorKind::Storage, what))
    });
    adding.await.map_err(|error| stopped().caused_by(error))?
}

async fn status(context: &Context, on: &Transaction<'_>) -> Result<KeyStatus, Error> {
    let ring = context.keys.ring().reload()?;
    let mut keks: Vec<KekStatus> = ring
        .keks()
        .iter()
        .map(|kek| unknown(kek.id(), true))
        .collect();
    let sql = "SELECT id, created, (SELECT count(*) FROM deks WHERE kek = keks.id) FROM keks
               ORDER BY created DESC, id";
    for row in rows(on, sql, &[]).await? {
        let id: String = row.try_get(0)?;
        let held = keks.iter().position(|kek| kek.id == id);
        let at = held.unwrap_or(keks.len());
        if held.is_none() {
            keks.push(unknown(&id, false));
        }
        keks[at].known_since = Some(instant(row.try_get(1)?)?);
        keks[at].wraps = unsigned(row.try_get(2)?)?;
    }
    let mut deks = Vec::new();
    let sql = "SELECT id, version, kek, created FROM deks WHERE tenant = $1 AND purpose = $2
               ORDER BY version";
    for row in rows(on, sql, &[&context.tenant(), &DATA]).await? {
        let version: i64 = row.try_get(1)?;
        deks.push(DekStatus {
            id: row.try_get(0)?,
            version: unsigned(version)?,
            kek: row.try_get(2)?,
            created: instant(row.try_get(3)?)?,
            wraps: wrapped_by(context, on, "dek = $2", version).await?,
        });
    }
    Ok(KeyStatus {
        place: ring.store().place(),
        keks,
        deks,
        hash_key: context.hash_key().id.clone(),
    })
}

fn unknown(id: &str, is_given: bool) -> KekStatus {
    KekStatus {
        id: id.to_owned(),
        known_since: None,
        is_given,
        wraps: 0,
    }
}

/// Wraps the keys of every tenant by the newest key; gives the hash keys as they are now.
async fn rotate_kek(
    on: &Transaction<'_>,
    ring: &KeyRing,
    now: i64,
) -> Result<Vec<(Tenant, WrappedKey)>, Error> {
    let mut held_checks = Vec::new();
    for row in rows(on, "SELECT id, check_value FROM keks", &[]).await? {
        held_checks.push((row.try_get(0)?, row.try_get(1)?));
    }
    ring.check(&held_checks)?;
    let newest = ring.newest()?;
    let sql = "INSERT INTO keks (id, check_value, created) VALUES ($1, $2, $3)
               ON CONFLICT (id) DO NOTHING";
    run(on, sql, &[&newest.id(), &check_value(newest)?, &now]).await?;
    for tenant in tenants(on).await? {
        for row in held(on, &tenant).await? {
            let DekRow {
                purpose,
                version,
                key,
            } = row.rewrapped(&tenant, ring, newest)?;
            let sql = "UPDATE deks SET kek = $4, wrapped = $5
                       WHERE tenant = $1 AND purpose = $2 AND version = $3";
            let values: Values<'_> =
                &[&tenant.as_str(), &purpose, &version, &key.kek, &key.wrapped];
            run(on, sql, values).await?;
        }
    }
    hash_keys(on).await
}

async fn tenants(on: &Transaction<'_>) -> Result<Vec<Tenant>, Error> {
    let mut tenants = Vec::new();
    for row in rows(on, "SELECT DISTINCT tenant FROM deks", &[]).await? {
        let bad = |error| damaged("a stored tenant is none").caused_by(error);
        tenants.push(Tenant::new(row.try_get::<_, String>(0)?).map_err(bad)?);
    }
    Ok(tenants)
}

async fn hash_keys(on: &Transaction<'_>) -> Result<Vec<(Tenant, WrappedKey)>, Error> {
    let mut keys = Vec::new();
    for tenant in tenants(on).await? {
        let rows = held(on, &tenant).await?;
        let hash = rows.into_iter().filter(|row| row.purpose != DATA);
        keys.extend(hash.map(|row| (tenant.clone(), row.key)));
    }
    Ok(keys)
}

async fn rotate_dek(
    context: &Context,
    on: &Transaction<'_>,
    limit: u32,
    now: i64,
) -> Result<Rewrapped, Error> {
    let mut deks = held(on, &context.tenant).await?;
    context.keys.learn(&deks)?;
    let (version, _) = context.keys.newest_dek()?;
    let ring = context.keys.ring().reload()?;
    if wrapped_by(context, on, "dek <> $2", version).await? == 0 {
        // The key that wraps the newest one is the one in use, whatever else was given meanwhile.
        let newest = deks
            .iter()
            .find(|row| row.purpose == DATA && row.version == version);
        let in_use = newest.map(|row| row.key.kek.clone()).unwrap_or_default();
        let kek = ring.keks().iter().find(|kek| kek.id() == in_use);
        let kek = kek.ok_or_else(|| damaged("the key in use is not there"))?;
        let row = DekRow::random(DATA, version + 1, &context.tenant, kek)?;
        insert(on, &context.tenant, &row, now).await?;
        deks.push(row);
    }
    // Opened for this step only: what is not committed must not be used by others.
    let step = Context {
        tenant: context.tenant.clone(),
        keys: Keys::open(deks.clone(), &context.tenant, &ring)?,
        bell: context.bell.clone(),
    };
    let (newest, _) = step.keys.newest_dek()?;
    let mut done = 0;
    for table in WRAPPED {
        let left = i64::from(limit) - done;
        for row in older(&step, on, table, newest, left).await? {
            let new = table.rewrapped(&step, &row)?;
            let sql = format!(
                "UPDATE {} SET dek = $3, wrapped = $4 WHERE tenant = $1 AND {} = $2",
                table.name,
                table.name_in_sql()
            );
            let values: Values<'_> = &[&step.tenant(), &new.name, &new.dek, &new.wrapped];
            run(on, &sql, values).await?;
            done += 1;
        }
    }
    let newest_row = deks
        .iter()
        .find(|row| row.purpose == DATA && row.version == newest);
    Ok(Rewrapped {
        dek: newest_row.map(|row| row.key.id.clone()).unwrap_or_default(),
        done: unsigned(done)?,
        left: wrapped_by(&step, on, "dek <> $2", newest).await?,
    })
}

/// Rows whose key another data key than the newest wraps.
async fn older(
    context: &Context,
    on: &Transaction<'_>,
    table: WrappedTable,
    newest: i64,
    limit: i64,
) -> Result<Vec<WrappedRow>, Error> {
    let sql = format!(
        "SELECT {}, dek, wrapped FROM {} WHERE tenant = $1 AND dek <> $2 LIMIT $3",
        table.name_in_sql(),
        table.name
    );
    let values: Values<'_> = &[&context.tenant(), &newest, &limit.max(0)];
    let found = rows(on, &sql, values).await?;
    found.iter().map(wrapped_row).collect()
}

fn wrapped_row(row: &tokio_postgres::Row) -> Result<WrappedRow, Error> {
    Ok(WrappedRow {
        name: row.try_get(0)?,
        dek: row.try_get(1)?,
        wrapped: row.try_get(2)?,
    })
}

async fn verify(context: &Context, on: &Transaction<'_>) -> Result<VerifiedKeys, Error> {
    let mut found = VerifiedKeys::default();
    let ring = context.keys.ring().reload()?;
    let deks = held(on, &context.tenant).await?;
    for row in &deks {
        row.open(&context.tenant, &ring)?;
        found.opened += 1;
    }
    context.keys.learn(&deks)?;
    for table in WRAPPED {
        let name = table.name_in_sql();
        let sql = format!(
            "SELECT {name}, dek, wrapped FROM {} WHERE tenant = $1",
            table.name
        );
        for row in rows(on, &sql, &[&context.tenant()]).await? {
            let row = wrapped_row(&row)?;
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
async fn wrapped_by(
    context: &Context,
    on: &Transaction<'_>,
    what: &str,
    version: i64,
) -> Result<u64, Error> {
    let mut wraps = 0;
    for table in WRAPPED {
        let sql = format!(
            "SELECT count(*) FROM {} WHERE tenant = $1 AND {what}",
            table.name
        );
        wraps += unsigned(one(on, &sql, &[&context.tenant(), &version]).await?)?;
    }
    Ok(wraps)
}

fn unsigned(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| damaged("a stored number is negative"))
}
