//! Whose calls they are: contacts by their exact address, else companies by domain, and their deals.
//!
//! HubSpot is asked for all calls together, as few times as its batches allow.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{Call, CallId, Side};
use crm_sync::{
    By, Crm, CrmError, DealReading, Field, Find, Record, RecordId, RecordKind, Setup, deal_snapshot,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::SYSTEM;
use super::matching::{About, Candidate, Tie, about};

/// Who took part in a call, and what a person or Gong said that it is about.
#[derive(Clone, Debug)]
pub(super) struct Attendance {
    pub(super) call: CallId,
    pub(super) started: Timestamp,
    emails: BTreeSet<String>,
    domains: BTreeSet<String>,
    /// Deals of this CRM that the call is pinned to, or that its context names: nothing else counts.
    pub(super) named: BTreeSet<RecordId>,
}

impl Attendance {
    /// Of a call that is about these deals for certain.
    pub(super) fn of(call: &Call, named: BTreeSet<RecordId>) -> Self {
        let address = |side: &dyn Fn(Side) -> bool| -> BTreeSet<String> {
            let parties = call.parties.iter().filter(|party| side(party.side));
            let emails = parties.filter_map(|party| party.email.as_deref());
            emails.map(|email| email.trim().to_lowercase()).collect()
        };
        let domain = |email: &String| Some(email.rsplit_once('@')?.1.to_owned());
        let own: BTreeSet<String> = address(&|side| side == Side::Ours)
            .iter()
            .filter_map(domain)
            .collect();
        let mut emails = address(&|side| side != Side::Ours);
        emails.retain(|email| domain(email).is_some_and(|domain| !own.contains(&domain)));
        let domains = emails.iter().filter_map(domain);
        Self {
            call: call.id.clone(),
            started: call.started,
            domains: domains
                .filter(|domain| !gong_sync::is_free_mail(domain))
                .collect(),
            emails,
            named,
        }
    }

    fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.started).date()
    }
}

/// A choice that a person has to make.
#[derive(Clone, Debug)]
pub(super) struct Choosing {
    pub(super) tie: Tie,
    pub(super) among: BTreeSet<RecordId>,
}

/// Whose call it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Customers {
    /// Contacts and companies.
    pub(super) people: BTreeSet<(RecordKind, RecordId)>,
    pub(super) deals: BTreeSet<RecordId>,
    pub(super) choices: Vec<Choosing>,
}

impl Customers {
    /// All that the record of the call is linked to.
    pub(super) fn links(&self) -> BTreeSet<(RecordKind, RecordId)> {
        let deals = self.deals.iter().cloned();
        let deals = deals.map(|deal| (RecordKind::Deal, deal));
        deals.chain(self.people.iter().cloned()).collect()
    }
}

type Links = BTreeMap<RecordId, Vec<RecordId>>;

/// What HubSpot knows of all who took part.
struct Known {
    contacts: BTreeMap<String, RecordId>,
    companies_of: Links,
    /// By domain.
    companies: BTreeMap<String, BTreeSet<RecordId>>,
    /// Of contacts and of companies.
    deals_of: Links,
    deals: BTreeMap<RecordId, (Date, Option<Date>)>,
}

/// Whose calls these are, in the same order, and the deals that were read.
pub(super) async fn customers(
    crm: &dyn Crm,
    setup: &Setup,
    calls: &[Attendance],
    days: u32,
) -> Result<Vec<Customers>, CrmError> {
    let known = Known::read(crm, setup, calls).await?;
    Ok(calls
        .iter()
        .map(|call| known.customers(call, days))
        .collect())
}

impl Known {
    async fn read(crm: &dyn Crm, setup: &Setup, calls: &[Attendance]) -> Result<Self, CrmError> {
        let emails: BTreeSet<&String> = calls.iter().flat_map(|call| &call.emails).collect();
        let contacts = found(crm, RecordKind::Contact, By::Email, emails).await?;
        let contacts: BTreeMap<String, RecordId> = contacts
            .into_iter()
            .filter_map(|record| {
                let email = record.get(Field::Email)?.to_lowercase();
                Some((email, record.id))
            })
            .collect();
        let ids: Vec<RecordId> = contacts.values().cloned().collect();
        let companies_of = linked(crm, RecordKind::Contact, &ids, RecordKind::Company).await?;
        let mut deals_of = linked(crm, RecordKind::Contact, &ids, RecordKind::Deal).await?;
        // A domain is asked for only where nobody is known by the address.
        let unknown = calls.iter().filter(|call| {
            let mut emails = call.emails.iter();
            !emails.any(|email| contacts.contains_key(email))
        });
        let domains: BTreeSet<&String> = unknown.flat_map(|call| &call.domains).collect();
        let mut companies: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
        for record in found(crm, RecordKind::Company, By::Domain, domains).await? {
            let domain = record.get(Field::Domain).unwrap_or_default().to_lowercase();
            companies.entry(domain).or_default().insert(record.id);
        }
        let all: BTreeSet<RecordId> = companies_of.values().flatten().cloned().collect();
        let all = all.into_iter().chain(companies.values().flatten().cloned());
        let all: Vec<RecordId> = all.collect::<BTreeSet<_>>().into_iter().collect();
        deals_of.extend(linked(crm, RecordKind::Company, &all, RecordKind::Deal).await?);
        let deals: BTreeSet<&RecordId> = deals_of.values().flatten().collect();
        let deals: BTreeSet<String> = deals.into_iter().map(ToString::to_string).collect();
        let deals = found(crm, RecordKind::Deal, By::Id, deals.iter().collect()).await?;
        Ok(Self {
            contacts,
            companies_of,
            companies,
            deals_of,
            deals: deals
                .iter()
                .map(|deal| (deal.id.clone(), days_of(deal, setup)))
                .collect(),
        })
    }

