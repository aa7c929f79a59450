//! What a CRM tells of customers, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use conversation::DealId;

use crate::moment::cut;
use crate::{
    Contact, CustomerNews, Customers, DealEngagement, Error, KnownCustomers, MemoryArchive,
};

use super::state::State;

#[async_trait]
impl Customers for MemoryArchive {
    async fn put_customers(&self, news: CustomerNews) -> Result<(), Error> {
        let mut state = self.writing()?;
        for contact in news.contacts {
            self.put_contact(&mut state, contact)?;
        }
        for (account, domain) in news.domains {
            let is_refused = self.refuses_account(&state, &account, None)?;
            match domain.filter(|_| !is_refused) {
                Some(domain) => state.domains.insert(account, domain),
                None => state.domains.remove(&account),
            };
        }
        for mut told in news.engagements {
            told.at = cut(told.at);
            told.known_since = cut(told.known_since);
            told.deals.retain(|deal| !self.is_deal_erased(&state, deal));
            let before = state.engagements.remove(&told.id);
            if told.deals.is_empty() {
                continue;
            }
            if let Some(before) = before {
                told.known_since = told.known_since.min(before.known_since);
            }
            state.engagements.insert(told.id.clone(), told);
        }
        for id in &news.gone {
            state.engagements.remove(id);
        }
        Ok(())
    }

    async fn engagements(&self, deals: &[DealId]) -> Result<Vec<DealEngagement>, Error> {
        let state = self.state();
        let mut found = Vec::new();
        for deal in deals {
            let of_deal = state.engagements.values();
            let of_deal = of_deal.filter(|told| told.deals.contains(deal));
            let mut of_deal: Vec<_> = of_deal.collect();
            of_deal.sort_by_key(|told| (told.at, &told.id));
            found.extend(of_deal.into_iter().map(|told| {
                let contacts = told.contacts.iter();
                let people = contacts.filter_map(|id| state.contacts.get(id)?.person.clone());
                let people: BTreeSet<String> = people.collect();
                DealEngagement {
                    deal: deal.clone(),
                    kind: told.kind,
                    at: told.at,
                    known_since: told.known_since,
                    by: told.by,
                    people: people.into_iter().collect(),
                }
            }));
        }
        Ok(found)
    }

    async fn known_customers(&self) -> Result<KnownCustomers, Error> {
        let state = self.state();
        let emails = state.contacts.values().filter_map(|contact| {
            let account = contact.account.clone()?;
            Some((contact.email_hash.clone()?, account))
        });
        let domains = state.domains.iter();
        let domains = domains.map(|(account, domain)| (domain.clone(), account.clone()));
        Ok(KnownCustomers::of(emails, domains))
    }
}

impl MemoryArchive {
    fn put_contact(&self, state: &mut State, contact: Contact) -> Result<(), Error> {
        let hash = contact.email_hash.as_ref();
        let of_person = hash.is_some_and(|hash| state.people.contains_key(hash));
        let of_account = match &contact.account {
            Some(account) => self.refuses_account(state, account, None)?,
            None => false,
        };
        if of_person || of_account {
            Self::forget_contacts(state, |known| known.id == contact.id);
        } else {
            state.contacts.insert(contact.id.clone(), contact);
        }
        Ok(())
    }

    /// Forgets people, and that they took part.
    pub(super) fn forget_contacts(state: &mut State, is_meant: impl Fn(&Contact) -> bool) {
        let meant = state.contacts.values().filter(|contact| is_meant(contact));
        let gone: BTreeSet<String> = meant.map(|contact| contact.id.clone()).collect();
        state.contacts.retain(|id, _| !gone.contains(id));
        for told in state.engagements.values_mut() {
            told.contacts.retain(|id| !gone.contains(id));
        }
    }

    /// Forgets the e-mails and meetings of deals that no other deal has.
    pub(super) fn forget_engagements(state: &mut State, gone: &BTreeSet<&DealId>) {
        for told in state.engagements.values_mut() {
            told.deals.retain(|deal| !gone.contains(deal));
        }
        state.engagements.retain(|_, told| !told.deals.is_empty());
    }
}
