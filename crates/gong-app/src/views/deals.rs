//! Deals and customers.

use serde::Serialize;

use super::CallLineView;

/// Deals as of an instant.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct DealsView {
    /// As of when.
    pub as_of: String,
    /// The deals: the next to close first, those without a day last.
    pub deals: Vec<DealLineView>,
    /// Stages that the settings do not name; their deals count as open.
    pub unknown_stages: Vec<String>,
}

/// One deal as of an instant.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DealLineView {
    /// The deal: its CRM and its id there.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// The customer.
    pub account_id: Option<String>,
    /// What the customer is called.
    pub account: Option<String>,
    /// Who sells.
    pub owner_user_id: Option<String>,
    /// What the seller is called.
    pub owner: Option<String>,
    /// The stage, as the CRM calls it.
    pub stage: Option<String>,
    /// open, won, lost.
    pub outcome: &'static str,
    /// What it is worth, a decimal number.
    pub amount: Option<String>,
    /// Of what.
    pub currency: Option<String>,
    /// When it is, or was, expected to close.
    pub close_date: Option<String>,
    /// When it was made.
    pub created: Option<String>,
    /// When it was won or lost.
    pub closed_on: Option<String>,
    /// When it was last told of.
    pub told: String,
    /// Who told of it last: csv, gong or crm.
    pub source: &'static str,
    /// How many calls about it the reader may see.
    pub calls: usize,
    /// When the latest of them began.
    pub last_call: Option<String>,
}

/// A deal with what became of it and the calls about it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DealShownView {
    /// As of when.
    pub as_of: String,
    /// The deal.
    pub deal: DealLineView,
    /// What changed, the earliest first.
    pub history: Vec<DealChangeView>,
    /// The calls about it, the latest first.
    pub calls: Vec<DealCallView>,
}

/// A field of a deal that changed, or was told of for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DealChangeView {
    /// When.
    pub at: String,
    /// Who told of it.
    pub source: &'static str,
    /// stage, amount, close_date or owner.
    pub field: &'static str,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: String,
}

/// A call about a deal.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DealCallView {
    /// The call, with where a person can open it.
    #[serde(flatten)]
    pub call: CallLineView,
    /// How it was found: context, account, email or domain.
    pub linked_by: &'static str,
}

/// A customer with its deals and calls.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AccountView {
    /// The customer.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its deals; none for whoever may not see deals.
    pub deals: Vec<DealLineView>,
    /// Its calls, the latest first, a hundred at most.
    pub calls: Vec<CallLineView>,
    /// How many calls there are.
    pub total_calls: u64,
}

/// What came of a file of deals.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct DealsImportView {
    /// As of when it was taken.
    pub as_of: String,
    /// Whether anything was stored.
    pub stored: bool,
    /// Lines with a deal.
    pub read: u64,
    /// Deals of which something new was told.
    pub added: u64,
    /// Deals that were known so.
    pub unchanged: u64,
    /// Deals that were erased for good.
    pub refused: u64,
    /// Addresses of owners that no user has.
    pub unknown_owners: u64,
    /// Stages that the settings do not name; their deals count as open.
    pub unknown_stages: Vec<String>,
    /// Lines that could not be read.
    pub bad: Vec<BadLineView>,
}

/// A line that could not be read.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BadLineView {
    /// The line, counted from 1.
    pub line: u64,
    /// The column.
    pub column: &'static str,
    /// What is wrong.
    pub problem: &'static str,
    /// What to do.
    pub hint: &'static str,
}

/// A call and a deal that it is pinned to, or no longer is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PinView {
    /// The call.
    pub call: String,
    /// The deal.
    pub deal: String,
    /// Whether the call is pinned to the deal now.
    pub is_pinned: bool,
    /// Whether that is new.
    pub is_changed: bool,
}
