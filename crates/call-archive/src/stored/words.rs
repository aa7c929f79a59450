//! The words that states are stored as.

use conversation::{Direction, Privacy};
use jiff::Timestamp;

use crate::moment::instant;
use crate::{Error, JobKind, Keep, Source, TextState};

use super::fault::damaged;

pub(super) fn privacy(is_private: bool) -> Privacy {
    if is_private {
        Privacy::Private
    } else {
        Privacy::Open
    }
}

pub(super) fn direction(word: String) -> Direction {
    [
        Direction::Inbound,
        Direction::Outbound,
        Direction::Conference,
    ]
    .into_iter()
    .find(|known| known.as_str() == word)
    .unwrap_or(Direction::Other(word))
}

pub(super) fn source(word: &str) -> Result<Source, Error> {
    [Source::Gong, Source::Import, Source::Demo]
        .into_iter()
        .find(|known| known.as_str() == word)
        .ok_or_else(|| damaged("a stored source is unknown"))
}

/// The word and the instant that a state of the words is stored as.
pub(super) fn text_state_columns(state: TextState) -> (&'static str, Option<Timestamp>) {
    match state {
        TextState::Present => ("present", None),
        TextState::Pending { since } => ("pending", Some(since)),
        TextState::None => ("none", None),
    }
}

pub(super) fn text_state(word: &str, since: Option<i64>) -> Result<TextState, Error> {
    match (word, since) {
        ("present", _) => Ok(TextState::Present),
        ("none", _) => Ok(TextState::None),
        ("pending", Some(since)) => Ok(TextState::Pending {
            since: instant(since)?,
        }),
        _ => Err(damaged("a stored state of words is unknown")),
    }
}

/// The word that an erasure in progress is stored as.
pub(crate) fn keep_word(keep: Keep) -> &'static str {
    match keep {
        Keep::Nothing => "nothing",
        Keep::PrivateShell => "shell",
    }
}

pub(super) fn keep(word: &str) -> Result<Keep, Error> {
    match word {
        "nothing" => Ok(Keep::Nothing),
        "shell" => Ok(Keep::PrivateShell),
        _ => Err(damaged("a stored erasure is unknown")),
    }
}

/// The kind that a stored job is of.
pub(crate) fn job_kind(word: &str) -> Result<JobKind, Error> {
    JobKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .ok_or_else(|| damaged("a stored job is of an unknown kind"))
}
