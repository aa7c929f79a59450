//! Who a use case works for, what he may, and the record that stays of it.

use std::sync::Arc;

use access::{Caller, Denied, Operation, Permission, PrivateCalls, Scope, Sight};
use call_archive::AuditEntry;
use conversation::CallId;
use jiff::Timestamp;
use serde::Serialize;

use crate::app::App;
use crate::{Error, ErrorKind};

impl App {
    /// The same app, working for somebody: what a server does for each request.
    #[must_use = "gives another handle back"]
    pub fn acting_as(&self, caller: Caller) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            caller: Arc::new(caller),
            hears: self.hears.clone(),
            once: None,
        }
    }

    /// The person at this machine, for a server that nobody else can reach.
    pub fn person_at_this_machine(&self) -> Caller {
        Caller::local(self.caller.tenant().clone())
    }

    /// Who it works for.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether the caller may do this; a refusal is recorded. Every use case asks first.
    pub(crate) async fn permit(&self, operation: Operation) -> Result<(), Error> {
        match self.caller.may(operation) {
            Ok(()) => Ok(()),
            Err(denied) => {
                if self.keeps_records().await? {
                    self.record(self.entry(operation, "denied")).await?;
                }
                Err(denied.into())
            }
        }
    }

    /// The rows that the caller reaches with an operation.
    pub(crate) fn scope_of(
        &self,
        operation: Operation,
        include_private: bool,
    ) -> Result<Scope, Error> {
        let private = private_calls(include_private);
        Ok(self.caller.scope(operation.permission(), private)?)
    }

    /// The rows that the caller reaches, and those of them whose words he may read.
    pub(crate) fn sight_of(
        &self,
        permission: Permission,
        include_private: bool,
    ) -> Result<Sight, Error> {
        Ok(self
            .caller
            .sight(permission, private_calls(include_private))?)
    }

    /// Answers a question and records what was seen; an answer that cannot be recorded is not given.
    pub(crate) async fn reading<T: Serialize>(
        &self,
        operation: Operation,
        asked: &str,
        work: impl Future<Output = Result<T, Error>>,
        calls: impl FnOnce(&T) -> Vec<String>,
    ) -> Result<T, Error> {
        self.permit(operation).await?;
        let done = work.await;
        if !self.keeps_records().await? {
            return done;
        }
        let entry = match &done {
            Ok(answer) => {
                let calls = calls(answer);
                self.entry(operation, "ok")
                    .concerning(calls.iter().map(String::as_str))
                    .bytes(bytes(answer))
            }
            Err(error) => self.entry(operation, error.kind().as_str()),
        };
        let archive = self.archive().await?;
        let params = archive.audit_key().await?.params([asked]);
        let recorder = &self.shared.recorder;
        recorder
            .read(archive.as_ref(), entry.params(params), self.now())
            .await
            .map_err(unrecorded)?;
        done
    }

    /// Does something that changes what is stored: its intent is recorded before, how it ended
    /// after. What cannot be recorded is not begun.
    pub(crate) async fn doing<T: Serialize>(
        &self,
        operation: Operation,
        asked: &str,
        work: impl Future<Output = Result<T, Error>>,
        ended: impl FnOnce(&T) -> &'static str,
    ) -> Result<T, Error> {
        self.doing_to(operation, &[], asked, work, ended).await
    }

    /// The same to calls that are known before.
    pub(crate) async fn doing_to<T: Serialize>(
        &self,
        operation: Operation,
        calls: &[CallId],
        asked: &str,
        work: impl Future<Output = Result<T, Error>>,
        ended: impl FnOnce(&T) -> &'static str,
    ) -> Result<T, Error> {
        let ended = |answer: &T| (ended(answer), bytes(answer));
        self.doing_unseen(operation, calls, asked, work, ended)
            .await
    }

    /// The same where the answer is not what comes back: how it ended, and how many bytes did.
    pub(crate) async fn doing_unseen<T>(
        &self,
        operation: Operation,
        calls: &[CallId],
        asked: &str,
        work: impl Future<Output = Result<T, Error>>,
        ended: impl FnOnce(&T) -> (&'static str, u64),
    ) -> Result<T, Error> {
        let archive = self.archive().await?;
        let params = archive.audit_key().await?.params([asked]);
        let entry = |outcome| {
            let entry = self.entry(operation, outcome).params(params.clone());
            entry.concerning(calls.iter().map(CallId::as_str))
        };
        self.record(entry("intent")).await?;
        let done = work.await;
        let (outcome, bytes) = match &done {
            Ok(answer) => ended(answer),
            Err(error) => (error.kind().as_str(), 0),
        };
        self.record(entry(outcome).bytes(bytes)).await?;
        done
    }

    /// An entry of this caller, now.
    pub(crate) fn entry(&self, operation: Operation, outcome: &str) -> AuditEntry {
        entry_of(&self.caller, self.now(), operation.as_str(), outcome)
    }

    /// Records at once.
    pub(crate) async fn record(&self, entry: AuditEntry) -> Result<(), Error> {
        let archive = self.archive().await?;
        let recorded = self.shared.recorder.now(archive.as_ref(), entry).await;
        recorded.map_err(unrecorded)
    }
}

/// How long an answer is, as it is given to programs.
pub(crate) fn bytes(answer: &impl Serialize) -> u64 {
    serde_json::to_vec(answer).map_or(0, |text| text.len() as u64)
}

/// An entry of a caller.
pub(crate) fn entry_of(caller: &Caller, at: Timestamp, action: &str, outcome: &str) -> AuditEntry {
    let role = caller.role().map_or("none", access::Role::as_str);
    AuditEntry::new(at, caller.actor(), role, action, outcome)
}

fn private_calls(include: bool) -> PrivateCalls {
    if include {
        PrivateCalls::Included
    } else {
        PrivateCalls::Withheld
    }
}

pub(crate) fn unrecorded(error: call_archive::Error) -> Error {
    let kind = if error.is_transient() {
        ErrorKind::TryLater
    } else {
        ErrorKind::Failed
    };
    Error::new(
        kind,
        "the audit log cannot be written, and nothing is done unrecorded",
    )
    .caused_by(error)
    .hint("check the disk and who may write to the data folder")
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        Self::new(ErrorKind::NotAuthorised, denied.to_string())
            .hint("`gongkit auth can-i ROLE PERMISSION` shows what a role gives")
    }
}

#[cfg(test)]
mod tests;
