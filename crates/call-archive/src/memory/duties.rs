//! Duties in memory.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::duties::is_held;
use crate::moment::{cut, micros};
use crate::{Appointed, Archive, Duties, Duty, Error, Finished, MemoryArchive};

use super::state::State;

#[async_trait]
impl Duties for MemoryArchive {
    async fn take_duty(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Appointed, Error> {
        let mut state = self.writing()?;
        if let Some(held) = state.duties.get(name)
            && held.holder != holder
            && is_held(micros(held.until), micros(now))
        {
            return Ok(Appointed::Busy(held.clone()));
        }
        let duty = Duty {
            name: name.to_owned(),
            holder: holder.to_owned(),
            fence: state.draw(),
            until: cut(until),
        };
        state.duties.insert(name.to_owned(), duty.clone());
        Ok(Appointed::Held(duty))
    }

    async fn renew_duty(&self, duty: &Duty, until: Timestamp) -> Result<Finished, Error> {
        let mut state = self.writing()?;
        if !has(&state, duty) {
            return Ok(Finished::Lost);
        }
        if let Some(held) = state.duties.get_mut(&duty.name) {
            held.until = cut(until);
        }
        Ok(Finished::Held)
    }

    async fn leave_duty(&self, duty: &Duty) -> Result<Finished, Error> {
        let mut state = self.writing()?;
        if !has(&state, duty) {
            return Ok(Finished::Lost);
        }
        state.duties.remove(&duty.name);
        Ok(Finished::Held)
    }

    async fn duty(&self, name: &str) -> Result<Option<Duty>, Error> {
        Ok(self.state().duties.get(name).cloned())
    }

    fn on_duty(&self, duty: &Duty) -> Arc<dyn Archive> {
        Arc::new(Self {
            duty: Some(Arc::new(duty.clone())),
            ..self.clone()
        })
    }
}

/// Whether a duty is the one that is held.
pub(super) fn has(state: &State, duty: &Duty) -> bool {
    let held = state.duties.get(&duty.name);
    held.is_some_and(|held| held.fence == duty.fence)
}
