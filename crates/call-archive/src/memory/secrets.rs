//! Secrets in memory, as they are.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::moment::{instant, micros};
use crate::secrets::counts;
use crate::{Claimed, Error, Finished, MemoryArchive, Secret, Secrets};

#[async_trait]
impl Secrets for MemoryArchive {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, Error> {
        let state = self.state();
        let kept = state.secrets.get(name);
        Ok(kept.and_then(|kept| kept.value.clone()))
    }

    async fn claim_secret(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Claimed, Error> {
        let mut state = self.state();
        let kept = state.secrets.entry(name.to_owned()).or_default();
        if let Some((other, end)) = &kept.holder
            && other != holder
            && counts(*end, micros(now))
        {
            return Ok(Claimed::Busy(instant(*end)?));
        }
        kept.holder = Some((holder.to_owned(), micros(until)));
        Ok(Claimed::Held(kept.value.clone()))
    }

    async fn replace_secret(
        &self,
        name: &str,
        holder: &str,
        value: Option<Secret>,
    ) -> Result<Finished, Error> {
        let mut state = self.state();
        let Some(kept) = state
            .secrets
            .get_mut(name)
            .filter(|kept| kept.is_of(holder))
        else {
            return Ok(Finished::Lost);
        };
        kept.value = value;
        kept.holder = None;
        Ok(Finished::Held)
    }

    async fn release_secret(&self, name: &str, holder: &str) -> Result<(), Error> {
        let mut state = self.state();
        if let Some(kept) = state
            .secrets
            .get_mut(name)
            .filter(|kept| kept.is_of(holder))
        {
            kept.holder = None;
        }
        Ok(())
    }
}
