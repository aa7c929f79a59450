//! `/v2/calls/users-access`: whom single calls were opened to by API.
//!
//! It tells and changes only access that was given this way: sharing and permission profiles are
//! no part of it.
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    CallId, DeletesUpstream, Done, Element, Method, NotFound, Operation, Page, Request, UserId,
    wire::{ToJson as _, list},
};

/// Opens calls to users, who may be given by call.
///
/// Scope `api:call-user-access:write`.
#[derive(Clone, Debug)]
pub struct GrantAccess {
    access: Vec<(CallId, Vec<UserId>)>,
}

impl GrantAccess {
    /// Opens a call to these users.
    pub fn to_call(call: CallId, users: impl IntoIterator<Item = UserId>) -> Self {
        Self { access: Vec::new() }.and_to_call(call, users)
    }

    /// Also opens another call to these users.
    #[must_use = "the request is returned, not changed in place"]
    pub fn and_to_call(mut self, call: CallId, users: impl IntoIterator<Item = UserId>) -> Self {
        self.access.push((call, users.into_iter().collect()));
        self
    }
}

impl Request for GrantAccess {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "addUsersAccessToCalls",
        method: Method::Put,
        scope: "api:call-user-access:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", "users-access"]
    }

    fn body(&self) -> Option<Value> {
        Some(access_list(&self.access))
    }
}

/// Lists whom calls were opened to. Scope `api:call-user-access:read`.
#[derive(Clone, Debug)]
pub struct ListAccess {
    calls: Vec<CallId>,
}

impl ListAccess {
    /// The access to these calls; `None` when there is no id.
    pub fn of_calls(ids: impl IntoIterator<Item = CallId>) -> Option<Self> {
        let calls: Vec<_> = ids.into_iter().collect();
        (!calls.is_empty()).then_some(Self { calls })
    }
}

impl Request for ListAccess {
    type Answer = Page<CallAccess>;
    const OPERATION: Operation = Operation {
        id: "getUsersAccessToCalls",
        method: Method::Post,
        scope: "api:call-user-access:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", "users-access"]
    }

    fn body(&self) -> Option<Value> {
        Some(json!({ "filter": { "callIds": self.calls.to_json() } }))
    }
}

/// Takes back what [`GrantAccess`] gave. Scope `api:call-user-access:write`.
#[derive(Clone, Debug)]
pub struct RevokeAccess {
    access: Vec<(CallId, Vec<UserId>)>,
}

impl RevokeAccess {
    /// Closes a call to these users.
    pub fn to_call(
        call: CallId,
        users: impl IntoIterator<Item = UserId>,
        _confirmed: DeletesUpstream,
    ) -> Self {
        Self { access: Vec::new() }.and_to_call(call, users)
    }

    /// Also closes another call to these users.
    #[must_use = "the request is returned, not changed in place"]
    pub fn and_to_call(mut self, call: CallId, users: impl IntoIterator<Item = UserId>) -> Self {
        self.access.push((call, users.into_iter().collect()));
        self
    }
}

impl Request for RevokeAccess {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "deleteUsersAccessToCalls",
        method: Method::Delete,
        scope: "api:call-user-access:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", "users-access"]
    }

    fn body(&self) -> Option<Value> {
        Some(access_list(&self.access))
    }
}

fn access_list(access: &[(CallId, Vec<UserId>)]) -> Value {
    let entry = |(call, users): &(CallId, Vec<UserId>)| json!({ "callId": call.as_str(), "userIds": users.to_json() });
    json!({ "callAccessList": access.iter().map(entry).collect::<Value>() })
}

/// Whom a call was opened to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallAccess {
    /// The call.
    pub call_id: Option<CallId>,
    /// The users.
    #[serde(deserialize_with = "list")]
    pub users: Vec<UserAccess>,
}

impl Element for CallAccess {
    const LIST: &'static str = "callAccessList";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.call_id.as_ref().map(CallId::as_str)
    }
}

/// A user whom a call was opened to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserAccess {
    /// The user.
    pub user_id: Option<UserId>,
}
