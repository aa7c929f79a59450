//! Deals and customers as their sources told of them, instant by instant, and the calls about them.

mod gone;
mod history;
mod telling;

use access::Scope;
use async_trait::async_trait;
use conversation::{AccountId, CallId, DealId, DealSnapshot};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Error;
use crate::moment::instant;

pub(crate) use gone::Gone;
pub use history::DealHistory;
pub(crate) use telling::{Told, tell};

/// What a source tells of deals and customers at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "deals and customers")]
pub struct DealNews {
    /// Deals, each as of an instant.
    pub snapshots: Vec<DealSnapshot>,
    /// Customers.
    pub accounts: Vec<Account>,
}

impl DealNews {
    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty() && self.accounts.is_empty()
    }
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "who, and what it is called")]
pub struct Account {
    /// Which one.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
}

/// What became of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DealOutcome {
    /// It says something that was not known of that instant.
    Added,
    /// Its source had said the same before, and nothing else since.
    Known,
    /// The deal, or what belonged to its account, was erased.
    Refused,
}

/// How a call was found to be about a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LinkedBy {
    /// A person pinned the call to the deal.
    Pin,
    /// The vendor's CRM context of the call names the deal.
    Context,
    /// The vendor's CRM context of the call names the deal's account.
    Account,
    /// Somebody of the deal's account, known by the address, took part.
    Email,
    /// Somebody with an address of the account's domain took part.
    Domain,
}

impl LinkedBy {
    /// All of them, the surest first.
    pub const ALL: [Self; 5] = [
        Self::Pin,
        Self::Context,
        Self::Account,
        Self::Email,
        Self::Domain,
    ];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Context => "context",
            Self::Account => "account",
            Self::Email => "email",
            Self::Domain => "domain",
        }
    }

    /// Whether it was worked out from who took part, not told by somebody.
    pub(crate) const fn is_found(self) -> bool {
        matches!(self, Self::Account | Self::Email | Self::Domain)
    }

    /// Reads the word back.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// That a call is about a deal, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "what, and how it was found")]
pub struct DealLink {
    /// The deal.
    pub deal: DealId,
    /// How it was found.
    pub by: LinkedBy,
}

/// What ties a call to customers, in clear columns only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallLinks {
    /// The call.
    pub call: CallId,
    /// When it began.
    pub started: Timestamp,
    /// Its customers.
    pub accounts: Vec<AccountId>,
    /// The keyed hashes of the addresses of those who are not ours.
    pub emails: Vec<String>,
    /// The domains of those addresses.
    pub domains: Vec<String>,
    /// The deals that it is about, by their ids: those that it is pinned to, else those that were found.
    pub deals: Vec<DealLink>,
}

impl CallLinks {
    pub(crate) const fn new(call: CallId, started: Timestamp) -> Self {
        Self {
            call,
            started,
            accounts: Vec::new(),
            emails: Vec::new(),
            domains: Vec::new(),
            deals: Vec::new(),
        }
    }

    /// Adds a deal; where there are pins, nothing else counts.
    pub(crate) fn add_deal(&mut self, link: DealLink) {
        let is_pinned = |link: &DealLink| link.by == LinkedBy::Pin;
        if is_pinned(&link) {
            self.deals.retain(is_pinned);
        } else if self.deals.iter().any(is_pinned) {
            return;
        }
        self.deals.push(link);
    }
}

/// The deals that a call was found to be about otherwise than by its context.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a call and its deals")]
pub struct FoundLinks {
    /// The call.
    pub call: CallId,
    /// Its deals. What is found by context comes with a put, and pins by a person: both are passed
    /// over here.
    pub deals: Vec<DealLink>,
}

/// Which deals to read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DealQuery {
    /// Only these.
    pub deals: Option<Vec<DealId>>,
    /// Only those that belonged to one of these accounts at the instant.
    pub accounts: Option<Vec<AccountId>>,
    /// What was told of later instants is not read.
    pub as_of: Timestamp,
    /// At most this many.
    pub limit: usize,
    /// Continue after this one.
    pub after: Option<DealId>,
}

impl DealQuery {
    /// Every deal as of an instant, a page of them.
    pub const fn as_of(as_of: Timestamp) -> Self {
        Self {
            deals: None,
            accounts: None,
            as_of,
            limit: 500,
            after: None,
        }
    }
}

/// One page of deals.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "deals and where to go on")]
pub struct DealPage {
    /// The deals, by id. A page may be empty without being the last.
    pub deals: Vec<DealHistory>,
    /// Where to go on; `None` on the last page.
    pub next: Option<DealId>,
}

/// Which calls to read the links of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LinkQuery {
    /// Only calls about one of these deals.
    pub deals: Option<Vec<DealId>>,
    /// Only calls with this account.
    pub account: Option<AccountId>,
    /// At most this many.
    pub limit: usize,
    /// Continue after this one.
    pub after: Option<CallId>,
}

impl Default for LinkQuery {
    fn default() -> Self {
        Self {
            deals: None,
            account: None,
            limit: 1000,
            after: None,
        }
    }
}

/// Which customers to read.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "by id, by name or all is the meaning"
)]
pub enum AccountQuery {
    /// These; unknown ones are left out.
    Ids(Vec<AccountId>),
    /// Those of a name; letters' case and blanks around it do not matter.
    Name(String),
}

/// Deals and customers.
///
/// Laws, each checked by the conformance suite:
/// - What is told of a later instant never changes what is read as of an earlier one, in whatever
///   order it comes.
/// - The same statement of a source as its last one adds nothing. Another statement of the same
///   source about the same instant takes the place of the first: it is a correction.
/// - Of one instant, [the source that is believed more](conversation::DealSource) is read last.
/// - A deal is reached by whoever owns it at the instant, or reaches a call about it; by everybody
///   whose scope has all rows.
/// - Deals of a purged account go with it, and neither they nor what else belonged to it come back.
///   A deal that was made later is a new one.
/// - Links go with their call; those by context come with its put.
#[async_trait]
pub trait Deals: Send + Sync {
    /// Takes what a source tells, in one transaction; one outcome per snapshot, in order.
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error>;

    /// Reads deals with everything that was told of them up to an instant, by id.
    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error>;

    /// These customers, by id: for whoever reached one of their deals or calls.
    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error>;

    /// Replaces the deals that calls were found to be about otherwise than by context.
    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error>;

    /// What ties calls to customers and deals, by the ids of the calls.
    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error>;
}

/// A name as it is compared.
pub(crate) fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Whether what was made on a day (or nobody knows when) is older than the erasure of its account.
pub(crate) fn is_older(erased: Option<i64>, created: Option<Date>) -> Result<bool, Error> {
    let Some(erased) = erased else {
        return Ok(false);
    };
    let erased = TimeZone::UTC.to_datetime(instant(erased)?).date();
    Ok(created.is_none_or(|created| created <= erased))
}
