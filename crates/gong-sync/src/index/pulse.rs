//! Leases of batches on their way, kept alive however long a step of the pipeline takes.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use call_archive::Lease;
use futures::future::{Either, select};

use crate::index::prepare::{Batch, LEASE};
use crate::pending::later;
use crate::sync::Sync;

/// Three times within a lease, so that one that is missed costs nothing.
const BEAT: Duration = Duration::from_mins(5);

/// The leases that are held, by whatever stage.
#[derive(Default)]
pub(crate) struct Pulse(Mutex<Vec<Lease>>);

impl Pulse {
    /// Holds these leases.
    pub(crate) fn over(leases: Vec<Lease>) -> Self {
        Self(Mutex::new(leases))
    }

    /// Holds the leases of these batches, and no others.
    pub(super) fn hold<'b>(&self, batches: impl IntoIterator<Item = &'b Batch>) {
        let mut held = self.lock();
        held.clear();
        held.extend(batches.into_iter().flat_map(Batch::leases).cloned());
    }

    /// Holds those of one batch more.
    pub(super) fn hold_too(&self, batch: &Batch) {
        self.lock().extend(batch.leases().cloned());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sync {
    /// Waits for a step, and extends the leases meanwhile. One that is lost all the same, or cannot
    /// be extended, shows when its job is acknowledged.
    pub(crate) async fn keeping<T>(&self, pulse: &Pulse, step: impl Future<Output = T>) -> T {
        let mut step = pin!(step);
        loop {
            let beat = pin!(tokio::time::sleep(BEAT));
            if let Either::Left((done, _)) = select(step.as_mut(), beat).await {
                return done;
            }
            let held = pulse.lock().clone();
            let extending = async {
                for lease in held {
                    let until = later(self.now(), LEASE);
                    if let Err(error) = self.parts().archive.extend(&lease, until).await {
                        tracing::warn!(%error, "a lease could not be extended");
                    }
                }
            };
            if let Either::Left((done, _)) = select(step.as_mut(), pin!(extending)).await {
                return done;
            }
        }
    }
}
