//! What a CRM tells, read into the archive: deals and customers as of their last change, and that
//! e-mails and meetings took place. Never what was written in them.
//!
//! Each kind of record has a mark of its own: the last change that was read. A mark is moved page by
//! page, after the page is kept, so that a read that was stopped goes on there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Operation;
use call_archive::{
    Account, Archive, Checkpoint, Contact, CustomerNews, Customers, DealNews, DealOutcome,
    Engagement, EngagementKind, HashKey,
};
use conversation::{AccountId, DealId, Side, UserId};
use crm_sync::{
    Crm, CrmError, DealReading, Field, Prepare, Record, RecordId, RecordKind, Setup, deal_snapshot,
};
use insights::deals::PersonKey;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::findings::keyed;
use crate::views::CrmReadView;
use crate::{Error, ErrorKind};

/// The CRM, as names of deals carry it.
pub(super) const SYSTEM: &str = "hubspot";

/// What changed is found by searches some time after it changed, so each read goes back a little.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);

/// What is read, in this order: customers before what belongs to them.
const KINDS: [RecordKind; 5] = [
    RecordKind::Company,
    RecordKind::Contact,
    RecordKind::Deal,
    RecordKind::Email,
    RecordKind::Meeting,
];

/// The name of the mark of a kind.
fn mark(kind: RecordKind) -> String {
    format!("crm/{SYSTEM}/read/{}", kind.as_str())
}

