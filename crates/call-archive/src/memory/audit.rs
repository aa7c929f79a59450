//! The audit log in memory.

use async_trait::async_trait;

use crate::audit::{Audit, AuditEntry, AuditHead, AuditKey, AuditRecord};
use crate::moment::cut;
use crate::{Error, MemoryArchive};

use super::state::State;

const CHAIN: &str = "main";

#[async_trait]
impl Audit for MemoryArchive {
    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<Option<AuditHead>, Error> {
        let key = self.chain_key();
        let mut state = self.writing()?;
        for entry in entries {
            append(&mut state, &key, entry);
        }
        let head = state.audit.last().map(AuditRecord::head);
        Ok(head.filter(|_| !entries.is_empty()))
    }

    async fn audit_records(
        &self,
        after: Option<&AuditHead>,
        most: usize,
    ) -> Result<Vec<AuditRecord>, Error> {
        let seq = after.map_or(0, |after| after.seq);
        let state = self.state();
        let later = state.audit.iter().filter(|record| record.seq > seq);
        Ok(later.take(most).cloned().collect())
    }

    async fn audit_heads(&self) -> Result<Vec<AuditHead>, Error> {
        let state = self.state();
        Ok(state
            .audit
            .last()
            .map(AuditRecord::head)
            .into_iter()
            .collect())
    }

    async fn audit_key(&self) -> Result<AuditKey, Error> {
        Ok(self.chain_key())
    }
}

impl MemoryArchive {
    pub(super) fn chain_key(&self) -> AuditKey {
        AuditKey::of(&self.key, &self.tenant)
    }
}

pub(super) fn append(state: &mut State, key: &AuditKey, entry: &AuditEntry) {
    let mut entry = entry.clone();
    entry.at = cut(entry.at);
    let last = state.audit.last().map(AuditRecord::head);
    let record = key.chained(CHAIN, last.as_ref(), &entry);
    state.audit.push(record);
}
