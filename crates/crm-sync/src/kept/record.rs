//! An entry of the outbox as the archive keeps it: where the record lies, and what was written.

use std::collections::{BTreeMap, BTreeSet};

use call_archive::{KeptWrite, WriteState};
use conversation::CallId;
use serde::{Deserialize, Serialize};

use crate::{Entry, Field, Progress, RecordId, RecordKind, Subject};

/// Says that a kept entry is none that this version wrote.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum BadEntry {
    /// It is no JSON of this form.
    #[error("an entry of the outbox is malformed")]
    Form(#[from] serde_json::Error),
    /// It names what this version does not know.
    #[error("an entry of the outbox names an unknown {0}")]
    Name(&'static str),
}

/// Where a record lies.
pub(super) struct Place {
    pub(super) kind: RecordKind,
    pub(super) record: Option<RecordId>,
    pub(super) key: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PlaceRecord {
    kind: String,
    record: Option<String>,
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PayloadRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    is_new: bool,
    wrote: BTreeMap<String, String>,
    before: BTreeMap<String, String>,
    left: BTreeMap<String, String>,
    links: Vec<(String, String)>,
    #[serde(default)]
    linking: Vec<(String, String)>,
}

pub(super) fn place(entry: &Entry) -> Result<String, BadEntry> {
    let record = entry.record.as_ref().or(match &entry.subject {
        Subject::Deal(deal) => Some(deal),
        _ => None,
    });
    Ok(serde_json::to_string(&PlaceRecord {
        kind: entry.subject.kind().as_str().to_owned(),
        record: record.map(ToString::to_string),
        key: entry.subject.key(),
    })?)
}

pub(super) fn read_place(text: &str) -> Result<Place, BadEntry> {
    let place: PlaceRecord = serde_json::from_str(text)?;
    Ok(Place {
        kind: kind(&place.kind)?,
        record: place.record.map(record).transpose()?,
        key: place.key,
    })
}

pub(super) fn payload(entry: &Entry) -> Result<String, BadEntry> {
    let message = match &entry.progress {
        Progress::Failed(message) => Some(message.clone()),
        _ => None,
    };
    let written = |links: &BTreeSet<(RecordKind, RecordId)>| -> Vec<(String, String)> {
        let links = links.iter();
        links
            .map(|(kind, id)| (kind.as_str().to_owned(), id.to_string()))
            .collect()
    };
    Ok(serde_json::to_string(&PayloadRecord {
        message,
        is_new: entry.is_new,
        wrote: named(&entry.wrote),
        before: named(&entry.before),
        left: named(&entry.left),
        links: written(&entry.links),
        linking: written(&entry.linking),
    })?)
}

/// The entry of a write about a subject; `record` is where it lies.
pub(super) fn entry(
    write: KeptWrite,
    subject: Subject,
    at: Option<RecordId>,
) -> Result<Entry, BadEntry> {
    let payload: PayloadRecord = serde_json::from_str(&write.payload)?;
    let read = |links: Vec<(String, String)>| -> Result<BTreeSet<_>, BadEntry> {
        let links = links.into_iter();
        links
            .map(|(of, id)| Ok((kind(&of)?, record(id)?)))
            .collect()
    };
    let mut sums_up: BTreeSet<CallId> = write.calls.into_iter().collect();
    if let Some(call) = subject.call() {
        sums_up.remove(call);
    }
    Ok(Entry {
        sums_up,
        progress: match write.state {
            WriteState::Sent => Progress::Sent,
            WriteState::Done => Progress::Done,
            WriteState::Failed => Progress::Failed(payload.message.unwrap_or_default()),
            WriteState::Deleted => Progress::Deleted,
            WriteState::Undone => Progress::Undone,
        },
        run: write.run,
        at: write.at,
        // The record of a deal is its subject, and is known without having been written.
        record: at,
        is_new: payload.is_new,
        wrote: fields(payload.wrote)?,
        before: fields(payload.before)?,
        left: fields(payload.left)?,
        links: read(payload.links)?,
        linking: read(payload.linking)?,
        subject,
    })
}

fn named(values: &BTreeMap<Field, String>) -> BTreeMap<String, String> {
    let values = values.iter();
    values
        .map(|(field, value)| (field.as_str().to_owned(), value.clone()))
        .collect()
}

fn fields(named: BTreeMap<String, String>) -> Result<BTreeMap<Field, String>, BadEntry> {
    let field = |(name, value): (String, String)| {
        let field = Field::parse(&name).ok_or(BadEntry::Name("field"))?;
        Ok((field, value))
    };
    named.into_iter().map(field).collect()
}

fn kind(name: &str) -> Result<RecordKind, BadEntry> {
    RecordKind::parse(name).ok_or(BadEntry::Name("kind of record"))
}

fn record(id: String) -> Result<RecordId, BadEntry> {
    RecordId::new(id).map_err(|_| BadEntry::Name("record"))
}
