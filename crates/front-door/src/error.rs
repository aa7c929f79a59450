//! Why a listener does not open.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a listener does not open, named by what can be done about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Beyond this machine everything would be readable on the way.
    #[error("on {address} everything would travel in clear text")]
    ClearText {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// Beyond this machine somebody must ask who is there.
    #[error("on {address} anybody could ask without showing anything")]
    Unguarded {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// Nothing can be heard at this address.
    #[error("cannot listen on {address}")]
    Taken {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file of the certificate or its key could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no certificate or no key.
    #[error("{} holds no {what} in PEM form", path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        what: &'static str,
    },
    /// Certificate and key do not belong together, or are of a kind that is not supported.
    #[error("the certificate in {} cannot be used with its key", path.display())]
    Unusable {
        /// The certificate's file.
        path: PathBuf,
        /// What is wrong with them.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ClearText { .. } => Some(
                "listen on 127.0.0.1, give a certificate with --tls-cert and --tls-key, or put a \
                 proxy that ends TLS before it and pass --behind-proxy",
            ),
            Self::Unguarded { .. } => {
                Some("listen on 127.0.0.1, or configure how those who ask are recognised")
            }
            Self::Taken { .. } => {
                Some("choose another port, or end the process that listens there")
            }
            Self::Unreadable { .. } => Some("check that the file exists and may be read"),
            Self::NotPem { .. } => Some("write it as text between -----BEGIN and -----END lines"),
            Self::Unusable { .. } => {
                Some("give the key that the certificate was made for, of RSA, ECDSA or Ed25519")
            }
        }
    }
}
