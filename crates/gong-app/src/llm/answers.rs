//! Answers of a model, kept in the archive under keyed names: each goes with the calls it was made
//! from.

use std::sync::{Arc, Mutex, PoisonError};

use access::Scope;
use async_trait::async_trait;
use call_archive::{AnswerId, Answers, HashKey, KeptAnswer};
use conversation::{AccountId, CallId};
use insights::Digest;
use jiff::Timestamp;
use narration::decorators::{AnswerStore, StoreError};
use serde_json::Value;

/// The answers about some calls, for whoever reaches them.
pub(crate) struct ArchiveAnswers {
    pub(crate) answers: Arc<dyn Answers>,
    pub(crate) key: HashKey,
    pub(crate) scope: Scope,
    pub(crate) model: String,
    pub(crate) calls: Vec<CallId>,
    pub(crate) accounts: Vec<AccountId>,
    pub(crate) now: fn() -> Timestamp,
    pub(crate) oldest: Oldest,
}

/// When the oldest of the answers was made that were used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Oldest(Arc<Mutex<Option<Timestamp>>>);

impl Oldest {
    fn meet(&self, made: Timestamp) {
        let mut oldest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *oldest = Some(oldest.map_or(made, |known| known.min(made)));
    }

    /// None where every answer is new.
    pub(crate) fn get(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ArchiveAnswers {
    /// Calls of equal words have answers of their own: each goes with its own calls alone.
    fn name(&self, asked: &Digest) -> AnswerId {
        let mut name = asked.to_string();
        for call in &self.calls {
            name.push(' ');
            name.push_str(call.as_str());
        }
        AnswerId::from_bytes(self.key.fingerprint(&name))
    }
}

#[async_trait]
impl AnswerStore for ArchiveAnswers {
    async fn get(&self, asked: &Digest) -> Result<Option<Value>, StoreError> {
        let found = self.answers.answer(&self.scope, &self.name(asked)).await;
        let found = found.map_err(|error| failed(&error))?;
        let Some(kept) = found else { return Ok(None) };
        let Ok(value) = serde_json::from_str(&kept.text) else {
            return Ok(None);
        };
        self.oldest.meet(kept.made);
        Ok(Some(value))
    }

    async fn put(&self, asked: &Digest, answer: &Value) -> Result<(), StoreError> {
        let mut kept = KeptAnswer::new(
            self.name(asked),
            self.model.clone(),
            (self.now)(),
            answer.to_string(),
            self.calls.clone(),
        );
        kept.accounts.clone_from(&self.accounts);
        let kept = self.answers.keep_answer(kept).await;
        // A call that went away meanwhile has its answer kept nowhere, as it should be.
        kept.map(drop).map_err(|error| failed(&error))
    }
}

fn failed(error: &call_archive::Error) -> StoreError {
    tracing::warn!(%error, "answers of the model can be neither read nor kept");
    StoreError
}
