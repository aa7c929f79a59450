//! Which deals a call is about: a pure rule over what the CRM ties to those who took part.

use std::collections::BTreeSet;

use crm_sync::RecordId;
use jiff::civil::Date;

use crate::deals::{MOST_DEALS, is_near};

/// A deal that a call may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) deal: RecordId,
    /// When it was made.
    pub(super) opened: Date,
    /// When it was won or lost; `None` while it is open.
    pub(super) closed: Option<Date>,
    /// The customers by whom it was found.
    pub(super) customers: BTreeSet<RecordId>,
}

impl Candidate {
    fn was_open(&self, day: Date) -> bool {
        is_near((self.opened, self.closed), day, 0)
    }
}

/// Why a person has to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// Deals of several customers.
    Customers,
    /// More deals than one call is about.
    Many,
    /// Several companies have the domain.
    Companies,
}

impl Tie {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "deals_of_several_customers",
            Self::Many => "too_many_deals",
            Self::Companies => "companies_of_one_domain",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// These deals; none where there are none.
    Deals(BTreeSet<RecordId>),
    /// Any of these: a person has to say which.
    Choice(Tie, BTreeSet<RecordId>),
}

/// The deals of a call on a day, of those that were found for who took part: the ones that were open,
/// else those that opened or closed within so many days.
pub(super) fn about(candidates: &[Candidate], day: Date, days: u32) -> About {
    let near = candidates
        .iter()
        .filter(|one| is_near((one.opened, one.closed), day, days));
    let near: Vec<&Candidate> = near.collect();
    let open: Vec<&Candidate> = near
        .iter()
        .copied()
        .filter(|one| one.was_open(day))
        .collect();
    let chosen = if open.is_empty() { near } else { open };
    let deals: BTreeSet<RecordId> = chosen.iter().map(|one| one.deal.clone()).collect();
    if deals.len() > 1 && !has_common_customer(&chosen) {
        return About::Choice(Tie::Customers, deals);
    }
    if deals.len() > MOST_DEALS {
        return About::Choice(Tie::Many, deals);
    }
    About::Deals(deals)
}

fn has_common_customer(candidates: &[&Candidate]) -> bool {
    let Some((first, rest)) = candidates.split_first() else {
        return true;
    };
    let mut common = first.customers.iter();
    common.any(|customer| rest.iter().all(|one| one.customers.contains(customer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RecordId {
        RecordId::new(text).expect("an id")
    }

    fn deal(name: &str, opened: &str, closed: Option<&str>, customers: &[&str]) -> Candidate {
        Candidate {
            deal: id(name),
            opened: opened.parse().expect("a day"),
            closed: closed.map(|day| day.parse().expect("a day")),
            customers: customers.iter().map(|one| id(one)).collect(),
        }
    }

    fn check(candidates: &[Candidate], expected: &Result<&[&str], Tie>) {
        let day = "2026-03-02".parse().expect("a day");
        let names = |deals: BTreeSet<RecordId>| -> Vec<String> {
            deals.iter().map(ToString::to_string).collect()
        };
        match (about(candidates, day, 14), expected) {
            (About::Deals(deals), Ok(expected)) => assert_eq!(names(deals), *expected),
            (About::Choice(tie, _), Err(expected)) => assert_eq!(tie, *expected),
            (other, _) => panic!("{other:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn open_deals_come_before_those_that_are_only_near() {
        let open = deal("1", "2026-02-01", None, &["c"]);
        let soon = deal("2", "2026-03-10", None, &["c"]);
        let just_closed = deal("3", "2026-01-01", Some("2026-02-20"), &["c"]);
        let long_closed = deal("4", "2025-01-01", Some("2026-02-01"), &["c"]);
        check(&[], &Ok(&[]));
        check(
            &[open.clone(), soon.clone(), just_closed.clone()],
            &Ok(&["1"]),
        );
        check(&[soon, just_closed, long_closed.clone()], &Ok(&["2", "3"]));
        check(&[long_closed], &Ok(&[]));
    }

    #[test]
    fn deals_of_several_customers_and_too_many_are_left_to_a_person() {
        let of = |name: &str, customers: &[&str]| deal(name, "2026-02-01", None, customers);
        check(&[of("1", &["c"]), of("2", &["d"])], &Err(Tie::Customers));
        check(&[of("1", &["c", "d"]), of("2", &["d"])], &Ok(&["1", "2"]));
        let five: Vec<Candidate> = ["1", "2", "3", "4", "5"]
            .map(|name| of(name, &["c"]))
            .into();
        check(&five, &Ok(&["1", "2", "3", "4", "5"]));
        let mut six = five;
        six.push(of("6", &["c"]));
        check(&six, &Err(Tie::Many));
    }
}
