//! Legal holds in memory.

use async_trait::async_trait;
use conversation::CallId;
use jiff::Timestamp;

use crate::holds::{Kept, kept_as, name_is_taken};
use crate::moment::cut;
use crate::selection::Selection;
use crate::{Error, Hold, HoldName, HoldOn, Holds, MemoryArchive};

use super::state::State;

#[async_trait]
impl Holds for MemoryArchive {
    async fn hold(&self, name: &HoldName, on: &HoldOn, now: Timestamp) -> Result<(), Error> {
        let (kind, value) = kept_as(on, &self.key)?;
        let mut state = self.writing()?;
        if state.holds.contains_key(name) {
            return Err(name_is_taken());
        }
        let hold = Hold {
            name: name.clone(),
            kind: kind.to_owned(),
            value,
            since: cut(now),
            released: None,
        };
        state.holds.insert(name.clone(), hold);
        Ok(())
    }

    async fn release(&self, name: &HoldName, now: Timestamp) -> Result<bool, Error> {
        let mut state = self.writing()?;
        let hold = state.holds.get_mut(name);
        let hold = hold.filter(|hold| hold.released.is_none());
        Ok(hold.is_some_and(|hold| {
            hold.released = Some(cut(now));
            true
        }))
    }

    async fn holds(&self) -> Result<Vec<Hold>, Error> {
        Ok(self.state().holds.values().cloned().collect())
    }

    async fn held(&self, calls: &[CallId]) -> Result<Vec<(CallId, HoldName)>, Error> {
        let kept = self.kept(&self.state())?;
        let first = |call: &CallId| {
            let by = kept.iter().find(|(_, kept)| kept.contains(call));
            by.map(|(name, _)| (call.clone(), name.clone()))
        };
        Ok(calls.iter().filter_map(first).collect())
    }
}

impl MemoryArchive {
    /// What each hold keeps.
    pub(super) fn kept(&self, state: &State) -> Result<Kept, Error> {
        let active = state.holds.values().filter(|hold| hold.released.is_none());
        active
            .map(|hold| {
                let selection = Selection::of_hold(hold)?;
                let calls = self.named(state, &selection).into_iter().collect();
                Ok((hold.name.clone(), calls))
            })
            .collect()
    }
}
