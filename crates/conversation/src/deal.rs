//! What a team hopes to sell, as a CRM showed it at one instant.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{AccountId, Money, UserId};

/// The name of a deal: the CRM it lies in and its id there, written `salesforce:0061234`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DealId {
    system: String,
    object: String,
}

/// Says why a text cannot be the name of a deal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a deal is named as its CRM and its id there, like `salesforce:0061234`")]
pub struct InvalidDealId;

const MAX_SYSTEM: usize = 32;
const MAX_OBJECT: usize = 256;

impl DealId {
    /// A deal by its CRM (letters, digits, `-` and `_`; kept in lower case) and its id there.
    pub fn new(system: &str, object: impl Into<String>) -> Result<Self, InvalidDealId> {
        let object = object.into();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_system = !system.is_empty() && system.len() <= MAX_SYSTEM;
        let is_object = !object.is_empty() && object.len() <= MAX_OBJECT;
        let is_odd = |c: char| c.is_control() || c.is_whitespace();
        if !is_system || !system.chars().all(is_word) || !is_object || object.chars().any(is_odd) {
            return Err(InvalidDealId);
        }
        Ok(Self {
            system: system.to_ascii_lowercase(),
            object,
        })
    }

    /// The CRM, in lower case.
    pub fn system(&self) -> &str {
        &self.system
    }

    /// The id inside the CRM.
    pub fn object(&self) -> &str {
        &self.object
    }
}

impl fmt::Display for DealId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.system, self.object))
    }
}

impl FromStr for DealId {
    type Err = InvalidDealId;

    fn from_str(text: &str) -> Result<Self, InvalidDealId> {
        let (system, object) = text.split_once(':').ok_or(InvalidDealId)?;
        Self::new(system, object)
    }
}

/// Who told of a deal. Where two tell of the same instant, the later one in this order is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DealSource {
    /// A file that somebody imported.
    Csv,
    /// The CRM context that Gong keeps with a call.
    Gong,
    /// The CRM itself.
    Crm,
}

impl DealSource {
    /// All of them, the least believed first.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Gong, Self::Crm];

    /// Its name in records and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Gong => "gong",
            Self::Crm => "crm",
        }
    }
}

/// What a source showed of a deal at one instant. A later snapshot never replaces an earlier one,
/// so that what was known on any day can be told again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DealSnapshot {
    /// Which deal.
    pub deal: DealId,
    /// Who told of it.
    pub source: DealSource,
    /// When it was so.
    pub as_of: Timestamp,
    /// The customer.
    pub account: Option<AccountId>,
    /// What people call it.
    pub name: Option<String>,
    /// Which of our people sells.
    pub owner: Option<UserId>,
    /// The stage, as the CRM calls it.
    pub stage: Option<String>,
    /// What it is worth.
    pub amount: Option<Money>,
    /// When it is, or was, expected to close.
    pub close_date: Option<Date>,
    /// When it was made.
    pub created: Option<Date>,
    /// When it was won or lost.
    pub closed_on: Option<Date>,
}

impl DealSnapshot {
    /// A snapshot that tells of nothing yet but the deal itself.
    pub const fn new(deal: DealId, source: DealSource, as_of: Timestamp) -> Self {
        Self {
            deal,
            source,
            as_of,
            account: None,
            name: None,
            owner: None,
            stage: None,
            amount: None,
            close_date: None,
            created: None,
            closed_on: None,
        }
    }

    /// Whether both tell the same of the same deal, whoever told it and when.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let bare = |snapshot: &Self| Self {
            source: DealSource::Csv,
            as_of: Timestamp::UNIX_EPOCH,
            ..snapshot.clone()
        };
        bare(self) == bare(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_is_named_by_its_crm_and_its_id_there() {
        let id: DealId = "Salesforce:006:A".parse().expect("a name");
        assert_eq!((id.system(), id.object()), ("salesforce", "006:A"));
        assert_eq!(id.to_string(), "salesforce:006:A");
        for bad in [
            "",
            "006",
            ":006",
            "sales force:1",
            "hubspot:",
            "hubspot:1\n",
        ] {
            assert_eq!(bad.parse::<DealId>(), Err(InvalidDealId), "{bad:?}");
        }
    }

    #[test]
    fn who_told_it_and_when_does_not_change_what_is_told() {
        let id = DealId::new("hubspot", "1").expect("a name");
        let mut first = DealSnapshot::new(id.clone(), DealSource::Csv, Timestamp::UNIX_EPOCH);
        first.stage = Some("Proposal".to_owned());
        let mut later = DealSnapshot::new(id, DealSource::Crm, Timestamp::MAX);
        assert!(!first.says_the_same(&later));
        later.stage = first.stage.clone();
        assert!(first.says_the_same(&later));
    }
}
