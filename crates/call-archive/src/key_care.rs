//! Looking after the keys of an archive that seals: what there is, rotation, forgetting.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Error;

/// The care of keys. A key-encryption key (KEK) wraps the data keys (DEK) of tenants, a data key
/// wraps the keys of calls and rows. The key of hashes is never rotated: tombstones and the index
/// are made with it.
///
/// Laws:
/// - What was readable before a rotation is readable after it, and while it goes on.
/// - A new KEK is durable in its store before anything is wrapped by it, and the former one stays
///   until [`KeyCare::forget_kek`].
/// - A KEK that still wraps something is not forgotten.
#[async_trait]
pub trait KeyCare: Send + Sync {
    /// What there is.
    async fn key_status(&self) -> Result<KeyStatus, Error>;

    /// Wraps all data keys by a new KEK, or by the newest of the store if it wraps nothing yet.
    async fn rotate_kek(&self, now: Timestamp) -> Result<String, Error>;

    /// Makes a new data key for what is wrapped from now on, and wraps up to `limit` older keys by
    /// it. While older ones are left no other data key is made.
    async fn rotate_dek(&self, limit: u32, now: Timestamp) -> Result<Rewrapped, Error>;

    /// Opens every wrapped key.
    async fn verify_keys(&self) -> Result<VerifiedKeys, Error>;

    /// Forgets a KEK that wraps nothing any more. Backups from before its rotation need it.
    async fn forget_kek(&self, id: &str) -> Result<(), Error>;
}

/// The keys of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyStatus {
    /// Where the KEKs are.
    pub place: String,
    /// Every KEK that the store gives or the archive knows, the newest first.
    pub keks: Vec<KekStatus>,
    /// The data keys of the tenant, oldest first.
    pub deks: Vec<DekStatus>,
    /// The id of the key of hashes.
    pub hash_key: String,
}

/// A key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KekStatus {
    /// Its id.
    pub id: String,
    /// When the archive first knew it; `None` if it does not yet.
    pub known_since: Option<Timestamp>,
    /// Whether the store gives it.
    pub is_given: bool,
    /// How many keys of tenants it wraps.
    pub wraps: u64,
}

/// A data key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DekStatus {
    /// Its id.
    pub id: String,
    /// Its version; the newest wraps what is new.
    pub version: u64,
    /// The KEK that wraps it.
    pub kek: String,
    /// When it was made.
    pub created: Timestamp,
    /// How many keys of calls and rows it wraps.
    pub wraps: u64,
}

/// One step of a rotation of the data key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrapped {
    /// The id of the newest data key.
    pub dek: String,
    /// How many keys this step wrapped anew.
    pub done: u64,
    /// How many are left.
    pub left: u64,
}

/// What opening every wrapped key found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedKeys {
    /// How many keys opened.
    pub opened: u64,
    /// The rows whose key does not open, as `table/row`.
    pub damaged: Vec<String>,
}
