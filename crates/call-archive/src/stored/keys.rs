//! The keys of an archive: those that its store gives, and what they wrap.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::rand;
use conversation::Tenant;
use zeroize::Zeroize;

use crate::{Error, ErrorKind, HashKey, Kek, KeyStore};

use super::fault::damaged;
use super::seal::{Key, Place};

const CHECKED_WORDS: &[u8] = b"this key opens this archive";
pub(crate) const DATA: &str = "data";
pub(crate) const HASH: &str = "hash";

/// The key-encryption keys that a store gives: at least one, the newest first.
#[derive(Clone)]
pub(crate) struct KeyRing {
    keks: Arc<Vec<Kek>>,
    store: Arc<dyn KeyStore>,
}

impl KeyRing {
    /// What a store gives; `None` if it has no key.
    pub(crate) fn load(store: Arc<dyn KeyStore>) -> Result<Option<Self>, Error> {
        let keks = store.keys()?;
        Ok((!keks.is_empty()).then(|| Self {
            keks: Arc::new(keks),
            store,
        }))
    }

    /// Asks the store again.
    pub(crate) fn reload(&self) -> Result<Self, Error> {
        Self::load(Arc::clone(&self.store))?.ok_or_else(|| {
            let what = format!(
                "the archive's key is missing: {} has none",
                self.store.place()
            );
            Error::new(ErrorKind::KeyMissing, what)
        })
    }

    pub(crate) fn store(&self) -> &dyn KeyStore {
        &*self.store
    }

    pub(crate) fn keks(&self) -> &[Kek] {
        &self.keks
    }

    pub(crate) fn newest(&self) -> Result<&Kek, Error> {
        let missing = || Error::new(ErrorKind::KeyMissing, "there is no key");
        self.keks.first().ok_or_else(missing)
    }

    fn by_id(&self, id: &str) -> Option<&Kek> {
        self.keks.iter().find(|kek| kek.id() == id)
    }

    /// Says whether these are keys of a database that holds these check values, by the ids of
    /// keys. One that it does not know yet does no harm; one that is not what it was does.
    pub(crate) fn check(&self, held: &[(String, Vec<u8>)]) -> Result<(), Error> {
        let wrong = || {
            let what = format!(
                "the key in {} is not the key of this archive",
                self.store.place()
            );
            Error::new(ErrorKind::WrongKey, what)
        };
        let mut is_known = false;
        for (id, sealed) in held {
            let Some(kek) = self.by_id(id) else {
                continue;
            };
            let tenant = Tenant::default();
            match kek.key().open(check_place(id, &tenant), sealed) {
                Ok(words) if *words == CHECKED_WORDS => is_known = true,
                _ => return Err(wrong()),
            }
        }
        if is_known { Ok(()) } else { Err(wrong()) }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("keks", &self.keks)
            .finish_non_exhaustive()
    }
}

/// What a database keeps to tell a key from another one.
pub(crate) fn check_value(kek: &Kek) -> Result<Vec<u8>, Error> {
    let tenant = Tenant::default();
    kek.key()
        .seal(check_place(kek.id(), &tenant), CHECKED_WORDS)
}

fn check_place<'a>(id: &'a str, tenant: &'a Tenant) -> Place<'a> {
    Place {
        tenant,
        table: "keks",
        row: id,
        column: "check_value",
    }
}

/// A key as it is stored: wrapped, with the ids of itself and of what wraps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrappedKey {
    pub(crate) id: String,
    pub(crate) kek: String,
    pub(crate) wrapped: Vec<u8>,
}

/// One row of `deks`.
#[derive(Clone, Debug)]
pub(crate) struct DekRow {
    pub(crate) purpose: String,
    pub(crate) version: i64,
    pub(crate) key: WrappedKey,
}

impl DekRow {
    /// A new key of a tenant, wrapped by a key-encryption key.
    pub(crate) fn random(
        purpose: &str,
        version: i64,
        tenant: &Tenant,
        kek: &Kek,
    ) -> Result<Self, Error> {
        let row = row_name(purpose, version);
        let wrapped = kek.key().wrap(dek_place(tenant, &row), &Key::random()?)?;
        Ok(Self {
            purpose: purpose.to_owned(),
            version,
            key: WrappedKey {
                id: format!("{}-{}", &purpose[..1], random_name()?),
                kek: kek.id().to_owned(),
                wrapped,
            },
        })
    }

    /// The same key, wrapped by another key-encryption key.
    pub(crate) fn rewrapped(
        &self,
        tenant: &Tenant,
        ring: &KeyRing,
        kek: &Kek,
    ) -> Result<Self, Error> {
        let key = self.open(tenant, ring)?;
        let row = row_name(&self.purpose, self.version);
        let mut rewrapped = self.clone();
        rewrapped.key.wrapped = kek.key().wrap(dek_place(tenant, &row), &key)?;
        kek.id().clone_into(&mut rewrapped.key.kek);
        Ok(rewrapped)
    }

    pub(crate) fn open(&self, tenant: &Tenant, ring: &KeyRing) -> Result<Key, Error> {
        let WrappedKey {
            kek: id, wrapped, ..
        } = &self.key;
        let kek = ring.by_id(id).ok_or_else(|| {
            let place = ring.store().place();
            let what = format!("the archive's keys are wrapped by {id}, which is not in {place}");
            Error::new(ErrorKind::WrongKey, what)
        })?;
        let row = row_name(&self.purpose, self.version);
        kek.key()
            .unwrap(dek_place(tenant, &row), wrapped)
            .map_err(|error| {
                let what = format!("the key {id} does not open the archive's keys");
                Error::new(ErrorKind::WrongKey, what).caused_by(error)
            })
    }
}

