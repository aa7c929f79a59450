//! Deals and customers in memory.

use std::collections::BTreeSet;

use access::{Rows, Scope};
use async_trait::async_trait;
use conversation::{AccountId, CallId, DealId, DealSnapshot, Side};
use jiff::civil::Date;

use crate::deals::{Told, folded, is_older, tell};
use crate::moment::{cut, micros};
use crate::selection::Selection;
use crate::{
    Account, AccountQuery, CallLinks, DealHistory, DealLink, DealNews, DealOutcome, DealPage,
    DealQuery, Deals, Error, FoundLinks, LinkQuery, LinkedBy, MemoryArchive,
};

use super::state::State;

#[async_trait]
impl Deals for MemoryArchive {
    async fn put_deals(&self, news: &DealNews) -> Result<Vec<DealOutcome>, Error> {
        self.take_deals(&mut *self.writing()?, news)
    }

    async fn deals(&self, scope: &Scope, query: &DealQuery) -> Result<DealPage, Error> {
        let state = self.state();
        let mut page = DealPage {
            deals: Vec::new(),
            next: None,
        };
        // By their text, as a database orders them.
        let mut all: Vec<(String, &DealId, &Vec<Told>)> = state
            .deals
            .iter()
            .map(|(id, told)| (id.to_string(), id, told))
            .collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let after = query.after.as_ref().map(ToString::to_string);
        let mut read = 0;
        let mut last = None;
        for (text, id, told) in all {
            let is_asked_for = query.deals.as_ref().is_none_or(|deals| deals.contains(id));
            if !is_asked_for || after.as_ref().is_some_and(|after| text <= *after) {
                continue;
            }
            if read == query.limit {
                page.next = last;
                break;
            }
            read += 1;
            last = Some(id.clone());
            let is_linked = *scope.rows() == Rows::All || state.is_linked(scope, id);
            let history = DealHistory::of(id.clone(), told, query.as_of);
            let shown = history.filter(|deal| deal.is_shown(scope, query, is_linked));
            page.deals.extend(shown);
        }
        Ok(page)
    }

    async fn accounts(&self, which: &AccountQuery) -> Result<Vec<Account>, Error> {
        let state = self.state();
        let is_asked_for = |account: &&Account| match which {
            AccountQuery::Ids(ids) => ids.contains(&account.id),
            AccountQuery::Name(name) => folded(&account.name) == folded(name),
        };
        Ok(state
            .accounts
            .values()
            .filter(is_asked_for)
            .cloned()
            .collect())
    }

    async fn link_deals(&self, found: &[FoundLinks]) -> Result<(), Error> {
        let mut state = self.writing()?;
        for FoundLinks { call, deals } in found {
            state
                .deal_links
                .retain(|(of, _), by| of != call || *by == LinkedBy::Context);
            if state.visible(call).is_none() {
                continue;
            }
            for DealLink { deal, by } in deals {
                if by.is_found() && !self.is_deal_erased(&state, deal) {
                    let link = (call.clone(), deal.clone());
                    state.deal_links.entry(link).or_insert(*by);
                }
            }
        }
        Ok(())
    }

    async fn links(&self, scope: &Scope, query: &LinkQuery) -> Result<Vec<CallLinks>, Error> {
        let state = self.state();
        let mut found = Vec::new();
        for row in state.all_visible() {
            let call = &row.current.call;
            let is_before = query.after.as_ref().is_some_and(|after| call.id <= *after);
            if is_before || !state.reached(scope, &call.id) {
                continue;
            }
            let mut links = CallLinks::new(call.id.clone(), call.started);
            links.accounts.clone_from(&call.accounts);
            links.deals = state.deals_of_call(&call.id);
            let theirs = call.parties.iter().filter(|party| party.side != Side::Ours);
            for party in theirs {
                let email = party.email.as_deref().and_then(|it| self.key.email(it));
                links.add_person(email, party.domain());
            }
            let is_asked_for = query.deals.as_ref().is_none_or(|deals| {
                let mut linked = links.deals.iter();
                linked.any(|link| deals.contains(&link.deal))
            }) && query
                .account
                .as_ref()
                .is_none_or(|account| links.accounts.contains(account));
            if is_asked_for {
                found.push(links);
            }
        }
        found.sort_by(|one, other| one.call.cmp(&other.call));
        found.truncate(query.limit);
        Ok(found)
    }
}

impl MemoryArchive {
    pub(super) fn take_deals(
        &self,
        state: &mut State,
        news: &DealNews,
    ) -> Result<Vec<DealOutcome>, Error> {
        for account in &news.accounts {
            if !self.refuses_account(state, &account.id, None)? {
                let id = account.id.clone();
                state.accounts.insert(id, account.clone());
            }
        }
        let mut outcomes = Vec::with_capacity(news.snapshots.len());
        for snapshot in &news.snapshots {
            outcomes.push(self.take_deal(state, snapshot)?);
        }
        Ok(outcomes)
    }

