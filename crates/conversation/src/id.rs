//! Names of things: newtypes over text, so that no two kinds of id can be swapped.

use std::fmt;
use std::str::FromStr;

/// Says why a text cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {MAX_BYTES} bytes without blanks or control characters")]
pub struct InvalidId {
    kind: &'static str,
}

const MAX_BYTES: usize = 256;

fn is_valid(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_BYTES
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as this id; refuses empty, overlong, blank and control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: $kind }) }
            }

            /// Lends the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }
    };
}

id!(
    /// One company: its credentials, request budget, keys and index partition.
    Tenant, "a tenant"
);
id!(
    /// A workspace inside a tenant: a filter, never a border between companies.
    WorkspaceId, "a workspace id"
);
id!(
    /// One recorded call.
    CallId, "a call id"
);
id!(
    /// One participant of one call.
    PartyId, "a party id"
);
id!(
    /// The name of a voice in a transcript; a party may keep it beside its own id.
    SpeakerId, "a speaker id"
);
id!(
    /// A person of our own company, the same in every call.
    UserId, "a user id"
);
id!(
    /// A customer: the CRM's id, or `domain:example.com` where no CRM names one.
    AccountId, "an account id"
);

impl Default for Tenant {
    /// The one tenant of an installation that serves one company.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

/// The name of a passage: the same words at the same place always get the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassageId(uuid::Uuid);

impl PassageId {
    pub(crate) fn from_name(namespace: &uuid::Uuid, name: &[u8]) -> Self {
        Self(uuid::Uuid::new_v5(namespace, name))
    }

    /// Gives the sixteen bytes of the UUID.
    pub fn to_bytes(self) -> [u8; 16] {
        *self.0.as_bytes()
    }

    /// Takes back what [`PassageId::to_bytes`] gave.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(uuid::Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for PassageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_refuses_what_could_be_misread() {
        for bad in ["", "a b", "a\n", "\u{0}", &"9".repeat(257)] {
            assert!(CallId::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            CallId::new("18446744073709551615").map(|id| id.to_string()),
            Ok("18446744073709551615".to_owned())
        );
    }
}
