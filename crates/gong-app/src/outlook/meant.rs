//! Which deal, customer or rep is meant by a word: an id, a name, or a part of a name. What the caller
//! may not see is no choice.

use std::collections::{BTreeMap, BTreeSet};

use access::Scope;
use call_archive::{Account, AccountQuery, Archive};
use conversation::{AccountId, DealId};
use insights::deals::{DealAt, DealView, PipelineRules};
use jiff::Timestamp;

use crate::app::App;
use crate::deals::{all_links, histories, no_account};
use crate::error::Choice;
use crate::{Error, ErrorKind};

/// More choices are not named.
const MOST_CHOICES: usize = 10;

impl App {
    /// The one customer that is meant, with what it is called.
    pub(super) async fn account_meant(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        as_of: Timestamp,
        word: &str,
    ) -> Result<(AccountId, Option<String>), Error> {
        let deals = histories(archive, scope, as_of, None).await?;
        let of_deals = deals.iter().filter_map(|deal| deal.latest()?.account);
        let mut seen: BTreeSet<AccountId> = of_deals.collect();
        let links = all_links(archive, scope, None).await?;
        seen.extend(links.into_iter().flat_map(|call| call.accounts));
        let which = AccountQuery::Ids(seen.iter().cloned().collect());
        let named = archive.accounts(&which).await?.into_iter();
        let mut names: BTreeMap<AccountId, String> =
            named.map(|Account { id, name }| (id, name)).collect();
        let known = seen.iter().map(|id| {
            let name = names.get(id).map(String::as_str);
            (id.as_str(), name, id)
        });
        let id = one(known, word, "accounts", no_account)?.clone();
        let name = names.remove(&id);
        Ok((id, name))
    }
}

/// The one open deal that is meant.
pub(super) fn deal(
    deals: &[DealView],
    rules: &PipelineRules,
    as_of: Timestamp,
    word: &str,
) -> Result<DealId, Error> {
    let open = deals.iter().filter_map(|view| view.at(as_of, rules));
    let open: Vec<(String, Option<&str>, &DealId)> = open
        .filter(DealAt::is_open)
        .map(|deal| (deal.deal().to_string(), deal.name(), deal.deal()))
        .collect();
    let known = open
        .iter()
        .map(|(id, name, deal)| (id.as_str(), *name, *deal));
    one(known, word, "open deals", super::risk::no_deal).cloned()
}

/// The one of several that a word names: by its id or whole name, else by a part of the name or id.
pub(super) fn one<'k, T>(
    known: impl Iterator<Item = (&'k str, Option<&'k str>, T)>,
    word: &str,
    what: &str,
    nothing: fn() -> Error,
) -> Result<T, Error> {
    let mut meant: Vec<(&str, Option<&str>, T)> = known.collect();
    let word = word.trim().to_lowercase();
    if word.is_empty() {
        return Err(nothing());
    }
    let is = |text: &str| {
        let text = text.to_lowercase();
        text == word || text.strip_prefix("domain:") == Some(word.as_str())
    };
    let holds = |text: &str| text.to_lowercase().contains(&word);
    let is_exact = meant
        .iter()
        .any(|(id, name, _)| is(id) || name.is_some_and(is));
    meant.retain(|(id, name, _)| {
        if is_exact {
            is(id) || name.is_some_and(is)
        } else {
            holds(id) || name.is_some_and(holds)
        }
    });
    if meant.len() > 1 {
        return Err(several(
            what,
            meant.iter().map(|(id, name, _)| (*id, *name)),
        ));
    }
    meant.pop().map(|(.., one)| one).ok_or_else(nothing)
}

/// What may have been meant, by id and name.
pub(super) fn several<'k>(
    what: &str,
    known: impl Iterator<Item = (&'k str, Option<&'k str>)>,
) -> Error {
    let choices = known.take(MOST_CHOICES);
    let choices = choices.map(|(id, name)| Choice::new(id, name)).collect();
    Error::new(ErrorKind::Usage, format!("several {what} are called that"))
        .hint("name one of the choices by its id")
        .choose_among(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, Option<&str>, u8); 4] = [
        ("domain:fox.example", None, 0),
        ("a1", Some("Fox Ltd"), 1),
        ("a2", Some("Fox Ltd Holding"), 2),
        ("a3", Some("Wren"), 3),
    ];

    fn meant(word: &str) -> Result<u8, Vec<String>> {
        let nothing = || Error::new(ErrorKind::NotFound, "there is none");
        one(KNOWN.into_iter(), word, "accounts", nothing).map_err(|error| {
            let choices = error.choices().iter();
            choices.map(|choice| choice.id.clone()).collect()
        })
    }

    #[test]
    fn an_id_or_a_whole_name_goes_before_a_part_and_several_are_choices() {
        assert_eq!(meant("A3"), Ok(3));
        assert_eq!(meant("fox ltd"), Ok(1), "the whole name of one");
        assert_eq!(meant("fox.example"), Ok(0));
        assert_eq!(meant("holding"), Ok(2));
        let several = ["domain:fox.example", "a1", "a2"].map(str::to_owned);
        assert_eq!(meant("fox"), Err(several.to_vec()));
        assert_eq!(meant("nobody"), Err(Vec::new()));
        assert_eq!(meant(" "), Err(Vec::new()), "an empty word names nobody");
    }
}
