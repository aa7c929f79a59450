//! Where tokens are kept, so that a refresh token, which works once, is never lost by us.
use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::{OAuthError, Tokens};

/// How long a store waits for its lock; longer than a renewal by another process takes.
pub const LOCK_DEADLINE: Duration = Duration::from_secs(30);

/// Keeps the tokens of one login for all processes that use it.
///
/// Gong takes a refresh token once. Whoever renews therefore locks the store first, reads what is
/// there *under the lock*, asks Gong, and replaces; the others wait, then find the new tokens.
///
/// Laws, which [`crate::conformance`] checks:
/// - [`TokenStore::load`] gives what was replaced last, whole, and never waits for a lock.
/// - At most one [`LockedTokens`] exists, over all processes. It ends when it is dropped or
///   replaces, also when its process dies. Waiting for it ends with [`OAuthError::StoreBusy`].
/// - A store that could not take new tokens now should fail to lock, not to replace: once Gong
///   has taken the old refresh token, failing is too late.
/// - What [`LockedTokens::replace`] has returned `Ok` for is durable. Until then the old tokens
///   are what the store holds; when it fails, they stay.
#[async_trait]
pub trait TokenStore: Send + Sync + fmt::Debug {
    /// The tokens, if there has been a login.
    async fn load(&self) -> Result<Option<Tokens>, OAuthError>;

    /// Waits for the only right to replace the tokens, for [`LOCK_DEADLINE`] at the longest.
    async fn lock(&self) -> Result<Box<dyn LockedTokens>, OAuthError>;
}

/// The only right to replace the tokens of a store, given up when dropped.
#[async_trait]
pub trait LockedTokens: Send + Sync + fmt::Debug {
    /// What the store holds under this lock.
    fn stored(&self) -> Option<&Tokens>;

    /// Makes new tokens durable in place of [`LockedTokens::stored`], and ends the lock.
    ///
    /// Fails and changes nothing if the store no longer holds those, because the lock was lost.
    async fn replace(self: Box<Self>, tokens: &Tokens) -> Result<(), OAuthError>;
}
