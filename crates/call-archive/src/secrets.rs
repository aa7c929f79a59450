//! Secrets that an installation keeps for itself: sealed, by name, replaced by one holder at a time.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{Error, Finished};

/// The longest time for which a claim can be held without being made again.
pub const LONGEST_CLAIM: Duration = Duration::from_mins(1);

/// A secret as it is kept; gone from memory when it is dropped.
pub type Secret = Zeroizing<String>;

/// What came of claiming a secret.
#[derive(PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a claim is held or it is not")]
pub enum Claimed {
    /// The caller holds it; this is what stands there.
    Held(Option<Secret>),
    /// Somebody else holds it, until this instant at the longest.
    Busy(Timestamp),
}

/// Secrets by name, such as tokens that a vendor takes once and that several processes renew.
///
/// Laws, each checked by [`crate::conformance::check_secrets`]:
/// - [`Secrets::secret`] gives what was replaced last, whole, and waits for nobody.
/// - A claim belongs to one holder, over all processes, until it is released or replaced, or until
///   its time has passed: so one whose process died ends. A claim whose end is further away than
///   [`LONGEST_CLAIM`] was made by a clock that was set back since, and counts as ended.
/// - [`Secrets::replace_secret`] by anybody but the holder changes nothing and says
///   [`Finished::Lost`]. What it says [`Finished::Held`] for is durable, and ends the claim.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// What stands under this name.
    async fn secret(&self, name: &str) -> Result<Option<Secret>, Error>;

    /// Claims the only right to replace a secret, until `until`. `holder` names the claim and must
    /// be new for each.
    async fn claim_secret(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Claimed, Error>;

    /// Replaces a claimed secret, or removes it, and ends the claim.
    async fn replace_secret(
        &self,
        name: &str,
        holder: &str,
        value: Option<Secret>,
    ) -> Result<Finished, Error>;

    /// Ends a claim and changes nothing; harmless if it is not held.
    async fn release_secret(&self, name: &str, holder: &str) -> Result<(), Error>;
}

/// Whether a claim with this end still counts.
pub(crate) fn counts(held_until: i64, now: i64) -> bool {
    let longest = i64::try_from(LONGEST_CLAIM.as_micros()).unwrap_or(i64::MAX);
    held_until > now && held_until <= now.saturating_add(longest)
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Held(_) => f.write_str("Held"),
            Self::Busy(until) => f.debug_tuple("Busy").field(until).finish(),
        }
    }
}
