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
