//! Where passages are remembered: in a folder beside the archive, or in Qdrant.

use std::num::NonZeroU32;
use std::path::PathBuf;

use memory_qdrant::{Address, AddressError, Plaintext};
use secrecy::SecretString;
use serde::Deserialize;

use super::settings::{YesNo, path, secret};
use crate::{Error, ErrorKind};

/// Where passages are remembered, and how that is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MemorySettings {
    /// Which store answers.
    pub store: StoreName,
    /// Where Qdrant's gRPC API is.
    pub url: String,
    /// The key that Qdrant asks for.
    #[serde(deserialize_with = "secret")]
    pub api_key: Option<SecretString>,
    /// A file that holds the key.
    #[serde(deserialize_with = "path")]
    pub api_key_file: Option<PathBuf>,
    /// What the names of collections begin with, and the name that stands for the newest one.
    pub collections: String,
    /// How many seconds one attempt of a request may take.
    pub timeout: NonZeroU32,
    /// Into how many shards a new collection is cut.
    pub shards: NonZeroU32,
    /// How many nodes hold each shard.
    pub replicas: NonZeroU32,
    /// How many of them must have a write before it counts.
    pub write_consistency: NonZeroU32,
    /// Whether Qdrant may be reached without TLS on another machine.
    pub allow_plain_text_to_other_hosts: YesNo,
}

/// The stores there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StoreName {
    /// A folder beside the archive; no server.
    Embedded,
    /// A Qdrant server or cluster.
    Qdrant,
}

impl MemorySettings {
    /// Reads an address of Qdrant, and refuses one that would send everything in the clear.
    pub(crate) fn address(&self, url: &str) -> Result<Address, Error> {
        let plaintext = match self.allow_plain_text_to_other_hosts {
            YesNo::Yes => Plaintext::Anywhere,
            YesNo::No => Plaintext::OnLoopback,
        };
        Address::parse(url, plaintext).map_err(|error| {
            let hint = match error {
                AddressError::Plaintext => {
                    "write https://, or set memory.allow_plain_text_to_other_hosts = \"yes\": \
                     whoever is on the way then reads vectors, hashed words and the API key"
                }
                AddressError::Credentials => {
                    "put the key into a file and its path into memory.api_key_file"
                }
                _ => "write https://HOST:6334, the address of Qdrant's gRPC API",
            };
            Error::new(
                ErrorKind::NotConfigured,
                "the address of Qdrant cannot be used",
            )
            .caused_by(error)
            .hint(hint)
        })
    }

    /// Whether an address is one of this machine.
    pub(crate) fn is_near(address: &str) -> bool {
        // An address that may be talked to in the clear without being told so is a near one.
        !address.starts_with("https://") && Address::parse(address, Plaintext::OnLoopback).is_ok()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.store == StoreName::Qdrant && self.url.is_empty() {
            let what = "memory.store is qdrant and memory.url is empty";
            return Err(Error::new(ErrorKind::NotConfigured, what).hint(
                "set memory.url to the address of Qdrant's gRPC API, like http://127.0.0.1:6334",
            ));
        }
        if !self.url.is_empty() {
            self.address(&self.url)?;
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name = &self.collections;
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_plain) {
            let what = "memory.collections is no beginning of a name";
            return Err(Error::new(ErrorKind::NotConfigured, what)
                .hint("write up to 64 letters, digits, - and _"));
        }
        if self.write_consistency > self.replicas {
            let what = "memory.write_consistency asks for more nodes than memory.replicas has";
            return Err(Error::new(ErrorKind::NotConfigured, what)
                .hint("no write could ever count; lower the one or raise the other"));
        }
        Ok(())
    }
}
