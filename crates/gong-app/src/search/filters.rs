//! What narrows a search: plain words into a filter of the index.

use std::collections::{BTreeMap, BTreeSet};

use access::Scope;
use call_archive::{Archive, CallQuery};
use conversation::{AccountId, Call, CallId, DealId, Party, Period, Side, UserId};
use jiff::Timestamp;
use memory_store::Filter;

use crate::deals::all_links;
use crate::error::Choice;
use crate::views::{FiltersView, PersonView, neutral};
use crate::{Error, ErrorKind};

/// Calls that are looked through for a name, a page at a time.
const PAGE: usize = 500;

/// What becomes of a name that several have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alike {
    /// All of them are meant.
    #[default]
    TakeAll,
    /// Nobody is: the [choices](Error::choices) are named instead.
    AskWhich,
}

/// More of them are not named.
const MOST_CHOICES: usize = 10;

/// What narrows a search, in the words of whoever asks; each empty field narrows nothing.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SearchFilters {
    /// Calls that began at or after this.
    pub from: Option<Timestamp>,
    /// Calls that began before this.
    pub to: Option<Timestamp>,
    /// Customers: the id, a domain, or a part of either.
    pub accounts: Vec<String>,
    /// Our own people: the user id, the e-mail address, or a part of the name.
    pub reps: Vec<String>,
    /// `ours`, `theirs` or `unknown`.
    pub side: Option<String>,
    /// Calls, by id.
    pub calls: Vec<String>,
    /// Calls about these deals, by id, such as `salesforce:0061`.
    pub deals: Vec<String>,
    /// What becomes of a name that several have.
    pub alike: Alike,
    /// Whether private calls are searched as well.
    pub include_private: bool,
}

/// Filters as they were understood.
pub(crate) struct Narrowed {
    pub(crate) scope: Scope,
    pub(crate) side: Option<Side>,
    pub(crate) filter: Filter,
    pub(crate) view: FiltersView,
}

impl SearchFilters {
    /// Understands the filters; names are looked up in the calls that the asker may see.
    pub(crate) async fn narrowed(
        &self,
        archive: &dyn Archive,
        scope: Scope,
    ) -> Result<Narrowed, Error> {
        let usage = |what: &str| Error::new(ErrorKind::Usage, what);
        let period = Period::new(self.from, self.to)
            .map_err(|_| usage("the search's time must begin before it ends"))?;
        let side = match &self.side {
            None => None,
            Some(word) => Some(
                word.parse::<Side>()
                    .map_err(|_| usage("a side is one of ours, theirs, unknown"))?,
            ),
        };
        let calls: Result<Vec<CallId>, _> = self.calls.iter().map(CallId::new).collect();
        let calls =
            calls.map_err(|_| usage("a call is named by its id, such as 7782342274025937895"))?;

        let mut filter = Filter::new(scope.clone());
        filter.period = period;
        filter.side = side;
        filter.calls = calls;
        let mut reps = Vec::new();
        if !(self.accounts.is_empty() && self.reps.is_empty()) {
            let known = Known::read(archive, &scope).await?;
            filter.accounts = known.accounts(&self.accounts, self.alike)?;
            reps = known.people(&self.reps, self.alike)?;
            filter.users = reps.iter().map(|(user, _)| user.clone()).collect();
        }
        let deals = self.meant_deals()?;
        if !deals.is_empty() {
            filter.calls = about(archive, &scope, &deals, &filter.calls).await?;
        }
        let view = FiltersView {
            from: self.from.map(|at| at.to_string()),
            to: self.to.map(|at| at.to_string()),
            accounts: filter
                .accounts
                .iter()
                .map(|id| neutral(id.as_str()))
                .collect(),
            reps: reps
                .iter()
                .map(|(user, name)| PersonView {
                    user_id: user.to_string(),
                    name: name.as_deref().map(neutral),
                })
                .collect(),
            side: side.map(Side::as_str),
            calls: filter.calls.iter().map(ToString::to_string).collect(),
            deals: deals.iter().map(|id| neutral(&id.to_string())).collect(),
            include_private: self.include_private,
            understood: Vec::new(),
        };
        Ok(Narrowed {
            scope,
            side,
            filter,
            view,
        })
    }
}

impl SearchFilters {
    fn meant_deals(&self) -> Result<Vec<DealId>, Error> {
        let deals = self.deals.iter().map(|id| id.trim().parse());
        let deals: Result<Vec<DealId>, _> = deals.collect();
        deals.map_err(|_| {
            Error::new(
                ErrorKind::Usage,
                "a deal is named by its CRM and its id there",
            )
            .hint("`gongkit deals list` shows ids, like salesforce:0061")
        })
    }
}

