//! What a vendor delivered: durable before it is answered, with the job that fetches its call.

use std::time::Duration;

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::{AuditEntry, Error};

/// How long a delivery that is done is still known, so that it is told apart when it comes again.
pub const REPLAYS_KNOWN_FOR: Duration = Duration::from_hours(30 * 24);

/// How long the fetch of a call waits that is just being erased and may come back.
pub(crate) const AFTER_ERASING: Duration = Duration::from_mins(2);

/// A delivery that somebody has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The call that it is about.
    pub call: CallId,
    /// What was sent, byte by byte.
    pub body: Vec<u8>,
    /// How it was verified, a word.
    pub verified_by: &'static str,
    /// What the audit log says of it; the archive adds the call, and the outcome in a word.
    pub record: AuditEntry,
}

impl Delivery {
    /// A delivery about a call.
    pub fn new(call: CallId, body: Vec<u8>, verified_by: &'static str, record: AuditEntry) -> Self {
        Self {
            call,
            body,
            verified_by,
            record,
        }
    }

    /// The record of how this delivery ended.
    pub(crate) fn recorded(&self, outcome: DeliveryOutcome) -> AuditEntry {
        let mut entry = self.record.clone().concerning([self.call.as_str()]);
        outcome.as_str().clone_into(&mut entry.outcome);
        entry
    }
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever answers must think of each of the three"
)]
pub enum DeliveryOutcome {
    /// It is kept, and its call will be fetched.
    New,
    /// The same was delivered before.
    Duplicate,
    /// Its call was erased for good; nothing is kept.
    Erased,
}

impl DeliveryOutcome {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate => "duplicate",
            Self::Erased => "erased",
        }
    }
}

/// A delivery that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The call that it is about.
    pub call: CallId,
    /// The keyed hash of its body.
    pub body_hash: String,
    /// When it came.
    pub received: Timestamp,
    /// How it was verified, a word.
    pub verified_by: String,
}

/// How much waits in an inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboxStatus {
    /// Deliveries whose call was not fetched since.
    pub waiting: u64,
    /// When the oldest of them came.
    pub oldest: Option<Timestamp>,
}

/// The inbox of an archive.
///
/// A delivery follows its job: accepting one commits its row and one [`JobKind::Fetch`] of its call
/// together, and whoever [finishes](crate::Jobs::finish) that job as done, or
/// [buries](crate::DeadLetters::bury) it, ends in the same transaction every delivery of the call.
/// A newer delivery takes the job away from whoever holds it ([`Finished::Lost`]), so that nothing is
/// ended that came after its call was fetched.
///
/// Laws, each checked by [`crate::conformance::check_inbox`]:
/// - One outcome per delivery, in order; all of a batch commits together, each with its record in the
///   audit log.
/// - The same body about the same call is a duplicate, whether it waits or is done, until
///   [`REPLAYS_KNOWN_FOR`] after it was done. A duplicate of what waits sees to it that the job is
///   there and alive; one of what is done changes nothing.
/// - What a tombstone refuses is not kept. Beginning an erasure takes the deliveries of the call, and
///   its key.
/// - The body of a delivery goes when it ends.
///
/// [`JobKind::Fetch`]: crate::JobKind::Fetch
/// [`Finished::Lost`]: crate::Finished::Lost
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Takes in deliveries in one transaction.
    async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        now: Timestamp,
    ) -> Result<Vec<DeliveryOutcome>, Error>;

    /// The deliveries that wait, the oldest first.
    async fn deliveries(&self, most: usize) -> Result<Vec<Received>, Error>;

    /// The body of a delivery, while it waits.
    async fn delivery_body(&self, of: &Received) -> Result<Option<Vec<u8>>, Error>;

    /// How much waits.
    async fn inbox_status(&self) -> Result<InboxStatus, Error>;
}