/// Whether e-mails and meetings were ever read: before that, nothing is known of them.
pub(crate) async fn knows_engagements(archive: &dyn Archive) -> Result<bool, Error> {
    for kind in [RecordKind::Email, RecordKind::Meeting] {
        if archive.load(&mark(kind)).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

impl App {
    /// Reads what changed in this CRM since the last time: deals, customers, and that e-mails and
    /// meetings took place. Nothing is written there, and calls are linked to the deals that are
    /// known now.
    pub async fn read_crm(&self, crm: &dyn Crm) -> Result<CrmReadView, Error> {
        self.permit(Operation::DEALS_IMPORT).await?;
        let work = Box::pin(self.read_from_crm(crm));
        self.doing(Operation::DEALS_IMPORT, SYSTEM, work, |_| "ok")
            .await
    }

    /// Reads what changed in the CRM since the last time, and links calls to the deals that are
    /// known now. What the token does not open is left out, and named.
    pub(crate) async fn read_from_crm(&self, crm: &dyn Crm) -> Result<CrmReadView, Error> {
        let opened = self.opened().await?;
        let archive = Arc::clone(&opened.archive);
        let setup = crm.prepare(Prepare::Look).await.map_err(failed)?;
        let mut reader = Reader {
            app: self,
            crm,
            key: archive.hash_key().await?,
            users: users(archive.as_ref(), &setup).await?,
            archive: Arc::clone(&archive),
            customers: Arc::clone(&opened.customers),
            setup,
            view: CrmReadView::default(),
        };
        reader.owners();
        for kind in KINDS {
            if reader.setup.closed.contains(&kind) {
                reader.view.closed.push(kind.as_str());
                continue;
            }
            match reader.kind(kind).await {
                Ok(()) => {}
                Err(Stopped::Closed) => reader.view.closed.push(kind.as_str()),
                Err(Stopped::By(error)) => return Err(error),
            }
        }
        let mut view = reader.view;
        view.unknown_stages.sort();
        view.unknown_stages.dedup();
        self.link_calls(&archive).await?;
        Ok(view)
    }
}

/// Why a kind was not read to its end.
enum Stopped {
    /// The token does not open it.
    Closed,
    By(Error),
}

impl From<CrmError> for Stopped {
    fn from(error: CrmError) -> Self {
        match error {
            CrmError::MissingScope => Self::Closed,
            other => Self::By(failed(other)),
        }
    }
}

impl From<call_archive::Error> for Stopped {
    fn from(error: call_archive::Error) -> Self {
        Self::By(error.into())
    }
}

fn failed(error: CrmError) -> Error {
    let kind = match error {
        CrmError::Unauthorised | CrmError::MissingScope => ErrorKind::NotAuthorised,
        CrmError::DayIsSpent | CrmError::Busy | CrmError::Unreachable | CrmError::Failed => {
            ErrorKind::TryLater
        }
        _ => ErrorKind::Failed,
    };
    Error::new(kind, "the CRM could not be read").caused_by(error)
}

/// Our people by their address, of those who own something there.
async fn users(archive: &dyn Archive, setup: &Setup) -> Result<BTreeMap<String, UserId>, Error> {
    let key = archive.hash_key().await?;
    let mut users = BTreeMap::new();
    for address in setup
        .owners
        .iter()
        .filter_map(|owner| owner.email.as_deref())
    {
        let Some(hash) = key.email(address) else {
            continue;
        };
        let known = archive.users_by_email(&hash).await?.into_iter().next();
        users.extend(known.map(|user| (address.trim().to_lowercase(), user.id)));
    }
    Ok(users)
}

/// One read.
struct Reader<'a> {
    app: &'a App,
    crm: &'a dyn Crm,
    archive: Arc<dyn Archive>,
    customers: Arc<dyn Customers>,
    key: HashKey,
    setup: Setup,
    users: BTreeMap<String, UserId>,
    view: CrmReadView,
}

impl Reader<'_> {
    fn owners(&mut self) {
        let addresses = self.setup.owners.iter();
        let addresses = addresses.filter_map(|owner| owner.email.as_deref());
        let unknown =
            addresses.filter(|address| !self.users.contains_key(&address.trim().to_lowercase()));
        self.view.unknown_owners = unknown.count() as u64;
    }

    /// Reads a kind from its mark on.
    async fn kind(&mut self, kind: RecordKind) -> Result<(), Stopped> {
        let name = mark(kind);
        let known: Option<Timestamp> = self
            .archive
            .load(&name)
            .await?
            .and_then(|text| text.parse().ok());
        let since = known.map_or(Timestamp::UNIX_EPOCH, |known| {
            known.saturating_sub(OVERLAP).unwrap_or(known)
        });
        let mut last = known.unwrap_or(Timestamp::UNIX_EPOCH);
        let mut after = None;
        loop {
            let page = self.crm.changed(kind, since, after.as_deref()).await?;
            self.keep(kind, &page.records).await?;
            last = page
                .records
                .iter()
                .map(|record| record.updated)
                .fold(last, Timestamp::max);
            let entry = Checkpoint {
                name: name.clone(),
                value: last.to_string(),
            };
            self.archive.save(entry).await?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn keep(&mut self, kind: RecordKind, records: &[Record]) -> Result<(), Stopped> {
        if records.is_empty() {
            return Ok(());
        }
        match kind {
            RecordKind::Company => self.companies(records).await,
            RecordKind::Contact => self.contacts(records).await,
            RecordKind::Deal => self.deals(records).await,
            RecordKind::Email => self.engagements(records, EngagementKind::Email).await,
            RecordKind::Meeting => self.engagements(records, EngagementKind::Meeting).await,
            _ => Ok(()),
        }
    }

    async fn companies(&mut self, records: &[Record]) -> Result<(), Stopped> {
        let mut news = DealNews::default();
        let mut of_customers = CustomerNews::default();
        for record in records {
            let Ok(id) = AccountId::new(record.id.as_str()) else {
                continue;
            };
            let domain = record.get(Field::Domain).map(str::to_lowercase);
            let domain = domain.filter(|domain| !gong_sync::is_free_mail(domain));
            let name = record.get(Field::Title).or(record.get(Field::Domain));
            if let Some(name) = name {
                news.accounts.push(Account {
                    id: id.clone(),
                    name: name.to_owned(),
                });
            }
            of_customers.domains.push((id, domain));
        }
        self.archive.put_deals(&news).await?;
        self.customers.put_customers(of_customers).await?;
        self.view.companies += records.len() as u64;
        Ok(())
    }

    async fn contacts(&mut self, records: &[Record]) -> Result<(), Stopped> {
        let companies = self.linked(records, RecordKind::Company).await?;
        let contact = |record: &Record| {
            let email = record.get(Field::Email);
            let person = email.map(PersonKey::of_email);
            let company = companies.get(&record.id).and_then(|all| all.first());
            Contact {
                id: record.id.to_string(),
                email_hash: email.and_then(|email| self.key.email(email)),
                person: person.map(|person| keyed(&self.key, person.digest()).to_string()),
                account: company.and_then(|id| AccountId::new(id.as_str()).ok()),
            }
        };
        let news = CustomerNews {
            contacts: records.iter().map(contact).collect(),
            ..CustomerNews::default()
        };
        self.customers.put_customers(news).await?;
        self.view.contacts += records.len() as u64;
        Ok(())
    }

    async fn deals(&mut self, records: &[Record]) -> Result<(), Stopped> {
        let companies = self.linked(records, RecordKind::Company).await?;
        let reading = DealReading {
            system: SYSTEM,
            setup: &self.setup,
            companies: &companies,
            users: &self.users,
            currency: self.app.currency(),
        };
        let snapshots = records.iter();
        let news = DealNews {
            snapshots: snapshots
                .filter_map(|record| deal_snapshot(record, &reading))
                .collect(),
            accounts: Vec::new(),
        };
        let rules = self.app.pipeline();
        let stages = news
            .snapshots
            .iter()
            .filter_map(|told| told.stage.as_deref());
        let unknown: BTreeSet<String> = stages
            .filter(|stage| !rules.knows(stage))
            .map(crate::views::neutral)
            .collect();
        self.view.unknown_stages.extend(unknown);
        for outcome in self.archive.put_deals(&news).await? {
            match outcome {
                DealOutcome::Added => self.view.deals_added += 1,
                DealOutcome::Known => self.view.deals_unchanged += 1,
                _ => self.view.deals_refused += 1,
            }
        }
        Ok(())
    }

    async fn engagements(
        &mut self,
        records: &[Record],
        kind: EngagementKind,
    ) -> Result<(), Stopped> {
        let deals = self.linked(records, RecordKind::Deal).await?;
        let contacts = self.linked(records, RecordKind::Contact).await?;
        let mut news = CustomerNews::default();
        for record in records {
            let id = format!("{}/{}", kind.as_str(), record.id);
            let none = Vec::new();
            let of_deals = deals.get(&record.id).unwrap_or(&none);
            let of_deals = of_deals.iter();
            let of_deals = of_deals.filter_map(|deal| DealId::new(SYSTEM, deal.as_str()).ok());
            let people = contacts.get(&record.id).unwrap_or(&none);
            match took_place(record, kind) {
                None => news.gone.push(id),
                Some((at, by, is_attended)) => news.engagements.push(Engagement {
                    id,
                    kind,
                    at,
                    // What is planned is known since it was told; what was, since it was.
                    known_since: at.min(record.updated),
                    by,
                    deals: of_deals.collect(),
                    contacts: people
                        .iter()
                        .filter(|_| is_attended)
                        .map(ToString::to_string)
                        .collect(),
                }),
            }
        }
        self.customers.put_customers(news).await?;
        match kind {
            EngagementKind::Email => self.view.emails += records.len() as u64,
            EngagementKind::Meeting => self.view.meetings += records.len() as u64,
        }
        Ok(())
    }

    async fn linked(
        &self,
        records: &[Record],
        to: RecordKind,
    ) -> Result<BTreeMap<RecordId, Vec<RecordId>>, Stopped> {
        let Some(first) = records.first() else {
            return Ok(BTreeMap::new());
        };
        let ids: Vec<RecordId> = records.iter().map(|record| record.id.clone()).collect();
        match self.crm.linked(first.kind, &ids, to).await {
            // What it is linked to is not ours to see: it is linked to nothing.
            Err(CrmError::MissingScope) => Ok(BTreeMap::new()),
            linked => Ok(linked?),
        }
    }
}

/// When it takes or took place, whose it is, and whether the customer was there; none where it does
/// not or did not take place.
fn took_place(record: &Record, kind: EngagementKind) -> Option<(Timestamp, Side, bool)> {
    let at: Timestamp = record.get(Field::Started)?.parse().ok()?;
    match kind {
        EngagementKind::Email => {
            let by = match record.get(Field::Direction) {
                Some("INCOMING_EMAIL") => Side::Theirs,
                Some("EMAIL" | "FORWARDED_EMAIL") => Side::Ours,
                _ => Side::Unknown,
            };
            Some((at, by, true))
        }
        EngagementKind::Meeting => match record.get(Field::Outcome) {
            Some("CANCELED" | "CANCELLED" | "RESCHEDULED") => None,
            Some("NO_SHOW") => Some((at, Side::Ours, false)),
            _ => Some((at, Side::Ours, true)),
        },
    }
}

#[cfg(test)]
mod tests;
