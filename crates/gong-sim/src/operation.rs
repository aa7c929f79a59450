//! Which of Gong's operations a request asks for.

use std::fmt;

/// The operations of Gong's API that the simulator serves, by the names of Gong's own document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `GET /v2/calls`
    ListCalls,
    /// `GET /v2/calls/{id}`
    GetCall,
    /// `POST /v2/calls/extensive`
    ListCallsExtensive,
    /// `POST /v2/calls/transcript`
    GetCallTranscripts,
    /// `GET /v2/users`
    ListUsers,
    /// `GET /v2/workspaces`
    ListWorkspaces,
}

impl Operation {
    /// Every operation that is served.
    pub const ALL: [Self; 6] = [
        Self::ListCalls,
        Self::GetCall,
        Self::ListCallsExtensive,
        Self::GetCallTranscripts,
        Self::ListUsers,
        Self::ListWorkspaces,
    ];

    /// The `operationId` in Gong's document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ListCalls => "listCalls",
            Self::GetCall => "getCall",
            Self::ListCallsExtensive => "listCallsExtensive",
            Self::GetCallTranscripts => "getCallTranscripts",
            Self::ListUsers => "listUsers",
            Self::ListWorkspaces => "listWorkspaces",
        }
    }

    /// The scope that a token needs for it, by Gong's document.
    pub(crate) fn scope(self) -> &'static str {
        match self {
            Self::ListCalls | Self::GetCall => "api:calls:read:basic",
            Self::ListCallsExtensive => "api:calls:read:extensive",
            Self::GetCallTranscripts => "api:calls:read:transcript",
            Self::ListUsers => "api:users:read",
            Self::ListWorkspaces => "api:workspaces:read",
        }
    }

    /// The operation behind a method and path, with the call id when the path carries one.
    pub(crate) fn of<'p>(method: &str, path: &'p str) -> Option<(Self, Option<&'p str>)> {
        let operation = match (method, path) {
            ("GET", "/v2/calls") => Self::ListCalls,
            ("POST", "/v2/calls/extensive") => Self::ListCallsExtensive,
            ("POST", "/v2/calls/transcript") => Self::GetCallTranscripts,
            ("GET", "/v2/users") => Self::ListUsers,
            ("GET", "/v2/workspaces") => Self::ListWorkspaces,
            ("GET", _) => {
                let id = path.strip_prefix("/v2/calls/")?;
                let is_one_segment = !id.is_empty() && !id.contains('/');
                return is_one_segment.then_some((Self::GetCall, Some(id)));
            }
            _ => return None,
        };
        Some((operation, None))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