/// The calls about deals, of those that are asked for where some are. Private calls are linked to no
/// deal. That there is none is told: no call at all would narrow nothing.
async fn about(
    archive: &dyn Archive,
    scope: &Scope,
    deals: &[DealId],
    calls: &[CallId],
) -> Result<Vec<CallId>, Error> {
    let links = all_links(archive, scope, Some(deals.to_vec())).await?;
    let is_meant = |call: &CallId| calls.is_empty() || calls.contains(call);
    let about: Vec<CallId> = links
        .into_iter()
        .filter(|link| link.deals.iter().any(|one| deals.contains(&one.deal)))
        .map(|link| link.call)
        .filter(is_meant)
        .collect();
    if about.is_empty() {
        return Err(Error::new(
            ErrorKind::NotFound,
            "no call is known to be about such a deal",
        )
        .hint("`gongkit deals show ID` lists the calls about a deal"));
    }
    Ok(about)
}

/// Our own people whom the asker's calls name so: by id or address, else by the whole name, else by a
/// part of it.
pub(crate) async fn people_named(
    archive: &dyn Archive,
    scope: &Scope,
    word: &str,
) -> Result<Vec<(UserId, Option<String>)>, Error> {
    let known = Known::read(archive, scope).await?;
    match known.people(&[word.to_owned()], Alike::TakeAll) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    }
}

/// Who and what the asker's calls name.
#[derive(Default)]
struct Known {
    accounts: BTreeSet<AccountId>,
    people: BTreeMap<UserId, Named>,
}

#[derive(Default)]
struct Named {
    names: BTreeSet<String>,
    emails: BTreeSet<String>,
}

impl Known {
    async fn read(archive: &dyn Archive, scope: &Scope) -> Result<Self, Error> {
        let mut known = Self::default();
        let mut query = CallQuery::default();
        query.limit = PAGE;
        loop {
            let page = archive.list(scope, &query).await?;
            for (call, _) in &page.calls {
                known.meet(call);
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(known),
            }
        }
    }

    fn meet(&mut self, call: &Call) {
        self.accounts.extend(call.accounts.iter().cloned());
        if let Some(host) = &call.primary_user {
            self.people.entry(host.clone()).or_default();
        }
        for party in &call.parties {
            if let Some(user) = &party.user {
                self.people.entry(user.clone()).or_default().meet(party);
            }
        }
    }

    /// What is named exactly, else every account of whose id it is a part.
    fn accounts(&self, asked: &[String], alike: Alike) -> Result<Vec<AccountId>, Error> {
        let mut found = BTreeSet::new();
        for word in asked {
            let word = word.trim().to_lowercase();
            let is = |id: &&AccountId| {
                let id = id.as_str().to_lowercase();
                id == word || id.strip_prefix("domain:") == Some(word.as_str())
            };
            let holds = |id: &&AccountId| id.as_str().to_lowercase().contains(&word);
            let mut ids: Vec<_> = self.accounts.iter().filter(is).collect();
            if ids.is_empty() && !word.is_empty() {
                ids = self.accounts.iter().filter(holds).collect();
            }
            if ids.is_empty() {
                return Err(unknown(
                    "an account",
                    "--account",
                    "a customer's domain or its CRM id",
                ));
            }
            if ids.len() > 1 && alike == Alike::AskWhich {
                let choices = ids.iter().take(MOST_CHOICES);
                let choices = choices.map(|id| Choice::new(id.as_str(), None)).collect();
                return Err(several("accounts", choices));
            }
            found.extend(ids.into_iter().cloned());
        }
        Ok(found.into_iter().collect())
    }

    /// The user id or e-mail address, else the whole name, else a part of the name.
    fn people(
        &self,
        asked: &[String],
        alike: Alike,
    ) -> Result<Vec<(UserId, Option<String>)>, Error> {
        let mut found = BTreeMap::new();
        for word in asked {
            let word = word.trim().to_lowercase();
            let by = |is: &dyn Fn(&UserId, &Named) -> bool| -> Vec<_> {
                self.people
                    .iter()
                    .filter(|(user, named)| is(user, named))
                    .collect()
            };
            let mut people =
                by(&|user, named| user.as_str() == word || named.emails.contains(&word));
            if people.is_empty() {
                people = by(&|_, named| named.names.iter().any(|name| name.to_lowercase() == word));
            }
            if people.is_empty() && !word.is_empty() {
                people = by(&|_, named| {
                    named
                        .names
                        .iter()
                        .any(|name| name.to_lowercase().contains(&word))
                });
            }
            if people.is_empty() {
                return Err(unknown(
                    "a person",
                    "--rep",
                    "a user id, an e-mail address or a name",
                ));
            }
            if people.len() > 1 && alike == Alike::AskWhich {
                let choice = |(user, named): &(&UserId, &Named)| {
                    let name = named.names.first();
                    Choice::new(user.as_str(), name.map(String::as_str))
                };
                let choices = people.iter().take(MOST_CHOICES).map(choice).collect();
                return Err(several("people", choices));
            }
            for (user, named) in people {
                found.insert(user.clone(), named.names.first().cloned());
            }
        }
        Ok(found.into_iter().collect())
    }
}

