//! Deals and customers for people, as of any instant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::{Operation, Permission, Scope};
use call_archive::{
    Account, AccountQuery, Archive, CallLinks, DealHistory, DealQuery, LinkQuery, LinkedBy,
};
use conversation::{AccountId, CallId, DealId, DealSnapshot, UserId};
use insights::deals::{Outcome, PipelineRules};
use jiff::Timestamp;

use crate::app::App;
use crate::views::{
    AccountView, CallLineView, DealCallView, DealChangeView, DealLineView, DealShownView,
    DealsView, call_line, in_seconds, neutral,
};
use crate::{Error, ErrorKind};

use super::linking::{all_links, closed, histories};

/// How many calls of a customer are shown.
const MOST_CALLS: usize = 100;
/// Calls are looked for by their deals if these are not more.
const MOST_NAMED: usize = 200;

/// Which deals to list.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DealsRequest {
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// Only those in this stage, without regard to case.
    pub stage: Option<String>,
    /// Only those of this seller: a user's id, an address, or a part of the name.
    pub owner: Option<String>,
    /// Only those that stand so.
    pub standing: Option<Standing>,
}

/// How a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three are the meaning")]
pub enum Standing {
    /// Neither won nor lost.
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

impl Standing {
    fn is(self, outcome: Outcome) -> bool {
        matches!(
            (self, outcome),
            (Self::Open, Outcome::Open) | (Self::Won, Outcome::Won) | (Self::Lost, Outcome::Lost)
        )
    }
}

impl App {
    /// Lists deals as they were known at an instant.
    pub async fn deals(&self, request: &DealsRequest) -> Result<DealsView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::DEALS, false)?;
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let rules = self.pipeline();
            let all = histories(archive.as_ref(), &scope, as_of, None).await?;
            let mut unknown = BTreeSet::new();
            let mut known: Vec<(DealHistory, DealSnapshot)> = Vec::new();
            for history in all {
                let Some(snapshot) = history.latest() else {
                    continue;
                };
                let stage = snapshot.stage.as_deref();
                unknown.extend(stage.filter(|stage| !rules.knows(stage)).map(neutral));
                let is_wanted = request
                    .standing
                    .is_none_or(|it| it.is(rules.outcome(stage)));
                let is_in_stage = request.stage.as_deref().is_none_or(|wanted| {
                    stage.is_some_and(|stage| {
                        stage.trim().to_lowercase() == wanted.trim().to_lowercase()
                    })
                });
                if is_wanted && is_in_stage {
                    known.push((history, snapshot));
                }
            }
            if let Some(owner) = &request.owner {
                let owners = self.users_named(archive.as_ref(), owner).await?;
                known.retain(|(_, deal)| deal.owner.as_ref().is_some_and(|it| owners.contains(it)));
            }
            known.sort_by(|(_, one), (_, other)| {
                let place = |deal: &DealSnapshot| (deal.close_date.is_none(), deal.close_date);
                (place(one), &one.deal).cmp(&(place(other), &other.deal))
            });
            let names = Names::of(archive.as_ref(), known.iter().map(|(_, deal)| deal)).await?;
            let ids = known.iter().map(|(history, _)| history.deal().clone());
            let about = About::of(archive.as_ref(), &scope, as_of, ids.collect()).await?;
            let deals = known
                .iter()
                .map(|(history, deal)| names.line(history, deal, &rules, &about))
                .collect();
            Ok(DealsView {
                as_of: in_seconds(as_of),
                deals,
                unknown_stages: unknown.into_iter().collect(),
            })
        };
        let asked = format!("{request:?}");
        self.reading(Operation::DEALS, &asked, Box::pin(work), |_: &DealsView| {
            Vec::new()
        })
        .await
    }

    /// Shows a deal as it was known at an instant, with what became of it and the calls about it.
    pub async fn deal(&self, deal: &str, as_of: Option<Timestamp>) -> Result<DealShownView, Error> {
        let work = async {
            let id: DealId = deal.parse().map_err(|_| no_deal())?;
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::DEALS, false)?;
            let as_of = as_of.unwrap_or_else(|| self.now());
            let rules = self.pipeline();
            let which = Some(vec![id.clone()]);
            let mut found = histories(archive.as_ref(), &scope, as_of, which.clone()).await?;
            let history = found.pop().ok_or_else(no_deal)?;
            let known = history.latest().ok_or_else(no_deal)?;
            let owners = history.snapshots().iter();
            let names = Names::of(archive.as_ref(), owners).await?;
            let links = all_links(archive.as_ref(), &scope, which).await?;
            let links: Vec<CallLinks> = links
                .into_iter()
                .filter(|call| call.started <= as_of)
                .collect();
            Ok(DealShownView {
                as_of: in_seconds(as_of),
                deal: names.line(&history, &known, &rules, &About::by(&links)),
                history: names.changes(&history),
                calls: self
                    .calls_about(archive.as_ref(), &scope, &id, links)
                    .await?,
            })
        };
        let asked = format!("{deal} {as_of:?}");
        let seen = |view: &DealShownView| {
            let calls = view.calls.iter();
            calls.map(|one| one.call.id.clone()).collect()
        };
        self.reading(Operation::DEALS, &asked, Box::pin(work), seen)
            .await
    }

    /// Shows a customer, by its CRM id, its domain or its name, with its deals and calls.
    pub async fn account(&self, account: &str) -> Result<AccountView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let named = self.accounts_named(archive.as_ref(), account).await?;
            let scope = self.scope_of(Operation::ACCOUNTS, false)?;
            for id in named {
                let deals = self.own_deals(archive.as_ref(), &id).await?;
                let mut links = links_of(archive.as_ref(), &scope, &id).await?;
                if deals.is_empty() && links.is_empty() {
                    continue;
                }
                links.sort_by_key(|call| std::cmp::Reverse(call.started));
                let total_calls = links.len() as u64;
                links.truncate(MOST_CALLS);
                let ids: Vec<CallId> = links.into_iter().map(|call| call.call).collect();
                let which = AccountQuery::Ids(vec![id.clone()]);
                let name = archive.accounts(&which).await?.pop();
                return Ok(AccountView {
                    id: neutral(id.as_str()),
                    name: name.map(|account| neutral(&account.name)),
                    deals,
                    calls: self.call_lines(archive.as_ref(), &scope, &ids).await?,
                    total_calls,
                });
            }
            Err(no_account())
        };
        let seen = |view: &AccountView| view.calls.iter().map(|call| call.id.clone()).collect();
        self.reading(Operation::ACCOUNTS, account, Box::pin(work), seen)
            .await
    }

    /// The accounts that a word may mean: an id, a domain, or a name.
    async fn accounts_named(
        &self,
        archive: &dyn Archive,
        word: &str,
    ) -> Result<Vec<AccountId>, Error> {
        let lower = word.trim().to_lowercase();
        let ids = [word.trim().to_owned(), format!("domain:{lower}")];
        let ids = ids.into_iter().filter_map(|id| AccountId::new(id).ok());
        let mut named: Vec<AccountId> = ids.collect();
        let by_name = archive
            .accounts(&AccountQuery::Name(word.to_owned()))
            .await?;
        named.extend(by_name.into_iter().map(|account| account.id));
        Ok(named)
    }

    /// The deals of a customer, if the caller may see deals.
    async fn own_deals(
        &self,
        archive: &dyn Archive,
        account: &AccountId,
    ) -> Result<Vec<DealLineView>, Error> {
        if self.caller().has(Permission::DealsRead).is_err() {
            return Ok(Vec::new());
        }
        let scope = self.scope_of(Operation::DEALS, false)?;
        let deals = self.deals_of(archive, &scope, self.now(), account).await?;
        Ok(deals.into_iter().map(|(_, line)| line).collect())
    }

    /// The deals of a customer that a scope reaches, as of an instant.
    pub(crate) async fn deals_of(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        as_of: Timestamp,
        account: &AccountId,
    ) -> Result<Vec<(DealId, DealLineView)>, Error> {
        let rules = self.pipeline();
        let mut query = DealQuery::as_of(as_of);
        query.accounts = Some(vec![account.clone()]);
        let mut known = Vec::new();
        loop {
            let page = archive.deals(scope, &query).await?;
            let deals = page.deals.into_iter();
            known.extend(deals.filter_map(|deal| Some((deal.latest()?, deal))));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let names = Names::of(archive, known.iter().map(|(deal, _)| deal)).await?;
        let ids = known.iter().map(|(deal, _)| deal.deal.clone()).collect();
        let about = About::of(archive, scope, as_of, ids).await?;
        let lines = known.iter().map(|(deal, history)| {
            let line = names.line(history, deal, &rules, &about);
            (deal.deal.clone(), line)
        });
        Ok(lines.collect())
    }

    async fn calls_about(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        deal: &DealId,
        mut links: Vec<CallLinks>,
    ) -> Result<Vec<DealCallView>, Error> {
        links.sort_by_key(|call| std::cmp::Reverse(call.started));
        let ids: Vec<CallId> = links.iter().map(|call| call.call.clone()).collect();
        let lines = self.call_lines(archive, scope, &ids).await?;
        let by: BTreeMap<String, LinkedBy> = links
            .iter()
            .filter_map(|call| {
                let link = call.deals.iter().find(|link| link.deal == *deal)?;
                Some((neutral(call.call.as_str()), link.by))
            })
            .collect();
        let view = |call: CallLineView| {
            let linked_by = by.get(&call.id).map_or("", |by| by.as_str());
            DealCallView { call, linked_by }
        };
        Ok(lines.into_iter().map(view).collect())
    }

    /// Calls in a line each; the title only for whoever may read words.
    async fn call_lines(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        ids: &[CallId],
    ) -> Result<Vec<CallLineView>, Error> {
        let sight = self.sight_of(Permission::CallsRead, false)?;
        let read = archive.read(scope, ids).await?;
        let line = |stored: &call_archive::StoredCall| {
            let call = &stored.call;
            let form = sight.form(&call.users(), call.is_private());
            call_line(call, form)
        };
        Ok(read.iter().map(line).collect())
    }

    async fn users_named(
        &self,
        archive: &dyn Archive,
        word: &str,
    ) -> Result<BTreeSet<UserId>, Error> {
        let wanted = word.trim().to_lowercase();
        let is_meant = |user: &call_archive::User| {
            let has = |text: &Option<String>| {
                text.as_deref()
                    .is_some_and(|text| text.to_lowercase().contains(&wanted))
            };
            user.id.as_str() == word.trim() || has(&user.name) || has(&user.email)
        };
        let mut named: BTreeSet<UserId> = archive
            .users()
            .await?
            .into_iter()
            .filter(is_meant)
            .map(|user| user.id)
            .collect();
        named.extend(UserId::new(word.trim()).ok());
        Ok(named)
    }
}

