//! The row of an API key.

use std::collections::BTreeSet;

use access::{Permission, Role};
use conversation::UserId;

use crate::moment::{instant, micros};
use crate::{ApiKey, Error};

use super::fault::{bad_id, damaged};

/// One row of `api_keys`.
pub(crate) struct ApiKeyRow {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) hash: String,
    pub(crate) role: String,
    pub(crate) user_id: Option<String>,
    /// The permissions with a blank between them.
    pub(crate) permissions: Option<String>,
    pub(crate) created: i64,
    pub(crate) expires: i64,
    pub(crate) revoked: Option<i64>,
    pub(crate) last_used: Option<i64>,
}

impl ApiKeyRow {
    pub(crate) fn of(key: &ApiKey) -> Self {
        let words = |permissions: &BTreeSet<Permission>| {
            let words: Vec<&str> = permissions.iter().map(|one| one.as_str()).collect();
            words.join(" ")
        };
        Self {
            id: key.id.clone(),
            label: key.label.clone(),
            hash: key.hash.clone(),
            role: key.role.to_string(),
            user_id: key.user.as_ref().map(ToString::to_string),
            permissions: key.permissions.as_ref().map(words),
            created: micros(key.created),
            expires: micros(key.expires),
            revoked: key.revoked.map(micros),
            last_used: key.last_used.map(micros),
        }
    }

    pub(crate) fn key(self) -> Result<ApiKey, Error> {
        let role: Role = self
            .role
            .parse()
            .map_err(|error| damaged("an API key has an unknown role").caused_by(error))?;
        let (created, expires) = (instant(self.created)?, instant(self.expires)?);
        let mut key = ApiKey::new(self.id, self.hash, role, created, expires);
        key.label = self.label;
        key.user = self.user_id.map(UserId::new).transpose().map_err(bad_id)?;
        // A permission that this version does not know is none that it could give.
        let known = |words: String| {
            words
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect()
        };
        key.permissions = self.permissions.map(known);
        key.revoked = self.revoked.map(instant).transpose()?;
        key.last_used = self.last_used.map(instant).transpose()?;
        Ok(key)
    }
}
