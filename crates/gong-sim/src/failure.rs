//! One way in which one request goes wrong.

use std::time::Duration;

/// What happens to a request instead of, or on top of, its proper answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// An error in Gong's shape with this status.
    Status(u16),
    /// An error page of something in front of Gong, with this status and no JSON.
    Page(u16),
    /// 429 with this `Retry-After`, in whole seconds.
    TooManyRequests(u64),
    /// The right answer, but only after this long.
    Slow(Duration),
    /// Status 200 and a complete body that ends in the middle of its JSON.
    TruncatedJson,
    /// The connection breaks in the middle of the body.
    BrokenBody,
    /// The connection is closed without a word of answer.
    Dropped,
}

impl Failure {
    /// The name under which the statistics count it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Page(_) => "page",
            Self::TooManyRequests(_) => "too-many-requests",
            Self::Slow(_) => "slow",
            Self::TruncatedJson => "truncated-json",
            Self::BrokenBody => "broken-body",
            Self::Dropped => "dropped",
        }
    }
}
