//! What the CRM context of a call tells of deals and customers, as of the call and as of the fetch.

use std::collections::BTreeMap;

use call_archive::{Account, DealNews};
use conversation::{AccountId, Call, Currency, DealId, DealSnapshot, DealSource, Money, UserId};
use gong_client::{Context, ContextObject, ExtensiveCall, FieldValue, ObjectType, Timing};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What the CRM context of a call tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    deals: Vec<ToldDeal>,
    accounts: Vec<Account>,
    /// The deals that it names; `None` where there is no context at all.
    named: Option<Vec<DealId>>,
}

#[derive(Clone, Debug)]
struct ToldDeal {
    /// As of the call, until it is said otherwise.
    snapshot: DealSnapshot,
    is_now: bool,
    /// Without a currency, where the context names none.
    amount: Option<String>,
    owner_email: Option<String>,
}

impl Told {
    /// The deals that the context names, once each and in order.
    pub(crate) fn named(&self) -> Option<&Vec<DealId>> {
        self.named.as_ref()
    }

    /// The addresses of those who own the deals, where the context names them.
    pub(crate) fn owners(&self) -> impl Iterator<Item = &str> {
        self.deals
            .iter()
            .filter_map(|deal| deal.owner_email.as_deref())
    }

    /// What it tells as news. What the context shows as it is now is so as of `fetched`; without a
    /// time of the fetch it is left out. An amount without a currency is one of `currency`.
    pub(crate) fn news(
        &self,
        fetched: Option<Timestamp>,
        currency: Option<Currency>,
        owner: impl Fn(&str) -> Option<UserId>,
    ) -> DealNews {
        let mut snapshots = Vec::with_capacity(self.deals.len());
        for told in &self.deals {
            let mut snapshot = told.snapshot.clone();
            if told.is_now {
                let Some(fetched) = fetched else { continue };
                snapshot.as_of = fetched;
            }
            if let (None, Some(amount), Some(currency)) = (snapshot.amount, &told.amount, currency)
            {
                snapshot.amount = Money::parse(amount, currency).ok();
            }
            snapshot.owner = told.owner_email.as_deref().and_then(&owner);
            snapshots.push(snapshot);
        }
        DealNews {
            snapshots,
            accounts: self.accounts.clone(),
        }
    }
}

/// Reads the context of a call; that of its parties where the call has none.
pub(crate) fn told(gong: &ExtensiveCall, call: &Call) -> Told {
    if call.is_private() {
        // What is withheld tells nothing, and names no deal.
        return Told {
            named: Some(Vec::new()),
            ..Told::default()
        };
    }
    let of_parties: Vec<&Context> = gong
        .parties
        .iter()
        .flat_map(|party| &party.context)
        .collect();
    if gong.context.is_empty() && of_parties.is_empty() {
        return Told::default();
    }
    let mut told = Told::default();
    read(gong.context.iter(), call, &mut told);
    if told.deals.is_empty() {
        read(of_parties.into_iter(), call, &mut told);
    }
    let mut named: Vec<DealId> = told
        .deals
        .iter()
        .map(|deal| deal.snapshot.deal.clone())
        .collect();
    named.sort();
    named.dedup();
    told.named = Some(named);
    told
}

fn read<'c>(context: impl Iterator<Item = &'c Context>, call: &Call, told: &mut Told) {
    for of_system in context {
        let accounts: BTreeMap<AccountId, Option<String>> = of_system
            .objects
            .iter()
            .filter(|object| object.object_type == Some(ObjectType::Account))
            .filter_map(|object| {
                let id = AccountId::new(id_of(object)?).ok()?;
                Some((id, Fields::of(object).text(&["Name"])))
            })
            .collect();
        for (id, name) in &accounts {
            let account = name.clone().map(|name| Account {
                id: id.clone(),
                name,
            });
            told.accounts
                .extend(account.filter(|account| !told.accounts.contains(account)));
        }
        let system = of_system
            .system
            .as_ref()
            .map_or("crm", |word| word.as_str());
        for object in of_system.objects.iter().filter(|object| is_deal(object)) {
            told.deals
                .extend(deal(system, object, of_system, &accounts, call));
        }
    }
}

