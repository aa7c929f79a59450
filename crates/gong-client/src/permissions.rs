//! `/v2/permission-profile`, `/v2/all-permission-profiles`: what users may see and do in Gong.
mod profile;

pub use profile::{
    ForecastPermissions, LibraryAccess, LibraryLevel, PermissionLevel, PermissionProfile,
    TeamAccess,
};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Element, Method, NotFound, One, Operation, Page, ProfileId, Request, UserId, WorkspaceId,
    wire::ToJson as _,
};

/// Lists the permission profiles of a workspace by name, which Gong does not page. Gong names no
/// scope for it.
#[derive(Clone, Debug)]
pub struct ListProfiles {
    workspace: WorkspaceId,
}

impl ListProfiles {
    /// The profiles of this workspace.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self { workspace }
    }
}

impl Request for ListProfiles {
    type Answer = Page<PermissionProfile>;
    const OPERATION: Operation = Operation {
        id: "listPermissionProfile",
        method: Method::Get,
        scope: "",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "all-permission-profiles"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("workspaceId", self.workspace.to_string())]
    }
}

/// Gets one permission profile. Gong names no scope for it.
#[derive(Clone, Debug)]
pub struct GetProfile {
    profile: ProfileId,
}

impl GetProfile {
    /// This profile.
    pub fn new(profile: ProfileId) -> Self {
        Self { profile }
    }
}

impl Request for GetProfile {
    type Answer = One<PermissionProfile>;
    const OPERATION: Operation = Operation {
        id: "getPermissionProfile",
        method: Method::Get,
        scope: "",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "permission-profile"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("profileId", self.profile.to_string())]
    }
}

/// Makes a permission profile. Gong names no scope for it.
#[derive(Clone, Debug)]
pub struct CreateProfile {
    workspace: WorkspaceId,
    profile: PermissionProfile,
}

impl CreateProfile {
    /// In this workspace.
    pub fn new(workspace: WorkspaceId, profile: PermissionProfile) -> Self {
        Self { workspace, profile }
    }
}

impl Request for CreateProfile {
    type Answer = One<PermissionProfile>;
    const OPERATION: Operation = Operation {
        id: "createPermissionProfile",
        method: Method::Post,
        scope: "",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "permission-profile"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("workspaceId", self.workspace.to_string())]
    }

    fn body(&self) -> Option<Value> {
        Some(self.profile.to_json())
    }
}

/// Replaces a permission profile: get it, change it and send it as a whole. What this crate does
/// not know of it is not sent. Gong names no scope for it.
#[derive(Clone, Debug)]
pub struct UpdateProfile {
    id: ProfileId,
    profile: PermissionProfile,
}

impl UpdateProfile {
    /// This profile, as it is to be.
    pub fn new(id: ProfileId, profile: PermissionProfile) -> Self {
        Self { id, profile }
    }
}

impl Request for UpdateProfile {
    type Answer = One<PermissionProfile>;
    const OPERATION: Operation = Operation {
        id: "updatePermissionProfile",
        method: Method::Put,
        scope: "",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "permission-profile"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("profileId", self.id.to_string())]
    }

    fn body(&self) -> Option<Value> {
        Some(self.profile.to_json())
    }
}

/// Lists the users who have a permission profile, which Gong does not page. Scope `api:users:read`.
#[derive(Clone, Debug)]
pub struct ListProfileUsers {
    profile: ProfileId,
}

impl ListProfileUsers {
    /// The users with this profile.
    pub fn new(profile: ProfileId) -> Self {
        Self { profile }
    }
}

impl Request for ListProfileUsers {
    type Answer = Page<ProfileUser>;
    const OPERATION: Operation = Operation {
        id: "listPermissionProfileUsers",
        method: Method::Get,
        scope: "api:users:read",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "permission-profile", "users"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("profileId", self.profile.to_string())]
    }
}

/// A user who has a permission profile.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ProfileUser {
    /// The user.
    pub id: Option<UserId>,
    /// The name.
    pub full_name: Option<String>,
    /// The e-mail address.
    pub email_address: Option<String>,
}

impl Element for ProfileUser {
    const LIST: &'static str = "users";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.id.as_ref().map(UserId::as_str)
    }
}
