//! The keys of the archive, by their ids.

use call_archive::KeyStatus;
use serde::Serialize;

/// What keys there are. No key is in it, only ids.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct KeysView {
    /// Where the master keys are.
    pub place: String,
    /// Every master key that is given or known, the newest first.
    pub keks: Vec<KekView>,
    /// The data keys, oldest first.
    pub deks: Vec<DekView>,
    /// The key of hashes, which is never rotated; none as long as there is no archive.
    pub hash_key_id: Option<String>,
    /// What remains to be done, as a command.
    pub fix: Option<String>,
}

/// A master key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct KekView {
    /// Its id.
    pub id: String,
    /// When the archive first knew it.
    pub known_since: Option<String>,
    /// Whether it is where the keys are.
    pub is_given: bool,
    /// How many keys it wraps.
    pub wraps: u64,
}

/// A data key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DekView {
    /// Its id.
    pub id: String,
    /// Its version; the newest wraps what is new.
    pub version: u64,
    /// The master key that wraps it.
    pub kek_id: String,
    /// When it was made.
    pub created: String,
    /// How many keys of calls and people it wraps.
    pub wraps: u64,
}

/// What a rotation of the data key did.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct RotationView {
    /// The data key that wraps what is new.
    pub dek_id: String,
    /// How many keys were wrapped by it now.
    pub rewrapped: u64,
    /// How many are left.
    pub left: u64,
    /// How many keys opened, if they were tried.
    pub opened: Option<u64>,
    /// The rows whose key does not open.
    pub damaged: Vec<String>,
}

impl KeysView {
    /// A key that was made before its archive.
    pub(crate) fn only(place: String, id: String) -> Self {
        let kek = KekView {
            id,
            known_since: None,
            is_given: true,
            wraps: 0,
        };
        Self {
            place,
            keks: vec![kek],
            deks: Vec::new(),
            hash_key_id: None,
            fix: None,
        }
    }
}

impl From<KeyStatus> for KeysView {
    fn from(status: KeyStatus) -> Self {
        let is_pending = status.keks.first().is_some_and(|kek| kek.wraps == 0);
        let newest = status.deks.last().map(|dek| dek.version);
        let is_halfway = status
            .deks
            .iter()
            .any(|dek| Some(dek.version) != newest && dek.wraps > 0);
        let former = status.keks.iter().skip(1).find(|kek| kek.wraps == 0);
        let fix = match former {
            _ if is_pending => Some("gongkit keys rotate-kek".to_owned()),
            _ if is_halfway => Some("gongkit keys rotate-dek".to_owned()),
            // Not a fault: the former key opens backups, and the user says when they are gone.
            Some(former) => Some(format!(
                "gongkit keys forget {} (once no backup needs it)",
                former.id
            )),
            None => None,
        };
        Self {
            place: status.place,
            keks: status
                .keks
                .into_iter()
                .map(|kek| KekView {
                    id: kek.id,
                    known_since: kek.known_since.map(|at| at.to_string()),
                    is_given: kek.is_given,
                    wraps: kek.wraps,
                })
                .collect(),
            deks: status
                .deks
                .into_iter()
                .map(|dek| DekView {
                    id: dek.id,
                    version: dek.version,
                    kek_id: dek.kek,
                    created: dek.created.to_string(),
                    wraps: dek.wraps,
                })
                .collect(),
            hash_key_id: Some(status.hash_key),
            fix,
        }
    }
}
