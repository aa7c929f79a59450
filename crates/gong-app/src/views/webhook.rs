//! How deliveries are recognised.

use serde::Serialize;

/// What is asked of deliveries.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WebhookKeysView {
    /// The keys that deliveries may be signed with.
    pub keys: Vec<WebhookKeyView>,
    /// The addresses that a signed delivery may name.
    pub public_urls: Vec<String>,
    /// Whether the address must end with a token.
    pub has_url_token: bool,
}

/// A public key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WebhookKeyView {
    /// SHA-256 over its DER form, in hex.
    pub sha256: String,
}

/// What came of a test.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WebhookTestView {
    /// The status of the answer.
    pub status: u16,
    /// Whether the receiver took the test in.
    pub is_accepted: bool,
    /// What the receiver said, a word.
    pub said: String,
    /// How long the answer took.
    pub took_ms: u64,
}
