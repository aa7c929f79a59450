//! Tokens that live as long as the process; for tests and for hosts that keep them elsewhere.
use std::sync::Arc;

use async_trait::async_trait;
use tokio::{
    sync::{Mutex, OwnedMutexGuard, watch},
    time::timeout,
};

use super::{LOCK_DEADLINE, LockedTokens, OAuthError, TokenStore, Tokens};

/// A store in memory. Clones share their tokens.
#[derive(Clone, Debug)]
pub struct MemoryTokenStore {
    tokens: watch::Sender<Option<Tokens>>,
    turn: Arc<Mutex<()>>,
}

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::holding(None)
    }

    /// A store that holds these tokens already.
    pub fn with(tokens: Tokens) -> Self {
        Self::holding(Some(tokens))
    }

    fn holding(tokens: Option<Tokens>) -> Self {
        Self {
            tokens: watch::Sender::new(tokens),
            turn: Arc::default(),
        }
    }
}

impl Default for MemoryTokenStore {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Debug)]
struct Locked {
    stored: Option<Tokens>,
    tokens: watch::Sender<Option<Tokens>>,
    _turn: OwnedMutexGuard<()>,
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn load(&self) -> Result<Option<Tokens>, OAuthError> {
        Ok(self.tokens.borrow().clone())
    }

    async fn lock(&self) -> Result<Box<dyn LockedTokens>, OAuthError> {
        let turn = timeout(LOCK_DEADLINE, Arc::clone(&self.turn).lock_owned())
            .await
            .map_err(|_late| OAuthError::StoreBusy)?;
        Ok(Box::new(Locked {
            stored: self.tokens.borrow().clone(),
            tokens: self.tokens.clone(),
            _turn: turn,
        }))
    }
}

#[async_trait]
impl LockedTokens for Locked {
    fn stored(&self) -> Option<&Tokens> {
        self.stored.as_ref()
    }

    async fn replace(self: Box<Self>, tokens: &Tokens) -> Result<(), OAuthError> {
        self.tokens.send_replace(Some(tokens.clone()));
        Ok(())
    }
}
