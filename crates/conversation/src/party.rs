//! A participant of a call.

use crate::{PartyId, Side, SpeakerId, UserId};

/// Somebody who took part in one call.
///
/// The vendor's other names for the same person (`speaker`, `user`) are kept beside the id,
/// because transcripts speak of speakers and permissions of users.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Party {
    /// The participant's id within the call.
    pub id: PartyId,
    /// The voice in the transcript, if one was told apart.
    pub speaker: Option<SpeakerId>,
    /// The person of our own company, if the party is one.
    pub user: Option<UserId>,
    /// Whose side the party is on.
    pub side: Side,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The job title.
    pub title: Option<String>,
}

impl Party {
    /// A party of which nothing but the id is known.
    pub fn new(id: PartyId) -> Self {
        Self {
            id,
            speaker: None,
            user: None,
            side: Side::Unknown,
            name: None,
            email: None,
            phone: None,
            title: None,
        }
    }

    /// The domain of the e-mail address, in lower case.
    pub fn domain(&self) -> Option<String> {
        let (_, domain) = self.email.as_deref()?.rsplit_once('@')?;
        let domain = domain.trim().to_ascii_lowercase();
        (!domain.is_empty()).then_some(domain)
    }
}
