//! Going on after a stop: what was sent is read back before anything is written again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{CrmSync, SyncError, is_settled};
use crate::{Entry, Field, Prepare, Progress, Record, RecordKind, Subject};

/// How far clocks may be apart.
const APART: SignedDuration = SignedDuration::from_mins(5);

/// What became of writes that nobody had heard of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resumed {
    /// They had been carried out.
    pub done: Vec<Subject>,
    /// They had not; the next plan writes them.
    pub not_done: Vec<Subject>,
    /// It is too early to say.
    pub open: Vec<Subject>,
}

impl CrmSync {
    /// Reads back what was sent and not heard of again.
    pub async fn resume(&self, now: Timestamp) -> Result<Resumed, SyncError> {
        let unfinished = self.outbox.unfinished().await?;
        let mut resumed = Resumed::default();
        if unfinished.is_empty() {
            return Ok(resumed);
        }
        let unique = self.crm.prepare(Prepare::Look).await?.unique;
        let subjects: Vec<Subject> = unfinished.iter().map(|one| one.subject.clone()).collect();
        let by_subject = unfinished
            .iter()
            .map(|entry| (entry.subject.clone(), entry.clone()));
        let mut found = self.current(&subjects, &by_subject.collect()).await?;
        let mut entries = Vec::new();
        for mut entry in unfinished {
            let kind = entry.subject.kind();
            let is_sure = unique.contains(&kind) || entry.record.is_some() || !entry.is_new;
            let record = match found.remove(&entry.subject) {
                None if !is_sure => self.look_through(kind, &entry).await?,
                record => record,
            };
            let subject = entry.subject.clone();
            match record {
                Some(record) if is_carried_out(&entry, &record) => {
                    entry.progress = Progress::Done;
                    entry.record = Some(record.id);
                    leave(&mut entry, &record.values);
                    resumed.done.push(subject);
                }
                None if !is_sure && !is_settled(entry.at, now) => {
                    resumed.open.push(subject);
                    continue;
                }
                _ => {
                    entry.progress = Progress::Failed("not carried out".to_owned());
                    resumed.not_done.push(subject);
                }
            }
            entries.push(entry);
        }
        self.outbox.save(&entries).await?;
        Ok(resumed)
    }

    /// Looks for a record by our key among those that changed since it was sent, where the CRM
    /// cannot be asked for the key.
    async fn look_through(
        &self,
        kind: RecordKind,
        entry: &Entry,
    ) -> Result<Option<Record>, SyncError> {
        match entry.subject.key() {
            Some(key) => self.look_for(kind, &key, entry.at).await,
            None => Ok(None),
        }
    }

    /// Looks for the record with our key among those that changed since it was sent.
    pub(super) async fn look_for(
        &self,
        kind: RecordKind,
        key: &str,
        sent: Timestamp,
    ) -> Result<Option<Record>, SyncError> {
        let since = sent.saturating_sub(APART).unwrap_or(sent);
        let mut after = None;
        loop {
            let page = self.crm.changed(kind, since, after.as_deref()).await?;
            let mut records = page.records.into_iter();
            if let Some(record) = records.find(|one| one.get(Field::Key) == Some(key)) {
                return Ok(Some(record));
            }
            after = page.next;
            if after.is_none() {
                return Ok(None);
            }
        }
    }
}

/// What the record was left with. Rich text may come back in a form of the CRM's own; any other value
/// that is not what was written is a person's, and what was written counts as left.
fn leave(entry: &mut Entry, held: &BTreeMap<Field, String>) {
    for (field, wrote) in &entry.wrote {
        let held = held.get(field).filter(|_| *field == Field::Body);
        entry.left.insert(*field, held.unwrap_or(wrote).clone());
    }
}

/// Whether the record shows the write: by its fingerprint, else by every value.
fn is_carried_out(entry: &Entry, record: &Record) -> bool {
    let held: &BTreeMap<Field, String> = &record.values;
    let value = |field: &Field| held.get(field).map_or("", String::as_str);
    match entry.wrote.get(&Field::Fingerprint) {
        Some(fingerprint) => value(&Field::Fingerprint) == fingerprint,
        None => entry.wrote.iter().all(|(field, text)| value(field) == text),
    }
}
