//! What a person says about which deal a call is about.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, DealId};

use crate::Error;

/// What became of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three ends are the meaning")]
pub enum Pinned {
    /// It is as was asked now, and was not before.
    Changed,
    /// It was so before.
    Same,
    /// The call or the deal is not reached, or the call is private.
    NotThere,
}

impl Pinned {
    /// What became of it, if it was there to be changed.
    pub(crate) const fn of(changed: bool) -> Self {
        if changed { Self::Changed } else { Self::Same }
    }
}

/// Calls that a person pinned to deals.
///
/// Laws, each checked by the conformance suite:
/// - A call with pins is about the deals that it is pinned to, and about no others, whatever is found
///   or told of it; without pins it is about what was found again.
/// - Pins stay whatever a put brings; they go with the call, and with the deal.
/// - Only a call and a deal that the scope reaches are pinned, and never a private call.
#[async_trait]
pub trait Pins: Send + Sync {
    /// Pins a call to a deal.
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error>;

    /// Takes a pin away.
    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error>;
}
