//! The reference archive: everything in memory, nothing sealed, nothing durable.

mod answers;
mod api_keys;
mod audit;
mod budget;
mod calls;
mod crm_outbox;
mod customers;
mod dead;
mod deals;
mod duties;
mod erasing;
mod findings;
mod holding;
mod inbox;
mod indexes;
mod jobs;
mod ledger;
mod numbers;
mod people;
mod pins;
mod purging;
mod restoring;
mod secrets;
mod state;
mod waiting;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use conversation::Tenant;

use crate::duties::off_duty;
use crate::{Duty, Error, HashKey};
use state::State;

pub use restoring::MemoryBackup;

/// An archive that lasts as long as its handles.
///
/// It keeps every law of the traits that it implements, so that a test, an example or a trial can
/// stand on it; clones share one content. Its hash key is always the same: do not let its hashes
/// out of a test.
///
/// ```
/// use call_archive::{Calls, MemoryArchive, Put, Source};
/// use conversation::{Call, CallId};
/// use jiff::Timestamp;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let archive = MemoryArchive::new();
/// let call = Call::new(CallId::new("7")?, "2026-03-02T09:00:00Z".parse()?);
/// let now: Timestamp = "2026-03-02T10:00:00Z".parse()?;
///
/// archive.put(vec![Put::new(call, Source::Import, None)], None, now).await?;
///
/// assert_eq!(archive.known(&[CallId::new("7")?]).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MemoryArchive {
    state: Arc<Mutex<State>>,
    tenant: Tenant,
    key: HashKey,
    /// What this handle may write for, if it may not always.
    duty: Option<Arc<Duty>>,
}

impl MemoryArchive {
    /// An empty archive.
    pub fn new() -> Self {
        Self {
            state: Arc::default(),
            tenant: Tenant::default(),
            key: HashKey {
                id: "memory".to_owned(),
                bytes: *b"the hash key of memory archives.",
            },
            duty: None,
        }
    }

    /// What is held, for whoever writes and may.
    fn writing(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.state();
        match &self.duty {
            Some(duty) if !duties::has(&state, duty) => Err(off_duty(duty)),
            _ => Ok(state),
        }
    }

    /// Nothing that holds the lock can stop half-way, so a poisoned lock still guards whole state.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryArchive {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for MemoryArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryArchive").finish_non_exhaustive()
    }
}
