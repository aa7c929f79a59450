//! Which calls a purge or a legal hold is about, as plain values that every archive can look up.

use conversation::{AccountId, Call, CallId, Side};
use jiff::Timestamp;

use crate::purge::account_names;
use crate::{Error, ErrorKind, HashKey, Hold, PersonName, PurgeTarget};

/// Which calls are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    Calls(Vec<CallId>),
    /// Calls that started before with one of these people.
    People {
        people: Persons,
        before: Option<Timestamp>,
    },
    Account {
        ids: Vec<String>,
        domain: Option<String>,
    },
    Before {
        start: Timestamp,
        workspace: Option<String>,
    },
    Workspace(String),
    Everything,
}

/// People as they stand in clear columns: keyed hashes of addresses, ids of users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Persons {
    pub(crate) emails: Vec<String>,
    pub(crate) users: Vec<String>,
}

impl Persons {
    /// The one that was named; others of the same person are found in the archive.
    pub(crate) fn named(name: &PersonName, key: &HashKey) -> Result<Self, Error> {
        let mut people = Self::default();
        match name {
            PersonName::Email(email) => people.emails.push(key.email(email).ok_or_else(|| {
                Error::new(ErrorKind::Invalid, "an address has at least one character")
            })?),
            PersonName::User(user) => people.users.push(user.to_string()),
        }
        Ok(people)
    }

    /// Takes what a party with one of these names is called otherwise.
    pub(crate) fn widen(&mut self, email: Option<String>, user: Option<String>) {
        for (known, found) in [(&mut self.emails, email), (&mut self.users, user)] {
            known.extend(found);
            known.sort();
            known.dedup();
        }
    }

    /// The keyed hashes under which tombstones keep them.
    pub(crate) fn tombstones(&self, key: &HashKey) -> Vec<String> {
        let users = self.users.iter().map(|user| key.user(user));
        self.emails.iter().cloned().chain(users).collect()
    }
}

impl Selection {
    /// What a purge is about; a person is looked for under the name that was given.
    pub(crate) fn of_target(
        target: &PurgeTarget,
        key: &HashKey,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Ok(match target {
            PurgeTarget::Calls(calls) => Self::Calls(calls.clone()),
            PurgeTarget::Person(name) => Self::People {
                people: Persons::named(name, key)?,
                before: Some(now),
            },
            PurgeTarget::Account(account) => Self::of_account(account),
            PurgeTarget::Before { start, workspace } => Self::Before {
                start: *start,
                workspace: workspace.as_ref().map(ToString::to_string),
            },
        })
    }

    /// What a hold is about.
    pub(crate) fn of_hold(hold: &Hold) -> Result<Self, Error> {
        let bad = |_| Error::new(ErrorKind::Integrity, "a stored hold is malformed");
        let mut people = Persons::default();
        let value = hold.value.clone();
        Ok(match hold.kind.as_str() {
            "call" => Self::Calls(vec![CallId::new(value).map_err(bad)?]),
            "email" => {
                people.emails.push(value);
                Self::People {
                    people,
                    before: None,
                }
            }
            "user" => {
                people.users.push(value);
                Self::People {
                    people,
                    before: None,
                }
            }
            "account" => Self::of_account(&AccountId::new(value).map_err(bad)?),
            "workspace" => Self::Workspace(value),
            // A kind that a newer version wrote keeps everything: a hold fails towards keeping.
            _ => Self::Everything,
        })
    }

    fn of_account(account: &AccountId) -> Self {
        let (ids, domain) = account_names(account);
        Self::Account { ids, domain }
    }

    /// The rule in words of one call.
    pub(crate) fn holds(&self, call: &Call, key: &HashKey) -> bool {
        match self {
            Self::Calls(calls) => calls.contains(&call.id),
            Self::People { people, before } => {
                before.is_none_or(|before| call.started < before) && people.are_in(call, key)
            }
            Self::Account { ids, domain } => {
                let is_linked = call
                    .accounts
                    .iter()
                    .any(|id| ids.iter().any(|n| n == id.as_str()));
                is_linked
                    || call.parties.iter().any(|party| {
                        domain.is_some() && party.side != Side::Ours && party.domain() == *domain
                    })
            }
            Self::Before { start, workspace } => {
                let here = call.workspace.as_ref().map(ToString::to_string);
                call.started < *start && (workspace.is_none() || *workspace == here)
            }
            Self::Workspace(workspace) => {
                call.workspace
                    .as_ref()
                    .map(conversation::WorkspaceId::as_str)
                    == Some(workspace.as_str())
            }
            Self::Everything => true,
        }
    }
}

impl Persons {
    fn are_in(&self, call: &Call, key: &HashKey) -> bool {
        let is_user = |user: Option<&conversation::UserId>| {
            user.is_some_and(|user| self.users.iter().any(|known| known == user.as_str()))
        };
        is_user(call.primary_user.as_ref())
            || call.parties.iter().any(|party| {
                let email = party.email.as_deref().and_then(|email| key.email(email));
                is_user(party.user.as_ref()) || email.is_some_and(|it| self.emails.contains(&it))
            })
    }
}

/// The keyed hashes under which a tombstone may keep somebody who is shown in a call.
pub(crate) fn people_of(call: &Call, key: &HashKey) -> Vec<String> {
    let emails = call
        .parties
        .iter()
        .filter_map(|party| key.email(party.email.as_deref()?));
    let users = call
        .parties
        .iter()
        .filter_map(|party| party.user.as_ref())
        .chain(call.primary_user.as_ref())
        .map(|user| key.user(user.as_str()));
    let mut people: Vec<String> = emails.chain(users).collect();
    people.sort();
    people.dedup();
    people
}
