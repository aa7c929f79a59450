//! The row of a secret, sealed with a key of its own that is new with each value.

use crate::{Checkpoint, Error, Secret};

use super::context::Context;
use super::fault::damaged;
use super::seal::Key;

/// The name under which the ledger keeps a value among the secrets: a setting can be a list of
/// names or of words, so all of them are sealed.
pub(crate) fn in_ledger(name: &str) -> String {
    format!("ledger/{name}")
}

/// The ledger's note that no fingerprint without a key is left of an older version.
pub(crate) const KEYED: &str = "archive.keyed";

impl Checkpoint {
    /// The note of [`KEYED`].
    pub(crate) fn keyed() -> Self {
        Self {
            name: KEYED.to_owned(),
            value: "1".to_owned(),
        }
    }
}

/// What a row of `secrets` holds under its name.
pub(crate) struct SecretRow {
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) value: Option<Vec<u8>>,
}

impl SecretRow {
    /// The row of a value, or of none, under a new key: what was there before cannot be opened.
    pub(crate) fn of(context: &Context, name: &str, value: Option<&str>) -> Result<Self, Error> {
        let key = Key::random()?;
        let (dek, wrapping) = context.keys.newest_dek()?;
        let wrapped = wrapping.wrap(context.place("secrets", name, "wrapped"), &key)?;
        let place = context.place("secrets", name, "value");
        let value = value.map(|value| key.seal(place, value.as_bytes()));
        Ok(Self {
            dek,
            wrapped,
            value: value.transpose()?,
        })
    }

    pub(crate) fn open(self, context: &Context, name: &str) -> Result<Option<Secret>, Error> {
        let Some(value) = self.value else {
            return Ok(None);
        };
        let wrapping = context.keys.dek(self.dek)?;
        let key = wrapping.unwrap(context.place("secrets", name, "wrapped"), &self.wrapped)?;
        let bytes = key.open(context.place("secrets", name, "value"), &value)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged("a secret is no text"))?;
        Ok(Some(Secret::new(text.to_owned())))
    }
}
