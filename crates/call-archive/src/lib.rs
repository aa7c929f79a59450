//! The durable record of calls: sealed, revised, and the one truth of an installation.
//!
//! The seam is [`Archive`], made of small traits by concern: [`Calls`], [`Erasing`], [`Jobs`],
//! [`Indexes`], [`Ledger`]. Whatever can hold words of a call, a title or a name is sealed with a
//! key of that call; ids, times and numbers are clear.

mod archive;
mod calls;
mod error;
mod indexes;
mod jobs;

pub use archive::{Archive, Calls, Erasing, Indexes, Jobs, Ledger};
pub use calls::{
    CallPage, CallQuery, Checkpoint, Erasure, Keep, Known, Put, PutOutcome, Raw, Source,
    StoredCall, StoredText, TextState,
};
pub use error::{Error, ErrorKind};
pub use indexes::{HashKey, IndexId, IndexInfo, Indexed, IndexedCall, PointsHeld, Status, Sweep};
pub use jobs::{Finish, Finished, JobKind, JobRequest, Lease};
