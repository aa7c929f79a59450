//! Which calls are about which deals: a pure rule over what ties calls to customers.

use std::collections::{BTreeMap, BTreeSet};

use call_archive::{CallLinks, DealLink, FoundLinks, KnownCustomers, LinkedBy};
use conversation::{AccountId, DealId};
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A call is about at most so many deals.
pub(crate) const MOST: usize = 5;

/// A deal as the rule sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sold {
    pub(crate) deal: DealId,
    pub(crate) account: AccountId,
    /// When it was made, or first told of.
    pub(crate) opened: Date,
    /// When it was won or lost; `None` while it is open.
    pub(crate) closed: Option<Date>,
}

impl Sold {
    /// Whether it was open on a day, or so near to it that a call may be about it.
    fn is_near(&self, day: Date, days: u32) -> bool {
        is_near((self.opened, self.closed), day, days)
    }
}

/// Whether a deal that opened, and maybe closed, on these days was open on a day, or so near to it
/// that a call may be about it.
pub(crate) fn is_near((opened, closed): (Date, Option<Date>), day: Date, days: u32) -> bool {
    let span = Span::new().days(i64::from(days));
    let first = opened.saturating_sub(span);
    let last = closed.map(|closed| closed.saturating_add(span));
    day >= first && last.is_none_or(|last| day <= last)
}

/// What was seen of customers in calls so far: never in later ones, so that no later call changes
/// what an earlier one is about.
#[derive(Default)]
struct Seen<'c> {
    by_email: BTreeMap<&'c str, BTreeSet<&'c AccountId>>,
    by_domain: BTreeMap<&'c str, BTreeSet<&'c AccountId>>,
}

impl<'c> Seen<'c> {
    /// What the CRM says whose people they are counts from the start.
    fn of(known: &'c KnownCustomers) -> Self {
        let mut seen = Self::default();
        for (email, account) in &known.emails {
            seen.by_email.entry(email).or_default().insert(account);
        }
        for (domain, account) in &known.domains {
            seen.by_domain.entry(domain).or_default().insert(account);
        }
        seen
    }

    /// Learns whose people took part; of a call with several customers that cannot be told.
    fn learn(&mut self, call: &'c CallLinks) {
        let [account] = call.accounts.as_slice() else {
            return;
        };
        for email in &call.emails {
            self.by_email.entry(email).or_default().insert(account);
        }
        for domain in own_domains(call) {
            self.by_domain.entry(domain).or_default().insert(account);
        }
    }
}

fn own_domains(call: &CallLinks) -> impl Iterator<Item = &str> {
    let domains = call.domains.iter().map(String::as_str);
    domains.filter(|domain| !gong_sync::is_free_mail(domain))
}

/// The deals of every call that its context does not name: by the account that its context names,
/// else by the address of somebody known of an account, else by domain.
///
/// Gives the calls of which something else was found than is kept.
pub(crate) fn links(
    mut calls: Vec<CallLinks>,
    deals: &[Sold],
    known: &KnownCustomers,
    days: u32,
) -> Vec<FoundLinks> {
    calls.sort_by(|one, other| (one.started, &one.call).cmp(&(other.started, &other.call)));
    let mut of_account: BTreeMap<&AccountId, Vec<&Sold>> = BTreeMap::new();
    for deal in deals {
        of_account.entry(&deal.account).or_default().push(deal);
    }
    let mut seen = Seen::of(known);
    let mut changed = Vec::new();
    for call in &calls {
        seen.learn(call);
        // What a person said stands; what was found stays under it.
        if call.deals.iter().any(|link| link.by == LinkedBy::Pin) {
            continue;
        }
        let mut found = found(call, &of_account, &seen, days);
        found.sort();
        let kept = call
            .deals
            .iter()
            .filter(|link| link.by != LinkedBy::Context);
        let mut kept: Vec<DealLink> = kept.cloned().collect();
        kept.sort();
        if kept != found {
            changed.push(FoundLinks {
                call: call.call.clone(),
                deals: found,
            });
        }
    }
    changed
}

