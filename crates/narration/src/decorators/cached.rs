//! A model that is not asked twice for the same: answers by the hash of what was asked.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use insights::Digest;
use serde_json::Value;

use crate::{Answer, Llm, LlmError, Model, Request, Tokens};

/// Where answers are kept. They hold words of calls: whoever keeps them on a disk seals them, and
/// drops them with the calls they were made from.
///
/// Laws: what was put is what comes back; what was never put is not there; putting twice keeps the
/// later.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// The answer to what has this digest.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be read: the model is then asked.
    async fn get(&self, asked: &Digest) -> Result<Option<Value>, StoreError>;

    /// Keeps an answer.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be written: the answer is given all the same.
    async fn put(&self, asked: &Digest, answer: &Value) -> Result<(), StoreError>;
}

/// Says that answers can be neither read nor kept just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store of answers cannot be used")]
pub struct StoreError;

/// Answers in memory, for one process.
#[derive(Debug, Default)]
pub struct MemoryAnswers {
    answers: Mutex<HashMap<Digest, Value>>,
}

#[async_trait]
impl AnswerStore for MemoryAnswers {
    async fn get(&self, asked: &Digest) -> Result<Option<Value>, StoreError> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answers.get(asked).cloned())
    }

    async fn put(&self, asked: &Digest, answer: &Value) -> Result<(), StoreError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(*asked, answer.clone());
        Ok(())
    }
}

/// A model with a memory. The marker of a request is no part of what is compared.
pub struct Cached<L, S> {
    inner: L,
    store: S,
}

impl<L: Llm, S: AnswerStore> Cached<L, S> {
    /// Keeps the answers of `inner`.
    pub const fn new(inner: L, store: S) -> Self {
        Self { inner, store }
    }
}

#[async_trait]
impl<L: Llm, S: AnswerStore> Llm for Cached<L, S> {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    /// What was kept costs no tokens.
    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        let asked = request.digest(self.model());
        if let Ok(Some(value)) = self.store.get(&asked).await {
            return Ok(Answer::new(value, Tokens::default()));
        }
        let answer = self.inner.answer(request).await?;
        // A store that is full or away costs a second question later, not this answer.
        let _ = self.store.put(&asked, &answer.value).await;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Scripted, request};
    use crate::{Marker, Markers};

    fn answers(n: u32) -> impl IntoIterator<Item = Result<Answer, LlmError>> {
        (0..n).map(|n| {
            let tokens = Tokens {
                read: 10,
                written: 1,
            };
            Ok(Answer::new(json!({ "n": n }), tokens))
        })
    }

    fn marked(data: &str, seed: u8) -> Request {
        let marker: Marker = Markers::new([seed; 32]).next_for(data);
        Request {
            marker,
            ..request(data)
        }
    }

    #[tokio::test]
    async fn the_same_is_asked_once_whatever_its_marker() {
        let cached = Cached::new(Scripted::new(answers(3)), MemoryAnswers::default());

        let first = cached.answer(&marked("a", 1)).await.expect("an answer");
        let again = cached.answer(&marked("a", 2)).await.expect("an answer");
        let other = cached.answer(&marked("b", 1)).await.expect("an answer");

        assert_eq!(first.value, again.value);
        assert_eq!(again.tokens, Tokens::default());
        assert_ne!(first.value, other.value);
        assert_eq!(cached.inner.asked().len(), 2);
    }

    #[tokio::test]
    async fn another_instruction_or_shape_is_another_question() {
        let cached = Cached::new(Scripted::new(answers(3)), MemoryAnswers::default());
        let asked = request("a");
        let mut told = asked.clone();
        told.instructions.push('!');
        let mut shaped = asked.clone();
        shaped.schema = json!({"type": "object", "properties": {}});

        for one in [&asked, &told, &shaped] {
            cached.answer(one).await.expect("an answer");
        }

        assert_eq!(cached.inner.asked().len(), 3);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let script = [Err(LlmError::Refused)].into_iter().chain(answers(1));
        let cached = Cached::new(Scripted::new(script), MemoryAnswers::default());

        assert!(cached.answer(&request("a")).await.is_err());
        assert!(cached.answer(&request("a")).await.is_ok());
    }

    #[tokio::test]
    async fn a_store_that_fails_stops_nobody() {
        struct Away;
        #[async_trait]
        impl AnswerStore for Away {
            async fn get(&self, _: &Digest) -> Result<Option<Value>, StoreError> {
                Err(StoreError)
            }
            async fn put(&self, _: &Digest, _: &Value) -> Result<(), StoreError> {
                Err(StoreError)
            }
        }
        let cached = Cached::new(Scripted::new(answers(1)), Away);
        assert!(cached.answer(&request("a")).await.is_ok());
    }
}
