//! What goes with an account beside its calls, and what refuses it from then on.

use conversation::DealId;

use crate::selection::Selection;
use crate::stored::{Context, Entry};

/// An account under its names, and its deals, with the keyed hashes of tombstones.
pub(crate) struct Gone {
    pub(crate) accounts: Vec<String>,
    pub(crate) deals: Vec<DealId>,
    pub(crate) account_hashes: Vec<String>,
    pub(crate) deal_hashes: Vec<String>,
}

impl Gone {
    /// The names of the account that a selection is about; no other selection takes deals.
    pub(crate) fn names(selection: &Selection) -> Vec<String> {
        match selection {
            Selection::Account { ids, .. } => ids.clone(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn of(context: &Context, accounts: Vec<String>, deals: Vec<DealId>) -> Self {
        let key = context.hash_key();
        let account_hashes = accounts.iter().map(|id| key.account(id)).collect();
        let hash = |deal| key.deal(&context.tenant, deal);
        let deal_hashes = deals.iter().map(hash).collect();
        Self {
            accounts,
            deals,
            account_hashes,
            deal_hashes,
        }
    }

    /// The lines of the erase log: an account is refused like a person, by what started before.
    pub(crate) fn entries(&self, at: i64) -> impl Iterator<Item = Entry<'_>> {
        let accounts = self.account_hashes.iter();
        let accounts = accounts.map(move |hash| Entry::Person(hash, at));
        let deals = self.deal_hashes.iter();
        accounts.chain(deals.map(move |hash| Entry::Call(hash, at)))
    }
}
