//! What a record of ours is about.

use std::fmt;
use std::str::FromStr;

use conversation::CallId;

use crate::{RecordId, RecordKind};

/// What one record in the CRM is about; there is one record for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "all that is written to a CRM")]
pub enum Subject {
    /// A call.
    Call(CallId),
    /// What we know of a deal, on the deal's own record.
    Deal(RecordId),
    /// Something that a person should decide about a deal, after a call.
    Proposal {
        /// The deal.
        deal: RecordId,
        /// The call it was said in.
        call: CallId,
        /// About what: `stage`, `amount`, `close_date`. Letters and underscores.
        what: String,
    },
}

/// Says why a text names no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subject is call/ID, deal/ID or proposal/DEAL/CALL/WHAT")]
pub struct InvalidSubject;

impl Subject {
    /// The kind of record that is written about it.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Call(_) => RecordKind::Call,
            Self::Deal(_) => RecordKind::Deal,
            Self::Proposal { .. } => RecordKind::Task,
        }
    }

    /// The call that it is about; a deal is about many.
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Call(call) | Self::Proposal { call, .. } => Some(call),
            Self::Deal(_) => None,
        }
    }

    /// Our key on the record; a deal carries none, its own id is known.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Call(call) => Some(call.to_string()),
            Self::Deal(_) => None,
            Self::Proposal { deal, call, what } => Some(format!("{deal}/{call}/{what}")),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => write!(f, "call/{call}"),
            Self::Deal(deal) => write!(f, "deal/{deal}"),
            Self::Proposal { deal, call, what } => write!(f, "proposal/{deal}/{call}/{what}"),
        }
    }
}

impl FromStr for Subject {
    type Err = InvalidSubject;

    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        let call = |text: &str| CallId::new(text).map_err(|_| InvalidSubject);
        let record = |text: &str| RecordId::new(text).map_err(|_| InvalidSubject);
        match text.split_once('/') {
            Some(("call", id)) => Ok(Self::Call(call(id)?)),
            Some(("deal", id)) => Ok(Self::Deal(record(id)?)),
            Some(("proposal", rest)) => {
                // A call's id may hold a slash, the others hold none.
                let (deal, rest) = rest.split_once('/').ok_or(InvalidSubject)?;
                let (id, what) = rest.rsplit_once('/').ok_or(InvalidSubject)?;
                Ok(Self::Proposal {
                    deal: record(deal)?,
                    call: call(id)?,
                    what: what.to_owned(),
                })
            }
            _ => Err(InvalidSubject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_is_written() {
        for text in [
            "call/77",
            "call/a/b",
            "deal/9",
            "proposal/9/77/stage",
            "proposal/9/a/b/stage",
        ] {
            let subject: Subject = text.parse().expect("a subject");
            assert_eq!(subject.to_string(), text);
        }
        for text in ["", "call/", "deal/../x", "proposal/9", "note/1"] {
            assert_eq!(text.parse::<Subject>(), Err(InvalidSubject), "{text}");
        }
    }
}
