//! What can be wrong with a world, a fault or the place to listen.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a simulator could not be set up or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of a world is not JSON.
    #[error("{} is not JSON", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where the JSON is wrong.
        source: serde_json::Error,
    },
    /// A file of a world is JSON, but no call.
    #[error("{} holds no call in Gong's shape", path.display())]
    NotACall {
        /// The file.
        path: PathBuf,
        /// Which field is missing or wrong.
        source: Box<Error>,
    },
    /// A call lacks a field without which it cannot be served.
    #[error("a call has no usable {field}")]
    CallWithout {
        /// The path of the field in Gong's JSON.
        field: &'static str,
    },
    /// The world has no such call.
    #[error("no call {id} in this world")]
    UnknownCall {
        /// The id that was asked for.
        id: String,
    },
    /// Two calls of a world have one id.
    #[error("call {id} stands in this world already")]
    DuplicateCall {
        /// The id that both have.
        id: String,
    },
    /// A fault given as text is not understood.
    #[error("fault {given:?} is not understood: {problem}")]
    UnknownFault {
        /// The text.
        given: String,
        /// What was expected.
        problem: &'static str,
    },
    /// The port cannot be opened.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was tried.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The throw-away certificate for TLS could not be made.
    #[error("cannot make a certificate for the simulator")]
    Certificate {
        /// What went wrong underneath.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
