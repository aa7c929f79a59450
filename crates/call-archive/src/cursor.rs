//! Where a page of calls ended: the start and the id of its last call.

use conversation::CallId;

use crate::{Error, ErrorKind};

/// A place in the order of a listing: newest first, then by id downwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor {
    /// The start of the call, in microseconds.
    pub(crate) started: i64,
    /// The call.
    pub(crate) id: CallId,
}

impl Cursor {
    /// The text that goes to the caller.
    pub(crate) fn to_text(&self) -> String {
        format!("{}.{}", self.started, self.id)
    }

    /// Reads back what a caller got.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let bad = || {
            Error::new(
                ErrorKind::Invalid,
                "the page to continue after is malformed",
            )
        };
        let (started, id) = text.split_once('.').ok_or_else(bad)?;
        let started = started.parse().map_err(|_| bad())?;
        let id = CallId::new(id).map_err(|_| bad())?;
        Ok(Self { started, id })
    }
}
