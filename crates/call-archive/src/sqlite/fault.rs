//! SQLite's errors, in the words of what a caller can do.

use rusqlite::ErrorCode;

use crate::{Error, ErrorKind};

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let (kind, what) = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (ErrorKind::Busy, "another process is writing to the archive")
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                (ErrorKind::Integrity, "the archive's database is damaged")
            }
            _ => (ErrorKind::Storage, "the archive's database failed"),
        };
        Self::new(kind, what).caused_by(error)
    }
}

/// A file operation that failed.
pub(super) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::new(ErrorKind::Storage, what).caused_by(error)
}

/// A stored value that cannot be what was stored.
pub(super) fn damaged(what: &'static str) -> Error {
    Error::new(ErrorKind::Integrity, what)
}

/// The archive does not take work any more.
pub(super) fn stopped() -> Error {
    Error::new(ErrorKind::Closed, "the archive is closed")
}
