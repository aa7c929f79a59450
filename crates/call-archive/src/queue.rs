//! The rules of the job queue that every archive shares.
//!
//! An attempt counts when its holder says that it failed ([`crate::Finish::Retry`]). A lease that
//! was left without a word (its holder died, or slept past the end) counts separately and with
//! more patience: holders claim in batches, and one job that kills its process must not bury the
//! others that it was claimed with.

use crate::{Error, ErrorKind, IndexId, JobKind, JobRequest};

/// How often a job may fail; then it is dead.
pub const MAX_ATTEMPTS: u32 = 8;

/// How often a job's holder may vanish; then it is dead.
pub const MAX_ABANDONED: u32 = 25;

/// Refuses what cannot be asked for.
pub(crate) fn checked(
    request: &JobRequest,
    is_known: impl FnOnce(&IndexId) -> bool,
) -> Result<(), Error> {
    match (request.kind, &request.index) {
        (JobKind::Index, Some(index)) if is_known(index) => Ok(()),
        (JobKind::Index, Some(_)) => Err(unknown_index()),
        (JobKind::Index, None) => Err(Error::new(
            ErrorKind::Invalid,
            "an index job must name its index",
        )),
        (_, Some(_)) => Err(Error::new(
            ErrorKind::Invalid,
            "only an index job names an index",
        )),
        (_, None) => Ok(()),
    }
}

/// The archive did not make this index, or has dropped it.
pub(crate) fn unknown_index() -> Error {
    Error::new(ErrorKind::Invalid, "this archive has no such index")
}
