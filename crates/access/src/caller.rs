//! Who is asking, and what the table gives them.

use std::collections::BTreeSet;
use std::fmt;

use conversation::{Tenant, UserId};

use crate::{Operation, Permission, PrivateCalls, Reach, Role, Scope, Sight, table};

/// How a caller showed who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// Not at all: nothing is open.
    None,
    /// By running a command on the machine that holds the archive and its key.
    Local,
    /// By an API key.
    ApiKey,
    /// By a token of the company's identity provider.
    Token,
}

impl Proof {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::ApiKey => "api key",
            Self::Token => "token",
        }
    }
}

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    tenant: Tenant,
    actor: String,
    proof: Proof,
    role: Option<Role>,
    user: Option<UserId>,
    team: BTreeSet<UserId>,
    limit: Option<BTreeSet<Permission>>,
}

impl Caller {
    /// Nobody: may do nothing. What a server is until it knows who asks.
    pub fn nobody(tenant: Tenant) -> Self {
        Self {
            tenant,
            actor: "nobody".to_owned(),
            proof: Proof::None,
            role: None,
            user: None,
            team: BTreeSet::new(),
            limit: None,
        }
    }

    /// The person at the machine, who holds the archive and its key anyway: acts as admin.
    pub fn local(tenant: Tenant) -> Self {
        Self {
            actor: "local".to_owned(),
            proof: Proof::Local,
            role: Some(Role::Admin),
            ..Self::nobody(tenant)
        }
    }

    /// Somebody whom an authenticator has recognised. `actor` names him in the audit log: an id,
    /// never a name or an address.
    pub fn recognised(tenant: Tenant, actor: impl Into<String>, proof: Proof, role: Role) -> Self {
        Self {
            actor: actor.into(),
            proof,
            role: Some(role),
            ..Self::nobody(tenant)
        }
    }

    /// Is this one of the company's own people, who leads these.
    #[must_use = "gives the caller back"]
    pub fn being(mut self, user: UserId, team: BTreeSet<UserId>) -> Self {
        self.user = Some(user);
        self.team = team;
        self
    }

    /// May do no more than this, whatever the role gives.
    #[must_use = "gives the caller back"]
    pub fn limited_to(mut self, permissions: impl IntoIterator<Item = Permission>) -> Self {
        self.limit = Some(permissions.into_iter().collect());
        self
    }

    /// The company.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The name in the audit log.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// How he showed who he is.
    pub fn proof(&self) -> Proof {
        self.proof
    }

    /// The role; none has no access.
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// Which of the company's own people he is.
    pub fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    /// Whom he leads.
    pub fn team(&self) -> &BTreeSet<UserId> {
        &self.team
    }

    /// How far a permission reaches for him.
    pub fn reach(&self, permission: Permission) -> Reach {
        let is_limited = self
            .limit
            .as_ref()
            .is_some_and(|limit| !limit.contains(&permission));
        match self.role {
            Some(role) if !is_limited => table::reach(role, permission),
            _ => Reach::Nothing,
        }
    }

    /// Whether he may do this at all.
    pub fn may(&self, operation: Operation) -> Result<(), Denied> {
        self.has(operation.permission())
    }

    /// Whether he has the permission at all; one that reaches own or team rows needs a user.
    pub fn has(&self, permission: Permission) -> Result<(), Denied> {
        match (self.reach(permission), &self.user) {
            (Reach::Nothing, _) => Err(Denied {
                permission,
                why: Why::NotGiven,
            }),
            (Reach::Own | Reach::Team, None) => Err(Denied {
                permission,
                why: Why::NoUser,
            }),
            _ => Ok(()),
        }
    }

    /// The rows that he reaches with a permission. Private calls in which he took part are among
    /// them; others only if asked for, which needs `private.read`.
    pub fn scope(&self, permission: Permission, private: PrivateCalls) -> Result<Scope, Denied> {
        self.has(permission)?;
        if private == PrivateCalls::Included {
            self.has(Permission::PrivateRead)?;
        }
        let scope = match (self.reach(permission), &self.user) {
            (Reach::All, user) => Scope::everything(private).with_own(user.clone()),
            (Reach::Team, Some(user)) => {
                Scope::team(user.clone(), self.team.iter().cloned(), private)
            }
            (Reach::Own, Some(user)) => Scope::calls_of([user.clone()]),
            _ => Scope::nothing(),
        };
        Ok(scope)
    }

    /// What he sees with a permission, and on which of it the words.
    pub fn sight(&self, permission: Permission, private: PrivateCalls) -> Result<Sight, Denied> {
        let facts = self.scope(permission, private)?;
        let words = self.scope(Permission::TranscriptsRead, private).ok();
        Ok(Sight::new(facts, words))
    }
}

/// Somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    permission: Permission,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    NotGiven,
    NoUser,
}

impl Denied {
    /// What is missing.
    pub fn permission(&self) -> Permission {
        self.permission
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permission = self.permission;
        match self.why {
            Why::NotGiven => write!(f, "this needs the permission {permission}"),
            Why::NoUser => write!(
                f,
                "{permission} reaches own calls here, but this caller is none of the company's users"
            ),
        }
    }
}

impl std::error::Error for Denied {}