impl Named {
    fn meet(&mut self, party: &Party) {
        self.names.extend(party.name.clone());
        self.emails
            .extend(party.email.as_deref().map(str::to_lowercase));
    }
}

/// What is asked for is not quoted: it is a name.
fn unknown(what: &str, flag: &str, is: &str) -> Error {
    let message = format!("no archived call names {what} as given with {flag}");
    Error::new(ErrorKind::NotFound, message).hint(format!("{flag} takes {is}, or a part of it"))
}

/// What is asked for is not quoted here either; the choices are for the asker's eyes.
fn several(what: &str, choices: Vec<Choice>) -> Error {
    Error::new(ErrorKind::Usage, format!("several {what} are called that"))
        .hint("name one of the choices by its id")
        .choose_among(choices)
}

#[cfg(test)]
mod tests {
    use conversation::{PartyId, Privacy};

    use super::*;

    fn known() -> Known {
        let mut call = Call::new(CallId::new("1").expect("an id"), Timestamp::UNIX_EPOCH);
        call.privacy = Privacy::Open;
        call.accounts = ["domain:acme.example", "0015x1", "domain:acme-labs.example"]
            .map(|id| AccountId::new(id).expect("an id"))
            .to_vec();
        for (id, name, email) in [
            ("7", "Ada Example", "ada@us.example"),
            ("8", "Adam Sample", "Adam@us.example"),
        ] {
            let mut party = Party::new(PartyId::new(id).expect("an id"));
            party.user = Some(UserId::new(id).expect("an id"));
            party.name = Some(name.to_owned());
            party.email = Some(email.to_owned());
            call.parties.push(party);
        }
        let mut known = Known::default();
        known.meet(&call);
        known
    }

    fn people(word: &str) -> Vec<String> {
        known()
            .people(&[word.to_owned()], Alike::TakeAll)
            .map(|found| {
                found
                    .into_iter()
                    .map(|(user, _)| user.to_string())
                    .collect()
            })
            .unwrap_or_default()
    }

    fn accounts(word: &str) -> Vec<String> {
        known()
            .accounts(&[word.to_owned()], Alike::TakeAll)
            .map(|found| found.into_iter().map(|id| id.to_string()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_person_is_found_by_id_address_name_and_part_of_the_name_in_this_order() {
        assert_eq!(people("7"), ["7"]);
        assert_eq!(people("adam@us.example"), ["8"]);
        assert_eq!(people("ada example"), ["7"]);
        assert_eq!(people("Ada"), ["7", "8"], "both have it");
        assert_eq!(people("sample"), ["8"]);
        assert!(people("nobody").is_empty() && people("").is_empty());
    }

    #[test]
    fn an_account_is_found_by_id_domain_and_part() {
        assert_eq!(accounts("0015X1"), ["0015x1"]);
        assert_eq!(accounts("acme.example"), ["domain:acme.example"]);
        assert_eq!(
            accounts("acme"),
            ["domain:acme-labs.example", "domain:acme.example"]
        );
        assert!(accounts("nobody").is_empty() && accounts(" ").is_empty());
    }

    #[test]
    fn what_is_not_there_is_not_found_and_not_quoted() {
        let error = known()
            .people(&["Canary Name".into()], Alike::TakeAll)
            .expect_err("nobody");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(!error.to_string().contains("Canary"));
    }

    #[test]
    fn who_is_called_alike_is_a_choice_where_one_is_wanted() {
        let asked = |word: &str| known().people(&[word.to_owned()], Alike::AskWhich);
        let error = asked("Ada").expect_err("both have it");
        let choices: Vec<_> = error.choices().iter().map(|one| one.id.as_str()).collect();
        assert_eq!((error.kind(), choices), (ErrorKind::Usage, vec!["7", "8"]));
        assert!(
            !error.chain().contains("Ada"),
            "names stand in choices only"
        );
        assert_eq!(asked("sample").expect("one").len(), 1);

        let error = known().accounts(&["acme".to_owned()], Alike::AskWhich);
        assert_eq!(error.expect_err("two").choices().len(), 2);
    }
}
