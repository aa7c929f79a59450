//! The receiver over real HTTP, and killed.
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "test support may fail loudly and say what it saw, as tests do"
)]

mod answering;
mod bounds;
mod crash;
mod office;
mod silence;
