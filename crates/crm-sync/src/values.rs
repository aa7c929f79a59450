//! Values that may be written.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Field, RecordKind};

/// Says that a field is not ours to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field:?} of a {kind:?} is never written; propose it as a task or a note")]
pub struct NotOurs {
    field: Field,
    kind: RecordKind,
}

/// Values for a record of one kind; an empty text empties the field. `Debug` shows no value.
///
/// A clone shares the texts: what is wanted and what is planned of it lie in memory once.
#[derive(Clone, PartialEq, Eq)]
pub struct Values {
    kind: RecordKind,
    values: BTreeMap<Field, Arc<str>>,
}

impl Values {
    /// None yet.
    #[must_use = "values do nothing until they are written"]
    pub fn of(kind: RecordKind) -> Self {
        Self {
            kind,
            values: BTreeMap::new(),
        }
    }

    /// The same with one value more.
    ///
    /// # Errors
    /// [`NotOurs`] for what people decide, and for what we have no business with.
    pub fn with(mut self, field: Field, value: impl Into<String>) -> Result<Self, NotOurs> {
        if !field.is_writable(self.kind) {
            return Err(NotOurs {
                field,
                kind: self.kind,
            });
        }
        self.values.insert(field, value.into().into());
        Ok(self)
    }

    /// The kind of record they are for.
    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(&field).map(AsRef::as_ref)
    }

    /// Each field with its value, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values
            .iter()
            .map(|(field, value)| (*field, value.as_ref()))
    }

    /// What a record that was written holds of them.
    pub fn to_held(&self) -> BTreeMap<Field, String> {
        self.iter()
            .map(|(field, value)| (field, value.to_owned()))
            .collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Only some of them.
    #[must_use = "the rest is left out of what this returns"]
    pub(crate) fn only(&self, is_wanted: impl Fn(Field) -> bool) -> Self {
        let kept = self.values.iter().filter(|(field, _)| is_wanted(**field));
        Self {
            kind: self.kind,
            values: kept
                .map(|(field, value)| (*field, Arc::clone(value)))
                .collect(),
        }
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&Field> = self.values.keys().collect();
        write!(f, "Values of {:?}: {fields:?}", self.kind)
    }
}
