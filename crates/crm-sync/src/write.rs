//! What is written, and what came of it.

use std::collections::BTreeMap;

use crate::{Field, RecordId, RecordKind, Values};

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Write {
    /// Makes or changes the record that carries our key: written twice, it is there once.
    #[non_exhaustive]
    Put {
        /// What it is: a call, a task or a note.
        kind: RecordKind,
        /// Our key, such as the id of the call.
        key: String,
        /// The CRM's id, once it is known: where a CRM has no unique keys it decides between
        /// making and changing.
        id: Option<RecordId>,
        /// What it is to hold.
        values: Values,
    },
    /// Changes a record that is there.
    #[non_exhaustive]
    Change {
        /// What it is.
        kind: RecordKind,
        /// Which one.
        id: RecordId,
        /// What it is to hold.
        values: Values,
    },
    /// Links two records. Linked twice is linked once.
    #[non_exhaustive]
    Link {
        /// One end.
        from: (RecordKind, RecordId),
        /// The other end.
        to: (RecordKind, RecordId),
    },
    /// Deletes a record that we made. Deleted twice is deleted.
    #[non_exhaustive]
    Remove {
        /// What it is.
        kind: RecordKind,
        /// Which one.
        id: RecordId,
    },
}

impl Write {
    /// Makes or changes the record with our key.
    pub fn put(kind: RecordKind, key: impl Into<String>, values: Values) -> Self {
        Self::Put {
            kind,
            key: key.into(),
            id: None,
            values,
        }
    }

    /// The same, for a record whose id is known.
    pub fn put_known(
        kind: RecordKind,
        key: impl Into<String>,
        id: RecordId,
        values: Values,
    ) -> Self {
        Self::Put {
            kind,
            key: key.into(),
            id: Some(id),
            values,
        }
    }

    /// Changes a record.
    pub fn change(kind: RecordKind, id: RecordId, values: Values) -> Self {
        Self::Change { kind, id, values }
    }

    /// Links two records.
    pub fn link(from: (RecordKind, RecordId), to: (RecordKind, RecordId)) -> Self {
        Self::Link { from, to }
    }

    /// Deletes a record.
    pub fn remove(kind: RecordKind, id: RecordId) -> Self {
        Self::Remove { kind, id }
    }
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// It is done.
    Done {
        /// The record; none for links and deletions.
        id: Option<RecordId>,
        /// Whether it was made by this.
        is_new: bool,
        /// What the record holds now of the fields that were written, in the CRM's own form: a
        /// later difference from this is a person's.
        held: BTreeMap<Field, String>,
    },
    /// The CRM refused this one, and would again. Its message, bounded.
    Refused(String),
    /// The record is not there any more: somebody deleted it.
    Missing,
    /// It was sent, and whether it was carried out is not known. Read before writing again.
    Unknown,
    /// It was not sent.
    NotSent(NotSent),
}

impl Written {
    /// A record that holds what was written.
    pub fn done(id: RecordId, is_new: bool, values: &Values) -> Self {
        Self::Done {
            id: Some(id),
            is_new,
            held: values.to_held(),
        }
    }
}

/// Why a write was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// The requests of the day are spent, or as many as we take.
    Day,
    /// The CRM went on answering that too much is asked of it.
    Busy,
    /// No connection was made.
    Unreachable,
    /// It cannot be recorded.
    HeldBack,
    /// The token was not accepted, or does not open this.
    Unauthorised,
}
