//! The form of what is sealed: JSON with short names.

use std::collections::BTreeMap;

use conversation::{Call, Party, PartyId, Sentence, Span, Transcript, Utterance};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Error, ErrorKind, Raw};

use super::fault::damaged;

/// What a call has beside its title and its clear columns.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
}

impl Details {
    /// `None` if there is nothing to keep.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        let details = Self {
            url: call.url.clone(),
            tags: call.tags.clone(),
        };
        (details.url.is_some() || !details.tags.is_empty()).then_some(details)
    }
}

/// Who somebody is.
#[derive(Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Person {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

impl Person {
    /// `None` if nothing is known of the person.
    pub(crate) fn of(party: &Party) -> Option<Self> {
        let person = Self {
            name: party.name.clone(),
            email: party.email.clone(),
            phone: party.phone.clone(),
            title: party.title.clone(),
        };
        (person != Self::default()).then_some(person)
    }

    pub(crate) fn tell(self, party: &mut Party) {
        party.name = self.name;
        party.email = self.email;
        party.phone = self.phone;
        party.title = self.title;
    }
}

/// The vendor's blocks, by name.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct RawBlocks(BTreeMap<String, String>);

impl RawBlocks {
    pub(crate) fn of(raw: &Raw) -> Self {
        Self(raw.blocks.clone())
    }

    pub(crate) fn into_raw(self) -> Raw {
        Raw { blocks: self.0 }
    }
}

/// What was said.
#[derive(Serialize, Deserialize)]
pub(crate) struct Words(Vec<Turn>);

#[derive(Serialize, Deserialize)]
struct Turn {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    /// Start and end in milliseconds, text.
    said: Vec<(u64, u64, String)>,
}

impl Words {
    pub(crate) fn of(transcript: &Transcript) -> Self {
        let turn = |utterance: &Utterance| Turn {
            by: utterance.party.as_ref().map(ToString::to_string),
            topic: utterance.topic.clone(),
            said: utterance
                .sentences
                .iter()
                .map(|said| {
                    let (start, end) = (said.span.start_ms(), said.span.end_ms());
                    (start, end, said.text.clone())
                })
                .collect(),
        };
        Self(transcript.utterances().iter().map(turn).collect())
    }

    pub(crate) fn into_transcript(self) -> Result<Transcript, Error> {
        let utterance = |turn: Turn| {
            let sentences = turn
                .said
                .into_iter()
                .map(|(start, end, text)| Sentence::new(Span::from_millis(start, end), text))
                .collect();
            let mut utterance = Utterance::new(sentences);
            utterance.topic = turn.topic;
            utterance.party =
                turn.by.map(PartyId::new).transpose().map_err(|error| {
                    damaged("a stored speaker has no valid id").caused_by(error)
                })?;
            Ok(utterance)
        };
        let utterances: Result<Vec<_>, Error> = self.0.into_iter().map(utterance).collect();
        utterances.map(Transcript::new)
    }
}

/// The bytes that are sealed.
pub(crate) fn to_bytes(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Error> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|error| {
            Error::new(ErrorKind::Invalid, "a value cannot be written").caused_by(error)
        })
}

/// What the bytes say.
///
/// The cause is left out: it may quote what it could not read.
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|_| damaged("a stored value cannot be read"))
}
