//! Every attempt at a request to Gong in the audit log: before it is sent, and what became of it.

use std::fmt;
use std::sync::Arc;

use access::Caller;
use async_trait::async_trait;
use call_archive::{Archive, AuditEntry};
use gong_client::{Answered, Attempt, Observe, Refusal};
use jiff::Timestamp;
use serde_json::Value;

use crate::acting::entry_of;
use crate::recorder::Recorder;

/// Records for one caller.
pub(crate) struct Watch {
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) now: fn() -> Timestamp,
}

impl Watch {
    async fn entry(&self, attempt: &Attempt<'_>, outcome: &str) -> Result<AuditEntry, Refusal> {
        let key = self
            .archive
            .audit_key()
            .await
            .map_err(|error| refusal(&error))?;
        let body = attempt
            .body
            .map(String::from_utf8_lossy)
            .unwrap_or_default();
        let action = format!("gong.{}", attempt.operation.id);
        let calls = calls_of(attempt.body);
        Ok(entry_of(&self.caller, (self.now)(), &action, outcome)
            .concerning(calls.iter().map(String::as_str))
            .params(key.params([attempt.target, &body])))
    }
}

#[async_trait]
impl Observe for Watch {
    async fn about_to_send(&self, attempt: &Attempt<'_>) -> Result<(), Refusal> {
        let entry = self.entry(attempt, "intent").await?;
        let recorded = self.recorder.now(self.archive.as_ref(), entry).await;
        recorded.map_err(|error| refusal(&error))
    }

    async fn answered(&self, attempt: &Attempt<'_>, answered: &Answered<'_>) {
        crate::metrics::requested(answered.status);
        let outcome = match answered.status {
            Some(status) => status.to_string(),
            None => "no_answer".to_owned(),
        };
        if let Ok(entry) = self.entry(attempt, &outcome).await {
            let entry = entry.bytes(answered.bytes);
            self.recorder.keep(self.archive.as_ref(), entry).await;
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("actor", &self.caller.actor())
            .finish_non_exhaustive()
    }
}

fn refusal(error: &call_archive::Error) -> Refusal {
    tracing::error!(%error, "the audit log cannot be written");
    Refusal {
        reason: "the audit log cannot be written, and nothing is sent unrecorded".to_owned(),
    }
}

/// The calls that a request asks for by id.
fn calls_of(body: Option<&[u8]>) -> Vec<String> {
    let body = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
    let ids = body
        .as_ref()
        .and_then(|body| body.pointer("/filter/callIds"))
        .and_then(Value::as_array);
    ids.into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_concerns_the_calls_that_it_asks_for() {
        let body = br#"{"filter":{"callIds":["7","8"],"fromDateTime":"x"}}"#;
        assert_eq!(calls_of(Some(body)), ["7", "8"]);
        assert!(calls_of(Some(b"{}")).is_empty() && calls_of(None).is_empty());
    }
}
