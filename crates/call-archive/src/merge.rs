//! The decision of a put: what a call becomes, as a function of what is held and what comes.

use conversation::{Call, Revision, Transcript};
use jiff::{SignedDuration, Timestamp};

use crate::hashes::Hashes;
use crate::moment::{cut, kept_form};
use crate::shell::is_shell;
use crate::{HashKey, Put, Raw, Source, TextState};

/// How long words are waited for after the first put without them.
///
/// A later put that still has none ends the waiting: its state becomes [`TextState::None`], and
/// only words that come with another put change that.
pub const PENDING_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an archive holds of a call, without its words.
#[derive(Clone, Debug)]
pub(crate) struct Current {
    pub(crate) call: Call,
    pub(crate) source: Source,
    pub(crate) raw: Raw,
    pub(crate) hashes: Hashes,
    pub(crate) revision: Revision,
    pub(crate) text_revision: Option<Revision>,
    pub(crate) text_state: TextState,
    pub(crate) is_partial: bool,
    pub(crate) missing_since: Option<Timestamp>,
}

impl Current {
    /// Whether only id, times and privacy are kept, because the call is private.
    pub(crate) fn is_shell(&self) -> bool {
        is_shell(&self.call, self.text_revision.is_some(), &self.raw)
    }
}

/// What a call becomes.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    pub(crate) call: Call,
    pub(crate) source: Source,
    pub(crate) raw: Raw,
    pub(crate) hashes: Hashes,
    pub(crate) text_state: TextState,
    pub(crate) is_partial: bool,
    pub(crate) missing_since: Option<Timestamp>,
    /// The words to write, if any: given by the put, or held ones under new names.
    pub(crate) transcript: Option<Transcript>,
    /// What is new.
    pub(crate) change: Change,
}

/// What a put changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// None of the three hashes; what is not hashed (raw blocks, marks) may still be new.
    Nothing,
    /// Some of them.
    Something {
        /// The words.
        text: bool,
        /// What an index filters by.
        facts: bool,
    },
}

/// Merges a put into what is held. `held_text` are the held words, needed if the put has none.
pub(crate) fn merge(
    held: Option<&Current>,
    held_text: Option<&Transcript>,
    put: Put,
    key: &HashKey,
    now: Timestamp,
) -> Next {
    let mut call = kept_form(put.call);
    let mut raw = put.raw;
    let given = put.transcript.filter(|transcript| !transcript.is_empty());
    let mut is_partial = false;

    if let Some(held) = held {
        is_partial |= keep_blocks(&mut raw, &held.raw);
        is_partial |= given.is_none() && held.text_revision.is_some();
        if call.parties.is_empty() && !held.call.parties.is_empty() {
            call.parties.clone_from(&held.call.parties);
            is_partial = true;
        }
        // An answer that lacks a block may lack what accounts and tags were read from; a whole
        // answer without them is believed.
        if is_partial && call.accounts.is_empty() {
            call.accounts.clone_from(&held.call.accounts);
        }
        if is_partial && call.tags.is_empty() {
            call.tags.clone_from(&held.call.tags);
        }
    }

    let words = given.as_ref().or(held_text);
    let hashes = Hashes::of(key, &call, words, put.source);
    let change = match held {
        None => Change::Something {
            text: words.is_some(),
            facts: true,
        },
        Some(held) if held.hashes == hashes => Change::Nothing,
        Some(held) => Change::Something {
            text: held.hashes.text != hashes.text,
            facts: held.hashes.facts != hashes.facts,
        },
    };
    let patience = PENDING_FOR.saturating_add(put.unasked_for);
    let is_shell = is_shell(&call, false, &raw);
    let text_state = text_state(held, words.is_some(), is_shell, patience, now);
    let is_renamed = matches!(change, Change::Something { text: true, .. });
    Next {
        transcript: given.or_else(|| held_text.filter(|_| is_renamed).cloned()),
        missing_since: held
            .filter(|held| held.source != put.source)
            .and_then(|held| held.missing_since),
        call,
        source: put.source,
        raw,
        hashes,
        text_state,
        is_partial,
        change,
    }
}

/// Adds the held blocks that an answer lacks; says whether there were any.
fn keep_blocks(raw: &mut Raw, held: &Raw) -> bool {
    let mut kept_any = false;
    for (name, block) in &held.blocks {
        let is_given = raw.blocks.get(name).is_some_and(|given| !is_nothing(given));
        if !is_given {
            kept_any |= !is_nothing(block);
            raw.blocks.insert(name.clone(), block.clone());
        }
    }
    kept_any
}

fn is_nothing(json: &str) -> bool {
    matches!(json.trim(), "" | "null" | "{}" | "[]")
}

fn text_state(
    held: Option<&Current>,
    has_text: bool,
    is_shell: bool,
    patience: SignedDuration,
    now: Timestamp,
) -> TextState {
    if has_text {
        return TextState::Present;
    }
    if is_shell {
        return TextState::None;
    }
    match held.map(|held| (held.text_state, held.is_shell())) {
        Some((TextState::None, false)) => TextState::None,
        Some((TextState::Pending { since }, _)) if now.duration_since(since) > patience => {
            TextState::None
        }
        Some((TextState::Pending { since }, _)) => TextState::Pending { since },
        _ => TextState::Pending { since: cut(now) },
    }
}
