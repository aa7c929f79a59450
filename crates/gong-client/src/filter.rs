//! Which calls a `POST` list is about.
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{CallId, UserId, WorkspaceId};

#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    period: Option<(Timestamp, Timestamp)>,
    calls: Vec<CallId>,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) primary_users: Vec<UserId>,
}

impl Filter {
    pub(crate) fn between(from: Timestamp, to: Timestamp) -> Self {
        Self {
            period: Some((from, to)),
            ..Self::default()
        }
    }

    pub(crate) fn of_calls(ids: impl IntoIterator<Item = CallId>) -> Option<Self> {
        let calls: Vec<_> = ids.into_iter().collect();
        (!calls.is_empty()).then(|| Self {
            calls,
            ..Self::default()
        })
    }

    /// Leaves out what is not set: Gong refuses an empty list of ids.
    pub(crate) fn to_json(&self) -> Value {
        let mut filter = json!({});
        if let Some((from, to)) = self.period {
            filter["fromDateTime"] = from.to_string().into();
            filter["toDateTime"] = to.to_string().into();
        }
        if !self.calls.is_empty() {
            filter["callIds"] = self.calls.iter().map(CallId::as_str).collect();
        }
        if let Some(workspace) = &self.workspace {
            filter["workspaceId"] = workspace.as_str().into();
        }
        if !self.primary_users.is_empty() {
            filter["primaryUserIds"] = self.primary_users.iter().map(UserId::as_str).collect();
        }
        filter
    }
}
