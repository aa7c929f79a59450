//! Calls, who may see them, and users.
use std::time::Duration;

use gong_client::{
    ContentSelector, DeletesUpstream, Direction, ExposedField, FindUsers, GetCall,
    GetSettingsHistory, GetUser, ListCalls, ListExtensive, ListTranscripts, ListUsers,
    calls_access::{GrantAccess, ListAccess, RevokeAccess},
    new_call::{AddCall, AddRecording, FlowContext, NewParty, SpeakersTimeline, SpeechSegment},
};

use super::{AnyRequest, at, email, file, id, list, one, reference, text};

pub(super) fn calls() -> Vec<Box<dyn AnyRequest>> {
    let everything = ContentSelector::all_but_media()
        .with(ExposedField::Media)
        .context(
            gong_client::ContextDepth::Extended,
            [gong_client::Timing::Now],
        );
    let party = NewParty::new()
        .phone_number("+14255552671")
        .email_address(email())
        .name(text())
        .party_id(id::<gong_client::PartyId>())
        .media_channel_id(1_u32)
        .context([reference()])
        .user_id(id::<gong_client::UserId>());
    let (start, end) = (Duration::from_millis(10), Duration::from_millis(20));
    let segment = SpeechSegment::new(start, end, [id::<gong_client::PartyId>()]);
    let call = AddCall::new(
        text(),
        at(),
        [party],
        Direction::Outbound,
        id::<gong_client::UserId>(),
    );
    let call = call
        .title(text())
        .purpose(text())
        .scheduled_start(at())
        .scheduled_end(at())
        .duration(Duration::from_secs(90))
        .disposition(text())
        .context([reference()])
        .custom_data(text())
        .speakers_timeline(
            SpeakersTimeline::new()
                .precise(true)
                .speech_segments([segment]),
        )
        .meeting_url("https://example.com/meeting")
        .call_provider_code("zoom")
        .download_media_url("https://example.com/media")
        .workspace_id(id::<gong_client::WorkspaceId>())
        .language_code("en-US")
        .flow_context(FlowContext::new().task_id(id::<gong_client::TaskId>()));
    vec![
        list(ListCalls::between(at(), at()).workspace(id())),
        one(call),
        one(AddRecording::new(id(), file())),
        one(GetCall::new(id())),
        list(
            ListExtensive::between(at(), at())
                .workspace(id())
                .hosted_by([id()])
                .select(everything),
        ),
        list(ListExtensive::of_calls([id()]).unwrap()),
        list(ListExtensive::all()),
        list(ListTranscripts::between(at(), at()).workspace(id())),
        list(ListTranscripts::of_calls([id()]).unwrap()),
    ]
}

pub(super) fn access() -> Vec<Box<dyn AnyRequest>> {
    let consent = DeletesUpstream::confirmed();
    vec![
        one(GrantAccess::to_call(id(), [id()])),
        one(ListAccess::of_calls([id()]).unwrap()),
        one(RevokeAccess::to_call(id(), [id()], consent)),
    ]
}

pub(super) fn users() -> Vec<Box<dyn AnyRequest>> {
    vec![
        list(ListUsers::new().with_avatars()),
        one(GetUser::new(id())),
        list(FindUsers::created_between(at(), at()).with_avatars()),
        list(FindUsers::of_ids([id()]).unwrap()),
        one(GetSettingsHistory::new(id())),
    ]
}
