//! What a login is good for, and what a logout did.

use serde::Serialize;

/// A login that succeeded. No token is in it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LoginView {
    /// The company's own address, which Gong told.
    pub base_url: String,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
    /// The features that these are not enough for, each with what it lacks.
    pub lacking: Vec<String>,
    /// When the first access token ends; it is renewed before.
    pub expires: String,
    /// Whether a key pair is configured, which is used in place of the login.
    pub key_pair_wins: bool,
}

/// A logout.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct LogoutView {
    /// Whether there were tokens to forget.
    pub was_logged_in: bool,
}
