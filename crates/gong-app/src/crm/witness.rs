//! Every attempt at a request to HubSpot in the audit log and in the count of the day: before it is
//! sent, and what became of it.

use std::fmt;
use std::sync::Arc;

use access::Caller;
use async_trait::async_trait;
use call_archive::{Archive, AuditEntry, CrmRequests};
use crm_sync::{CrmRequest, Held, Witness};
use jiff::Timestamp;
use serde_json::Value;

use crate::acting::entry_of;
use crate::recorder::Recorder;

/// Records for one caller, and counts for all processes.
pub(super) struct Recording {
    pub(super) archive: Arc<dyn Archive>,
    pub(super) requests: Arc<dyn CrmRequests>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) caller: Arc<Caller>,
    pub(super) now: fn() -> Timestamp,
    /// The requests of a day that are sent, and no more.
    pub(super) most: u32,
}

impl Recording {
    async fn entry(&self, request: &CrmRequest<'_>, outcome: &str) -> Result<AuditEntry, Held> {
        let key = self
            .archive
            .audit_key()
            .await
            .map_err(|error| held(&error))?;
        let calls = calls_of(request);
        let action = action(request.path);
        let params = [
            request.method,
            request.path,
            request.body.unwrap_or_default(),
        ];
        Ok(entry_of(&self.caller, (self.now)(), &action, outcome)
            .concerning(calls.iter().map(String::as_str))
            .params(key.params(params)))
    }
}

#[async_trait]
impl Witness for Recording {
    async fn about_to_send(&self, request: &CrmRequest<'_>) -> Result<(), Held> {
        let spent = self.requests.spend_requests(1, (self.now)()).await;
        if spent.map_err(|error| held(&error))? > self.most {
            return Err(Held::Day);
        }
        let entry = self.entry(request, "intent").await?;
        let recorded = self.recorder.now(self.archive.as_ref(), entry).await;
        recorded.map_err(|error| held(&error))
    }

    async fn answered(&self, request: &CrmRequest<'_>, status: Option<u16>) {
        let outcome = status.map_or_else(|| "no_answer".to_owned(), |status| status.to_string());
        if let Ok(entry) = self.entry(request, &outcome).await {
            self.recorder.keep(self.archive.as_ref(), entry).await;
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("actor", &self.caller.actor())
            .finish_non_exhaustive()
    }
}

fn held(error: &call_archive::Error) -> Held {
    tracing::error!(%error, "the audit log cannot be written");
    Held::Unrecorded
}

/// `hubspot.objects.calls.batch.upsert`: the path without its version, which holds no id.
fn action(path: &str) -> String {
    let is_version = |part: &str| part.starts_with(|char: char| char.is_ascii_digit());
    let parts = path
        .split('/')
        .filter(|part| *part != "crm" && !is_version(part));
    let parts: Vec<&str> = parts.collect();
    format!("hubspot.{}", parts.join("."))
}

/// The calls whose records a request asks for or writes, by Gong's ids.
fn calls_of(request: &CrmRequest<'_>) -> Vec<String> {
    if !request.path.contains("/calls/batch/") {
        return Vec::new();
    }
    let body = request
        .body
        .and_then(|body| serde_json::from_str::<Value>(body).ok());
    let inputs = body.as_ref().and_then(|body| body["inputs"].as_array());
    let of_input = |input: &Value| {
        let key = input["properties"]["gong_call_id"].as_str();
        let is_key = |of: &Value| of["idProperty"] == "gong_call_id";
        let by_key = is_key(input) || body.as_ref().is_some_and(is_key);
        let id = input["id"].as_str().filter(|_| by_key);
        key.or(id).map(str::to_owned)
    };
    inputs.into_iter().flatten().filter_map(of_input).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_names_what_is_asked_and_no_id() {
        assert_eq!(
            action("crm/objects/2026-09/calls/batch/upsert"),
            "hubspot.objects.calls.batch.upsert"
        );
        assert_eq!(action("crm/owners/2026-09"), "hubspot.owners");
    }
}
