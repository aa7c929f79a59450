//! What went wrong, named by what the caller can do about it.
use std::{error, fmt, time::Duration};

use jiff::Timestamp;

use crate::Operation;

/// Why a request to Gong gave no answer.
///
/// Neither `Display` nor `Debug` shows what Gong explained in words, since that may name people:
/// see [`Error::explanation`].
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<u16>,
    request_id: Option<String>,
    explanation: Vec<String>,
    attempts: u32,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

/// What kind of failure it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 401: Gong does not know the credentials.
    #[error("gong does not accept the credentials")]
    Unauthorized,
    /// 403: the credentials lack a scope, a licence or a trusted address.
    #[error("the credentials do not open this")]
    Forbidden,
    /// The key belongs to another host of Gong's, as its redirect tells.
    #[error("this key belongs to {base_url}; set GONG_BASE_URL={base_url}")]
    WrongHost {
        /// The base URL to set.
        base_url: String,
    },
    /// A redirect that leads to no host of Gong's API; it was not followed.
    #[error("a redirect to {to} was not followed")]
    Redirected {
        /// Scheme and host it leads to.
        to: String,
    },
    /// The answer does not come from Gong's API: there is no such path on that host, or something
    /// stands between.
    #[error("the answer does not come from gong's api")]
    NotGong,
    /// 404 in Gong's own shape: what was asked for is not there.
    #[error("gong does not know it")]
    NotFound,
    /// 400 and other refusals of the request itself.
    #[error("gong refuses the request")]
    Rejected,
    /// 409: what it would make exists, or the state forbids it.
    #[error("gong reports a conflict")]
    Conflict,
    /// 402: the company's Gong credits are spent.
    #[error("the company's gong credits are spent")]
    OutOfCredits,
    /// The list's cursor has expired (about an hour after the first page): ask for the first page
    /// again, best for a shorter period.
    #[error("the list's cursor has expired; start the list again")]
    CursorExpired,
    /// The list came back to a cursor it had given before, or does not end.
    #[error("the list goes round in circles")]
    EndlessList,
    /// 429, and Gong demands a longer wait than a request should take, or demanded too often.
    #[error("gong's request limit is exceeded")]
    RateLimited {
        /// How long Gong wants nobody to ask.
        retry_after: Option<Duration>,
    },
    /// Our own budget of requests is spent.
    #[error("the budget of requests is spent")]
    BudgetSpent {
        /// When there is one again.
        until: Option<Timestamp>,
    },
    /// An observer refused the request.
    #[error("the request was refused before it was sent")]
    Refused,
    /// The credentials could not be had.
    #[error("the credentials could not be had")]
    Credentials,
    /// 5xx.
    #[error("gong failed")]
    Server,
    /// No whole answer in time.
    #[error("gong did not answer in time")]
    TimedOut,
    /// No connection.
    #[error("gong could not be reached")]
    Unreachable,
    /// The server's certificate is not trusted: something stands between, or a gateway's own
    /// certificate was not given.
    #[error("the server's certificate is not trusted")]
    Untrusted,
    /// The connection broke, or the answer is cut off.
    #[error("the answer was cut off")]
    Interrupted,
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
    /// The answer is not what Gong's document says.
    #[error("the answer could not be read")]
    Undecodable,
    /// So many elements of a list could not be read; all others were given before.
    #[error("{count} elements of the list could not be read{}", named(ids))]
    UnreadableElements {
        /// How many.
        count: usize,
        /// The ids of the first hundred, as far as they could be made out.
        ids: Vec<String>,
    },
    /// The file to send could not be read.
    #[error("the file to send could not be read")]
    File,
    /// The file to send is larger than Gong takes.
    #[error("the file to send is larger than {limit} bytes")]
    FileTooLarge {
        /// What Gong takes.
        limit: u64,
    },
    /// The client could not be made as asked.
    #[error("the client could not be made")]
    Setup,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            status: None,
            request_id: None,
            explanation: Vec::new(),
            attempts: 0,
            source: None,
        }))
    }

    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn answered(
        mut self,
        status: u16,
        request_id: Option<String>,
        explanation: Vec<String>,
    ) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self.0.explanation = explanation;
        self
    }

    pub(crate) fn during(mut self, operation: &Operation, attempts: u32) -> Self {
        self.0.operation = Some(operation.id);
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self.kind() {
            ErrorKind::RateLimited { .. }
            | ErrorKind::BudgetSpent { .. }
            | ErrorKind::Server
            | ErrorKind::TimedOut
            | ErrorKind::Unreachable
            | ErrorKind::Interrupted
            | ErrorKind::CursorExpired => true,
            ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::WrongHost { .. }
            | ErrorKind::Redirected { .. }
            | ErrorKind::NotGong
            | ErrorKind::Untrusted
            | ErrorKind::NotFound
            | ErrorKind::Rejected
            | ErrorKind::Conflict
            | ErrorKind::OutOfCredits
            | ErrorKind::EndlessList
            | ErrorKind::Refused
            | ErrorKind::Credentials
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Undecodable
            | ErrorKind::UnreadableElements { .. }
            | ErrorKind::File
            | ErrorKind::FileTooLarge { .. }
            | ErrorKind::Setup => false,
        }
    }

    /// What a person can do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self.kind() {
            ErrorKind::Unauthorized => {
                "check GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET, that GONG_BASE_URL is the address \
                 shown beside the key in Gong, and that the key has not expired"
            }
            ErrorKind::Forbidden => {
                "check the key's scopes, its list of trusted addresses and the company's licence"
            }
            ErrorKind::WrongHost { .. } => {
                "set GONG_BASE_URL to the address shown beside the key in Gong"
            }
            ErrorKind::NotGong | ErrorKind::Redirected { .. } | ErrorKind::Untrusted => {
                "check GONG_BASE_URL, and whether a proxy stands between"
            }
            ErrorKind::RateLimited { .. } | ErrorKind::BudgetSpent { .. } => {
                "try later; Gong's limits hold for all tools of the company together"
            }
            ErrorKind::CursorExpired => "start the list again, for a shorter period",
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Interrupted => {
                "check the network and try again"
            }
            ErrorKind::Server => "try later; Gong's support can look up the request id",
            _ => return None,
        })
    }

    /// The operation, by Gong's `operationId`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Gong's name for the answer, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many attempts were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What Gong said in words. They may name people: show them to the person who asked, and
    /// never log them or decide on them.
    pub fn explanation(&self) -> &[String] {
        &self.0.explanation
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        if let Some(status) = self.0.status {
            write!(f, " (status {status}")?;
            if let Some(id) = &self.0.request_id {
                write!(f, ", request id {id}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn error::Error + 'static))
    }
}

fn named(ids: &[String]) -> String {
    if ids.is_empty() {
        String::new()
    } else {
        format!(": {}", ids.join(", "))
    }
}
