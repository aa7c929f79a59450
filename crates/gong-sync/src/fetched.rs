//! A call as it was fetched, ready to be stored.

use std::collections::BTreeMap;

use call_archive::{Raw, Source};
use conversation::{Call, CallId, Privacy, Revision, Transcript};
use gong_client::{CallTranscript, ExtensiveCall};
use serde_json::value::RawValue;

use crate::{Error, map};

/// A call with its words and Gong's JSON, from the API, a webhook or a file.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub(crate) call: Call,
    pub(crate) transcript: Option<Transcript>,
    pub(crate) raw: Raw,
    /// What its CRM context tells of deals.
    pub(crate) told: map::Told,
    /// `None` takes the source of the sync's options.
    pub(crate) source: Option<Source>,
    pub(crate) expected: Expected,
    /// Whether Gong said if the call is private. If it did not, what is known stays.
    pub(crate) says_privacy: bool,
    pub(crate) dropped_fields: u64,
}

/// The revision that a put is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The one that was read before the fetch.
    Read(Option<Revision>),
    /// The one that stands when it is stored: a file's content does not grow old.
    WhenStored,
}

impl Fetched {
    /// Reads a file of the form `{"call": …, "callTranscript": …}`: one entry of Gong's extensive
    /// answer and one of its transcript answer. The transcript may be missing or null.
    ///
    /// The call counts as imported; see [`Fetched::from_source`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        let unreadable = |reason: &str| Error::Unreadable {
            call: None,
            reason: reason.to_owned(),
        };
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable("it is no UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}');
        let mut file: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(text).map_err(|_| unreadable("it is no JSON object"))?;
        let call = file
            .remove("call")
            .ok_or_else(|| unreadable("it has no field call"))?;
        let transcript = file.remove("callTranscript");
        let call = gong_client::Raw::read(call.get()).map_err(Self::unreadable)?;
        let transcript = match transcript.as_deref().map(RawValue::get) {
            None | Some("null") => None,
            Some(json) => Some(gong_client::Raw::read(json).map_err(Self::unreadable)?),
        };
        let mut fetched = Self::read(&call, transcript.as_ref(), Expected::WhenStored)?;
        fetched.source = Some(Source::Import);
        Ok(fetched)
    }

    /// Joins one entry of the extensive answer with that of the transcript answer.
    ///
    /// Fails for what is no call, and for a transcript of another call.
    pub fn from_gong(
        call: &gong_client::Raw<ExtensiveCall>,
        transcript: Option<&gong_client::Raw<CallTranscript>>,
    ) -> Result<Self, Error> {
        Self::read(call, transcript, Expected::WhenStored)
    }

    pub(crate) fn read(
        gong: &gong_client::Raw<ExtensiveCall>,
        transcript: Option<&gong_client::Raw<CallTranscript>>,
        expected: Expected,
    ) -> Result<Self, Error> {
        let call = map::call(&gong.value)?;
        let mut raw = map::blocks(gong.json());
        let mut dropped = gong.dropped.len();
        let mut words = None;
        if let Some(given) = transcript {
            let is_of_call = given
                .value
                .call_id
                .as_ref()
                .map(gong_client::CallId::as_str)
                == Some(call.id.as_str());
            if !is_of_call {
                return Err(Error::Unreadable {
                    call: Some(call.id),
                    reason: "its transcript is of another call".to_owned(),
                });
            }
            raw = map::with_transcript(raw, given.json());
            words = Some(map::transcript(&given.value, &call));
            dropped += given.dropped.len();
        }
        let meta = gong.value.meta_data.as_ref();
        Ok(Self {
            told: map::told(&gong.value, &call),
            says_privacy: meta.is_some_and(|meta| meta.is_private.is_some()),
            call,
            transcript: words.filter(|words| !words.is_empty()),
            raw,
            source: None,
            expected,
            dropped_fields: dropped as u64,
        })
    }

    /// The same call as coming from somewhere else.
    #[must_use = "the call is returned, not changed in place"]
    pub fn from_source(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// The call.
    pub fn id(&self) -> &CallId {
        &self.call.id
    }

    /// Its facts.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Its words, if there are any yet.
    pub fn transcript(&self) -> Option<&Transcript> {
        self.transcript.as_ref()
    }

    /// Gong's JSON, by its top-level blocks.
    pub fn raw(&self) -> &Raw {
        &self.raw
    }

    pub(crate) fn is_private(&self) -> bool {
        self.call.privacy == Privacy::Private
    }

    fn unreadable(element: gong_client::Unreadable) -> Error {
        Error::Unreadable {
            call: element.id.and_then(|id| CallId::new(id).ok()),
            reason: element.reason,
        }
    }
}
