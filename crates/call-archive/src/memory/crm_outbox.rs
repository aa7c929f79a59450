//! What was written to a CRM, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use conversation::{CallId, DealId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::crm_outbox::{first_hour, hour, remaining};
use crate::moment::{cut, micros};
use crate::{
    CrmOutbox, CrmRemnant, CrmRequests, Error, KeptWrite, MemoryArchive, WriteRun, WriteState,
    WritesOf,
};

use super::state::State;

#[async_trait]
impl CrmOutbox for MemoryArchive {
    async fn keep_writes(&self, writes: Vec<KeptWrite>) -> Result<Vec<bool>, Error> {
        let mut state = self.writing()?;
        let writes = writes.into_iter();
        Ok(writes.map(|write| self.keep(&mut state, write)).collect())
    }

    async fn writes(&self, which: &WritesOf) -> Result<Vec<KeptWrite>, Error> {
        let state = self.state();
        let all = state.writes.iter();
        let found: Vec<&KeptWrite> = match which {
            WritesOf::Subjects(subjects) => {
                let subjects: BTreeSet<&String> = subjects.iter().collect();
                let latest = subjects.into_iter().filter_map(|subject| {
                    let mut newest_first = state.writes.iter().rev();
                    newest_first.find(|write| write.subject == *subject)
                });
                latest.collect()
            }
            WritesOf::State(state) => all.filter(|write| write.state == *state).collect(),
            WritesOf::Run(run) => all.filter(|write| write.run == *run).collect(),
        };
        Ok(found.into_iter().cloned().collect())
    }

    async fn write_runs(&self) -> Result<Vec<WriteRun>, Error> {
        let mut runs = Vec::new();
        for write in &self.state().writes {
            WriteRun::count(&mut runs, write.run.clone(), write.state, write.at, 1);
        }
        runs.reverse();
        Ok(runs)
    }

    async fn remnants(&self, most: usize) -> Result<Vec<CrmRemnant>, Error> {
        let state = self.state();
        let mut found: Vec<CrmRemnant> = state.crm_remnants.clone();
        found.sort_by(|one, other| (one.sent, &one.id).cmp(&(other.sent, &other.id)));
        found.truncate(most);
        Ok(found)
    }

    async fn end_remnants(&self, ids: &[String]) -> Result<(), Error> {
        let mut state = self.writing()?;
        state.crm_remnants.retain(|left| !ids.contains(&left.id));
        Ok(())
    }
}

#[async_trait]
impl CrmRequests for MemoryArchive {
    async fn spend_requests(&self, many: u32, now: Timestamp) -> Result<u32, Error> {
        let mut state = self.writing()?;
        let hour = hour(micros(now));
        state.crm_requests.retain(|of, _| *of >= first_hour(hour));
        *state.crm_requests.entry(hour).or_default() += many;
        Ok(state.crm_requests.values().sum())
    }
}

impl MemoryArchive {
    fn keep(&self, state: &mut State, mut write: KeptWrite) -> bool {
        write.at = cut(write.at);
        let is_there = |call: &CallId| {
            let row = state.calls.get(call);
            row.is_some_and(|row| row.erasing.is_none())
        };
        let is_refused = !write.calls.iter().all(is_there)
            || write
                .deals
                .iter()
                .chain(&write.sums_up)
                .any(|deal| self.is_deal_erased(state, deal));
        if is_refused {
            // It was carried out while what it is about was erased.
            if write.state == WriteState::Done {
                state.crm_remnants.push(remnant(&write));
            }
            return false;
        }
        let about = state.deal_links.keys().chain(&state.pins);
        let about =
            about.filter(|(call, deal)| write.sums_up.as_ref() == Some(deal) && is_there(call));
        let mut calls: BTreeSet<CallId> = about.map(|(call, _)| call.clone()).collect();
        calls.append(&mut write.calls.drain(..).collect());
        let mut deals: BTreeSet<DealId> = write.deals.drain(..).collect();
        let mut linked: BTreeSet<DealId> = write.linked.drain(..).collect();
        let earlier = state.writes.iter();
        for earlier in earlier.filter(|earlier| earlier.subject == write.subject) {
            calls.extend(earlier.calls.iter().cloned());
            deals.extend(earlier.deals.iter().cloned());
            linked.extend(earlier.linked.iter().cloned());
        }
        write.calls = calls.into_iter().collect();
        write.deals = deals.into_iter().collect();
        write.linked = linked.into_iter().collect();
        let mut kept = state.writes.iter_mut();
        match kept.find(|kept| kept.run == write.run && kept.subject == write.subject) {
            Some(kept) => *kept = write,
            None => state.writes.push(write),
        }
        true
    }

    /// Destroys every write of a subject that holds words of a call, or sums up what it says.
    pub(super) fn forget_writes_of(state: &mut State, call: &CallId) {
        let of_call = state.writes.iter();
        let of_call = of_call.filter(|write| write.calls.contains(call));
        let linked: BTreeSet<DealId> = of_call.flat_map(|write| write.linked.clone()).collect();
        Self::forget_writes(state, |write| {
            let mut sums_up = write.sums_up.iter();
            write.calls.contains(call) || sums_up.any(|deal| linked.contains(deal))
        });
    }

    /// Destroys every write of a subject of which one is meant.
    pub(super) fn forget_writes(state: &mut State, is_meant: impl Fn(&KeptWrite) -> bool) {
        let meant = state.writes.iter().filter(|write| is_meant(write));
        let subjects: BTreeSet<String> = meant.map(|write| write.subject.clone()).collect();
        for subject in subjects {
            let newest_first = state.writes.iter().rev();
            let of_subject = newest_first.filter(|write| write.subject == subject);
            if let Some(left) = remaining(of_subject.map(|write| (write.state, write))) {
                let left = remnant(left);
                state.crm_remnants.push(left);
            }
            state.writes.retain(|write| write.subject != subject);
        }
    }
}

fn remnant(write: &KeptWrite) -> CrmRemnant {
    CrmRemnant {
        id: Uuid::new_v4().simple().to_string(),
        place: write.place.clone(),
        sent: write.at,
    }
}
