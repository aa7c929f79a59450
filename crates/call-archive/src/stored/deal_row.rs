//! The rows of deals and customers: names sealed, each deal and each customer with a key of its own.

use std::str::FromStr;

use conversation::{AccountId, Currency, DealId, DealSnapshot, DealSource, Money, UserId};
use jiff::civil::Date;

use crate::deals::Told;
use crate::moment::{instant, micros};
use crate::{Account, Error};

use super::context::{Context, SealedKey};
use super::fault::{bad_id, damaged};
use super::seal::Key;

/// One row of `deal_snapshots`.
pub(crate) struct SnapshotRow {
    pub(crate) source: String,
    pub(crate) as_of: i64,
    pub(crate) until: i64,
    pub(crate) account: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) close_date: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) closed_on: Option<String>,
    pub(crate) name: Option<Vec<u8>>,
}

impl SnapshotRow {
    /// The row of a statement, its name sealed with the key of the deal.
    pub(crate) fn of(context: &Context, key: &Key, told: &Told) -> Result<Self, Error> {
        let snapshot = &told.snapshot;
        let (source, as_of) = (snapshot.source.as_str(), micros(snapshot.as_of));
        let place = name_of(&snapshot.deal, source, as_of);
        let place = context.place("deal_snapshots", &place, "name");
        let name = snapshot.name.as_ref();
        let name = name.map(|name| key.seal(place, name.as_bytes()));
        Ok(Self {
            source: source.to_owned(),
            as_of,
            until: micros(told.until),
            account: snapshot.account.as_ref().map(ToString::to_string),
            owner: snapshot.owner.as_ref().map(ToString::to_string),
            stage: snapshot.stage.clone(),
            amount: snapshot.amount.map(|amount| amount.hundredths()),
            currency: snapshot.amount.map(|amount| amount.currency().to_string()),
            close_date: snapshot.close_date.map(|day| day.to_string()),
            created: snapshot.created.map(|day| day.to_string()),
            closed_on: snapshot.closed_on.map(|day| day.to_string()),
            name: name.transpose()?,
        })
    }

    pub(crate) fn open(self, context: &Context, key: &Key, deal: &DealId) -> Result<Told, Error> {
        let source = DealSource::ALL
            .into_iter()
            .find(|source| source.as_str() == self.source)
            .ok_or_else(|| damaged("a stored source of deals is malformed"))?;
        let mut snapshot = DealSnapshot::new(deal.clone(), source, instant(self.as_of)?);
        if let Some(sealed) = &self.name {
            let place = name_of(deal, &self.source, self.as_of);
            let bytes = key.open(context.place("deal_snapshots", &place, "name"), sealed)?;
            let name = String::from_utf8(bytes.to_vec());
            snapshot.name = Some(name.map_err(|_| damaged("the name of a deal is no text"))?);
        }
        let account = self.account.map(AccountId::new);
        snapshot.account = account.transpose().map_err(bad_id)?;
        snapshot.owner = self.owner.map(UserId::new).transpose().map_err(bad_id)?;
        snapshot.stage = self.stage;
        if let (Some(hundredths), Some(currency)) = (self.amount, &self.currency) {
            let amount = Currency::from_str(currency)
                .and_then(|currency| Money::of_hundredths(hundredths, currency));
            snapshot.amount = Some(amount.map_err(bad_id)?);
        }
        snapshot.close_date = day(self.close_date)?;
        snapshot.created = day(self.created)?;
        snapshot.closed_on = day(self.closed_on)?;
        Ok(Told {
            snapshot,
            until: instant(self.until)?,
        })
    }
}

fn day(text: Option<String>) -> Result<Option<Date>, Error> {
    let day = text.map(|text| text.parse());
    day.transpose()
        .map_err(|error: jiff::Error| damaged("a stored day is malformed").caused_by(error))
}

/// The name of a row of `deal_snapshots`: an id of a deal may hold anything but blanks.
fn name_of(deal: &DealId, source: &str, as_of: i64) -> String {
    format!("{deal} {source} {as_of}")
}

/// A new key for a deal.
pub(crate) fn new_deal_key(context: &Context, deal: &str) -> Result<(Key, SealedKey), Error> {
    let key = Key::random()?;
    let (dek, wrapping) = context.keys.newest_dek()?;
    let wrapped = wrapping.wrap(context.place("deals", deal, "wrapped"), &key)?;
    Ok((key, SealedKey { dek, wrapped }))
}

/// Opens the key of a deal.
pub(crate) fn open_deal_key(
    context: &Context,
    deal: &str,
    sealed: &SealedKey,
) -> Result<Key, Error> {
    let place = context.place("deals", deal, "wrapped");
    context.keys.dek(sealed.dek)?.unwrap(place, &sealed.wrapped)
}

/// One row of `accounts`.
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) name_hash: String,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) name: Vec<u8>,
}

impl AccountRow {
    /// The row of a customer under a new key.
    pub(crate) fn of(context: &Context, account: &Account) -> Result<Self, Error> {
        let id = account.id.as_str();
        let key = Key::random()?;
        let (dek, wrapping) = context.keys.newest_dek()?;
        let name = account.name.as_bytes();
        Ok(Self {
            id: id.to_owned(),
            name_hash: context.hash_key().account_name(&account.name),
            dek,
            wrapped: wrapping.wrap(context.place("accounts", id, "wrapped"), &key)?,
            name: key.seal(context.place("accounts", id, "name"), name)?,
        })
    }

    pub(crate) fn open(self, context: &Context) -> Result<Account, Error> {
        let dek = context.keys.dek(self.dek)?;
        let key = dek.unwrap(
            context.place("accounts", &self.id, "wrapped"),
            &self.wrapped,
        )?;
        let name = key.open(context.place("accounts", &self.id, "name"), &self.name)?;
        let name = String::from_utf8(name.to_vec());
        Ok(Account {
            id: AccountId::new(self.id).map_err(bad_id)?,
            name: name.map_err(|_| damaged("the name of an account is no text"))?,
        })
    }
}
