//! Pins in memory.

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, DealId};
use jiff::Timestamp;

use crate::{DealQuery, Deals as _, Error, MemoryArchive, Pinned, Pins};

#[async_trait]
impl Pins for MemoryArchive {
    async fn pin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let mut query = DealQuery::as_of(Timestamp::MAX);
        query.deals = Some(vec![deal.clone()]);
        let is_there = !self.deals(&scope, &query).await?.deals.is_empty();
        let mut state = self.writing()?;
        if !is_there || !state.reached(&scope, call) {
            return Ok(Pinned::NotThere);
        }
        Ok(Pinned::of(state.pins.insert((call.clone(), deal.clone()))))
    }

    async fn unpin(&self, scope: &Scope, call: &CallId, deal: &DealId) -> Result<Pinned, Error> {
        let scope = scope.clone().without_private();
        let mut state = self.writing()?;
        if !state.reached(&scope, call) {
            return Ok(Pinned::NotThere);
        }
        Ok(Pinned::of(state.pins.remove(&(call.clone(), deal.clone()))))
    }
}
