//! What a CRM tells of deals and customers, in the words of conversations.

use std::collections::BTreeMap;

use conversation::{AccountId, Currency, DealId, DealSnapshot, DealSource, Money, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{Field, Record, RecordId, Setup};

/// What records are read with.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "all that is not in the records themselves"
)]
pub struct DealReading<'r> {
    /// The CRM, as the names of deals carry it: `hubspot`.
    pub system: &'r str,
    /// Its stages and owners.
    pub setup: &'r Setup,
    /// The companies of deals, by deal.
    pub companies: &'r BTreeMap<RecordId, Vec<RecordId>>,
    /// Our people by their address, in lower case.
    pub users: &'r BTreeMap<String, UserId>,
    /// The currency of amounts that name none.
    pub currency: Option<Currency>,
}

/// A deal as the CRM tells of it, as of its last change. None where the record has no name that can
/// be one of a deal.
///
/// The stage is what people call it, as Gong's context has it; a stage that the CRM does not know is
/// kept by its id. A deal of several companies belongs to the first.
pub fn deal_snapshot(record: &Record, reading: &DealReading<'_>) -> Option<DealSnapshot> {
    let deal = DealId::new(reading.system, record.id.as_str()).ok()?;
    let mut told = DealSnapshot::new(deal, DealSource::Crm, record.updated);
    let text = |field: Field| record.get(field).map(str::to_owned);
    told.name = text(Field::Title);
    told.account = reading
        .companies
        .get(&record.id)
        .and_then(|companies| companies.first())
        .and_then(|company| AccountId::new(company.as_str()).ok());
    let owner = reading
        .setup
        .owners
        .iter()
        .find(|owner| Some(owner.id.as_str()) == record.get(Field::Owner));
    let address = owner
        .and_then(|owner| owner.email.as_ref())
        .map(|email| email.to_lowercase());
    told.owner = address.and_then(|address| reading.users.get(&address).cloned());
    let stage = text(Field::Stage);
    let known = reading
        .setup
        .stages
        .iter()
        .find(|known| Some(&known.id) == stage.as_ref());
    let percent = known.and_then(|known| known.percent);
    told.stage = known.map(|known| known.label.clone()).or(stage);
    let currency = record
        .get(Field::Currency)
        .and_then(|text| text.parse().ok());
    told.amount = currency
        .or(reading.currency)
        .zip(record.get(Field::Amount))
        .and_then(|(currency, amount)| Money::parse(amount, currency).ok());
    told.close_date = record.get(Field::CloseDate).and_then(day);
    told.created = record.get(Field::Created).and_then(day);
    // The date of closing is when it closed, once it has.
    if matches!(percent, Some(0 | 100)) {
        told.closed_on = told.close_date;
    }
    Some(told)
}

fn day(text: &str) -> Option<Date> {
    let instant: Option<Timestamp> = text.parse().ok();
    let day = instant.map(|instant| TimeZone::UTC.to_datetime(instant).date());
    day.or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CrmOwner, CrmStage, RecordKind};

    fn record(values: &[(Field, &str)]) -> Record {
        Record {
            kind: RecordKind::Deal,
            id: RecordId::new("9").expect("an id"),
            updated: "2026-11-02T10:00:00Z".parse().expect("an instant"),
            values: values
                .iter()
                .map(|(field, text)| (*field, (*text).to_owned()))
                .collect(),
        }
    }

    fn read(record: &Record) -> DealSnapshot {
        let mut setup = Setup::default();
        setup.owners.push(CrmOwner {
            id: "5".to_owned(),
            email: Some("Ada@Ours.example".to_owned()),
        });
        setup.stages.push(CrmStage {
            id: "closedwon".to_owned(),
            label: "Closed Won".to_owned(),
            pipeline: "default".to_owned(),
            percent: Some(100),
        });
        let company = RecordId::new("31").expect("an id");
        let companies = BTreeMap::from([(record.id.clone(), vec![company])]);
        let user = UserId::new("u1").expect("an id");
        let users = BTreeMap::from([("ada@ours.example".to_owned(), user)]);
        let reading = DealReading {
            system: "hubspot",
            setup: &setup,
            companies: &companies,
            users: &users,
            currency: "EUR".parse().ok(),
        };
        deal_snapshot(record, &reading).expect("a deal")
    }

    #[test]
    fn a_deal_is_told_with_its_customer_its_owner_and_its_stage() {
        let told = read(&record(&[
            (Field::Title, "Fox"),
            (Field::Stage, "closedwon"),
            (Field::Amount, "42000.5"),
            (Field::Currency, "USD"),
            (Field::CloseDate, "2026-11-01T00:00:00Z"),
            (Field::Created, "2026-09-01T12:30:00Z"),
            (Field::Owner, "5"),
        ]));
        assert_eq!(told.deal.to_string(), "hubspot:9");
        assert_eq!(told.stage.as_deref(), Some("Closed Won"));
        assert_eq!(told.account.as_ref().map(AccountId::as_str), Some("31"));
        assert_eq!(told.owner.as_ref().map(UserId::as_str), Some("u1"));
        assert_eq!(
            told.amount.map(|amount| amount.to_string()).as_deref(),
            Some("42000.50 USD")
        );
        assert_eq!(told.closed_on, "2026-11-01".parse().ok());
        assert_eq!(told.created, "2026-09-01".parse().ok());
    }

    #[test]
    fn what_is_not_there_is_not_told() {
        let told = read(&record(&[
            (Field::Stage, "of another pipeline"),
            (Field::Amount, "x"),
        ]));
        assert_eq!(told.stage.as_deref(), Some("of another pipeline"));
        assert_eq!(
            (told.amount, told.owner, told.closed_on),
            (None, None, None)
        );
    }
}
