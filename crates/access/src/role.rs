//! Who somebody is to the installation.

use std::fmt;
use std::str::FromStr;

/// A role. A caller has exactly one, or none and then no access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the columns of the one table")]
pub enum Role {
    /// Sets up and may do everything.
    Admin,
    /// Leads people, and sees their calls.
    Manager,
    /// Sells, and sees the own calls.
    Rep,
    /// Sees what happened, not what was said.
    Viewer,
    /// Checks the audit log, and sees no call.
    Auditor,
    /// A program that keeps the archive up to date, and sees no call.
    Service,
}

impl Role {
    /// Every role, in the order of the table's columns.
    pub const ALL: [Self; 6] = [
        Self::Admin,
        Self::Manager,
        Self::Rep,
        Self::Viewer,
        Self::Auditor,
        Self::Service,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Rep => "rep",
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is none of the words asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    pub(crate) kind: &'static str,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no such {}", self.kind)
    }
}

impl std::error::Error for UnknownWord {}

impl FromStr for Role {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let mut all = Self::ALL.into_iter();
        all.find(|role| role.as_str() == word)
            .ok_or(UnknownWord { kind: "role" })
    }
}
