//! What is wrong with a stored value or a file, in the words of what a caller can do.

use crate::{Error, ErrorKind};

/// A file operation that failed.
pub(crate) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::new(ErrorKind::Storage, what).caused_by(error)
}

/// A stored value that cannot be what was stored.
pub(crate) fn damaged(what: &'static str) -> Error {
    Error::new(ErrorKind::Integrity, what)
}

/// A stored id that is none.
pub(crate) fn bad_id(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    damaged("a stored id is malformed").caused_by(error)
}

/// The archive does not take work any more.
pub(crate) fn stopped() -> Error {
    Error::new(ErrorKind::Closed, "the archive is closed")
}
