//! Models behind HTTP, each in its server's own words.

mod anthropic;
mod ollama;
mod open_ai;
mod transport;

pub use anthropic::Anthropic;
pub use ollama::Ollama;
pub use open_ai::{AnswerLimit, OpenAi};
pub use transport::Deadlines;

use serde_json::Value;

use crate::{Answer, LlmError, Request, Tokens};

/// Makes an answer of the text that a model wrote and the counts that its server gave.
fn read_answer(request: &Request, text: &str, tokens: Tokens) -> Result<Answer, LlmError> {
    let sent = request.least_prompt();
    if tokens.read < sent {
        return Err(LlmError::Truncated {
            read: tokens.read,
            sent,
        });
    }
    let bad = |problem| LlmError::BadAnswer { problem };
    let value: Value = serde_json::from_str(text.trim()).map_err(|_| bad("is no JSON"))?;
    if !value.is_object() {
        return Err(bad("is no JSON object"));
    }
    Ok(Answer::new(value, tokens))
}

/// The schema without these keywords, for a server that refuses a schema that has them.
fn schema_without(schema: &Value, keywords: &[&str]) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, _)| !keywords.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (name.clone(), schema_without(value, keywords)));
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let kept = items.iter().map(|item| schema_without(item, keywords));
            Value::Array(kept.collect())
        }
        other => other.clone(),
    }
}

/// A count that a server gives.
fn count(value: &Value, pointer: &str) -> Result<u32, LlmError> {
    value
        .pointer(pointer)
        .and_then(Value::as_u64)
        .and_then(|count| u32::try_from(count).ok())
        .ok_or(LlmError::BadAnswer {
            problem: "does not say how many tokens were read and written",
        })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}
