//! The decision of a sweep: what an index should hold, against what it does.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, Revision};
use jiff::Timestamp;

use crate::{IndexedCall, PointsHeld};

/// What the archive wants an index to hold of a call that has words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) text_revision: Revision,
    pub(crate) facts_hash: String,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Points to drop.
    pub(crate) drop: Vec<(CallId, Revision)>,
    /// Calls whose previous revision is dropped for good.
    pub(crate) settled: Vec<CallId>,
    /// Calls of which points are lost: what `indexed` says of them is not true any more.
    pub(crate) lost: Vec<CallId>,
    /// Calls that need an index job, the lost ones included.
    pub(crate) stale: Vec<CallId>,
}

/// Compares both ways.
pub(crate) fn plan(
    wanted: &BTreeMap<CallId, Wanted>,
    indexed: &BTreeMap<CallId, IndexedCall>,
    held: &[PointsHeld],
    replaced_before: Timestamp,
) -> Plan {
    let mut plan = Plan::default();
    let mut counts: BTreeMap<(&CallId, Revision), u64> = BTreeMap::new();
    for points in held {
        *counts
            .entry((&points.call, points.text_revision))
            .or_default() += points.passages;
    }

    let is_old = |row: &IndexedCall| row.moved_at <= replaced_before;
    for &(call, revision) in counts.keys() {
        let row = indexed.get(call);
        let is_named = row.is_some_and(|row| row.now.text_revision == revision)
            || wanted
                .get(call)
                .is_some_and(|wanted| wanted.text_revision == revision);
        let is_previous = row.is_some_and(|row| row.previous == Some(revision) && !is_old(row));
        if !is_named && !is_previous {
            plan.drop.push((call.clone(), revision));
        }
    }

    for row in indexed.values() {
        if row.previous.is_some() && is_old(row) {
            plan.settled.push(row.call.clone());
        }
        let holds = counts.get(&(&row.call, row.now.text_revision));
        if holds.copied().unwrap_or(0) < row.now.passages {
            plan.lost.push(row.call.clone());
        }
    }
    let lost: BTreeSet<_> = plan.lost.iter().collect();
    for (call, wanted) in wanted {
        let is_current = indexed.get(call).is_some_and(|row| {
            row.now.text_revision == wanted.text_revision && row.now.facts_hash == wanted.facts_hash
        });
        if !is_current || lost.contains(call) {
            plan.stale.push(call.clone());
        }
    }
    plan
}