/// Reads the rows of `deks` of a tenant once more.
pub(crate) type Reread = Box<dyn Fn() -> Result<Vec<DekRow>, Error> + Send + Sync>;

/// The keys of a tenant.
pub(crate) struct Keys {
    tenant: Tenant,
    ring: KeyRing,
    deks: RwLock<BTreeMap<i64, Arc<Key>>>,
    hash: HashKey,
    wrapped_hash: WrappedKey,
    /// How a data key that another process made meanwhile is found.
    reread: Option<Reread>,
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.hash.bytes.zeroize();
    }
}

impl Keys {
    /// What a tenant lacks that has keys for these purposes. A hash key that outlived its database
    /// is taken over.
    pub(crate) fn missing(
        held: &[DekRow],
        tenant: &Tenant,
        ring: &KeyRing,
        outlived: Option<&WrappedKey>,
    ) -> Result<Vec<DekRow>, Error> {
        let mut missing = Vec::new();
        for purpose in [DATA, HASH] {
            if held.iter().any(|row| row.purpose == purpose) {
                continue;
            }
            missing.push(match outlived.filter(|_| purpose == HASH) {
                Some(outlived) => {
                    let row = DekRow {
                        purpose: HASH.to_owned(),
                        version: 1,
                        key: outlived.clone(),
                    };
                    row.open(tenant, ring)?;
                    row
                }
                None => DekRow::random(purpose, 1, tenant, ring.newest()?)?,
            });
        }
        Ok(missing)
    }

    /// Opens the keys of a tenant.
    pub(crate) fn open(rows: Vec<DekRow>, tenant: &Tenant, ring: &KeyRing) -> Result<Self, Error> {
        let mut deks = BTreeMap::new();
        let mut hash = None;
        for row in rows {
            let key = row.open(tenant, ring)?;
            if row.purpose == HASH {
                let opened = HashKey {
                    id: row.key.id.clone(),
                    bytes: *key.as_bytes(),
                };
                hash = Some((opened, row.key));
            } else {
                deks.insert(row.version, Arc::new(key));
            }
        }
        let (hash, wrapped_hash) = hash.ok_or_else(|| damaged("the archive has no hash key"))?;
        Ok(Self {
            tenant: tenant.clone(),
            ring: ring.clone(),
            deks: RwLock::new(deks),
            hash,
            wrapped_hash,
            reread: None,
        })
    }

    /// Lets a data key that is not known be looked for once more.
    pub(crate) fn rereading(mut self, reread: Reread) -> Self {
        self.reread = Some(reread);
        self
    }

    pub(crate) fn ring(&self) -> &KeyRing {
        &self.ring
    }

    pub(crate) fn hash(&self) -> &HashKey {
        &self.hash
    }

    pub(crate) fn wrapped_hash(&self) -> &WrappedKey {
        &self.wrapped_hash
    }

    pub(crate) fn dek(&self, version: i64) -> Result<Arc<Key>, Error> {
        if let Some(key) = self.known(version) {
            return Ok(key);
        }
        if let Some(reread) = &self.reread {
            self.learn(&reread()?)?;
        }
        self.known(version)
            .ok_or_else(|| damaged("a key of a call is wrapped by a key that is not there"))
    }

    pub(crate) fn newest_dek(&self) -> Result<(i64, Arc<Key>), Error> {
        let deks = self.deks.read().unwrap_or_else(PoisonError::into_inner);
        deks.last_key_value()
            .map(|(version, key)| (*version, Arc::clone(key)))
            .ok_or_else(|| damaged("the archive has no data key"))
    }

    /// Takes in data keys that were made since.
    pub(crate) fn learn(&self, rows: &[DekRow]) -> Result<(), Error> {
        let mut ring = self.ring.clone();
        let is_strange = |row: &&DekRow| ring.by_id(&row.key.kek).is_none();
        if rows.iter().any(|row| is_strange(&row)) {
            ring = ring.reload()?;
        }
        for row in rows.iter().filter(|row| row.purpose == DATA) {
            if self.known(row.version).is_none() {
                let key = Arc::new(row.open(&self.tenant, &ring)?);
                let mut deks = self.deks.write().unwrap_or_else(PoisonError::into_inner);
                deks.insert(row.version, key);
            }
        }
        Ok(())
    }

    fn known(&self, version: i64) -> Option<Arc<Key>> {
        let deks = self.deks.read().unwrap_or_else(PoisonError::into_inner);
        deks.get(&version).cloned()
    }
}

fn row_name(purpose: &str, version: i64) -> String {
    format!("{purpose}/{version}")
}

fn dek_place<'a>(tenant: &'a Tenant, row: &'a str) -> Place<'a> {
    Place {
        tenant,
        table: "deks",
        row,
        column: "wrapped",
    }
}

fn random_name() -> Result<String, Error> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes)
        .map_err(|_| Error::new(ErrorKind::Storage, "no random numbers to be had"))?;
    Ok(hex::encode(bytes))
}
