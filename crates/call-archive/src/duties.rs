//! Duties: what exactly one process of an installation does, such as the sync at fixed times.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use conversation::Revision;
use jiff::Timestamp;

use crate::{Archive, Error, ErrorKind, Finished};

/// The longest time for which a duty can be held without being renewed.
pub const LONGEST_DUTY: Duration = Duration::from_mins(15);

/// A duty as its holder has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duty {
    /// Which duty.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// The fencing token: grows with each holder.
    pub fence: Revision,
    /// When it may be taken over.
    pub until: Timestamp,
}

/// What came of asking for a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a duty is held or it is not")]
pub enum Appointed {
    /// The caller holds it.
    Held(Duty),
    /// Somebody else holds it.
    Busy(Duty),
}

/// Duties by name, each with one holder over all processes.
///
/// Laws, each checked by [`crate::conformance::check_duties`]:
/// - A duty has one holder, until it is left or its time has passed; then another may take it,
///   with a greater fence. However many ask at once, one gets it.
/// - A duty whose end is further away than [`LONGEST_DUTY`] was taken by a clock that was set back
///   since, and counts as ended.
/// - Renewing keeps the fence. Renewing and leaving what somebody else has taken over change
///   nothing and say [`Finished::Lost`].
/// - Whatever is written through [`Duties::on_duty`] after the duty was taken over or left is
///   refused as [`ErrorKind::OffDuty`], in the transaction that would have written it: a holder that was
///   paused past its time changes nothing. Reading goes on.
#[async_trait]
pub trait Duties: Send + Sync {
    /// Asks for a duty until `until`. `holder` names the caller and must be new for each process.
    async fn take_duty(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Appointed, Error>;

    /// Keeps a duty until `until`.
    async fn renew_duty(&self, duty: &Duty, until: Timestamp) -> Result<Finished, Error>;

    /// Gives a duty up, so that another need not wait.
    async fn leave_duty(&self, duty: &Duty) -> Result<Finished, Error>;

    /// Who holds a duty, or held it last without leaving it.
    async fn duty(&self, name: &str) -> Result<Option<Duty>, Error>;

    /// The archive as whoever has this duty may write it.
    fn on_duty(&self, duty: &Duty) -> Arc<dyn Archive>;
}

/// Whether a duty with this end, in microseconds, is still held.
pub(crate) fn is_held(until: i64, now: i64) -> bool {
    let longest = i64::try_from(LONGEST_DUTY.as_micros()).unwrap_or(i64::MAX);
    until > now && until <= now.saturating_add(longest)
}

/// Somebody else has the duty now.
pub(crate) fn off_duty(duty: &Duty) -> Error {
    let what = format!("the duty of {} is not held any more", duty.name);
    Error::new(ErrorKind::OffDuty, what)
}
