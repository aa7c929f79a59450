//! The facts of a call.

use conversation::{Call, CallId, Direction, Privacy, UserId, WorkspaceId};
use gong_client::{ExtensiveCall, MetaData, Reach};

use crate::Error;
use crate::map::accounts::accounts;
use crate::map::parties::parties;

/// Reads the facts of a call; what has no id or no time is none.
pub(crate) fn call(gong: &ExtensiveCall) -> Result<Call, Error> {
    let none = MetaData::default();
    let meta = gong.meta_data.as_ref().unwrap_or(&none);
    let id = meta.id.as_ref().map(|id| CallId::new(id.as_str()));
    let id = id.and_then(Result::ok).ok_or_else(|| Error::Unreadable {
        call: None,
        reason: "it has no id".to_owned(),
    })?;
    let scheduled = meta.scheduled.as_ref().map(gong_client::When::at);
    let started = meta.started.as_ref().map(gong_client::When::at);
    let Some(started) = started.or(scheduled) else {
        return Err(Error::Unreadable {
            call: Some(id),
            reason: "it has no time".to_owned(),
        });
    };

    let mut call = Call::new(id, started);
    call.workspace = meta
        .workspace_id
        .as_ref()
        .and_then(|id| WorkspaceId::new(id.as_str()).ok());
    call.title = meta.title.clone().filter(|title| !title.trim().is_empty());
    call.url.clone_from(&meta.url);
    call.scheduled = scheduled;
    call.duration = meta.duration.map(gong_client::Seconds::to_duration);
    call.direction = meta.direction.as_ref().and_then(direction);
    call.scope = meta.scope.as_ref().map(Reach::as_str).map(str::to_owned);
    call.language.clone_from(&meta.language);
    call.privacy = privacy(meta);
    call.primary_user = meta
        .primary_user_id
        .as_ref()
        .and_then(|id| UserId::new(id.as_str()).ok());
    call.parties = parties(&gong.parties);
    call.accounts = accounts(gong, &call.parties);
    Ok(call)
}

fn privacy(meta: &MetaData) -> Privacy {
    if meta.is_private == Some(true) {
        Privacy::Private
    } else {
        Privacy::Open
    }
}

fn direction(gong: &gong_client::Direction) -> Option<Direction> {
    use gong_client::Direction as Gong;
    match gong {
        Gong::Inbound => Some(Direction::Inbound),
        Gong::Outbound => Some(Direction::Outbound),
        Gong::Conference => Some(Direction::Conference),
        Gong::Unknown => None,
        other => Some(Direction::Other(other.as_str().to_owned())),
    }
    .filter(|direction| !direction.as_str().is_empty())
}
