//! Why a CRM could not be asked.

use crate::RecordKind;

/// Why a CRM could not be asked. No message of the CRM and no value stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrmError {
    /// The client cannot be made.
    #[error("the CRM cannot be asked: {0}")]
    Setup(&'static str),
    /// The token was not accepted.
    #[error("the CRM does not accept the token")]
    Unauthorised,
    /// The token does not open this.
    #[error("the token does not open this kind of record")]
    MissingScope,
    /// The requests of the day are spent, or as many as we take.
    #[error("the requests of the day are spent")]
    DayIsSpent,
    /// Who must hear of each request could not be told, so it was not sent.
    #[error("a request was held back, because it cannot be recorded")]
    HeldBack,
    /// The CRM went on answering that too much is asked of it.
    #[error("the CRM is asked too much at the moment")]
    Busy,
    /// No connection was made.
    #[error("the CRM cannot be reached")]
    Unreachable,
    /// No whole answer came, or one of a failure of the CRM's own.
    #[error("the CRM failed to answer")]
    Failed,
    /// The request was refused.
    #[error("the CRM refused a request with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// The answer is none that we know.
    #[error("the CRM's answer {0}")]
    BadAnswer(&'static str),
    /// Records of this kind are not looked for in this way.
    #[error("a {kind:?} is not looked for in this way")]
    NoSuchWay {
        /// The kind.
        kind: RecordKind,
    },
}