/// Gong's types of objects are open, and a custom one may be the company's deals: what has a stage
/// is one.
fn is_deal(object: &ContextObject) -> bool {
    let by_type = object.object_type.as_ref().is_some_and(|word| {
        let word = word.as_str();
        word.eq_ignore_ascii_case("Opportunity") || word.eq_ignore_ascii_case("Deal")
    });
    by_type || Fields::of(object).text(&STAGE).is_some()
}

const STAGE: [&str; 2] = ["StageName", "dealstage"];

fn deal(
    system: &str,
    object: &ContextObject,
    beside: &Context,
    accounts: &BTreeMap<AccountId, Option<String>>,
    call: &Call,
) -> Option<ToldDeal> {
    let id = DealId::new(system, id_of(object)?).ok()?;
    let fields = Fields::of(object);
    let mut snapshot = DealSnapshot::new(id, DealSource::Gong, call.started);
    snapshot.name = fields.text(&["Name", "dealname"]);
    snapshot.stage = fields.text(&STAGE);
    snapshot.close_date = fields.day(&["CloseDate", "closedate"]);
    snapshot.created = fields.day(&["CreatedDate", "createdate"]);
    snapshot.account = fields
        .text(&["AccountId", "associatedcompanyid"])
        .and_then(|id| AccountId::new(id).ok())
        // One customer beside the deal is the deal's.
        .or_else(|| match accounts.len() {
            1 => accounts.keys().next().cloned(),
            _ => None,
        });
    let amount = fields.number(&["Amount"]);
    let currency = fields.text(&["CurrencyIsoCode", "deal_currency_code"]);
    let currency = currency.and_then(|code| code.parse::<Currency>().ok());
    if let (Some(amount), Some(currency)) = (&amount, currency) {
        snapshot.amount = Money::parse(amount, currency).ok();
    }
    let owner_email = fields.text(&["OwnerEmail", "Owner.Email", "hubspot_owner_email"]);
    let owner = fields.text(&["OwnerId", "hubspot_owner_id"]);
    let of_owner = |object: &&ContextObject| {
        object.object_type == Some(ObjectType::User) && id_of(object) == owner
    };
    let owner_email = owner_email.or_else(|| {
        owner.as_ref()?;
        let user = beside.objects.iter().find(of_owner)?;
        Fields::of(user).text(&["Email"])
    });
    Some(ToldDeal {
        snapshot,
        is_now: object.timing != Some(Timing::TimeOfCall),
        amount,
        owner_email,
    })
}

fn id_of(object: &ContextObject) -> Option<String> {
    let id = object.object_id.as_ref().filter(|id| id.json() != "null")?;
    let id = id.to_text().trim().to_owned();
    (!id.is_empty()).then_some(id)
}

/// The fields of an object; letters' case in their names does not matter.
struct Fields<'o>(&'o ContextObject);

impl<'o> Fields<'o> {
    fn of(object: &'o ContextObject) -> Self {
        Self(object)
    }

    fn value(&self, names: &[&str]) -> Option<&'o FieldValue> {
        let is_named = |name: &str| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        let mut fields = self.0.fields.iter();
        let field = fields.find(|field| field.name.as_deref().is_some_and(is_named))?;
        field.value.as_ref().filter(|value| value.json() != "null")
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        let text = self.value(names)?.to_text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A day, an instant, or milliseconds since 1970.
    fn day(&self, names: &[&str]) -> Option<Date> {
        let text = self.text(names)?;
        if let Ok(millis) = text.parse::<i64>() {
            let at = Timestamp::from_millisecond(millis).ok()?;
            return Some(TimeZone::UTC.to_datetime(at).date());
        }
        text.get(..10)?.parse().ok()
    }

    /// A decimal number as text, without an exponent.
    fn number(&self, names: &[&str]) -> Option<String> {
        let text = self.text(names)?;
        if !text.contains(['e', 'E']) {
            return Some(text);
        }
        let number: f64 = text.parse().ok()?;
        number.is_finite().then(|| format!("{number:.2}"))
    }
}
