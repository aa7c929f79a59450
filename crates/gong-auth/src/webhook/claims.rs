//! What a signed token says, read strictly: a name that stands there twice is refused.

use serde::Deserialize;
use serde_json::Value;

/// The head of a token. Whatever names a key (`kid`, `jku`, `jwk`, `x5u`, `x5c`) is not read: keys
/// are those that were configured, and no others.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) alg: String,
    pub(super) crit: Option<Value>,
}

/// The claims that are looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) webhook_url: Option<String>,
    pub(super) body_sha256: Option<String>,
    /// Seconds since 1970, perhaps with a fraction.
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
}