/// The links of the calls of a customer.
pub(crate) async fn links_of(
    archive: &dyn Archive,
    scope: &Scope,
    account: &AccountId,
) -> Result<Vec<CallLinks>, Error> {
    let mut query = LinkQuery::default();
    query.account = Some(account.clone());
    let mut all = Vec::new();
    loop {
        let page = archive.links(scope, &query).await?;
        let is_last = page.len() < query.limit;
        query.after = page.last().map(|last| last.call.clone());
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// How many calls are about each deal, and when the latest began.
struct About(BTreeMap<DealId, (usize, Timestamp)>);

impl About {
    /// Of the calls up to an instant that a scope reaches.
    async fn of(
        archive: &dyn Archive,
        scope: &Scope,
        as_of: Timestamp,
        deals: Vec<DealId>,
    ) -> Result<Self, Error> {
        if deals.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let these = (deals.len() <= MOST_NAMED).then_some(deals);
        let mut links = all_links(archive, scope, these).await?;
        links.retain(|call| call.started <= as_of);
        Ok(Self::by(&links))
    }

    fn by(links: &[CallLinks]) -> Self {
        let mut about = BTreeMap::new();
        for call in links {
            for link in &call.deals {
                let (calls, last) = about
                    .entry(link.deal.clone())
                    .or_insert((0_usize, call.started));
                *calls += 1;
                *last = call.started.max(*last);
            }
        }
        Self(about)
    }
}

/// What customers and sellers are called.
struct Names {
    accounts: BTreeMap<AccountId, String>,
    users: BTreeMap<UserId, String>,
}

impl Names {
    async fn of<'d>(
        archive: &dyn Archive,
        deals: impl Iterator<Item = &'d DealSnapshot>,
    ) -> Result<Self, Error> {
        let (mut accounts, mut users) = (BTreeSet::new(), BTreeSet::new());
        for deal in deals {
            accounts.extend(deal.account.clone());
            users.extend(deal.owner.clone());
        }
        let which = AccountQuery::Ids(accounts.into_iter().collect());
        let accounts = archive.accounts(&which).await?.into_iter();
        let users: Vec<UserId> = users.into_iter().collect();
        let users = archive.users_by_id(&users).await?.into_iter();
        Ok(Self {
            accounts: accounts.map(|Account { id, name }| (id, name)).collect(),
            users: users
                .filter_map(|user| Some((user.id, user.name?)))
                .collect(),
        })
    }

    fn line(
        &self,
        history: &DealHistory,
        deal: &DealSnapshot,
        rules: &PipelineRules,
        about: &About,
    ) -> DealLineView {
        let (calls, last_call) = about.0.get(&deal.deal).copied().unzip();
        let account = deal.account.as_ref();
        let owner = deal.owner.as_ref();
        DealLineView {
            id: neutral(&deal.deal.to_string()),
            name: deal.name.as_deref().map(neutral),
            account_id: account.map(|id| neutral(id.as_str())),
            account: account
                .and_then(|id| self.accounts.get(id))
                .map(|name| neutral(name)),
            owner_user_id: owner.map(|id| neutral(id.as_str())),
            owner: owner.map(|id| self.seller(id)),
            stage: deal.stage.as_deref().map(neutral),
            outcome: rules.outcome(deal.stage.as_deref()).as_str(),
            amount: deal.amount.map(|amount| decimal(&amount)),
            currency: deal.amount.map(|amount| amount.currency().to_string()),
            close_date: deal.close_date.map(|day| day.to_string()),
            created: deal.created.map(|day| day.to_string()),
            closed_on: closed(history, rules).map(|day| day.to_string()),
            told: in_seconds(deal.as_of),
            source: deal.source.as_str(),
            calls: calls.unwrap_or_default(),
            last_call: last_call.map(|at| at.to_string()),
        }
    }

    fn seller(&self, id: &UserId) -> String {
        let name = self.users.get(id).map_or(id.as_str(), String::as_str);
        neutral(name)
    }

    /// What changed from statement to statement.
    fn changes(&self, history: &DealHistory) -> Vec<DealChangeView> {
        let mut last: BTreeMap<&'static str, String> = BTreeMap::new();
        let mut changes = Vec::new();
        for told in history.snapshots() {
            let fields = [
                ("stage", told.stage.as_deref().map(neutral)),
                ("amount", told.amount.map(|amount| amount.to_string())),
                ("close_date", told.close_date.map(|day| day.to_string())),
                ("owner", told.owner.as_ref().map(|id| self.seller(id))),
            ];
            for (field, to) in fields {
                let Some(to) = to else { continue };
                let from = last.insert(field, to.clone());
                if from.as_ref() != Some(&to) {
                    changes.push(DealChangeView {
                        at: in_seconds(told.as_of),
                        source: told.source.as_str(),
                        field,
                        from,
                        to,
                    });
                }
            }
        }
        changes
    }
}

fn decimal(amount: &conversation::Money) -> String {
    let text = amount.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

pub(crate) fn no_deal() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such deal in the archive").hint(
        "`gongkit deals list` shows ids, like salesforce:0061; as of an earlier day, a deal that \
         was told of later is not there",
    )
}

pub(crate) fn no_account() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "there is no such account in the archive",
    )
    .hint("name it by its CRM id, its domain or its whole name; `gongkit deals list` shows some")
}
