//! PostgreSQL's errors in the words of what a caller can do, and when to try again.

use std::error::Error as StdError;
use std::time::Duration;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use crate::{Error, ErrorKind};

/// How often a transaction is tried that the server takes back.
const MOST_ATTEMPTS: u32 = 5;

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let (kind, what) = match error.code() {
            Some(state) if is_busy(state) => (
                ErrorKind::Busy,
                "other processes are writing to the archive",
            ),
            Some(state)
                if *state == SqlState::DATA_CORRUPTED || *state == SqlState::INDEX_CORRUPTED =>
            {
                (ErrorKind::Integrity, "the archive's database is damaged")
            }
            _ => (ErrorKind::Storage, "the archive's database failed"),
        };
        Self::new(kind, what).caused_by(error)
    }
}

fn is_busy(state: &SqlState) -> bool {
    is_taken_back(state)
        || [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::CANNOT_CONNECT_NOW,
        ]
        .contains(state)
}

/// Whether the server took a transaction back as a whole and would take it again.
fn is_taken_back(state: &SqlState) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ]
    .contains(state)
}

/// How long to wait before a transaction that ended in this state is tried again; `None` if it is
/// not. Whatever has no state (a connection that broke, perhaps after the commit) is not.
pub(super) fn decide(state: Option<&SqlState>, attempts: u32) -> Option<Duration> {
    let is_worth_it = attempts < MOST_ATTEMPTS && state.is_some_and(is_taken_back);
    is_worth_it.then(|| Duration::from_millis(10 << attempts.min(8)))
}

/// What the server said, if a failure came from it.
pub(super) fn state_of(error: &Error) -> Option<&SqlState> {
    let source = error.source()?;
    source.downcast_ref::<tokio_postgres::Error>()?.code()
}

/// No connection was to be had.
pub(super) fn no_connection(error: PoolError) -> Error {
    match error {
        PoolError::Backend(error) => Error::from(error),
        PoolError::Closed => crate::stored::stopped(),
        PoolError::Timeout(_) => Error::new(
            ErrorKind::Busy,
            "no connection to the archive's database came free in time",
        ),
        other => Error::new(
            ErrorKind::Storage,
            "the archive's database cannot be reached",
        )
        .caused_by(other),
    }
}

/// The deadline of a transaction has passed.
pub(super) fn too_late() -> Error {
    Error::new(
        ErrorKind::Storage,
        "the archive's database did not answer in time",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_took_back_is_tried_again_and_not_for_ever() {
        let again = |state| decide(state, 1).is_some();

        assert!(again(Some(&SqlState::T_R_SERIALIZATION_FAILURE)));
        assert!(again(Some(&SqlState::T_R_DEADLOCK_DETECTED)));
        assert!(!again(Some(&SqlState::LOCK_NOT_AVAILABLE)), "it has waited");
        assert!(!again(Some(&SqlState::UNIQUE_VIOLATION)));
        assert!(!again(None), "a lost answer may hide a commit");
        let last = decide(Some(&SqlState::T_R_DEADLOCK_DETECTED), MOST_ATTEMPTS);
        assert_eq!(last, None);
    }

    #[test]
    fn the_pauses_grow() {
        let state = SqlState::T_R_SERIALIZATION_FAILURE;
        let pauses: Vec<_> = (1..MOST_ATTEMPTS)
            .map(|n| decide(Some(&state), n))
            .collect();

        assert!(pauses.is_sorted() && pauses.iter().all(Option::is_some));
    }
}
