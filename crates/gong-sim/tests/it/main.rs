//! The simulator through its public door: raw HTTP, and the handle.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test support may fail loudly, as tests do"
)]

mod asking;
mod binary;
mod changes;
mod contract;
mod extensive;
mod faults;
mod gates;
mod lateness;
mod listing;
mod logins;
mod paging;
mod sample;
mod shared;
mod transcripts;
mod worlds;
