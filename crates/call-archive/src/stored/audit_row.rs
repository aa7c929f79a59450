//! The row of a record of the audit log.

use crate::audit::{AuditEntry, AuditRecord};
use crate::moment::instant;
use crate::{Error, ErrorKind};

/// One row of `audit`.
pub(crate) struct AuditRow {
    pub(crate) chain: String,
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) role: String,
    pub(crate) action: String,
    pub(crate) targets: String,
    pub(crate) outcome: String,
    pub(crate) bytes: i64,
    pub(crate) params: String,
    pub(crate) prev: String,
    pub(crate) mac: String,
}

impl AuditRow {
    pub(crate) fn of(record: &AuditRecord) -> Self {
        let AuditRecord {
            chain,
            seq,
            entry,
            prev,
            mac,
        } = record;
        let entry = entry.clone();
        Self {
            chain: chain.clone(),
            seq: number(*seq),
            at: entry.at.as_microsecond(),
            actor: entry.actor,
            role: entry.role,
            action: entry.action,
            targets: entry.targets,
            outcome: entry.outcome,
            bytes: number(entry.bytes),
            params: entry.params,
            prev: prev.clone(),
            mac: mac.clone(),
        }
    }

    /// The record, unchecked: a row that somebody changed must still be readable to be named.
    pub(crate) fn record(self) -> Result<AuditRecord, Error> {
        let count = |number: i64| {
            u64::try_from(number).map_err(|error| {
                Error::new(ErrorKind::Integrity, "a record of the audit log is damaged")
                    .caused_by(error)
            })
        };
        Ok(AuditRecord {
            chain: self.chain,
            seq: count(self.seq)?,
            entry: AuditEntry {
                at: instant(self.at)?,
                actor: self.actor,
                role: self.role,
                action: self.action,
                targets: self.targets,
                outcome: self.outcome,
                bytes: count(self.bytes)?,
                params: self.params,
            },
            prev: self.prev,
            mac: self.mac,
        })
    }
}

/// What is too large for a column is cut before it is chained.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
