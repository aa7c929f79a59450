//! The audit log: who did what, in a chain that shows tampering.

mod chain;
mod check;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Error;

pub use chain::AuditKey;
pub use check::{AuditCheck, BadRecord};

/// Something that happened, as it is told to the log.
///
/// It holds ids, counts and keyed hashes only: no words of a call, no name, no address, no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who, by an id.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// What was done: the name of an operation.
    pub action: String,
    /// What it concerned: ids, with a blank between them.
    pub targets: String,
    /// `intent`, or how it ended.
    pub outcome: String,
    /// How many bytes came back.
    pub bytes: u64,
    /// The keyed hash of the parameters ([`AuditKey::params`]); empty if there were none.
    pub params: String,
}

impl AuditEntry {
    /// An entry without targets, bytes and parameters.
    pub fn new(at: Timestamp, actor: &str, role: &str, action: &str, outcome: &str) -> Self {
        Self {
            at,
            actor: word(actor),
            role: word(role),
            action: word(action),
            targets: String::new(),
            outcome: word(outcome),
            bytes: 0,
            params: String::new(),
        }
    }

    /// Names what it concerned.
    #[must_use = "gives the entry back"]
    pub fn concerning<'a>(mut self, ids: impl IntoIterator<Item = &'a str>) -> Self {
        let ids: Vec<String> = ids.into_iter().map(word).collect();
        self.targets = ids.join(" ");
        self
    }

    /// Says how many bytes came back.
    #[must_use = "gives the entry back"]
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Keeps the hash of the parameters.
    #[must_use = "gives the entry back"]
    pub fn params(mut self, hash: String) -> Self {
        self.params = hash;
        self
    }
}

/// A blank parts targets and a line ends a record of an export, so neither stands in a word.
fn word(text: &str) -> String {
    text.chars()
        .map(|char| {
            if char.is_whitespace() || char.is_control() {
                '_'
            } else {
                char
            }
        })
        .collect()
}

/// An entry in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct AuditRecord {
    /// The chain: one where writers take turns, one per process else.
    pub chain: String,
    /// Its number in the chain, from 1, without gaps.
    pub seq: u64,
    /// What happened.
    pub entry: AuditEntry,
    /// The code of the record before it; empty for the first.
    pub prev: String,
    /// The code of this record, over everything above.
    pub mac: String,
}

/// The end of a chain. Kept elsewhere it is a checkpoint: it shows that nothing before it was cut
/// off or written anew, even by somebody who holds the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the place and its code are the meaning"
)]
pub struct AuditHead {
    /// The chain.
    pub chain: String,
    /// The number of its last record.
    pub seq: u64,
    /// The code of that record.
    pub mac: String,
}

/// The audit log.
///
/// Laws, each checked by the conformance suite:
/// - Records are appended, durably, in the order told, without gaps; nothing changes or removes one.
/// - Each record is chained to the one before it by the key of the tenant, also across handles.
/// - Appending several is one transaction: all or none.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Appends entries and gives the new end of their chain; none if there was nothing to append.
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error>;

    /// The records after a place, in the order of chain and number, at most so many.
    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error>;

    /// The ends of all chains, in the order of their names.
    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error>;

    /// The key of the chain.
    async fn audit_key(&self) -> Result<AuditKey, Error>;
}
