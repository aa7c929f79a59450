//! The client through its public door: against Gong's document, real answers and a faulty server.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test, and a test that did not run says so"
)]

mod answers;
mod every;
mod faults;
mod fixture;
mod lists;
mod operations;
mod prism;
mod requests;
mod resources;
mod seams;
mod shared;
mod simulator;
mod spec;
mod uploads;
