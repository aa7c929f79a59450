//! In which calls and deals each competitor was heard.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, Citation, DealId};
use jiff::Timestamp;

use super::Share;
use crate::deals::{DealAt, DealCall, day_of, days};
use crate::{Stance, Value};

/// All calls that were looked at, and what was heard in them.
pub(super) struct Heard<'a> {
    pub(super) calls: BTreeMap<&'a CallId, &'a DealCall>,
    pub(super) by_name: BTreeMap<String, Mentioned<'a>>,
}

/// Where one competitor was heard.
#[derive(Default)]
pub(super) struct Mentioned<'a> {
    /// Each deal with the stance when it was last heard.
    pub(super) deals: BTreeMap<&'a DealId, Stance>,
    /// The calls, the earliest first.
    pub(super) calls: BTreeSet<(Timestamp, &'a CallId)>,
    /// The sentences, those of the earliest call first.
    pub(super) places: Vec<&'a Citation>,
}

impl<'a> Heard<'a> {
    /// Looks through the calls that had begun; of a closed deal only those before its end count for
    /// the deal.
    pub(super) fn of(deals: &[DealAt<'a>], others: &'a [DealCall], as_of: Timestamp) -> Self {
        let mut calls: BTreeMap<&'a CallId, &'a DealCall> = BTreeMap::new();
        let of_deals = deals.iter().flat_map(DealAt::calls);
        for call in of_deals.chain(others.iter().filter(|call| call.started <= as_of)) {
            calls.insert(&call.call, call);
        }
        let mut by_name: BTreeMap<String, Mentioned<'a>> = BTreeMap::new();
        let mut in_order: Vec<&'a DealCall> = calls.values().copied().collect();
        in_order.sort_by_key(|call| call.started);
        for call in in_order {
            for (name, _, place) in mentions(call) {
                let one = by_name.entry(name.to_owned()).or_default();
                one.calls.insert((call.started, &call.call));
                one.places.push(place);
            }
        }
        for deal in deals {
            let closed_on = deal.closed_on();
            let is_before = |call: &&'a DealCall| {
                closed_on.is_none_or(|closed_on| day_of(call.started) <= closed_on)
            };
            for call in deal.calls().iter().filter(is_before) {
                for (name, stance, _) in mentions(call) {
                    if let Some(one) = by_name.get_mut(name) {
                        one.deals.insert(deal.deal(), stance);
                    }
                }
            }
        }
        Self { calls, by_name }
    }

    /// The calls in which a competitor was heard, of those with a transcript: in the last days, and in
    /// as many before.
    pub(super) fn trend(&self, one: &Mentioned<'a>, as_of: Timestamp, days: u32) -> (Share, Share) {
        let days_ago = |at: Timestamp| self::days(at, as_of) / f64::from(days.max(1));
        let within = |from: f64, to: f64| {
            let is_within = |at: Timestamp| days_ago(at) >= from && days_ago(at) < to;
            let heard = self.calls.values().filter(|call| call.heard.is_some());
            Share {
                part: count(one.calls.iter().filter(|(at, _)| is_within(*at))),
                of: count(heard.filter(|call| is_within(call.started))),
            }
        };
        (within(0.0, 1.0), within(1.0, 2.0))
    }
}

/// Each mention in a call: the name, the stance, the sentence.
fn mentions(call: &DealCall) -> impl Iterator<Item = (&str, Stance, &Citation)> {
    call.remarks()
        .iter()
        .filter_map(|remark| match remark.value() {
            Value::Competitor { name, stance } => Some((name.as_str(), *stance, remark.place())),
            _ => None,
        })
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