    fn customers(&self, call: &Attendance, days: u32) -> Customers {
        let mut customers = Customers::default();
        let contacts = call
            .emails
            .iter()
            .filter_map(|email| self.contacts.get(email));
        let contacts: BTreeSet<&RecordId> = contacts.collect();
        let mut companies: BTreeSet<&RecordId> = BTreeSet::new();
        for contact in &contacts {
            companies.extend(self.companies_of.get(*contact).into_iter().flatten());
        }
        if contacts.is_empty() {
            for domain in &call.domains {
                let of_domain = self.companies.get(domain);
                match of_domain.map(BTreeSet::len) {
                    None | Some(0) => {}
                    Some(1) => companies.extend(of_domain.into_iter().flatten()),
                    Some(_) => customers.choices.push(Choosing {
                        tie: Tie::Companies,
                        among: of_domain.cloned().unwrap_or_default(),
                    }),
                }
            }
        }
        let with = |kind: RecordKind| move |id: &&RecordId| (kind, (*id).clone());
        customers.people = contacts
            .iter()
            .map(with(RecordKind::Contact))
            .chain(companies.iter().map(with(RecordKind::Company)))
            .collect();
        if !call.named.is_empty() {
            customers.deals.clone_from(&call.named);
            // Whoever said which deals it is about has chosen.
            customers.choices.clear();
            return customers;
        }
        let of_contacts = about(&self.of_contacts(&contacts), call.day(), days);
        let found = match of_contacts {
            About::Deals(deals) if deals.is_empty() => {
                about(&self.of_companies(&companies), call.day(), days)
            }
            found => found,
        };
        match found {
            About::Deals(deals) => customers.deals = deals,
            About::Choice(tie, among) => customers.choices.push(Choosing { tie, among }),
        }
        customers
    }

    /// The deals of contacts; their customer is the contact's company, else the contact.
    fn of_contacts(&self, contacts: &BTreeSet<&RecordId>) -> Vec<Candidate> {
        let mut candidates = BTreeMap::new();
        for contact in contacts {
            let companies = self.companies_of.get(*contact);
            let companies = companies.filter(|companies| !companies.is_empty());
            let alone = [(*contact).clone()];
            let customers = companies.map_or(&alone[..], Vec::as_slice);
            self.add(&mut candidates, contact, customers);
        }
        candidates.into_values().collect()
    }

    fn of_companies(&self, companies: &BTreeSet<&RecordId>) -> Vec<Candidate> {
        let mut candidates = BTreeMap::new();
        for company in companies {
            let customers = [(*company).clone()];
            self.add(&mut candidates, company, &customers);
        }
        candidates.into_values().collect()
    }

    fn add(
        &self,
        candidates: &mut BTreeMap<RecordId, Candidate>,
        of: &RecordId,
        customers: &[RecordId],
    ) {
        for deal in self.deals_of.get(of).into_iter().flatten() {
            // A deal that was not given is not open to the token, or gone.
            let Some((opened, closed)) = self.deals.get(deal) else {
                continue;
            };
            let candidate = candidates.entry(deal.clone()).or_insert_with(|| Candidate {
                deal: deal.clone(),
                opened: *opened,
                closed: *closed,
                customers: BTreeSet::new(),
            });
            candidate.customers.extend(customers.iter().cloned());
        }
    }
}

/// The days on which a deal was made, and won or lost.
fn days_of(deal: &Record, setup: &Setup) -> (Date, Option<Date>) {
    let reading = DealReading {
        system: SYSTEM,
        setup,
        companies: &BTreeMap::new(),
        users: &BTreeMap::new(),
        currency: None,
    };
    let told = deal_snapshot(deal, &reading);
    let created = told.as_ref().and_then(|told| told.created);
    // Of a deal that does not say when it was made any day may be one of its own.
    (
        created.unwrap_or(Date::MIN),
        told.and_then(|told| told.closed_on),
    )
}

async fn found(
    crm: &dyn Crm,
    kind: RecordKind,
    by: By,
    values: BTreeSet<&String>,
) -> Result<Vec<Record>, CrmError> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    crm.find(&Find::new(kind, by, values.into_iter().cloned()))
        .await
}

async fn linked(
    crm: &dyn Crm,
    from: RecordKind,
    ids: &[RecordId],
    to: RecordKind,
) -> Result<Links, CrmError> {
    if ids.is_empty() {
        return Ok(Links::new());
    }
    crm.linked(from, ids, to).await
}
