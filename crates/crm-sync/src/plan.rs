//! What is wanted, and what there is to do about it.

use std::collections::{BTreeMap, BTreeSet};

use conversation::CallId;

use crate::{Entry, Field, Progress, Record, RecordId, RecordKind, Subject, Values, differences};

/// What a record should hold and be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what, what it holds, of which calls, what it is linked to"
)]
pub struct Wanted {
    /// What it is about.
    pub subject: Subject,
    /// What it should hold.
    pub values: Values,
    /// What it should be linked to.
    pub links: BTreeSet<(RecordKind, RecordId)>,
    /// The calls that it holds words of, besides the one that it is about: once one of them is
    /// erased, it is not written.
    pub sums_up: BTreeSet<CallId>,
}

/// What there is to do about one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a reader of the plan must know each"
)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Change,
    /// It holds what it should, and is only linked.
    Link,
    /// Nothing.
    Nothing,
    /// A person deleted it; it stays deleted.
    LeaveDeleted,
    /// It was undone; it stays so.
    LeaveUndone,
    /// An earlier write of it must be looked at first: resume.
    Wait,
    /// The deal is not there.
    Missing,
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// What it is about.
    pub subject: Subject,
    /// What there is to do.
    pub action: Action,
    /// The record, where it is known.
    pub record: Option<RecordId>,
    /// What is written.
    pub write: Values,
    /// What stays because a person wrote it.
    pub kept: Vec<Field>,
    /// What the record holds now of the fields that are written.
    pub before: BTreeMap<Field, String>,
    /// The links that are made.
    pub links: BTreeSet<(RecordKind, RecordId)>,
    /// The calls that what is written holds words of, besides the one that it is about.
    pub(crate) sums_up: BTreeSet<CallId>,
    /// What our last entry about it says the record held.
    pub(crate) left: BTreeMap<Field, String>,
    /// The links of that entry.
    pub(crate) made_links: BTreeSet<(RecordKind, RecordId)>,
}

impl Planned {
    /// Whether anything is sent.
    pub fn is_write(&self) -> bool {
        matches!(self.action, Action::Create | Action::Change | Action::Link)
    }
}

/// Whether the record carries the fingerprint of what is wanted.
fn is_written(wanted: &Values, held: &BTreeMap<Field, String>) -> bool {
    let print = wanted.get(Field::Fingerprint);
    print.is_some() && print == held.get(&Field::Fingerprint).map(String::as_str)
}

/// Decides what there is to do about one record, from what is wanted, what we last did, what the
/// CRM holds, and what it is linked to already.
pub(crate) fn decide(
    wanted: Wanted,
    last: Option<Entry>,
    now: Option<Record>,
    linked: &BTreeSet<(RecordKind, RecordId)>,
) -> Planned {
    let was_there = last
        .as_ref()
        .is_some_and(|last| last.progress == Progress::Deleted || last.record.is_some());
    let (progress, left, made_links) = match last {
        Some(last) => (Some(last.progress), last.left, last.links),
        None => (None, BTreeMap::new(), BTreeSet::new()),
    };
    let (record, mut held) = match now {
        Some(now) => (Some(now.id), now.values),
        None => (None, BTreeMap::new()),
    };
    let mut found = differences(&wanted.values, &held, &left);
    if is_written(&wanted.values, &held) {
        // What still is as it was left is what was wanted, in a form of the CRM's own.
        let is_left = |field: Field| held.get(&field) == left.get(&field);
        found.write = found.write.only(|field| !is_left(field));
    }
    let links: BTreeSet<_> = wanted.links.difference(linked).cloned().collect();
    // A link that was made and is gone was taken away by a person.
    let links: BTreeSet<_> = links.difference(&made_links).cloned().collect();
    let is_deal = matches!(wanted.subject, Subject::Deal(_));
    let action = match (progress, &record) {
        (Some(Progress::Sent), _) => Action::Wait,
        (Some(Progress::Undone), _) => Action::LeaveUndone,
        (_, None) if is_deal => Action::Missing,
        (Some(_), None) if was_there => Action::LeaveDeleted,
        (_, None) => Action::Create,
        (_, Some(_)) if !found.write.is_empty() => Action::Change,
        (_, Some(_)) if !links.is_empty() => Action::Link,
        (_, Some(_)) => Action::Nothing,
    };
    held.retain(|field, _| found.write.get(*field).is_some());
    let mut planned = Planned {
        action,
        record,
        before: held,
        write: found.write,
        kept: found.kept,
        links,
        left,
        made_links,
        sums_up: wanted.sums_up,
        subject: wanted.subject,
    };
    // Only what is written is written down: most of a large plan is not.
    if !planned.is_write() {
        planned.left = BTreeMap::new();
        planned.sums_up = BTreeSet::new();
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(body: &str, print: &str) -> Values {
        Values::of(RecordKind::Call)
            .with(Field::Body, body)
            .and_then(|values| values.with(Field::Fingerprint, print))
            .expect("ours")
    }

    #[test]
    fn rich_text_in_a_form_of_the_crm_s_own_is_not_written_again() {
        let subject: Subject = "call/1".parse().expect("a subject");
        let id = RecordId::new("9").expect("an id");
        let held: BTreeMap<Field, String> = values("<p>it's</p>", "f1")
            .iter()
            .map(|(field, text)| (field, text.to_owned()))
            .collect();
        let last = Entry {
            run: "r1".to_owned(),
            subject: subject.clone(),
            at: jiff::Timestamp::UNIX_EPOCH,
            progress: Progress::Done,
            record: Some(id.clone()),
            is_new: true,
            wrote: BTreeMap::new(),
            before: BTreeMap::new(),
            left: held.clone(),
            links: BTreeSet::new(),
            linking: BTreeSet::new(),
            sums_up: BTreeSet::new(),
        };
        let now = Record {
            kind: RecordKind::Call,
            id,
            updated: jiff::Timestamp::UNIX_EPOCH,
            values: held,
        };
        let action = |wanted: Values| {
            let wanted = Wanted {
                subject: subject.clone(),
                values: wanted,
                links: BTreeSet::new(),
                sums_up: BTreeSet::new(),
            };
            let (last, now) = (Some(last.clone()), Some(now.clone()));
            decide(wanted, last, now, &BTreeSet::new()).action
        };

        assert_eq!(action(values("<p>it&#39;s</p>", "f1")), Action::Nothing);
        assert_eq!(action(values("<p>it&#39;s not</p>", "f2")), Action::Change);
    }
}
