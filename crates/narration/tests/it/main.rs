//! The crate through its public door.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod adapters;
mod altered;
mod hostile;
mod server;
mod writing;
