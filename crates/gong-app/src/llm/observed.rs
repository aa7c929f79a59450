//! Every attempt at a request to a model in the audit log: before it is sent, and what became of it.

use std::sync::Arc;

use access::Caller;
use async_trait::async_trait;
use call_archive::{Archive, AuditEntry};
use conversation::CallId;
use jiff::Timestamp;
use narration::{Answer, Llm, LlmError, Model, Request};

use crate::acting::entry_of;
use crate::recorder::Recorder;

/// A model whose requests are recorded; what cannot be recorded is not sent.
pub(crate) struct Observed {
    pub(crate) inner: Arc<dyn Llm>,
    pub(crate) provider: &'static str,
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) calls: Vec<CallId>,
    pub(crate) now: fn() -> Timestamp,
}

impl Observed {
    async fn entry(&self, request: &Request, outcome: &str) -> Result<AuditEntry, LlmError> {
        let key = self
            .archive
            .audit_key()
            .await
            .map_err(|error| held(&error))?;
        let action = format!("llm.{}", self.provider);
        let params = [
            self.inner.model().name.as_str(),
            request.instructions.as_str(),
            request.data.as_str(),
        ];
        let calls = self.calls.iter().map(CallId::as_str);
        Ok(entry_of(&self.caller, (self.now)(), &action, outcome)
            .concerning(calls)
            .params(key.params(params)))
    }
}

#[async_trait]
impl Llm for Observed {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        let intent = self.entry(request, "intent").await?;
        let recorded = self.recorder.now(self.archive.as_ref(), intent).await;
        recorded.map_err(|error| held(&error))?;
        let answer = self.inner.answer(request).await;
        let (outcome, bytes) = match &answer {
            Ok(answer) => ("ok", answer.value.to_string().len() as u64),
            Err(error) => (word(error), 0),
        };
        if let Ok(entry) = self.entry(request, outcome).await {
            let entry = entry.bytes(bytes);
            self.recorder.keep(self.archive.as_ref(), entry).await;
        }
        answer
    }
}

fn held(error: &call_archive::Error) -> LlmError {
    tracing::error!(%error, "the audit log cannot be written");
    LlmError::HeldBack {
        why: "the audit log cannot be written, and nothing is sent unrecorded",
    }
}

/// How a request ended, for the log.
fn word(error: &LlmError) -> &'static str {
    match error {
        LlmError::TooLong { .. } => "too_long",
        LlmError::Truncated { .. } => "truncated",
        LlmError::CutOff { .. } => "cut_off",
        LlmError::Refused => "refused",
        LlmError::BadAnswer { .. } => "bad_answer",
        LlmError::Unauthorized { .. } => "unauthorised",
        LlmError::RateLimited { .. } => "rate_limited",
        LlmError::Server { .. } => "server_failed",
        LlmError::NotAccepted { .. } => "not_accepted",
        LlmError::Redirected { .. } => "redirected",
        LlmError::Unreachable | LlmError::Interrupted | LlmError::TimedOut => "no_answer",
        _ => "failed",
    }
}
