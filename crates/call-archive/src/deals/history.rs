//! One deal with everything that was told of it.

use access::{Rows, Scope};
use conversation::{DealId, DealSnapshot};
use jiff::Timestamp;

use crate::DealQuery;

use super::telling::{Told, unfold};

/// A deal with everything that was told of it up to an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealHistory {
    deal: DealId,
    snapshots: Vec<DealSnapshot>,
}

impl DealHistory {
    /// What was told up to an instant; `None` if nothing was.
    pub(crate) fn of(deal: DealId, rows: &[Told], as_of: Timestamp) -> Option<Self> {
        let snapshots = unfold(rows, as_of);
        (!snapshots.is_empty()).then_some(Self { deal, snapshots })
    }

    /// Which deal.
    pub fn deal(&self) -> &DealId {
        &self.deal
    }

    /// What was told, by instant; of one instant, who is believed more stands later.
    pub fn snapshots(&self) -> &[DealSnapshot] {
        &self.snapshots
    }

    /// The deal as it was known at an instant: of each field, what was told last. A source that
    /// does not tell of a field leaves what another told. `None` before anything was told.
    pub fn as_of(&self, at: Timestamp) -> Option<DealSnapshot> {
        let mut told = self.snapshots.iter().filter(|told| told.as_of <= at);
        let mut known = told.next()?.clone();
        for later in told {
            let before = std::mem::replace(&mut known, later.clone());
            known.account = known.account.or(before.account);
            known.name = known.name.or(before.name);
            known.owner = known.owner.or(before.owner);
            known.stage = known.stage.or(before.stage);
            known.amount = known.amount.or(before.amount);
            known.close_date = known.close_date.or(before.close_date);
            known.created = known.created.or(before.created);
            known.closed_on = known.closed_on.or(before.closed_on);
        }
        Some(known)
    }

    /// Whether somebody sees it, and it is asked for: who reaches no call about it must own it, at
    /// the instant that is asked about.
    pub(crate) fn is_shown(&self, scope: &Scope, query: &DealQuery, is_linked: bool) -> bool {
        let Some(known) = self.latest() else {
            return false;
        };
        let is_owned = match (scope.rows(), &known.owner) {
            (Rows::Of(users), Some(owner)) => users.contains(owner),
            _ => false,
        };
        let is_asked_for = query.accounts.as_ref().is_none_or(|accounts| {
            let mut accounts = accounts.iter();
            accounts.any(|account| known.account.as_ref() == Some(account))
        });
        is_asked_for && (is_linked || is_owned)
    }

    /// The deal as it was known last.
    pub fn latest(&self) -> Option<DealSnapshot> {
        self.as_of(Timestamp::MAX)
    }
}
