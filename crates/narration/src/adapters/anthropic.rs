//! Anthropic's Messages API, with the schema in `output_config.format`.
//!
//! <https://docs.claude.com/en/docs/build-with-claude/structured-outputs>: the parameter
//! `output_config.format` of the type `json_schema` binds the answer. It takes no bounds of lists and
//! strings.

use async_trait::async_trait;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::transport::Transport;
use super::{Deadlines, count, read_answer, schema_without, text};
use crate::{Answer, Endpoint, Llm, LlmError, Model, Request, Tokens};

/// The version of the API that is spoken.
const VERSION: &str = "2023-06-01";

/// Anthropic's own API.
#[derive(Debug)]
pub struct Anthropic {
    transport: Transport,
    model: Model,
}

impl Anthropic {
    /// The API at a base URL, `https://api.anthropic.com` as a rule.
    ///
    /// # Errors
    /// [`LlmError::Setup`] for a key that cannot be sent.
    pub fn new(endpoint: Endpoint, model: Model, key: &SecretString) -> Result<Self, LlmError> {
        let mut transport = Transport::new(endpoint, &["v1", "messages"], Deadlines::default())?;
        transport.set_secret(HeaderName::from_static("x-api-key"), "", key)?;
        transport.set_header(
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        );
        Ok(Self { transport, model })
    }

    /// Says how long to wait.
    #[must_use = "the adapter is what is returned"]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.transport.wait_for(deadlines);
        self
    }

    fn body(&self, request: &Request) -> Value {
        let schema = schema_without(&request.schema, &["maxItems", "maxLength"]);
        json!({
            "model": self.model.name,
            "max_tokens": request.longest_answer.get(),
            "system": request.system(),
            "messages": [{"role": "user", "content": request.block()}],
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        })
    }
}

#[async_trait]
impl Llm for Anthropic {
    fn model(&self) -> &Model {
        &self.model
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        request.must_fit(&self.model)?;
        let got = self.transport.post(&self.body(request)).await?;
        // What a cache of the server's held is not counted among `input_tokens`.
        let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"]
            .iter()
            .filter_map(|name| got.pointer("/usage")?.get(name)?.as_u64())
            .fold(0u32, |sum, more| {
                sum.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
            });
        let tokens = Tokens {
            read: count(&got, "/usage/input_tokens")?.saturating_add(cached),
            written: count(&got, "/usage/output_tokens")?,
        };
        match text(&got, "/stop_reason") {
            Some("max_tokens" | "model_context_window_exceeded") => {
                return Err(LlmError::CutOff {
                    written: tokens.written,
                });
            }
            Some("refusal") => return Err(LlmError::Refused),
            _ => {}
        }
        let blocks = got.get("content").and_then(Value::as_array);
        let content = blocks
            .into_iter()
            .flatten()
            .find(|block| text(block, "/type") == Some("text"))
            .and_then(|block| text(block, "/text"))
            .ok_or(LlmError::BadAnswer {
                problem: "has no content",
            })?;
        read_answer(request, content, tokens)
    }
}
