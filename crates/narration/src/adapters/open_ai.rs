//! Chat completions as OpenAI publishes them: OpenAI, vLLM, LM Studio, llama.cpp, OpenRouter.
//!
//! <https://platform.openai.com/docs/api-reference/chat/create>, with `response_format` of the type
//! `json_schema`. Not for Anthropic's compatible layer, which ignores the schema, nor for Ollama's,
//! which ignores the context size: both have adapters of their own.

use async_trait::async_trait;
use reqwest::header::AUTHORIZATION;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::transport::Transport;
use super::{Deadlines, count, read_answer, schema_without, text};
use crate::{Answer, Endpoint, Llm, LlmError, Model, Request, Tokens};

/// The name of the field that bounds the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerLimit {
    /// `max_tokens`, which every compatible server knows.
    #[default]
    MaxTokens,
    /// `max_completion_tokens`, which OpenAI's reasoning models demand.
    MaxCompletionTokens,
}

/// A server that speaks OpenAI's chat completions.
///
/// ```no_run
/// use std::num::NonZeroU32;
/// use narration::{Endpoint, Model, adapters::OpenAi};
///
/// let context = NonZeroU32::new(8_192).expect("more than none");
/// let model = Model::new("local-model", context);
/// let llm = OpenAi::new(Endpoint::parse("http://127.0.0.1:8080/v1")?, model, None)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OpenAi {
    transport: Transport,
    model: Model,
    limit: AnswerLimit,
    /// What the schema may not hold.
    refused: &'static [&'static str],
}

/// Of the bounds, OpenAI publishes that of lists alone for a strict schema, and may refuse others. A
/// server on this machine is none of OpenAI's: vLLM, LM Studio and llama.cpp heed both.
const REFUSED_ELSEWHERE: &[&str] = &["maxLength"];

impl OpenAi {
    /// The server at a base URL (which ends in `/v1` as a rule); a local one needs no key.
    ///
    /// # Errors
    /// [`LlmError::Setup`] for a key that cannot be sent.
    pub fn new(
        endpoint: Endpoint,
        model: Model,
        key: Option<&SecretString>,
    ) -> Result<Self, LlmError> {
        let refused = if endpoint.is_loopback() {
            &[]
        } else {
            REFUSED_ELSEWHERE
        };
        let path = &["chat", "completions"];
        let mut transport = Transport::new(endpoint, path, Deadlines::default())?;
        if let Some(key) = key {
            transport.set_secret(AUTHORIZATION, "Bearer ", key)?;
        }
        Ok(Self {
            transport,
            model,
            limit: AnswerLimit::default(),
            refused,
        })
    }

    /// Says how the server calls the longest answer.
    #[must_use = "the adapter is what is returned"]
    pub fn with_limit(mut self, limit: AnswerLimit) -> Self {
        self.limit = limit;
        self
    }

    /// Says how long to wait.
    #[must_use = "the adapter is what is returned"]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.transport.wait_for(deadlines);
        self
    }

    fn body(&self, request: &Request) -> Value {
        let schema = schema_without(&request.schema, self.refused);
        let mut body = json!({
            "model": self.model.name,
            "messages": [
                {"role": "system", "content": request.system()},
                {"role": "user", "content": request.block()},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": true, "schema": schema},
            },
            "stream": false,
        });
        let name = match self.limit {
            AnswerLimit::MaxTokens => "max_tokens",
            AnswerLimit::MaxCompletionTokens => "max_completion_tokens",
        };
        if let Some(fields) = body.as_object_mut() {
            fields.insert(name.to_owned(), request.longest_answer.get().into());
            // A reasoning model takes no temperature.
            if self.limit == AnswerLimit::MaxTokens {
                fields.insert("temperature".to_owned(), 0.into());
            }
        }
        body
    }
}

#[async_trait]
impl Llm for OpenAi {
    fn model(&self) -> &Model {
        &self.model
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        request.must_fit(&self.model)?;
        let got = self.transport.post(&self.body(request)).await?;
        let tokens = Tokens {
            read: count(&got, "/usage/prompt_tokens")?,
            written: count(&got, "/usage/completion_tokens")?,
        };
        if text(&got, "/choices/0/message/refusal").is_some_and(|refusal| !refusal.is_empty()) {
            return Err(LlmError::Refused);
        }
        match text(&got, "/choices/0/finish_reason") {
            Some("length") => {
                return Err(LlmError::CutOff {
                    written: tokens.written,
                });
            }
            Some("content_filter") => return Err(LlmError::Refused),
            _ => {}
        }
        let content = text(&got, "/choices/0/message/content").ok_or(LlmError::BadAnswer {
            problem: "has no content",
        })?;
        read_answer(request, content, tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Claim, ClaimKind, Marker, Markers};
    use std::num::NonZeroU32;

    #[test]
    fn only_a_server_on_this_machine_is_told_how_long_a_text_may_be() {
        let context = NonZeroU32::MIN.saturating_add(8_191);
        let marker: Marker = Markers::new([7; 32]).next_for("");
        let schema = Claim::schema(&[ClaimKind::Point], 6);
        let asked = Request::new("Count.", "", marker, schema.clone(), context);
        let sent = |base: &str| {
            let endpoint = Endpoint::parse(base).expect("an address");
            let llm = OpenAi::new(endpoint, Model::new("tiny", context), None).expect("set up");
            llm.body(&asked)["response_format"]["json_schema"]["schema"].clone()
        };

        let (here, elsewhere) = (
            sent("http://127.0.0.1:1/v1"),
            sent("https://api.openai.com/v1"),
        );

        assert_eq!(here, schema);
        assert_eq!(elsewhere["properties"]["claims"]["maxItems"], 6);
        assert!(!elsewhere.to_string().contains("maxLength"));
    }
}
