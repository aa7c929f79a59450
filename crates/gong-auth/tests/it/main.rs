//! Logins and renewals against a strict fake, over real sockets, files and processes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod file_store;
mod fixture;
mod login;
mod processes;
mod renewal;
mod secrets;
