//! Who we meet in which deals, how customers stand to them, and how such deals end.
//!
//! Deals and calls are counted, never mentions. A win rate is compared with that of deals in which no
//! competitor was heard, all competitors in one report; it says "associated with", never "because".

mod heard;

use std::collections::BTreeMap;

use conversation::{CallId, Citation, Currency, DealId};
use jiff::Timestamp;

use crate::Stance;
use crate::deals::{DealAt, DealCall, DealView, Outcome, PipelineRules};
use crate::inference::{Associations, Comparison, Stratum, Tally, Verdict};
use crate::pipeline::{Amounts, amounts, known};

use heard::Heard;

/// Sentences shown of each competitor.
const QUOTES: usize = 5;

/// What is known of all competitors.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompetitorReport {
    /// Each competitor, by how many deals it was heard in.
    pub competitors: Vec<Competitor>,
    /// Closed deals in which none was heard.
    pub none: Tally,
    /// How many win rates were compared.
    pub tested: usize,
    /// Calls with a transcript that were looked through.
    pub with_transcript: usize,
    /// Calls that are known.
    pub known: usize,
}

/// What is known of one competitor.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Competitor {
    /// Its name, as the user gave it.
    pub name: String,
    /// The deals in which it was heard.
    pub deals: Vec<DealId>,
    /// The calls in which it was heard, of deals and others, the newest first.
    pub calls: Vec<CallId>,
    /// The worth of these deals.
    pub amount: Amounts,
    /// The worth of those that are open.
    pub open_amount: Amounts,
    /// Calls in which it was heard in the last days, of calls with a transcript.
    pub lately: Share,
    /// The same for as many days before.
    pub before: Share,
    /// Deals by how the customer stood to it when it was last heard.
    pub stances: BTreeMap<Stance, Vec<DealId>>,
    /// How the closed deals ended in which it was heard.
    pub closed: Tally,
    /// What can be said of its win rate against that of deals without any competitor.
    pub verdict: Verdict,
    /// Sentences, the newest first.
    pub quotes: Vec<Citation>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two counts are the meaning")]
pub struct Share {
    /// How many.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

/// Looks through the calls of deals and those that belong to none, as of an instant; the trend
/// compares so many days with as many before.
pub fn competitors(
    deals: &[DealView],
    others: &[DealCall],
    rules: &PipelineRules,
    as_of: Timestamp,
    days: u32,
) -> CompetitorReport {
    let known = known(deals, rules, as_of);
    let heard = Heard::of(&known, others, as_of);
    let is_silent = |deal: &&&DealAt<'_>| {
        !heard
            .by_name
            .values()
            .any(|one| one.deals.contains_key(deal.deal()))
            && is_heard(deal)
    };
    let silent: Vec<&DealAt<'_>> = known.iter().filter(|deal| is_silent(&deal)).collect();
    let medians = medians(&known);
    let with = |name: &str| -> Vec<&DealAt<'_>> {
        let deals = heard.by_name.get(name).map(|one| &one.deals);
        let is_in = |deal: &&DealAt<'_>| deals.is_some_and(|deals| deals.contains_key(deal.deal()));
        known.iter().filter(is_in).collect()
    };
    let comparison = |name: &&String| {
        let with = with(name);
        let stratum = |(name, is_large): (&str, bool)| {
            let part = |deals: &[&DealAt<'_>]| {
                let own = deals
                    .iter()
                    .filter(|deal| is_above(deal, &medians) == Some(is_large));
                tally(own.copied())
            };
            Stratum {
                name: name.to_owned(),
                with: part(&with),
                without: part(&silent),
            }
        };
        let halves = [
            ("deals below the median amount", false),
            ("deals above the median amount", true),
        ];
        Comparison {
            name: (*name).clone(),
            with: tally(with.iter().copied()),
            without: tally(silent.iter().copied()),
            strata: halves.map(stratum).to_vec(),
        }
    };
    let names: Vec<&String> = heard.by_name.keys().collect();
    let comparisons: Vec<Comparison> = names.iter().map(comparison).collect();
    let Associations {
        tested, verdicts, ..
    } = Associations::of(&comparisons);
    let parts = names.iter().zip(comparisons).zip(verdicts);
    let mut all: Vec<Competitor> = parts
        .filter_map(|((name, comparison), verdict)| {
            let one = heard.by_name.get(*name)?;
            let with = with(name);
            let open = with.iter().copied().filter(|deal| deal.is_open());
            let (lately, before) = heard.trend(one, as_of, days);
            let mut stances: BTreeMap<Stance, Vec<DealId>> = BTreeMap::new();
            for (deal, stance) in &one.deals {
                stances.entry(*stance).or_default().push((*deal).clone());
            }
            Some(Competitor {
                name: (*name).clone(),
                deals: one.deals.keys().map(|deal| (*deal).clone()).collect(),
                calls: one
                    .calls
                    .iter()
                    .rev()
                    .map(|(_, call)| (*call).clone())
                    .collect(),
                amount: amounts(with.iter().copied()),
                open_amount: amounts(open),
                lately,
                before,
                stances,
                closed: comparison.with,
                verdict,
                quotes: one
                    .places
                    .iter()
                    .rev()
                    .take(QUOTES)
                    .map(|place| (*place).clone())
                    .collect(),
            })
        })
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.deals.len(), one.calls.len())));
    CompetitorReport {
        competitors: all,
        none: tally(silent.iter().copied()),
        tested,
        with_transcript: heard
            .calls
            .values()
            .filter(|call| call.heard.is_some())
            .count(),
        known: heard.calls.len(),
    }
}

/// Whether words of the deal are known, so that silence means something.
fn is_heard(deal: &DealAt<'_>) -> bool {
    deal.calls().iter().any(|call| call.heard.is_some())
}

fn tally<'a>(deals: impl Iterator<Item = &'a DealAt<'a>>) -> Tally {
    let mut tally = Tally::default();
    for deal in deals {
        match deal.outcome() {
            Outcome::Won => tally.won += 1,
            Outcome::Lost => tally.lost += 1,
            Outcome::Open => {}
        }
    }
    tally
}

/// The median amount of each currency, in hundredths.
fn medians(deals: &[DealAt<'_>]) -> BTreeMap<Currency, i64> {
    let mut all: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
    for amount in deals.iter().filter_map(DealAt::amount) {
        all.entry(amount.currency())
            .or_default()
            .push(amount.hundredths());
    }
    let middle = |(currency, mut values): (Currency, Vec<i64>)| {
        values.sort_unstable();
        values.get(values.len() / 2).map(|value| (currency, *value))
    };
    all.into_iter().filter_map(middle).collect()
}

fn is_above(deal: &DealAt<'_>, medians: &BTreeMap<Currency, i64>) -> Option<bool> {
    let amount = deal.amount()?;
    Some(amount.hundredths() > *medians.get(&amount.currency())?)
}

#[cfg(test)]
mod tests;
