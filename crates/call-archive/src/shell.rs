//! What stays of a private call that is withheld, and of a call that is erased.

use conversation::{Call, Privacy, Revision};

use crate::hashes::Hashes;
use crate::merge::Current;
use crate::{Erasure, HashKey, Keep, Raw, TextState};

/// Whether nothing is kept of a private call but its id, times and that it is private.
pub(crate) fn is_shell(call: &Call, has_text: bool, raw: &Raw) -> bool {
    call.is_private()
        && call.title.is_none()
        && call.parties.is_empty()
        && raw.blocks.is_empty()
        && !has_text
}

impl Current {
    /// What stays of a call of which only the shell stays: id, times and that it is private.
    pub(crate) fn shell(&self, key: &HashKey, revision: Revision) -> Self {
        let mut call = Call::new(self.call.id.clone(), self.call.started);
        call.scheduled = self.call.scheduled;
        call.duration = self.call.duration;
        call.privacy = Privacy::Private;
        Self {
            hashes: Hashes::of(key, &call, None, self.source),
            call,
            source: self.source,
            raw: Raw::default(),
            revision,
            text_revision: None,
            text_state: TextState::None,
            is_partial: false,
            missing_since: self.missing_since,
        }
    }
}

/// Of two erasures of one call, the one that leaves less.
pub(crate) fn less_of(begun: Option<Keep>, how: Erasure) -> Keep {
    match (begun, how) {
        (None | Some(Keep::PrivateShell), Erasure::MayReturn(Keep::PrivateShell)) => {
            Keep::PrivateShell
        }
        _ => Keep::Nothing,
    }
}
