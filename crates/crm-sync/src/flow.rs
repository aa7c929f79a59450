//! Plan, apply, resume, undo: the flow over a CRM and an outbox.

mod apply;
mod blank;
mod look;
mod resume;
mod undo;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use apply::Reached;
pub use blank::Blanked;
pub use resume::Resumed;

use crate::{Crm, CrmError, Outbox, OutboxError, Subject};

/// How long what was sent may take to be found, where a CRM does not know our keys: after that, what
/// is not found was not carried out.
pub const SETTLED: SignedDuration = SignedDuration::from_mins(15);

/// Writes to a CRM exactly once in effect, whatever dies in between.
///
/// An entry of the outbox is saved before anything is sent, and again when its outcome is known.
/// Whoever died in between has left an entry of which only [`Progress::Sent`](crate::Progress) is
/// known: [`resume`](Self::resume) reads back what became of it before anything is written again.
#[derive(Clone)]
pub struct CrmSync {
    crm: Arc<dyn Crm>,
    outbox: Arc<dyn Outbox>,
}

/// Why a run stopped. What it did before is in the outbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The CRM could not be asked.
    #[error(transparent)]
    Crm(#[from] CrmError),
    /// The outbox could not be reached.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Records that were made.
    pub made: usize,
    /// Records that were changed.
    pub changed: usize,
    /// Links that were made.
    pub linked: usize,
    /// What the CRM refused, with its message.
    pub failed: BTreeMap<Subject, String>,
    /// Records that a person had deleted.
    pub deleted: Vec<Subject>,
    /// What was sent and must be looked at before it is written again.
    pub unknown: Vec<Subject>,
    /// What was not sent, or is blanked again, because what it is about, or sums up, was erased here.
    pub erased: Vec<Subject>,
    /// What was not sent: the day is spent, or the CRM could not be reached.
    pub waiting: Vec<Subject>,
    /// How many records the run did not come to before it stopped. They stay planned.
    pub unreached: usize,
}

impl CrmSync {
    /// A flow over these two.
    pub fn new(crm: Arc<dyn Crm>, outbox: Arc<dyn Outbox>) -> Self {
        Self { crm, outbox }
    }
}

/// Whether what was sent at an instant would have been found by now.
fn is_settled(sent: Timestamp, now: Timestamp) -> bool {
    now.duration_since(sent) >= SETTLED
}
