//! One recorded call: its facts, without its words.

use std::time::Duration;

use jiff::Timestamp;

use crate::{AccountId, CallId, Party, PartyId, Side, SpeakerId, UserId, WorkspaceId};

/// Who called whom.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// They called us.
    Inbound,
    /// We called them.
    Outbound,
    /// A meeting.
    Conference,
    /// A word the vendor added later.
    Other(String),
}

impl Direction {
    /// The word for the direction, in lower case for the three known ones.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Conference => "conference",
            Self::Other(word) => word,
        }
    }
}

/// Whether a call is shown to more than its participants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum Privacy {
    /// Open to everybody whose role reaches it.
    #[default]
    Open,
    /// Marked private upstream: withheld by default.
    Private,
}

/// The facts of one recorded call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The call's id.
    pub id: CallId,
    /// The workspace it belongs to.
    pub workspace: Option<WorkspaceId>,
    /// Its title.
    pub title: Option<String>,
    /// Where a person can open it.
    pub url: Option<String>,
    /// When it began.
    pub started: Timestamp,
    /// When it was meant to begin.
    pub scheduled: Option<Timestamp>,
    /// How long it lasted.
    pub duration: Option<Duration>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// Whether it was internal or external, in the vendor's word.
    pub scope: Option<String>,
    /// Its language, in the vendor's code.
    pub language: Option<String>,
    /// Whether it is withheld.
    pub privacy: Privacy,
    /// The host.
    pub primary_user: Option<UserId>,
    /// Who took part.
    pub parties: Vec<Party>,
    /// The customers it is linked to.
    pub accounts: Vec<AccountId>,
    /// The vendor's tags.
    pub tags: Vec<String>,
}

impl Call {
    /// A call of which only id and start are known.
    pub fn new(id: CallId, started: Timestamp) -> Self {
        Self {
            id,
            workspace: None,
            title: None,
            url: None,
            started,
            scheduled: None,
            duration: None,
            direction: None,
            scope: None,
            language: None,
            privacy: Privacy::Open,
            primary_user: None,
            parties: Vec::new(),
            accounts: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// Whether the call is marked private.
    pub fn is_private(&self) -> bool {
        self.privacy == Privacy::Private
    }

    /// The party of this id.
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == *id)
    }

    /// The party whose voice this is.
    pub fn party_by_speaker(&self, speaker: &SpeakerId) -> Option<&Party> {
        self.parties
            .iter()
            .find(|party| party.speaker.as_ref() == Some(speaker))
    }

    /// The side of a party; unknown for an unknown party.
    pub fn side_of(&self, id: Option<&PartyId>) -> Side {
        id.and_then(|id| self.party(id))
            .map_or(Side::Unknown, |party| party.side)
    }

    /// The people of our own company who took part, each once, in order of the ids.
    pub fn users(&self) -> Vec<UserId> {
        let mut users: Vec<_> = self
            .parties
            .iter()
            .filter_map(|party| party.user.clone())
            .collect();
        users.extend(self.primary_user.clone());
        users.sort();
        users.dedup();
        users
    }
}
