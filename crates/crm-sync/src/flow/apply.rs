//! Writing what was planned: first the entry, then the CRM, then the entry again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Applied, CrmSync, SyncError};
use crate::{
    Action, Entry, Field, Planned, Progress, RecordId, RecordKind, Subject, Values, Write, Written,
};

/// How many records are written between two savings of the outbox.
const BATCH: usize = 1000;

impl CrmSync {
    /// Carries a plan out as a run of this name. Whatever stops it, [`resume`](Self::resume) and
    /// the next plan go on.
    pub async fn apply(
        &self,
        run: &str,
        plan: Vec<Planned>,
        now: Timestamp,
    ) -> Result<Applied, SyncError> {
        let mut applied = Applied::default();
        let mut stale = self.stale(&plan).await?;
        let writes = plan.into_iter().filter(Planned::is_write);
        // What sums up calls comes after them: where one of them was erased, it says too much.
        let (sums, others): (Vec<Planned>, Vec<Planned>) =
            writes.partition(|one| matches!(one.subject, Subject::Deal(_)));
        for batch in others.chunks(BATCH) {
            self.batch(run, batch, now, &mut applied).await?;
        }
        let erased: BTreeSet<&Subject> = applied.erased.iter().collect();
        let erased = others.iter().filter(|one| erased.contains(&one.subject));
        stale.extend(erased.flat_map(deals));
        let is_stale = |one: &Planned| stale.iter().any(|deal| is_about(&one.subject, deal));
        let (told, sums): (Vec<Planned>, Vec<Planned>) = sums.into_iter().partition(is_stale);
        applied
            .erased
            .extend(told.into_iter().map(|one| one.subject));
        for batch in sums.chunks(BATCH) {
            self.batch(run, batch, now, &mut applied).await?;
        }
        Ok(applied)
    }

    /// The deals of calls in a plan that nothing was to be written of, and that were erased since.
    async fn stale(&self, plan: &[Planned]) -> Result<BTreeSet<RecordId>, SyncError> {
        let was_there = |one: &&Planned| !one.is_write() && !one.made_links.is_empty();
        let kept: Vec<&Planned> = plan.iter().filter(was_there).collect();
        let subjects: Vec<Subject> = kept.iter().map(|one| one.subject.clone()).collect();
        let latest = self.outbox.latest(&subjects).await?;
        let latest: BTreeSet<Subject> = latest.into_iter().map(|entry| entry.subject).collect();
        let gone = kept
            .into_iter()
            .filter(|one| !latest.contains(&one.subject));
        Ok(gone.flat_map(deals).collect())
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

/// The deals that a record is, or is to be, linked to.
fn deals(planned: &Planned) -> impl Iterator<Item = RecordId> + use<> {
    let links: Vec<_> = planned.links.union(&planned.made_links).cloned().collect();
    let deals = links.into_iter();
    deals.filter_map(|(kind, id)| (kind == RecordKind::Deal).then_some(id))
}

fn is_about(subject: &Subject, deal: &RecordId) -> bool {
    matches!(subject, Subject::Deal(of) if of == deal)
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
