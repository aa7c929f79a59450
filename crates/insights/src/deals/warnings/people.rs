//! Who of the customer's takes part, and who no longer does.

use std::collections::{BTreeMap, BTreeSet};

use conversation::Side;

use crate::Evidence;
use crate::deals::coverage::{is_enough, said, searched};
use crate::deals::{
    ActivityKind, DealAt, DealCall, DealRule, Participant, PersonKey, RuleSpec, Title, Verdict,
    Warning,
};

/// Only one person of the customer's takes part.
pub(super) struct SingleThreaded;

/// Nobody with the power to decide took part.
pub(super) struct NoPower;

/// Who was there most often was not there lately.
pub(super) struct ChampionSilent;

/// Of a hundred people so many need a known title before "nobody senior" can be said.
const TITLES: usize = 80;

/// Calls without which nobody is "there most often": the last two, and one before.
const FEWEST_CALLS: usize = 3;

/// The last calls from which a champion must not be missing.
const LAST_CALLS: usize = 2;

fn theirs(call: &DealCall) -> impl Iterator<Item = &Participant> {
    call.people.iter().filter(|one| one.side == Side::Theirs)
}

/// The customer's people who spoke in calls or wrote, in the last so many days.
pub(in crate::deals) fn active_contacts(deal: &DealAt<'_>, days: u32) -> BTreeSet<PersonKey> {
    let calls = deal.calls_within(days).iter();
    let spoke = calls.flat_map(theirs).filter(|one| one.spoke);
    let mut people: BTreeSet<PersonKey> = spoke.map(|one| one.person).collect();
    for one in deal.activities().into_iter().flatten() {
        let is_recent = one.at <= deal.as_of() && deal.days_since(one.at) <= f64::from(days);
        let is_theirs = one.by == Side::Theirs || one.kind == ActivityKind::Meeting;
        if is_recent && is_theirs {
            people.extend(&one.contacts);
        }
    }
    people
}

impl DealRule for SingleThreaded {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::SingleThreaded, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let settings = deal.settings();
        let calls = deal.calls_within(settings.contacts_days);
        let people = active_contacts(deal, settings.contacts_days).len();
        let reason = format!(
            "{people} people of the customer's spoke or wrote in {} days",
            settings.contacts_days
        );
        if people as u64 >= u64::from(settings.contacts) {
            Verdict::clear(reason, searched(calls))
        } else if is_enough(calls) {
            Verdict::fires(reason, searched(calls))
        } else {
            Verdict::unknown(format!("{reason}, but {}", said(calls)), searched(calls))
        }
    }
}

impl DealRule for NoPower {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::NoPower, 1)
    }

    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let mut titles: BTreeMap<PersonKey, Title> = BTreeMap::new();
        for one in deal.calls().iter().flat_map(theirs) {
            let title = titles.entry(one.person).or_default();
            if *title == Title::Unknown {
                *title = one.title;
            }
        }
        let count =
            |is_meant: fn(&Title) -> bool| titles.values().filter(|one| is_meant(one)).count();
        let known = count(|title| *title != Title::Unknown);
        let senior = count(|title| *title == Title::Senior);
        let evidence = Evidence::Computed {
            query: "people of the customer's in the calls of the deal, by job title".to_owned(),
            rows: titles.len() as u64,
        };
        let of = titles.len();
        if senior > 0 {
            Verdict::clear(
                format!("{senior} of {of} people have a senior title"),
                evidence,
            )
        } else if of == 0 || known * 100 < of * TITLES {
            Verdict::unknown(
                format!("the titles of {known} of {of} people are known"),
                evidence,
            )
        } else {
            Verdict::fires(format!("none of {of} people has a senior title"), evidence)
        }
    }
}

impl DealRule for ChampionSilent {
    fn spec(&self) -> RuleSpec {
        RuleSpec::new(Warning::ChampionSilent, 1)
    }

    /// Taking part counts, spoken or not: a transcript may be missing.
    fn eval(&self, deal: &DealAt<'_>) -> Verdict {
        let calls: Vec<&DealCall> = deal
            .calls()
            .iter()
            .filter(|call| call.has(Side::Theirs))
            .collect();
        let evidence = Evidence::Computed {
            query: "calls of the deal by who of the customer's took part".to_owned(),
            rows: calls.len() as u64,
        };
        if calls.len() < FEWEST_CALLS {
            let reason = format!("{} of {FEWEST_CALLS} calls with the customer", calls.len());
            return Verdict::unknown(reason, evidence);
        }
        let attendance = |calls: &[&DealCall]| {
            let mut by_person: BTreeMap<PersonKey, usize> = BTreeMap::new();
            for call in calls {
                let once: BTreeSet<PersonKey> = theirs(call).map(|one| one.person).collect();
                for person in once {
                    *by_person.entry(person).or_default() += 1;
                }
            }
            by_person
        };
        let last = attendance(calls.get(calls.len() - LAST_CALLS..).unwrap_or_default());
        let all = attendance(&calls);
        let most = all.values().copied().max().unwrap_or_default();
        let was_there = all
            .iter()
            .any(|(person, count)| *count == most && last.contains_key(person));
        let reason = |lately: &str| {
            format!(
                "who took part most often, in {most} of {} calls, {lately} the last two",
                calls.len()
            )
        };
        if was_there {
            Verdict::clear(reason("was in one of"), evidence)
        } else {
            Verdict::fires(reason("was in none of"), evidence)
        }
    }
}
