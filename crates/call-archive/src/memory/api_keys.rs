//! API keys in memory.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::api_keys::{ApiKey, ApiKeys};
use crate::audit::AuditEntry;
use crate::moment::cut;
use crate::{Error, ErrorKind, MemoryArchive};

use super::audit::append;

#[async_trait]
impl ApiKeys for MemoryArchive {
    async fn add_api_key(&self, key: &ApiKey, entry: &AuditEntry) -> Result<(), Error> {
        let mut state = self.writing()?;
        if state.api_keys.contains_key(&key.id) {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("there is an API key {} already", key.id),
            ));
        }
        let mut kept = key.clone();
        kept.created = cut(kept.created);
        kept.expires = cut(kept.expires);
        state.api_keys.insert(key.id.clone(), kept);
        append(&mut state, &self.chain_key(), entry);
        Ok(())
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        Ok(self.state().api_keys.get(id).cloned())
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        let mut keys: Vec<ApiKey> = self.state().api_keys.values().cloned().collect();
        keys.sort_by_key(|key| key.created);
        Ok(keys)
    }

    async fn revoke_api_key(
        &self,
        id: &str,
        at: Timestamp,
        entry: &AuditEntry,
    ) -> Result<bool, Error> {
        let mut state = self.writing()?;
        let Some(key) = state.api_keys.get_mut(id) else {
            return Ok(false);
        };
        key.revoked.get_or_insert(cut(at));
        append(&mut state, &self.chain_key(), entry);
        Ok(true)
    }

    async fn used_api_keys(&self, used: &[(String, Timestamp)]) -> Result<(), Error> {
        let mut state = self.writing()?;
        for (id, at) in used {
            if let Some(key) = state.api_keys.get_mut(id) {
                key.last_used = key.last_used.max(Some(cut(*at)));
            }
        }
        Ok(())
    }
}
