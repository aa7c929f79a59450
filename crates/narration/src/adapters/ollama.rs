//! Ollama's own `/api/chat`, with the schema in `format` and the context size in `options.num_ctx`.
//!
//! <https://github.com/ollama/ollama/blob/main/docs/api.md>. Ollama cuts a prompt that is longer than
//! its context without a word, so the size is sent with every request, and what it says it read is
//! checked against what it must have read.

use async_trait::async_trait;
use reqwest::header::AUTHORIZATION;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::transport::Transport;
use super::{Deadlines, count, read_answer, text};
use crate::{Answer, Endpoint, Llm, LlmError, Model, Request, Tokens};

/// A server of Ollama's.
#[derive(Debug)]
pub struct Ollama {
    transport: Transport,
    model: Model,
}

impl Ollama {
    /// The server at a base URL, `http://127.0.0.1:11434` as a rule; a local one needs no key.
    ///
    /// # Errors
    /// [`LlmError::Setup`] for a key that cannot be sent.
    pub fn new(
        endpoint: Endpoint,
        model: Model,
        key: Option<&SecretString>,
    ) -> Result<Self, LlmError> {
        let mut transport = Transport::new(endpoint, &["api", "chat"], Deadlines::default())?;
        if let Some(key) = key {
            transport.set_secret(AUTHORIZATION, "Bearer ", key)?;
        }
        Ok(Self { transport, model })
    }

    /// Says how long to wait.
    #[must_use = "the adapter is what is returned"]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.transport.wait_for(deadlines);
        self
    }

    fn body(&self, request: &Request) -> Value {
        json!({
            "model": self.model.name,
            "messages": [
                {"role": "system", "content": request.system()},
                {"role": "user", "content": request.block()},
            ],
            "format": request.schema,
            "stream": false,
            "options": {
                "num_ctx": self.model.context.get(),
                "num_predict": request.longest_answer.get(),
                "temperature": 0,
            },
        })
    }
}

#[async_trait]
impl Llm for Ollama {
    fn model(&self) -> &Model {
        &self.model
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        request.must_fit(&self.model)?;
        let got = self.transport.post(&self.body(request)).await?;
        // The marker makes each prompt a new one, so the count is there: it is left out only where
        // the whole prompt was still in memory.
        let tokens = Tokens {
            read: count(&got, "/prompt_eval_count")?,
            written: count(&got, "/eval_count")?,
        };
        let is_done = got.get("done").and_then(Value::as_bool) == Some(true);
        if !is_done || text(&got, "/done_reason") == Some("length") {
            return Err(LlmError::CutOff {
                written: tokens.written,
            });
        }
        let content = text(&got, "/message/content").ok_or(LlmError::BadAnswer {
            problem: "has no content",
        })?;
        read_answer(request, content, tokens)
    }
}