fn found(
    call: &CallLinks,
    deals: &BTreeMap<&AccountId, Vec<&Sold>>,
    seen: &Seen<'_>,
    days: u32,
) -> Vec<DealLink> {
    if call.deals.iter().any(|link| link.by == LinkedBy::Context) {
        return Vec::new();
    }
    let day = TimeZone::UTC.to_datetime(call.started).date();
    let near = |accounts: BTreeSet<&AccountId>, by: LinkedBy| -> Vec<DealLink> {
        let of_accounts = accounts
            .into_iter()
            .filter_map(|account| deals.get(account));
        let near = of_accounts.flatten().filter(|deal| deal.is_near(day, days));
        let mut near: Vec<&Sold> = near.copied().collect();
        // One that is made later never takes the place of one that was there.
        near.sort_by(|one, other| (one.opened, &one.deal).cmp(&(other.opened, &other.deal)));
        let link = |deal: &Sold| DealLink {
            deal: deal.deal.clone(),
            by,
        };
        near.into_iter().take(MOST).map(link).collect()
    };
    let is_of_crm = |account: &&AccountId| !account.as_str().starts_with("domain:");
    let named = call.accounts.iter().filter(is_of_crm).collect();
    let by_account = near(named, LinkedBy::Account);
    if !by_account.is_empty() {
        return by_account;
    }
    let emails = call.emails.iter();
    let people = emails.filter_map(|email| seen.by_email.get(email.as_str()));
    let by_email = near(people.flatten().copied().collect(), LinkedBy::Email);
    if !by_email.is_empty() {
        return by_email;
    }
    let domains = own_domains(call).filter_map(|domain| seen.by_domain.get(domain));
    let mut accounts: BTreeSet<&AccountId> = domains.flatten().copied().collect();
    accounts.extend(&call.accounts);
    near(accounts, LinkedBy::Domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use call_archive::{Calls as _, Deals as _, LinkQuery, MemoryArchive, Put, Source};
    use conversation::{Call, CallId, Party, PartyId, Side};
    use jiff::Timestamp;

    fn sold(name: &str, account: &str, opened: &str, closed: Option<&str>) -> Sold {
        Sold {
            deal: DealId::new("crm", name).expect("valid"),
            account: AccountId::new(account).expect("valid"),
            opened: opened.parse().expect("a day"),
            closed: closed.map(|day| day.parse().expect("a day")),
        }
    }

    /// Calls as an archive ties them: id, day, the account of the context, an address.
    async fn calls(all: &[(&str, &str, Option<&str>, &str)]) -> Vec<CallLinks> {
        let archive = MemoryArchive::new();
        let puts = all.iter().map(|(id, day, account, email)| {
            let started: Timestamp = format!("{day}T10:00:00Z").parse().expect("an instant");
            let mut call = Call::new(CallId::new(*id).expect("valid"), started);
            let account = account.map(|id| AccountId::new(id).expect("valid"));
            call.accounts.extend(account);
            let mut party = Party::new(PartyId::new("1").expect("valid"));
            party.side = Side::Theirs;
            party.email = Some((*email).to_owned());
            call.parties.push(party);
            Put::new(call, Source::Import, None)
        });
        let now = Timestamp::UNIX_EPOCH;
        archive
            .put(puts.collect(), None, now)
            .await
            .expect("stored");
        let scope = access::Scope::everything(access::PrivateCalls::Withheld);
        let links = archive.links(&scope, &LinkQuery::default()).await;
        links.expect("read")
    }

    /// What each call was found to be about.
    fn about(calls: Vec<CallLinks>, deals: &[Sold]) -> Vec<(String, Vec<(String, &'static str)>)> {
        let found = links(calls, deals, &KnownCustomers::default(), 14);
        let shown = |link: &DealLink| (link.deal.object().to_owned(), link.by.as_str());
        found
            .iter()
            .map(|found| {
                let deals = found.deals.iter().map(shown).collect();
                (found.call.to_string(), deals)
            })
            .collect()
    }

    #[tokio::test]
    async fn the_account_counts_before_an_address_and_an_address_before_a_domain() {
        let calls = calls(&[
            ("1", "2026-03-01", Some("a1"), "ada@fox.example"),
            ("2", "2026-03-02", None, "ada@fox.example"),
            ("3", "2026-03-03", None, "bob@fox.example"),
            ("4", "2026-03-04", None, "eve@other.example"),
        ])
        .await;

        let found = about(calls, &[sold("d", "a1", "2026-02-01", None)]);

        let link = |by| vec![("d".to_owned(), by)];
        assert_eq!(
            found,
            [
                ("1".to_owned(), link("account")),
                ("2".to_owned(), link("email")),
                ("3".to_owned(), link("domain")),
            ]
        );
    }

    #[tokio::test]
    async fn what_is_learnt_in_a_later_call_changes_no_earlier_one() {
        let calls = calls(&[
            ("1", "2026-03-01", None, "ada@fox.example"),
            ("2", "2026-03-02", Some("a1"), "ada@fox.example"),
        ])
        .await;

        let found = about(calls, &[sold("d", "a1", "2026-02-01", None)]);

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "2");
    }

    #[tokio::test]
    async fn a_mail_provider_says_nothing_and_a_domain_without_a_crm_does() {
        let calls = calls(&[
            ("1", "2026-03-01", Some("a1"), "ada@gmail.com"),
            ("2", "2026-03-02", None, "bob@gmail.com"),
            (
                "3",
                "2026-03-03",
                Some("domain:fox.example"),
                "eve@fox.example",
            ),
        ])
        .await;
        let deals = [
            sold("d", "a1", "2026-02-01", None),
            sold("f", "domain:fox.example", "2026-02-01", None),
        ];

        let found = about(calls, &deals);

        let calls: Vec<&str> = found.iter().map(|(call, _)| call.as_str()).collect();
        assert_eq!(calls, ["1", "3"]);
    }

    #[tokio::test]
    async fn a_deal_is_near_a_fortnight_before_it_opens_and_after_it_closes() {
        let days = ["2026-01-17", "2026-01-18", "2026-03-15", "2026-03-16"];
        let ids = ["1", "2", "3", "4"];
        let rows = [0, 1, 2, 3].map(|at| (ids[at], days[at], Some("a1"), "ada@fox.example"));
        let deal = sold("d", "a1", "2026-02-01", Some("2026-03-01"));

        let found = about(calls(&rows).await, &[deal]);

        let calls: Vec<&str> = found.iter().map(|(call, _)| call.as_str()).collect();
        assert_eq!(calls, ["2", "3"]);
    }

    #[tokio::test]
    async fn a_call_is_about_five_deals_at_most_the_oldest_first() {
        let deals: Vec<Sold> = (1..=7)
            .map(|day| sold(&day.to_string(), "a1", &format!("2026-02-0{day}"), None))
            .collect();
        let calls = calls(&[("1", "2026-02-01", Some("a1"), "ada@fox.example")]).await;

        let found = about(calls, &deals);

        let names: Vec<&str> = found[0].1.iter().map(|(deal, _)| deal.as_str()).collect();
        assert_eq!(names, ["1", "2", "3", "4", "5"]);
    }
}
