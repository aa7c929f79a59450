//! One call of a world: Gong's JSON for it, and when it shows.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::availability::{Availability, Lateness};
use crate::generated::Generated;
use crate::{Error, Result};

/// One call as the pretended Gong keeps it: what extensive tells, the transcript, and from when on each shows.
///
/// ```
/// use gong_sim::{World, WorldCall};
///
/// let late = WorldCall::plain("7000000000000000001", "2026-03-02T09:00:00Z".parse().unwrap())
///     .visible_after("2026-03-20T00:00:00Z".parse().unwrap());
/// let world = World::empty().with_call(late).unwrap();
/// assert_eq!(world.len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct WorldCall {
    pub(crate) id: Box<str>,
    pub(crate) scheduled: Option<Timestamp>,
    pub(crate) started: Timestamp,
    is_conference: bool,
    pub(crate) workspace: Option<Box<str>>,
    pub(crate) primary_user: Option<Box<str>>,
    pub(crate) availability: Availability,
    text: Text,
}

/// Written out, or small enough to be made again each time it is asked for.
#[derive(Clone, Debug)]
enum Text {
    Written {
        call: Box<Value>,
        transcript: Option<Box<Value>>,
    },
    Generated(Generated),
}

impl WorldCall {
    /// A call from one entry of Gong's extensive answer, without a transcript.
    pub fn new(call: Value) -> Result<Self> {
        let field = |name: &str| {
            call.pointer(&format!("/metaData/{name}"))
                .unwrap_or(&Value::Null)
        };
        let id = digits(field("id")).ok_or(Error::CallWithout {
            field: "metaData.id",
        })?;
        let scheduled = instant(field("scheduled"));
        let started = instant(field("started"))
            .or(scheduled)
            .ok_or(Error::CallWithout {
                field: "metaData.started",
            })?;
        Ok(Self {
            id,
            scheduled,
            started,
            is_conference: field("direction") == "Conference",
            workspace: digits(field("workspaceId")),
            primary_user: digits(field("primaryUserId")),
            availability: Availability::default(),
            text: Text::Written {
                call: Box::new(call),
                transcript: None,
            },
        })
    }

    /// A call from a file of the form `{"call": …, "callTranscript": …}`; a transcript that is missing or null is
    /// one that does not exist yet.
    pub fn from_json(mut file: Value) -> Result<Self> {
        let call = file
            .get_mut("call")
            .map(Value::take)
            .ok_or(Error::CallWithout { field: "call" })?;
        let transcript = file
            .get_mut("callTranscript")
            .map(Value::take)
            .filter(|value| !value.is_null());
        let call = Self::new(call)?;
        match transcript {
            Some(transcript) => call.transcript(transcript),
            None => Ok(call),
        }
    }

    /// A made-up web conference of two people with a short transcript, scheduled for when it started.
    pub fn plain(id: &str, started: Timestamp) -> Self {
        Self::generated(Generated::plain(id, started))
    }

    pub(crate) fn generated(generated: Generated) -> Self {
        Self {
            id: generated.id.clone(),
            scheduled: generated.scheduled,
            started: generated.started,
            is_conference: generated.scheduled.is_some(),
            workspace: Some(Generated::workspace().into()),
            primary_user: Some(generated.host().into()),
            availability: Availability::default(),
            text: Text::Generated(generated),
        }
    }

    /// The same call with this transcript: Gong's `{"callId", "transcript"}` or its list of monologues.
    pub fn transcript(self, transcript: Value) -> Result<Self> {
        let monologues = match transcript {
            Value::Object(mut entry) => entry.remove("transcript").unwrap_or(Value::Null),
            other => other,
        };
        if !monologues.is_array() {
            return Err(Error::CallWithout {
                field: "callTranscript.transcript",
            });
        }
        let call = Box::new(self.call_json());
        Ok(Self {
            text: Text::Written {
                call,
                transcript: Some(Box::new(monologues)),
            },
            ..self
        })
    }

    /// The same call without a transcript.
    #[must_use = "the call is returned, not changed in place"]
    pub fn without_transcript(self) -> Self {
        let call = Box::new(self.call_json());
        Self {
            text: Text::Written {
                call,
                transcript: None,
            },
            ..self
        }
    }

    /// The same call after `edit` changed its JSON (an entry of extensive). Refused when it is no call any more or
    /// has another id.
    pub fn edited(self, edit: impl FnOnce(&mut Value)) -> Result<Self> {
        let mut json = self.call_json();
        edit(&mut json);
        let edited = Self::new(json)?;
        if edited.id != self.id {
            return Err(Error::CallWithout {
                field: "metaData.id of before",
            });
        }
        let transcript = self.transcript_json().map(Box::new);
        let Text::Written { call, .. } = edited.text else {
            return Ok(edited);
        };
        Ok(Self {
            text: Text::Written { call, transcript },
            availability: self.availability,
            ..edited
        })
    }

    /// The same call, private or not.
    pub fn private(self, is_private: bool) -> Result<Self> {
        self.edited(|call| {
            if let Some(meta_data) = call.get_mut("metaData").and_then(Value::as_object_mut) {
                meta_data.insert("isPrivate".to_owned(), json!(is_private));
            }
        })
    }

    /// The same call, unknown to everything before this instant.
    #[must_use = "the call is returned, not changed in place"]
    pub fn visible_after(mut self, instant: Timestamp) -> Self {
        self.availability.visible = Some(instant);
        self
    }

    /// The same call, unknown to extensive before this instant.
    #[must_use = "the call is returned, not changed in place"]
    pub fn details_after(mut self, instant: Timestamp) -> Self {
        self.availability.details = Some(instant);
        self
    }

    /// The same call, without its transcript before this instant.
    #[must_use = "the call is returned, not changed in place"]
    pub fn transcript_after(mut self, instant: Timestamp) -> Self {
        self.availability.transcript = Some(instant);
        self
    }

    pub(crate) fn late(mut self, lateness: &Lateness) -> Self {
        self.availability = lateness.of_call(&self.id, self.started);
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its entry in extensive, with everything that can be asked for.
    pub fn call_json(&self) -> Value {
        match &self.text {
            Text::Written { call, .. } => (**call).clone(),
            Text::Generated(generated) => generated.call(),
        }
    }

    /// Its monologues, when it has a transcript at all.
    pub fn transcript_json(&self) -> Option<Value> {
        match &self.text {
            Text::Written { transcript, .. } => transcript.as_deref().cloned(),
            Text::Generated(generated) => Some(generated.transcript()),
        }
    }

    pub(crate) fn is_generated(&self) -> bool {
        matches!(self.text, Text::Generated(_))
    }

    pub(crate) fn has_transcript(&self) -> bool {
        match &self.text {
            Text::Written { transcript, .. } => transcript.is_some(),
            Text::Generated(_) => true,
        }
    }

    /// The time that `GET /v2/calls` goes by and every list is ordered by: the scheduled time of a web conference,
    /// else the start.
    pub(crate) fn listed_at(&self) -> Timestamp {
        match self.scheduled {
            Some(scheduled) if self.is_conference => scheduled,
            _ => self.started,
        }
    }
}

fn digits(value: &Value) -> Option<Box<str>> {
    let text = value.as_str()?;
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| text.into())
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
