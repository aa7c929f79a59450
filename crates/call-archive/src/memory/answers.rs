//! Answers of models in memory.

use access::{PrivateCalls, Scope};
use async_trait::async_trait;

use crate::moment::cut;
use crate::{ANSWERS_KEPT, AnswerId, Answers, Error, KeptAnswer, MemoryArchive};

use super::state::State;

#[async_trait]
impl Answers for MemoryArchive {
    async fn keep_answer(&self, mut answer: KeptAnswer) -> Result<bool, Error> {
        let mut state = self.writing()?;
        let everything = Scope::everything(PrivateCalls::Included);
        if !is_reached(&state, &everything, &answer) {
            return Ok(false);
        }
        answer.made = cut(answer.made);
        answer.calls.sort();
        answer.calls.dedup();
        answer.accounts.sort();
        answer.accounts.dedup();
        let oldest = answer.made.saturating_sub(ANSWERS_KEPT).unwrap_or_default();
        state.answers.retain(|_, kept| kept.made >= oldest);
        state.answers.insert(answer.id, answer);
        Ok(true)
    }

    async fn answer(&self, scope: &Scope, id: &AnswerId) -> Result<Option<KeptAnswer>, Error> {
        let state = self.state();
        let kept = state.answers.get(id);
        Ok(kept.filter(|kept| is_reached(&state, scope, kept)).cloned())
    }
}

/// Whether a scope reaches every call that an answer was made from.
fn is_reached(state: &State, scope: &Scope, answer: &KeptAnswer) -> bool {
    let mut calls = answer.calls.iter();
    !answer.calls.is_empty() && calls.all(|call| state.reached(scope, call))
}
