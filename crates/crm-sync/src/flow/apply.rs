//! Writing what was planned: first the entry, then the CRM, then the entry again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Applied, CrmSync, SyncError};
use crate::{Action, Entry, Field, Planned, Progress, Subject, Values, Write, Written};

/// How many records are written between two savings of the outbox.
const BATCH: usize = 1000;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "so many of so many")]
pub struct Reached {
    /// How many records it has dealt with.
    pub done: usize,
    /// How many its plan writes.
    pub total: usize,
}

impl CrmSync {
    /// Carries a plan out as a run of this name. Whatever stops it, [`resume`](Self::resume) and
    /// the next plan go on.
    ///
    /// # Errors
    /// [`SyncError`] where the CRM or the outbox cannot be reached.
    pub async fn apply(
        &self,
        run: &str,
        plan: Vec<Planned>,
        now: Timestamp,
    ) -> Result<Applied, SyncError> {
        let mut applied = Applied::default();
        self.apply_while(run, plan, |_| Some(now), &mut applied)
            .await?;
        Ok(applied)
    }

    /// The same, watched: `begin` hears before each batch how far the run is, and gives the instant
    /// at which the batch is sent, or none to stop there. It hears of the end, too. What was done
    /// stands in `applied`, also where it fails.
    ///
    /// # Errors
    /// [`SyncError`] where the CRM or the outbox cannot be reached.
    pub async fn apply_while(
        &self,
        run: &str,
        plan: Vec<Planned>,
        mut begin: impl FnMut(Reached) -> Option<Timestamp> + Send,
        applied: &mut Applied,
    ) -> Result<(), SyncError> {
        let total = plan.iter().filter(|one| one.is_write()).count();
        let mut writes = plan.into_iter().filter(Planned::is_write);
        let mut done = 0;
        loop {
            let now = begin(Reached { done, total });
            let batch: Vec<Planned> = writes.by_ref().take(BATCH).collect();
            applied.unreached = total - done;
            // What was not sent now would not be sent with the next batch either.
            let (Some(now), false, true) = (now, batch.is_empty(), applied.waiting.is_empty())
            else {
                return Ok(());
            };
            done += batch.len();
            applied.unreached = total - done;
            self.batch(run, &batch, now, applied).await?;
        }
    }

    async fn batch(
        &self,
        run: &str,
        batch: &[Planned],
        now: Timestamp,
        applied: &mut Applied,
    ) -> Result<(), SyncError> {
        let mut entries: Vec<Entry> = batch.iter().map(|one| entry(run, one, now)).collect();
        let erased: BTreeSet<Subject> = self.outbox.save(&entries).await?.into_iter().collect();
        let batch: Vec<&Planned> = batch
            .iter()
            .filter(|one| !erased.contains(&one.subject))
            .collect();
        entries.retain(|entry| !erased.contains(&entry.subject));
        applied.erased.extend(erased);
        let (places, writes): (Vec<usize>, Vec<Write>) = batch
            .iter()
            .enumerate()
            .filter_map(|(at, one)| Some((at, write(one)?)))
            .unzip();
        let outcomes = if writes.is_empty() {
            Vec::new()
        } else {
            self.crm.write(&writes).await?
        };
        for (at, outcome) in places.into_iter().zip(outcomes) {
            if let Some(entry) = entries.get_mut(at) {
                note(entry, outcome, applied);
            }
        }
        // What is linked only needs no write before it.
        for (entry, planned) in entries.iter_mut().zip(&batch) {
            if planned.action == Action::Link {
                entry.progress = Progress::Done;
            }
        }
        self.link(&mut entries, &batch, applied).await?;
        // What was erased meanwhile is known to the outbox as something to be blanked.
        applied.erased.extend(self.outbox.save(&entries).await?);
        Ok(())
    }

    /// Makes the links of the records that are there. One that fails is made by the next run.
    async fn link(
        &self,
        entries: &mut [Entry],
        batch: &[&Planned],
        applied: &mut Applied,
    ) -> Result<(), SyncError> {
        let mut places = Vec::new();
        let mut writes = Vec::new();
        for (at, (entry, planned)) in entries.iter().zip(batch).enumerate() {
            let Some(record) = entry
                .record
                .as_ref()
                .filter(|_| entry.progress == Progress::Done)
            else {
                continue;
            };
            for link in &planned.links {
                let from = (entry.subject.kind(), record.clone());
                writes.push(Write::link(from, link.clone()));
                places.push((at, link.clone()));
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        let outcomes = self.crm.write(&writes).await?;
        for ((at, link), outcome) in places.into_iter().zip(outcomes) {
            if matches!(outcome, Written::Done { .. })
                && let Some(entry) = entries.get_mut(at)
            {
                entry.links.insert(link);
                applied.linked += 1;
            }
        }
        Ok(())
    }
}

/// The entry of what is about to be sent.
fn entry(run: &str, planned: &Planned, now: Timestamp) -> Entry {
    Entry {
        run: run.to_owned(),
        subject: planned.subject.clone(),
        at: now,
        progress: Progress::Sent,
        record: planned.record.clone(),
        is_new: planned.action == Action::Create,
        wrote: owned(&planned.write),
        before: planned.before.clone(),
        left: planned.left.clone(),
        links: planned.made_links.clone(),
        linking: planned.links.clone(),
        sums_up: planned.sums_up.clone(),
    }
}

pub(super) fn owned(values: &Values) -> BTreeMap<Field, String> {
    let values = values.iter();
    values
        .map(|(field, value)| (field, value.to_owned()))
        .collect()
}

fn write(planned: &Planned) -> Option<Write> {
    let kind = planned.subject.kind();
    let values = planned.write.clone();
    match (planned.action, &planned.subject, &planned.record) {
        (Action::Create, subject, _) => Some(Write::put(kind, subject.key()?, values)),
        (Action::Change, Subject::Deal(deal), _) => Some(Write::change(kind, deal.clone(), values)),
        (Action::Change, subject, Some(id)) => {
            Some(Write::put_known(kind, subject.key()?, id.clone(), values))
        }
        _ => None,
    }
}

/// Writes down what came of a write.
fn note(entry: &mut Entry, outcome: Written, applied: &mut Applied) {
    let subject = entry.subject.clone();
    match outcome {
        Written::Done { id, is_new, held } => {
            entry.progress = Progress::Done;
            entry.record = id.or(entry.record.take());
            entry.is_new = is_new;
            leave(entry, &held);
            if is_new {
                applied.made += 1;
            } else {
                applied.changed += 1;
            }
        }
        Written::Refused(message) => {
            entry.progress = Progress::Failed(message.clone());
            applied.failed.insert(subject, message);
        }
        Written::Missing => {
            entry.progress = Progress::Deleted;
            applied.deleted.push(subject);
        }
        Written::Unknown => applied.unknown.push(subject),
        // Nothing was done, so nothing has to be read back: the next plan writes it.
        Written::NotSent(_) => {
            entry.progress = Progress::Failed("not sent".to_owned());
            applied.waiting.push(subject);
        }
    }
}

/// What the record holds now; what was emptied holds nothing.
pub(super) fn leave(entry: &mut Entry, held: &BTreeMap<Field, String>) {
    for field in entry.wrote.keys() {
        let value = held.get(field).cloned().unwrap_or_default();
        entry.left.insert(*field, value);
    }
}
