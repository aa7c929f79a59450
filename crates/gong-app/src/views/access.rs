//! Who somebody is, what a role may do, and API keys.

use std::collections::BTreeMap;

use call_archive::ApiKey;
use jiff::Timestamp;
use serde::Serialize;

/// Who the answers are for.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallerView {
    /// The name in the audit log.
    pub actor: String,
    /// How he showed who he is.
    pub proof: &'static str,
    /// The role.
    pub role: Option<&'static str>,
    /// Which of the company's users he is.
    pub user_id: Option<String>,
    /// How many people he leads.
    pub team: usize,
    /// How far each permission reaches.
    pub permissions: BTreeMap<&'static str, &'static str>,
}

/// Whether a role may do something.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CanView {
    /// The role.
    pub role: &'static str,
    /// The operation, if one was asked for.
    pub operation: Option<&'static str>,
    /// The permission that it needs.
    pub permission: &'static str,
    /// `no`, `own`, `team`, `all`, or `yes` where there are no rows.
    pub reach: &'static str,
    /// Whether it may be done at all.
    pub is_allowed: bool,
}

/// An API key without its secret.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ApiKeyView {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// `active`, `expired` or `revoked`.
    pub state: &'static str,
    /// The role of its holder.
    pub role: &'static str,
    /// The company's user that its holder stands for.
    pub user_id: Option<String>,
    /// What it may do at most; none if there is no limit but the role.
    pub permissions: Option<Vec<&'static str>>,
    /// When it was made.
    pub created: String,
    /// When it stops to be accepted.
    pub expires: String,
    /// When it was taken back.
    pub revoked: Option<String>,
    /// When it was last used, to a minute.
    pub last_used: Option<String>,
}

impl ApiKeyView {
    pub(crate) fn new(key: &ApiKey, now: Timestamp) -> Self {
        let words = |permissions: &std::collections::BTreeSet<access::Permission>| {
            permissions.iter().map(|one| one.as_str()).collect()
        };
        Self {
            id: key.id.clone(),
            label: key.label.clone(),
            state: match key.revoked {
                Some(_) => "revoked",
                None if key.expires <= now => "expired",
                None => "active",
            },
            role: key.role.as_str(),
            user_id: key.user.as_ref().map(ToString::to_string),
            permissions: key.permissions.as_ref().map(words),
            created: key.created.to_string(),
            expires: key.expires.to_string(),
            revoked: key.revoked.map(|at| at.to_string()),
            last_used: key.last_used.map(|at| at.to_string()),
        }
    }
}

/// A key that was made just now.
#[derive(Serialize)]
#[non_exhaustive]
pub struct NewApiKeyView {
    /// The key.
    pub key: ApiKeyView,
    /// What its holder shows: given this once, and never again.
    pub secret: String,
}

impl std::fmt::Debug for NewApiKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewApiKeyView")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// All API keys.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ApiKeysView {
    /// Oldest first.
    pub keys: Vec<ApiKeyView>,
}
