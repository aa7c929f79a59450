//! What a purge is asked for, and what it leaves: refusals, and a receipt without content.

use std::fmt;

use conversation::{AccountId, CallId, UserId, WorkspaceId};
use jiff::Timestamp;

use crate::moment::cut;
use crate::{HashKey, HoldName};

/// What is to be erased for good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PurgeTarget {
    /// These calls, known or not: each is refused from then on.
    Calls(Vec<CallId>),
    /// Every call with this person that started before the purge, and those that come later and
    /// started before it.
    Person(PersonName),
    /// Every call of this account that is known now, and its deals: these are refused from then on,
    /// and so is every other deal of the account that was not made later. `example.com` and `domain:example.com` mean
    /// the same, and reach calls in which somebody who is not ours has such an address.
    Account(AccountId),
    /// Every call that started before this, known now or not.
    Before {
        /// The floor: what started earlier is refused from then on.
        start: Timestamp,
        /// Only the calls of this workspace.
        workspace: Option<WorkspaceId>,
    },
}

impl PurgeTarget {
    /// The word that receipts keep.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Calls(_) => "call",
            Self::Person(_) => "person",
            Self::Account(_) => "account",
            Self::Before { .. } => "before",
        }
    }

    /// The keyed hash of the person or account that is named.
    pub(crate) fn hash(&self, key: &HashKey) -> Option<String> {
        match self {
            Self::Person(PersonName::Email(email)) => key.email(email),
            Self::Person(PersonName::User(user)) => Some(key.user(user.as_str())),
            Self::Account(account) => Some(key.account(account.as_str())),
            Self::Calls(_) | Self::Before { .. } => None,
        }
    }

    /// The floor that is set.
    pub(crate) fn floor(&self) -> Option<Timestamp> {
        match self {
            Self::Before { start, .. } => Some(cut(*start)),
            _ => None,
        }
    }
}

/// Who somebody is, as a person would type it.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two ways to name one")]
pub enum PersonName {
    /// By e-mail address; letters' case does not matter.
    Email(String),
    /// One of our own people, by the vendor's id.
    User(UserId),
}

impl PersonName {
    /// Takes what holds an `@` as an address, and anything else as a user's id.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('@') {
            return Some(Self::Email(text.to_owned()));
        }
        UserId::new(text).ok().map(Self::User)
    }
}

/// An address never reaches a log.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(_) => f.write_str("Email(…)"),
            Self::User(user) => f.debug_tuple("User").field(user).finish(),
        }
    }
}

/// Why a purge runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PurgeReason {
    /// Somebody asked for it: a legal hold refuses the whole.
    Asked,
    /// Calls grew older than they are kept: held ones stay, the others go.
    Retention,
}

impl PurgeReason {
    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Retention => "retention",
        }
    }
}

/// A purge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what, why and by whom")]
pub struct Purge {
    /// What goes.
    pub target: PurgeTarget,
    /// Why.
    pub reason: PurgeReason,
    /// Who asked for it, as the receipt will say.
    pub actor: String,
}

/// How much a purge would take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// Calls that are held and would go.
    pub calls: u64,
    /// Those among them with words.
    pub with_text: u64,
    /// Their sentences.
    pub sentences: u64,
    /// The start of the earliest of them.
    pub oldest: Option<Timestamp>,
    /// The start of the latest of them.
    pub newest: Option<Timestamp>,
    /// Calls that were named and are not held: they would be refused from then on.
    pub unknown: u64,
    /// Deals that would go with their account.
    pub deals: u64,
    /// Legal holds in the way, each with the number of calls that it keeps.
    pub held: Vec<(HoldName, u64)>,
}

/// What became of the wish to purge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "begun or refused is the meaning")]
pub enum Purged {
    /// It has begun: nothing of it is readable any more, and erase jobs take the calls out.
    Begun(Box<Receipt>),
    /// Legal holds refuse it, and nothing was changed.
    Held(Vec<(HoldName, u64)>),
    /// Nothing was there to take, and what it refuses was refused before.
    Nothing,
}

/// A place that an erasure could not reach yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Remnant {
    /// A reader keeps the database's log from being emptied.
    LogReaders,
    /// An index still has files from before the erasure.
    Index,
    /// A CRM still holds what was written to it.
    Crm,
}

impl Remnant {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::LogReaders, Self::Index, Self::Crm];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogReaders => "log_readers",
            Self::Index => "index",
            Self::Crm => "crm",
        }
    }
}

/// What a settling could and could not finish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the two findings are the meaning"
)]
pub struct Settled {
    /// What could not be reached.
    pub unreached: Vec<Remnant>,
    /// The receipts that stay open, the newest first.
    pub open: Vec<Receipt>,
}

/// What was erased, when, why and by whom: numbers, never content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Its own random id.
    pub id: String,
    /// What was named: call, person, account or before.
    pub kind: String,
    /// Why: asked or retention.
    pub reason: String,
    /// Who asked for it.
    pub actor: String,
    /// The keyed hash of the person or account that was named.
    pub target: Option<String>,
    /// The floor that was set.
    pub before: Option<Timestamp>,
    /// When it began.
    pub begun: Timestamp,
    /// How many calls it takes.
    pub calls: u64,
    /// Those among them with words.
    pub with_text: u64,
    /// Their sentences.
    pub sentences: u64,
    /// Calls that a legal hold kept from retention.
    pub kept_by_hold: u64,
    /// Calls that are hidden but not destroyed yet.
    pub left: u64,
    /// When all of it was gone from every place that can be reached.
    pub finished: Option<Timestamp>,
    /// What could not be reached yet.
    pub unreached: Vec<Remnant>,
}

/// The accounts that a name means, and the domain of the addresses that it reaches.
pub(crate) fn account_names(account: &AccountId) -> (Vec<String>, Option<String>) {
    let given = account.as_str();
    let lower = given.to_lowercase();
    let domain = lower.strip_prefix("domain:").unwrap_or(&lower);
    if domain.contains('.') && !domain.contains(['@', ':', '/']) {
        let by_domain = format!("domain:{domain}");
        return (vec![given.to_owned(), by_domain], Some(domain.to_owned()));
    }
    (vec![given.to_owned()], None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_by_address_or_id_and_an_address_is_not_printed() {
        let email = PersonName::parse(" Ada@example.com ").expect("an address");
        assert_eq!(email, PersonName::Email("Ada@example.com".to_owned()));
        assert_eq!(format!("{email:?}"), "Email(…)");
        let user = UserId::new("7").expect("valid");
        assert_eq!(PersonName::parse("7"), Some(PersonName::User(user)));
        assert_eq!(PersonName::parse("Ada Example"), None);
        assert_eq!(PersonName::parse(""), None);
    }

    #[test]
    fn a_domain_names_its_account_with_and_without_the_word() {
        let names = |text: &str| account_names(&AccountId::new(text).expect("valid"));
        let domain = Some("example.com".to_owned());
        assert_eq!(
            names("Example.com"),
            (
                vec!["Example.com".to_owned(), "domain:example.com".to_owned()],
                domain.clone()
            )
        );
        assert_eq!(names("domain:example.com").1, domain);
        assert_eq!(names("001A"), (vec!["001A".to_owned()], None));
    }
}
