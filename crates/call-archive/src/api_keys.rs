//! API keys as they are kept: never the secret, only its hash.

use std::collections::BTreeSet;

use access::{Permission, Role};
use async_trait::async_trait;
use conversation::UserId;
use jiff::Timestamp;

use crate::{AuditEntry, Error};

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiKey {
    /// Its id, which is part of what its holder shows.
    pub id: String,
    /// What it is for: a word without names.
    pub label: String,
    /// SHA-256 of the secret, which is 256 random bits, in hex.
    pub hash: String,
    /// What its holder is.
    pub role: Role,
    /// Which of the company's own people its holder stands for.
    pub user: Option<UserId>,
    /// What it may do at most; everything that the role gives if there is no limit.
    pub permissions: Option<BTreeSet<Permission>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it stops to be accepted.
    pub expires: Timestamp,
    /// When it was taken back.
    pub revoked: Option<Timestamp>,
    /// When it was last accepted, to a minute or so.
    pub last_used: Option<Timestamp>,
}

impl ApiKey {
    /// A key that was never used.
    pub fn new(
        id: impl Into<String>,
        hash: impl Into<String>,
        role: Role,
        created: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self {
            id: id.into(),
            label: String::new(),
            hash: hash.into(),
            role,
            user: None,
            permissions: None,
            created,
            expires,
            revoked: None,
            last_used: None,
        }
    }
}

/// The API keys of a tenant.
///
/// Laws, each checked by the conformance suite:
/// - A key is added once; its id is never given again.
/// - What adds or revokes commits together with its record in the audit log.
/// - The first revocation stays; a revoked key stays listed.
/// - The last use moves forward only.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// Adds a key.
    async fn add_api_key(&self, key: &ApiKey, audit: &AuditEntry) -> Result<(), Error>;

    /// The key of this id.
    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error>;

    /// All keys, oldest first.
    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error>;

    /// Takes a key back; gives whether there is one of this id. Nothing is recorded if not.
    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool, Error>;

    /// Notes when keys were used.
    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error>;
}
