//! The inbox in memory.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::inbox::AFTER_ERASING;
use crate::moment::cut;
use crate::{
    Delivery, DeliveryOutcome, Error, Inbox, InboxStatus, JobKind, MemoryArchive,
    REPLAYS_KNOWN_FOR, Received,
};

use super::audit::append;
use super::state::State;

/// A delivery as it is kept; its key is its call and the hash of its body.
#[derive(Clone)]
pub(super) struct Kept {
    received: Timestamp,
    verified_by: &'static str,
    ended: Option<Timestamp>,
    body: Option<Vec<u8>>,
}

#[async_trait]
impl Inbox for MemoryArchive {
    async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        now: Timestamp,
    ) -> Result<Vec<DeliveryOutcome>, Error> {
        let mut state = self.writing()?;
        let now = cut(now);
        let mut outcomes = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            let outcome = self.take(&mut state, &delivery, now);
            append(&mut state, &self.chain_key(), &delivery.recorded(outcome));
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn deliveries(&self, most: usize) -> Result<Vec<Received>, Error> {
        let state = self.state();
        let waiting = state.inbox.iter().filter(|(_, kept)| kept.ended.is_none());
        let mut found: Vec<Received> = waiting
            .map(|((call, body_hash), kept)| Received {
                call: call.clone(),
                body_hash: body_hash.clone(),
                received: kept.received,
                verified_by: kept.verified_by.to_owned(),
            })
            .collect();
        found.sort_by_key(|row| row.received);
        found.truncate(most);
        Ok(found)
    }

    async fn delivery_body(&self, of: &Received) -> Result<Option<Vec<u8>>, Error> {
        let key = (of.call.clone(), of.body_hash.clone());
        let state = self.state();
        Ok(state.inbox.get(&key).and_then(|kept| kept.body.clone()))
    }

    async fn inbox_status(&self) -> Result<InboxStatus, Error> {
        let state = self.state();
        let waiting = state.inbox.values().filter(|kept| kept.ended.is_none());
        let times = waiting.map(|kept| kept.received);
        Ok(InboxStatus {
            waiting: times.clone().count() as u64,
            oldest: times.min(),
        })
    }
}

impl MemoryArchive {
    fn take(&self, state: &mut State, delivery: &Delivery, now: Timestamp) -> DeliveryOutcome {
        let call = &delivery.call;
        if state
            .tombstones
            .contains(&self.key.call(&self.tenant, call))
        {
            return DeliveryOutcome::Erased;
        }
        let hash = self.key.delivery(&self.tenant, call, &delivery.body);
        let key = (call.clone(), hash);
        if let Some(kept) = state.inbox.get(&key) {
            if kept.ended.is_none() {
                match state.job(JobKind::Fetch, call, None) {
                    Some(job) => {
                        job.revive(now);
                        state.bell.ring(JobKind::Fetch);
                    }
                    None => state.add_job(JobKind::Fetch, call.clone(), None, now),
                }
            }
            return DeliveryOutcome::Duplicate;
        }
        let kept = Kept {
            received: now,
            verified_by: delivery.verified_by,
            ended: None,
            body: Some(delivery.body.clone()),
        };
        state.inbox.insert(key, kept);
        let is_going = state.calls.get(call);
        let is_going = is_going.is_some_and(|row| row.erasing.is_some());
        let due = if is_going { now + AFTER_ERASING } else { now };
        state.renew_job(JobKind::Fetch, call, None, due);
        DeliveryOutcome::New
    }
}

impl State {
    /// Ends every delivery of a call, and forgets those that ended long ago.
    pub(super) fn end_deliveries(&mut self, call: &CallId, now: Timestamp) {
        let now = cut(now);
        for ((of, _), kept) in &mut self.inbox {
            if of == call && kept.ended.is_none() {
                kept.ended = Some(now);
                kept.body = None;
            }
        }
        let long_ago = now - REPLAYS_KNOWN_FOR;
        self.inbox
            .retain(|_, kept| kept.ended.is_none_or(|ended| ended > long_ago));
    }

    /// Forgets the deliveries of a call.
    pub(super) fn forget_deliveries(&mut self, call: &CallId) {
        self.inbox.retain(|(of, _), _| of != call);
    }
}
