//! What a CRM tells of customers beside their deals: whose people they are, and that e-mails and
//! meetings took place. Never what was written in them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use conversation::{AccountId, DealId, Side};
use jiff::Timestamp;

use crate::Error;

/// Somebody of a customer's. No name and no address is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row, whole")]
pub struct Contact {
    /// The CRM's id.
    pub id: String,
    /// The keyed hash of the address.
    pub email_hash: Option<String>,
    /// The keyed name under which figures of calls know the person.
    pub person: Option<String>,
    /// Whose.
    pub account: Option<AccountId>,
}

/// What took place or is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the two that are read")]
pub enum EngagementKind {
    /// An e-mail.
    Email,
    /// A meeting.
    Meeting,
}

impl EngagementKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Meeting => "meeting",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Email, Self::Meeting]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// An e-mail or a meeting of deals.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row, whole")]
pub struct Engagement {
    /// The CRM's id, unique among both kinds.
    pub id: String,
    /// What it is.
    pub kind: EngagementKind,
    /// When it takes or took place.
    pub at: Timestamp,
    /// Since when it is known; what was told earlier counts.
    pub known_since: Timestamp,
    /// Who wrote it or asked for it.
    pub by: Side,
    /// The deals it is about.
    pub deals: Vec<DealId>,
    /// The customer's people in it, by [`Contact::id`].
    pub contacts: Vec<String>,
}

/// What was told at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers make it")]
pub struct CustomerNews {
    /// People; each takes the place of what was told of it.
    pub contacts: Vec<Contact>,
    /// The domain of customers; none where it has none any more.
    pub domains: Vec<(AccountId, Option<String>)>,
    /// E-mails and meetings; each takes the place of what was told of it.
    pub engagements: Vec<Engagement>,
    /// E-mails and meetings that did not take place after all.
    pub gone: Vec<String>,
}

/// An e-mail or a meeting of one deal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what rules ask for")]
pub struct DealEngagement {
    /// The deal.
    pub deal: DealId,
    /// What it is.
    pub kind: EngagementKind,
    /// When it takes or took place.
    pub at: Timestamp,
    /// Since when it is known.
    pub known_since: Timestamp,
    /// Who wrote it or asked for it.
    pub by: Side,
    /// The customer's people in it, by [`Contact::person`]; those without one are left out.
    pub people: Vec<String>,
}

/// Which customer an address or a domain belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the two ways to know one")]
pub struct KnownCustomers {
    /// By the keyed hash of an address.
    pub emails: BTreeMap<String, AccountId>,
    /// By domain; one of several customers is left out.
    pub domains: BTreeMap<String, AccountId>,
}

/// What a CRM tells of customers beside their deals.
///
/// Laws, each checked by [`crate::conformance::check_customers`]:
/// - What was told again takes the place of what was told; since when it is known stays.
/// - A purged person is forgotten and refused from then on; so are the people and the domain of a
///   purged account.
/// - A deal that is erased takes its e-mails and meetings along, unless another deal has them, too.
#[async_trait]
pub trait Customers: Send + Sync {
    /// Takes what a CRM tells, in one transaction.
    async fn put_customers(&self, news: CustomerNews) -> Result<(), Error>;

    /// The e-mails and meetings of these deals, by deal and time.
    async fn engagements(&self, deals: &[DealId]) -> Result<Vec<DealEngagement>, Error>;

    /// Which customer an address or a domain belongs to.
    async fn known_customers(&self) -> Result<KnownCustomers, Error>;
}

impl KnownCustomers {
    /// What belongs to one customer only.
    pub(crate) fn of(
        emails: impl IntoIterator<Item = (String, AccountId)>,
        domains: impl IntoIterator<Item = (String, AccountId)>,
    ) -> Self {
        Self {
            emails: unique(emails),
            domains: unique(domains),
        }
    }
}

/// What has one customer only.
fn unique(pairs: impl IntoIterator<Item = (String, AccountId)>) -> BTreeMap<String, AccountId> {
    let mut found: BTreeMap<String, Option<AccountId>> = BTreeMap::new();
    for (name, account) in pairs {
        found
            .entry(name)
            .and_modify(|known| {
                if known.as_ref() != Some(&account) {
                    *known = None;
                }
            })
            .or_insert(Some(account));
    }
    let known = found.into_iter();
    known
        .filter_map(|(name, account)| Some((name, account?)))
        .collect()
}