    fn take_deal(&self, state: &mut State, snapshot: &DealSnapshot) -> Result<DealOutcome, Error> {
        let is_of_erased = match &snapshot.account {
            Some(account) => self.refuses_account(state, account, snapshot.created)?,
            None => false,
        };
        if is_of_erased || self.is_deal_erased(state, &snapshot.deal) {
            return Ok(DealOutcome::Refused);
        }
        let mut snapshot = snapshot.clone();
        snapshot.as_of = cut(snapshot.as_of);
        let rows = state.deals.entry(snapshot.deal.clone()).or_default();
        let is_of_source = |told: &&Told| told.snapshot.source == snapshot.source;
        let held: Vec<Told> = rows.iter().filter(is_of_source).cloned().collect();
        let (news, is_new) = tell(&held, snapshot);
        for told in news {
            let place = |row: &Told| (row.snapshot.as_of, row.snapshot.source);
            rows.retain(|row| place(row) != place(&told));
            rows.push(told);
            rows.sort_by_key(place);
        }
        Ok(if is_new {
            DealOutcome::Added
        } else {
            DealOutcome::Known
        })
    }

    pub(super) fn link_by_context(&self, state: &mut State, call: &CallId, deals: &[DealId]) {
        state
            .deal_links
            .retain(|(of, _), by| of != call || *by != LinkedBy::Context);
        for deal in deals {
            if !self.is_deal_erased(state, deal) {
                let link = (call.clone(), deal.clone());
                state.deal_links.insert(link, LinkedBy::Context);
            }
        }
    }

    pub(super) fn is_deal_erased(&self, state: &State, deal: &DealId) -> bool {
        let hash = self.key.deal(&self.tenant, deal);
        state.tombstones.contains(&hash)
    }

    pub(super) fn refuses_account(
        &self,
        state: &State,
        account: &AccountId,
        created: Option<Date>,
    ) -> Result<bool, Error> {
        let erased = state.people.get(&self.key.account(account.as_str()));
        is_older(erased.map(|at| micros(*at)), created)
    }

    /// The deals that ever belonged to an account that a selection is about.
    pub(super) fn deals_of(state: &State, selection: &Selection) -> Vec<DealId> {
        let Selection::Account { ids, .. } = selection else {
            return Vec::new();
        };
        let is_of_account = |told: &Told| {
            let account = told.snapshot.account.as_ref();
            account.is_some_and(|account| ids.iter().any(|id| id == account.as_str()))
        };
        let deals = state.deals.iter();
        let deals = deals.filter(|(_, told)| told.iter().any(is_of_account));
        deals.map(|(deal, _)| deal.clone()).collect()
    }

    pub(super) fn forget_deals(state: &mut State, deals: &[DealId]) {
        let gone: BTreeSet<&DealId> = deals.iter().collect();
        state.deals.retain(|deal, _| !gone.contains(deal));
        state.deal_links.retain(|(_, deal), _| !gone.contains(deal));
        state.pins.retain(|(_, deal)| !gone.contains(deal));
        Self::forget_engagements(state, &gone);
        Self::forget_writes(state, |write| {
            let mut about = write.deals.iter().chain(&write.sums_up);
            about.any(|deal| gone.contains(deal))
        });
    }

    /// Destroys what the tombstones refuse: after a backup was restored.
    pub(super) fn forget_refused_deals(&self, state: &mut State) {
        let is_refused = |told: &Told| {
            let account = told.snapshot.account.as_ref();
            account.is_some_and(|account| {
                let refused = self.refuses_account(state, account, told.snapshot.created);
                refused.unwrap_or(true)
            })
        };
        let deals = state
            .deals
            .iter()
            .filter(|(deal, told)| self.is_deal_erased(state, deal) || told.iter().any(is_refused));
        let deals: Vec<DealId> = deals.map(|(deal, _)| deal.clone()).collect();
        Self::forget_deals(state, &deals);
        let accounts: Vec<AccountId> = state.accounts.keys().cloned().collect();
        for account in accounts {
            if self.refuses_account(state, &account, None).unwrap_or(true) {
                state.accounts.remove(&account);
            }
        }
        let of_customers = state.contacts.values();
        let of_customers = of_customers.filter_map(|contact| contact.account.clone());
        let of_customers: BTreeSet<AccountId> =
            of_customers.chain(state.domains.keys().cloned()).collect();
        for account in of_customers {
            if self.refuses_account(state, &account, None).unwrap_or(true) {
                Self::forget_contacts(state, |contact| contact.account.as_ref() == Some(&account));
                state.domains.remove(&account);
            }
        }
        let refused: BTreeSet<String> = state.people.keys().cloned().collect();
        Self::forget_contacts(state, |contact| {
            let hash = contact.email_hash.as_ref();
            hash.is_some_and(|hash| refused.contains(hash))
        });
    }
}
