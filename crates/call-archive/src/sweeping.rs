//! The decision of a sweep: what an index should hold, against what it does.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, Revision};
use jiff::Timestamp;

use crate::{IndexedCall, SweepPart};

/// What the archive wants an index to hold of a call that has words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) text_revision: Revision,
    pub(crate) facts_hash: String,
}

/// A part of a sweep as the archive goes through it: where it begins, and where it ends by now.
#[derive(Clone, Debug)]
pub(crate) struct Stretch<'a> {
    part: &'a SweepPart,
    to: Option<CallId>,
}

impl<'a> Stretch<'a> {
    pub(crate) fn new(part: &'a SweepPart) -> Self {
        Self {
            to: part.to.clone(),
            part,
        }
    }

    /// How many rows are read of each side: one more than are looked at, to know if there are more.
    pub(crate) fn rows(&self) -> usize {
        self.part.most.saturating_add(1).get()
    }

    /// The call after which it begins; every id comes after the empty text.
    pub(crate) fn after(&self) -> &str {
        self.part.after.as_ref().map_or("", CallId::as_str)
    }

    /// The call with which it ends.
    pub(crate) fn to(&self) -> Option<&CallId> {
        self.to.as_ref()
    }

    /// Ends where one side has shown enough calls, so that the other is not looked at beyond.
    pub(crate) fn end_within<T>(&mut self, rows: &BTreeMap<CallId, T>) {
        let most = self.part.most.get();
        if rows.len() > most
            && let Some(last) = rows.keys().nth(most - 1)
            && self.to.as_ref().is_none_or(|to| last < to)
        {
            self.to = Some(last.clone());
        }
    }

    /// Whether a call lies in it.
    pub(crate) fn holds(&self, call: &CallId) -> bool {
        call.as_str() > self.after() && self.to.as_ref().is_none_or(|to| call <= to)
    }
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

/// Compares both ways within a stretch, and ends it where either side has shown enough.
pub(crate) fn plan(
    stretch: &mut Stretch<'_>,
    mut wanted: BTreeMap<CallId, Wanted>,
    mut indexed: BTreeMap<CallId, IndexedCall>,
    replaced_before: Timestamp,
) -> Plan {
    stretch.end_within(&wanted);
    stretch.end_within(&indexed);
    wanted.retain(|call, _| stretch.holds(call));
    indexed.retain(|call, _| stretch.holds(call));
    let mut plan = Plan::default();
    let mut counts: BTreeMap<(&CallId, Revision), u64> = BTreeMap::new();
    let held = stretch.part.held.iter();
    for points in held.filter(|points| stretch.holds(&points.call)) {
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
    for (call, wanted) in &wanted {
        let is_current = indexed.get(call).is_some_and(|row| {
            row.now.text_revision == wanted.text_revision && row.now.facts_hash == wanted.facts_hash
        });
        if !is_current || lost.contains(call) {
            plan.stale.push(call.clone());
        }
    }
    plan
}
