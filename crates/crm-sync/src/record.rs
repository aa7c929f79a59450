//! A record of a CRM, as it was read.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::Field;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// A call.
    Call,
    /// A deal.
    Deal,
    /// A company.
    Company,
    /// A person of a company.
    Contact,
    /// Something to be done.
    Task,
    /// A note.
    Note,
    /// An e-mail, without its text.
    Email,
    /// A meeting, without its text.
    Meeting,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Call,
        Self::Deal,
        Self::Company,
        Self::Contact,
        Self::Task,
        Self::Note,
        Self::Email,
        Self::Meeting,
    ];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Deal => "deal",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Task => "task",
            Self::Note => "note",
            Self::Email => "email",
            Self::Meeting => "meeting",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The CRM's id of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

/// Says why a text is no id of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a record's id must be 1 to 64 letters, digits, - or _")]
pub struct InvalidRecordId;

impl RecordId {
    /// Takes a text as an id. What could lead out of a path is refused.
    ///
    /// # Errors
    /// [`InvalidRecordId`] for any other text.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRecordId> {
        let text = text.into();
        let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
            Ok(Self(text))
        } else {
            Err(InvalidRecordId)
        }
    }

    /// Lends the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A record as it was read. Its values never reach a log: `Debug` shows which fields it has.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what, which, since when, and what it holds"
)]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// Which one.
    pub id: RecordId,
    /// When it was changed last.
    pub updated: Timestamp,
    /// What it holds, of the fields that we know.
    pub values: BTreeMap<Field, String>,
}

impl Record {
    /// A record that holds nothing yet.
    pub fn new(kind: RecordKind, id: RecordId, updated: Timestamp) -> Self {
        Self {
            kind,
            id,
            updated,
            values: BTreeMap::new(),
        }
    }

    /// The value of a field, where it has one.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(&field).map(String::as_str)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("updated", &self.updated)
            .field("fields", &self.values.keys())
            .finish()
    }
}
