//! `POST /v2/calls` and `PUT /v2/calls/{id}/media`: adding a call that Gong did not record itself.
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    CallId, CrmReference, Direction, Element, FilePart, FileSource, Method, NotFound, One,
    Operation, PartyId, Request, TaskId, UserId, WorkspaceId,
    wire::{ToJson, payload},
};

/// The largest recording that Gong takes.
pub const LARGEST_RECORDING: u64 = 1_500_000_000;

payload! {
    /// Adds a call. Its recording is fetched by Gong from `download_media_url`, or sent to it by
    /// [`AddRecording`].
    ///
    /// The id that the uploading system gives keeps Gong from adding the call twice, so it may be
    /// sent again. A conflict does not mean that Gong has the call: recording may be off for the
    /// host. Scope `api:calls:create`.
    AddCall {
        /// the uploading system's id of the call;
        client_unique_id: String,
        /// when it started;
        actual_start: Timestamp,
        /// who took part, the host among them;
        parties: [NewParty],
        /// who called whom;
        direction: Direction,
        /// the host.
        primary_user: UserId,
    } with {
        /// The title.
        title: String,
        /// The purpose.
        purpose: String,
        /// When it was to start.
        scheduled_start: Timestamp,
        /// When it was to end.
        scheduled_end: Timestamp,
        /// How long it took.
        duration: Duration,
        /// What came of it.
        disposition: String,
        /// The objects of CRMs that it is about.
        context: [CrmReference],
        /// What the uploading system wants to be kept beside it.
        custom_data: String,
        /// Who spoke when.
        speakers_timeline: SpeakersTimeline,
        /// The address of the web conference.
        meeting_url: String,
        /// The system it was recorded in.
        call_provider_code: String,
        /// Where Gong can fetch the recording without credentials.
        download_media_url: String,
        /// The workspace.
        workspace_id: WorkspaceId,
        /// The language, as Gong names it (`en-US`).
        language_code: String,
        /// The task that it was made for.
        flow_context: FlowContext,
    }

    /// Somebody who took part in a call to add.
    NewParty with {
        /// The telephone number.
        phone_number: String,
        /// The e-mail address.
        email_address: String,
        /// The name.
        name: String,
        /// The name of this party in [`SpeakersTimeline`].
        party_id: PartyId,
        /// The channel of the recording: 0 or 1.
        media_channel_id: u32,
        /// What the party is to CRMs.
        context: [CrmReference],
        /// The Gong user.
        user_id: UserId,
    }

    /// Who spoke when.
    SpeakersTimeline with {
        /// Whether the times are those of the recording to the millisecond.
        precise: bool,
        /// When who spoke.
        speech_segments: [SpeechSegment],
    }

    /// A time in which the same parties spoke.
    SpeechSegment {
        /// its start, since the start of the call;
        from_time: Offset,
        /// its end;
        to_time: Offset,
        /// who spoke.
        party_ids: [PartyId],
    } with {
    }

    /// The task of Gong Engage that a call was made for.
    FlowContext with {
        /// The task.
        task_id: TaskId,
    }
}

/// A time since the start of a call; Gong is told whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(Duration);

impl From<Duration> for Offset {
    fn from(since_start: Duration) -> Self {
        Self(since_start)
    }
}

impl ToJson for Offset {
    fn to_json(&self) -> Value {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX).into()
    }
}

impl Request for AddCall {
    type Answer = One<AddedCall>;
    const OPERATION: Operation = Operation {
        id: "addCall",
        method: Method::Post,
        scope: "api:calls:create",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

/// A call that was added.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AddedCall {
    /// The call.
    pub call_id: Option<CallId>,
}

impl Element for AddedCall {
    const LIST: &'static str = "";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.call_id.as_ref().map(CallId::as_str)
    }
}

/// Sends the recording of a call that was added by [`AddCall`]. It is read from the disk while it
/// is sent. Scope `api:calls:create`.
#[derive(Clone, Debug)]
pub struct AddRecording {
    call: CallId,
    recording: FileSource,
}

impl AddRecording {
    /// The recording of this call.
    pub fn new(call: CallId, recording: FileSource) -> Self {
        Self { call, recording }
    }
}

impl Request for AddRecording {
    type Answer = One<AddedRecording>;
    const OPERATION: Operation = Operation {
        id: "addCallRecording",
        method: Method::Put,
        scope: "api:calls:create",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "calls", self.call.as_str(), "media"]
    }

    fn file(&self) -> Option<FilePart<'_>> {
        Some(FilePart {
            field: "mediaFile",
            content_type: "application/octet-stream",
            limit: LARGEST_RECORDING,
            source: &self.recording,
        })
    }
}

/// A recording that was added.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AddedRecording {
    /// The call.
    pub call_id: Option<CallId>,
    /// The call's page in Gong.
    pub url: Option<String>,
}

impl Element for AddedRecording {
    const LIST: &'static str = "";
    const ONE: &'static str = "";

    fn identity(&self) -> Option<&str> {
        self.call_id.as_ref().map(CallId::as_str)
    }
}
