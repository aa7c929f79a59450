//! Legal holds: what must be kept, by a name under which a purge is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use conversation::{AccountId, CallId, WorkspaceId};
use jiff::Timestamp;

use crate::{Error, ErrorKind, PersonName};

/// The name of a legal hold: an id for people, not a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldName(String);

impl HoldName {
    /// Takes 1 to 64 letters, digits, `.`, `_` and `-`. It is stored in clear: name a case by its
    /// number, not a person by theirs.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
            return Ok(Self(text));
        }
        Err(Error::new(
            ErrorKind::Invalid,
            "the name of a hold is 1 to 64 letters, digits, dots, underscores and hyphens",
        ))
    }

    /// Lends the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HoldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a legal hold keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldOn {
    /// One call.
    Call(CallId),
    /// Every call with this person.
    Person(PersonName),
    /// Every call of this account, named as for a purge.
    Account(AccountId),
    /// Every call of this workspace.
    Workspace(WorkspaceId),
    /// Every call.
    Everything,
}

/// A legal hold as it is kept: a person by a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hold {
    /// Its name, used once for good.
    pub name: HoldName,
    /// What it keeps: call, email, user, account, workspace or everything.
    pub kind: String,
    /// Which one: an id, or the keyed hash of an address.
    pub value: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was lifted.
    pub released: Option<Timestamp>,
}

/// Kind and value as they are stored.
pub(crate) fn kept_as(on: &HoldOn, key: &crate::HashKey) -> Result<(&'static str, String), Error> {
    let no_address = || Error::new(ErrorKind::Invalid, "an address has at least one character");
    Ok(match on {
        HoldOn::Call(call) => ("call", call.to_string()),
        HoldOn::Person(PersonName::Email(email)) => {
            ("email", key.email(email).ok_or_else(no_address)?)
        }
        HoldOn::Person(PersonName::User(user)) => ("user", user.to_string()),
        HoldOn::Account(account) => ("account", account.to_string()),
        HoldOn::Workspace(workspace) => ("workspace", workspace.to_string()),
        HoldOn::Everything => ("everything", "*".to_owned()),
    })
}

/// Calls by the hold that keeps them.
pub(crate) type Kept = BTreeMap<HoldName, BTreeSet<CallId>>;

/// Of some calls, those that nothing keeps, and how many each hold keeps.
pub(crate) fn apart(calls: &[CallId], kept: &Kept) -> (Vec<CallId>, Vec<(HoldName, u64)>) {
    let is_free = |call: &&CallId| !kept.values().any(|kept| kept.contains(*call));
    let free = calls.iter().filter(is_free).cloned().collect();
    let count = |kept: &BTreeSet<CallId>| calls.iter().filter(|c| kept.contains(*c)).count() as u64;
    let in_the_way = kept
        .iter()
        .map(|(name, kept)| (name.clone(), count(kept)))
        .filter(|(_, count)| *count > 0)
        .collect();
    (free, in_the_way)
}

/// The name is taken: names of holds are never used again, so that a log of them stays clear.
pub(crate) fn name_is_taken() -> Error {
    Error::new(
        ErrorKind::Invalid,
        "a hold of this name is or was there; choose another name",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_plain_word() {
        assert!(HoldName::new("case-2026.7_b").is_ok());
        for bad in ["", "two words", "ä", &"x".repeat(65)] {
            assert!(HoldName::new(bad).is_err(), "{bad:?}");
        }
    }
}
