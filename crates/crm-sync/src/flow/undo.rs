//! Undoing a run: what is still as we left it becomes what it was.

use std::collections::BTreeMap;

use super::apply::leave;
use super::{Applied, CrmSync, SyncError};
use crate::{Entry, Field, Progress, Subject, Values, Write, Written};

impl CrmSync {
    /// Takes back what a run wrote, field by field, where it is still as we left it. A record that
    /// the run made goes, unless a person has written on it since: then only our words go.
    pub async fn undo(&self, run: &str) -> Result<Applied, SyncError> {
        let entries = self.outbox.of_run(run).await?;
        let done: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| entry.progress == Progress::Done)
            .collect();
        let subjects: Vec<Subject> = done.iter().map(|entry| entry.subject.clone()).collect();
        let latest = self.outbox.latest(&subjects).await?;
        let latest: BTreeMap<Subject, Entry> = latest
            .into_iter()
            .map(|entry| (entry.subject.clone(), entry))
            .collect();
        let now = self.current(&subjects, &latest).await?;
        let mut applied = Applied::default();
        let mut undone = Vec::new();
        let mut writes = Vec::new();
        for mut entry in done {
            let later = latest
                .get(&entry.subject)
                .filter(|last| last.run != entry.run);
            let Some(record) = now.get(&entry.subject) else {
                entry.progress = Progress::Deleted;
                applied.deleted.push(entry.subject.clone());
                undone.push((entry, None));
                continue;
            };
            let is_ours = |field: &Field| {
                let held = record.get(*field).unwrap_or_default();
                let left = entry.left.get(field).map_or("", String::as_str);
                let is_rewritten = later.is_some_and(|later| later.wrote.contains_key(field));
                held == left && !is_rewritten
            };
            let ours: Vec<Field> = entry.wrote.keys().copied().filter(is_ours).collect();
            let is_untouched = ours.len() == entry.wrote.len() && later.is_none();
            let write = if entry.is_new && is_untouched {
                Some(Write::remove(entry.subject.kind(), record.id.clone()))
            } else {
                restored(&entry, &ours)
            };
            undone.push((entry, write.as_ref().map(|_| writes.len())));
            writes.extend(write);
        }
        let outcomes = if writes.is_empty() {
            Vec::new()
        } else {
            self.crm.write(&writes).await?
        };
        let mut saved = Vec::new();
        for (mut entry, at) in undone {
            match at.and_then(|at| outcomes.get(at)) {
                Some(Written::Done { held, .. }) => {
                    entry.progress = Progress::Undone;
                    leave(&mut entry, held);
                    applied.changed += 1;
                }
                Some(Written::Missing) => entry.progress = Progress::Deleted,
                Some(Written::Refused(message)) => {
                    applied
                        .failed
                        .insert(entry.subject.clone(), message.clone());
                    continue;
                }
                Some(Written::Unknown) => {
                    applied.unknown.push(entry.subject.clone());
                    continue;
                }
                Some(Written::NotSent(_)) => {
                    applied.waiting.push(entry.subject.clone());
                    continue;
                }
                // Nothing of it was ours any more.
                None => {}
            }
            saved.push(entry);
        }
        self.outbox.save(&saved).await?;
        Ok(applied)
    }
}

/// The write that gives fields back what they held; none where there is nothing to give back.
fn restored(entry: &Entry, fields: &[Field]) -> Option<Write> {
    let kind = entry.subject.kind();
    let mut values = Values::of(kind);
    // When a call was, and where it is heard, are facts that a record must have.
    let is_fact = |field: &&Field| {
        let facts = [
            Field::Started,
            Field::Duration,
            Field::Direction,
            Field::Recording,
        ];
        entry.is_new && facts.contains(field)
    };
    for field in fields.iter().filter(|field| !is_fact(field)) {
        let before = entry.before.get(field).cloned().unwrap_or_default();
        values = values.with(*field, before).ok()?;
    }
    if values.is_empty() {
        return None;
    }
    Some(match (&entry.subject, &entry.record) {
        (Subject::Deal(deal), _) => Write::change(kind, deal.clone(), values),
        (_, Some(record)) => Write::change(kind, record.clone(), values),
        (_, None) => return None,
    })
}
