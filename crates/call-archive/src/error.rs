//! What can go wrong in an archive, named by what a caller can do.

use std::error::Error as StdError;
use std::fmt;

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The archive's key is missing: put the key file back.
    KeyMissing,
    /// The key does not open this archive: give the right one.
    WrongKey,
    /// A row does not open or does not fit its hash: restore a backup.
    Integrity,
    /// The archive was written by a newer gongkit: upgrade.
    NewerSchema,
    /// Another process is busy with it: try later.
    Busy,
    /// Another process has taken over what this one had the duty of: stop.
    OffDuty,
    /// The archive is being moved to another place and takes nothing new: try later, there.
    Moving,
    /// The archive has moved: open it where the error says.
    Moved,
    /// The work was stopped on request and can be gone on with.
    Stopped,
    /// The archive is being closed.
    Closed,
    /// What was asked for cannot be asked for.
    Invalid,
    /// The disk or the server did not do its part.
    Storage,
}

/// An error of an archive.
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
        matches!(
            self.kind,
            ErrorKind::Busy | ErrorKind::Storage | ErrorKind::Moving
        )
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
