//! What tantivy and the disk report, in the words of the store.

use std::io;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};

use crate::{Error, ErrorKind};

pub(super) fn damaged(what: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("{what}: run `gongkit reindex`"))
}

pub(super) fn io_failure(what: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Storage, what).caused_by(error)
}

pub(super) fn index_failure(what: &str, error: TantivyError) -> Error {
    let kind = match &error {
        TantivyError::LockFailure(LockError::LockBusy, _) => ErrorKind::Locked,
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::OpenReadError(
            OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_),
        ) => ErrorKind::Damaged,
        _ => ErrorKind::Storage,
    };
    let hint = match kind {
        ErrorKind::Damaged => ": run `gongkit reindex`",
        _ => "",
    };
    Error::new(kind, format!("{what}{hint}")).caused_by(error)
}
