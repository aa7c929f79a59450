//! What can go wrong in a store, named by what a caller can do.

use std::error::Error as StdError;
use std::fmt;

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The index was made in another space: rebuild it (`gongkit reindex`).
    ForeignSpace,
    /// A vector does not fit the space.
    WrongDimensions,
    /// No vector is stored for a passage that came without one: embed it.
    VectorMissing,
    /// A passage is not of the call it is written under, or comes twice: a fault of the caller.
    Misplaced,
    /// There is no index at this place yet: whoever writes makes it (`gongkit sync`).
    Absent,
    /// Another process holds the index for writing: try later, or leave it the job.
    Locked,
    /// This handle only reads.
    ReadOnly,
    /// The files are damaged: rebuild the index (`gongkit reindex`).
    Damaged,
    /// The server does not accept the key that it was shown.
    NotAuthorised,
    /// The disk or the server did not do its part.
    Storage,
}

/// An error of a store.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    what: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind; `what` is one lower-case phrase without words of a call.
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
            source: None,
        }
    }

    /// Keeps what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What a caller can do.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Locked | ErrorKind::Storage)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
