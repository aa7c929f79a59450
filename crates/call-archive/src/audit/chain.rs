//! The code of a record: HMAC over its fields and the code before it.

use std::fmt;

use aws_lc_rs::hmac;
use conversation::Tenant;
use zeroize::Zeroizing;

use crate::{AuditEntry, AuditHead, AuditRecord, HashKey};

/// The key under which the records of one tenant are chained, and their parameters hashed.
#[derive(Clone)]
pub struct AuditKey {
    tenant: Tenant,
    key: hmac::Key,
    bytes: Zeroizing<Vec<u8>>,
}

impl AuditKey {
    /// Derives the key of a tenant from its hash key, which is never rotated: an old record can be
    /// checked as long as the archive can be opened.
    pub(crate) fn of(hash_key: &HashKey, tenant: &Tenant) -> Self {
        Self::from_bytes(&Self::derived(hash_key, tenant), tenant)
    }

    /// The bytes of the derived key, as docs/audit.md says.
    fn derived(hash_key: &HashKey, tenant: &Tenant) -> Vec<u8> {
        let parent = hmac::Key::new(hmac::HMAC_SHA256, &hash_key.bytes);
        let label = netstrings(["gongkit audit key 1", tenant.as_str()]);
        hmac::sign(&parent, &label).as_ref().to_vec()
    }

    /// A key that was derived elsewhere.
    pub fn from_bytes(bytes: &[u8], tenant: &Tenant) -> Self {
        Self {
            tenant: tenant.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes),
            bytes: Zeroizing::new(bytes.to_vec()),
        }
    }

    /// The bytes in hexadecimal digits, for a verifier elsewhere. Whoever has them can check the
    /// log, write one that passes, and guess parameters; nothing else of the archive opens by them.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&*self.bytes))
    }

    /// The keyed hash of the parameters of an action: equal ones are seen to be equal, and nobody
    /// without the key can guess them.
    pub fn params<'a>(&self, parameters: impl IntoIterator<Item = &'a str>) -> String {
        let text = ["gongkit audit params 1"].into_iter().chain(parameters);
        self.code(&netstrings(text))
    }

    /// The code of a record, which its own `mac` must equal.
    pub(crate) fn mac(&self, record: &AuditRecord) -> String {
        let AuditRecord {
            chain,
            seq,
            entry,
            prev,
            mac: _,
        } = record;
        let (seq, at, bytes) = (
            seq.to_string(),
            entry.at.as_microsecond().to_string(),
            entry.bytes.to_string(),
        );
        self.code(&netstrings([
            "gongkit audit 1",
            self.tenant.as_str(),
            chain,
            &seq,
            &at,
            &entry.actor,
            &entry.role,
            &entry.action,
            &entry.targets,
            &entry.outcome,
            &bytes,
            &entry.params,
            prev,
        ]))
    }

    /// Chains an entry to what stands before it.
    pub(crate) fn chained(
        &self,
        chain: &str,
        before: Option<&AuditHead>,
        entry: &AuditEntry,
    ) -> AuditRecord {
        let mut record = AuditRecord {
            chain: chain.to_owned(),
            seq: before.map_or(0, |before| before.seq) + 1,
            entry: entry.clone(),
            prev: before.map(|before| before.mac.clone()).unwrap_or_default(),
            mac: String::new(),
        };
        record.mac = self.mac(&record);
        record
    }

    fn code(&self, text: &[u8]) -> String {
        hex::encode(hmac::sign(&self.key, text).as_ref())
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKey")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// Each part with its length before it, so that no two lists of parts are written alike.
fn netstrings<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(part.len().to_string().as_bytes());
        text.push(b':');
        text.extend_from_slice(part.as_bytes());
        text.push(b',');
    }
    text
}

impl AuditRecord {
    /// Where it stands, and its code.
    pub fn head(&self) -> AuditHead {
        AuditHead {
            chain: self.chain.clone(),
            seq: self.seq,
            mac: self.mac.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::check::tests::{entry, key};

    #[test]
    fn parameters_are_told_apart_however_they_are_cut() {
        let key = key();

        let hash = key.params(["ab", "c"]);

        assert_eq!(hash, key.params(["ab", "c"]));
        assert_ne!(hash, key.params(["a", "bc"]));
        assert_ne!(hash, key.params(["ab", "c", ""]));
        let other = AuditKey::from_bytes(b"another key", &Tenant::default());
        assert_ne!(hash, other.params(["ab", "c"]));
    }

    #[test]
    fn each_tenant_has_a_key_of_its_own() {
        let hash_key = HashKey {
            id: "h".to_owned(),
            bytes: [7; 32],
        };
        let other = Tenant::new("other").expect("valid");
        let record = AuditKey::of(&hash_key, &other).chained("main", None, &entry(1));

        let ours = AuditKey::of(&hash_key, &Tenant::default());

        assert_ne!(ours.mac(&record), record.mac);
    }
}
