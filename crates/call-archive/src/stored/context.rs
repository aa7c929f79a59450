//! What every request needs: the tenant and its keys.

use conversation::{CallId, Tenant};

use crate::waiting::Bell;
use crate::{AuditKey, Error, HashKey};

use super::keys::Keys;
use super::seal::{Key, Place};

pub(crate) struct Context {
    pub(crate) tenant: Tenant,
    pub(crate) keys: Keys,
    /// Rung when a job is added in this process.
    pub(crate) bell: Bell,
}

/// The key of a call as it is stored.
pub(crate) struct SealedKey {
    /// The version of the data key that wraps it.
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
}

impl Context {
    pub(crate) fn tenant(&self) -> &str {
        self.tenant.as_str()
    }

    pub(crate) fn hash_key(&self) -> &HashKey {
        self.keys.hash()
    }

    pub(crate) fn audit_key(&self) -> AuditKey {
        AuditKey::of(self.hash_key(), &self.tenant)
    }

    /// The name under which a tombstone keeps a call.
    pub(crate) fn tombstone(&self, call: &CallId) -> String {
        self.hash_key().call(&self.tenant, call)
    }

    pub(crate) fn place<'a>(
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

    /// Opens the key of a call.
    pub(crate) fn open_call_key(&self, call: &str, sealed: &SealedKey) -> Result<Key, Error> {
        let place = self.place("call_keys", call, "wrapped");
        self.keys.dek(sealed.dek)?.unwrap(place, &sealed.wrapped)
    }

    /// Makes a key for a call that has none.
    pub(crate) fn new_call_key(&self, call: &str) -> Result<(Key, SealedKey), Error> {
        let key = Key::random()?;
        let (dek, wrapping) = self.keys.newest_dek()?;
        let wrapped = wrapping.wrap(self.place("call_keys", call, "wrapped"), &key)?;
        Ok((key, SealedKey { dek, wrapped }))
    }
}
