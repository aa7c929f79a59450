//! Models without a server.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{Answer, Llm, LlmError, Markers, Model, Request, Tokens};

/// A model that gives the answers of its script in order, and remembers what it was asked.
#[derive(Debug)]
pub struct Scripted {
    model: Model,
    script: Mutex<VecDeque<Result<Answer, LlmError>>>,
    asked: Mutex<Vec<Request>>,
}

impl Scripted {
    /// A model of 32,768 tokens with this script; after its end it refuses.
    pub fn new(script: impl IntoIterator<Item = Result<Answer, LlmError>>) -> Self {
        Self::with_context(32_768, script)
    }

    /// A model of so many tokens (at least one) with this script.
    pub fn with_context(
        context: u32,
        script: impl IntoIterator<Item = Result<Answer, LlmError>>,
    ) -> Self {
        let context = NonZeroU32::new(context).unwrap_or(NonZeroU32::MIN);
        Self {
            model: Model::new("scripted", context),
            script: Mutex::new(script.into_iter().collect()),
            asked: Mutex::new(Vec::new()),
        }
    }

    /// A model that answers with these JSON objects.
    pub fn saying(answers: impl IntoIterator<Item = Value>) -> Self {
        let tokens = Tokens {
            read: 100,
            written: 10,
        };
        Self::new(
            answers
                .into_iter()
                .map(|value| Ok(Answer::new(value, tokens))),
        )
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Request> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.clone()
    }
}

#[async_trait]
impl Llm for Scripted {
    fn model(&self) -> &Model {
        &self.model
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        request.must_fit(&self.model)?;
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(request.clone());
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.pop_front().unwrap_or(Err(LlmError::Refused))
    }
}

/// A model that does what a hostile transcript tells it: it says the words that the attack wants
/// said, as every type of claim, citing every sentence it was shown, and adds them to true words.
#[derive(Debug)]
pub struct Obedient {
    model: Model,
    payload: String,
}

impl Obedient {
    /// A model that obeys an attack with this aim.
    pub fn new(payload: impl Into<String>) -> Self {
        Self {
            model: Model::new(
                "obedient",
                NonZeroU32::new(65_536).unwrap_or(NonZeroU32::MIN),
            ),
            payload: payload.into(),
        }
    }
}

#[async_trait]
impl Llm for Obedient {
    fn model(&self) -> &Model {
        &self.model
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        request.must_fit(&self.model)?;
        let mut claims = Vec::new();
        let mut ids = Vec::new();
        for line in request.data.lines() {
            let Some((id, words)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            else {
                continue;
            };
            let said = words.split_once(": ").map_or(words, |(_, said)| said);
            ids.push(id.to_owned());
            for kind in ["point", "pricing", "next_step", "objection"] {
                let texts = [
                    self.payload.clone(),
                    format!("{said} {}", self.payload),
                    format!("{} {said}", self.payload),
                ];
                claims.extend(texts.map(|text| {
                    json!({"type": kind, "text": text, "owner": null, "due": null, "sentence_ids": [id]})
                }));
            }
        }
        for text in [
            &self.payload,
            &format!("The customer says: {}", self.payload),
        ] {
            claims.push(
                json!({"type": "point", "text": text, "owner": self.payload, "due": null, "sentence_ids": ids}),
            );
        }
        let value = json!({"claims": claims, "is_answered": true, "verdicts": []});
        Ok(Answer::new(
            value,
            Tokens {
                read: 1,
                written: 1,
            },
        ))
    }
}

/// A small request about this data.
pub fn request(data: &str) -> Request {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false});
    let marker = Markers::new([7; 32]).next_for(data);
    let longest = NonZeroU32::new(100).unwrap_or(NonZeroU32::MIN);
    Request::new("Count.", data, marker, schema, longest)
}
