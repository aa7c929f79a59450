//! What a half-typed word may become: ids of calls, people, customers, trackers that the caller sees.

use std::collections::BTreeSet;

use access::Operation;
use call_archive::CallQuery;

use crate::Error;
use crate::app::App;
use crate::views::neutral;

/// As many of the newest calls are looked at.
const NEWEST: usize = 500;
/// As many suggestions are made.
const MOST: usize = 20;

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suggest {
    /// The id of a call.
    Calls,
    /// One of our own people: the user id or the name.
    Reps,
    /// A customer: the id.
    Accounts,
    /// A saved tracker: the name.
    Trackers,
    /// A watched competitor: the name.
    Competitors,
}

impl App {
    /// What a half-typed word may become, by the newest calls that the caller may see.
    pub async fn suggest(&self, what: Suggest, typed: &str) -> Result<Vec<String>, Error> {
        let typed = typed.trim().to_lowercase();
        let known = if what == Suggest::Trackers {
            let trackers = self.list_trackers().await?.trackers;
            trackers
                .into_iter()
                .filter_map(|tracker| tracker.name)
                .collect()
        } else if what == Suggest::Competitors {
            self.watched_competitors().await?
        } else {
            self.reading(
                Operation::LIST_CALLS,
                &format!("suggest {what:?}"),
                Box::pin(self.named_by_calls(what)),
                |_| Vec::new(),
            )
            .await?
        };
        Ok(matching(known, &typed))
    }

    async fn named_by_calls(&self, what: Suggest) -> Result<Vec<String>, Error> {
        let archive = self.existing_archive().await?;
        let scope = self.scope_of(Operation::LIST_CALLS, false)?;
        let mut query = CallQuery::default();
        query.limit = NEWEST;
        let mut named = Vec::new();
        for (call, _) in archive.list(&scope, &query).await?.calls {
            match what {
                Suggest::Calls => named.push(call.id.to_string()),
                Suggest::Accounts => {
                    named.extend(call.accounts.iter().map(|id| neutral(id.as_str())));
                }
                _ => {
                    let ours = call.parties.iter().filter(|party| party.user.is_some());
                    named.extend(ours.filter_map(|party| party.name.as_deref().map(neutral)));
                }
            }
        }
        Ok(named)
    }
}

/// What begins like the word first, then what holds it; each once.
fn matching(known: Vec<String>, typed: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut begin = Vec::new();
    let mut hold = Vec::new();
    for name in known {
        if !seen.insert(name.clone()) {
            continue;
        }
        let lower = name.to_lowercase();
        if lower.starts_with(typed) {
            begin.push(name);
        } else if lower.contains(typed) {
            hold.push(name);
        }
    }
    begin.extend(hold);
    begin.truncate(MOST);
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_comes_first_and_each_once() {
        let known = ["Bo Ada", "Ada B", "Cy", "Ada B"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(matching(known.clone(), "ada"), ["Ada B", "Bo Ada"]);
        assert_eq!(matching(known, ""), ["Bo Ada", "Ada B", "Cy"]);
        let many: Vec<String> = (0..50).map(|at| format!("n{at}")).collect();
        assert_eq!(matching(many, "n").len(), MOST);
    }
}
