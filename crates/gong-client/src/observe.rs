//! Who watches every attempt: an audit that records before and after, a meter, a guard.
use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::Operation;

/// Hears of every attempt before and after it is made, and may refuse it.
///
/// Laws: [`Observe::answered`] is called once for each attempt that was not refused, whatever
/// became of it, unless the caller dropped the request; what is lent may hold ids and dates, so
/// an implementation hashes it before it keeps it.
#[async_trait]
pub trait Observe: Send + Sync + fmt::Debug {
    /// Hears of an attempt that is about to be made.
    ///
    /// # Errors
    /// When the attempt must not be made.
    async fn about_to_send(&self, attempt: &Attempt<'_>) -> Result<(), Refusal>;

    /// Hears what became of it.
    async fn answered(&self, attempt: &Attempt<'_>, answered: &Answered<'_>);
}

/// An attempt to send a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// 1 for the first attempt at a request.
    pub number: u32,
    /// Path and query.
    pub target: &'a str,
    /// The JSON body.
    pub body: Option<&'a [u8]>,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answered<'a> {
    /// The status of the answer, when there was one.
    pub status: Option<u16>,
    /// From sending to the answer's last byte, or to the failure.
    pub elapsed: Duration,
    /// The length of the answer's body.
    pub bytes: u64,
    /// Gong's name for the answer, where it was an error.
    pub request_id: Option<&'a str>,
    /// Whether the attempt gave what was asked for.
    pub is_success: bool,
}

/// An observer refuses an attempt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[expect(
    clippy::exhaustive_structs,
    reason = "implementations of the seam make it"
)]
pub struct Refusal {
    /// Why, in words without secrets or names.
    pub reason: String,
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Unobserved;

#[async_trait]
impl Observe for Unobserved {
    async fn about_to_send(&self, _attempt: &Attempt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    async fn answered(&self, _attempt: &Attempt<'_>, _answered: &Answered<'_>) {}
}
