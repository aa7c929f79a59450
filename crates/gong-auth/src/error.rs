//! What can be wrong with credentials or with an address, never quoting a secret.
use std::{io, path::PathBuf};

use crate::OAuthError;

/// What is wrong with credentials or with a base URL, named by what the caller can mend.
///
/// No variant holds a key, a secret or a whole URL, so neither `Display` nor `Debug` can
/// print one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing gives this half of the key pair.
    #[error("no {what}: set {variable} or {variable}_FILE")]
    Missing {
        /// Which half, in words.
        what: &'static str,
        /// The variable that would give it.
        variable: &'static str,
    },
    /// A value and a file for the same value are both given.
    #[error("both {first} and {second} are set; keep one")]
    Ambiguous {
        /// The setting of the value.
        first: String,
        /// The setting of the file.
        second: String,
    },
    /// A file that should hold a secret could not be read.
    #[error("cannot read {} (from {setting})", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        setting: String,
        /// Why it could not be read.
        source: io::Error,
    },
    /// A value cannot be half of a key pair.
    #[error("the {what} {problem}")]
    Malformed {
        /// Which half, in words.
        what: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The text is not a usable base URL.
    #[error("the base URL {problem}")]
    BadBaseUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The base URL leads away from Gong and was not allowed by name.
    #[error(
        "the base URL's host {host} is neither https under gong.io nor loopback, \
         and credentials are not sent elsewhere"
    )]
    ForeignBaseUrl {
        /// Scheme and host, without path, query or user.
        host: String,
    },
    /// The text is no address on this machine to which a browser could be sent back.
    #[error("the redirect {problem}")]
    BadRedirect {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Nothing can be heard on this port.
    #[error("cannot listen on port {port} of 127.0.0.1")]
    CannotListen {
        /// The port.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// A login or a token; see there.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
}

impl Error {
    /// Tells whether the same thing may succeed a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::OAuth(error) if error.is_transient())
    }

    /// Tells whether only a new login helps.
    pub fn needs_login(&self) -> bool {
        matches!(self, Self::OAuth(error) if error.needs_login())
    }
}
