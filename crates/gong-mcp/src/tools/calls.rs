//! `list_calls` and `get_call`.

use std::num::NonZeroUsize;
use std::time::Duration;

use gong_app::views::{CallFactsView, CallRowView};
use gong_app::{App, CallsRequest};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ACCOUNTS, CURSOR, FROM, LAST_DAYS, REPS, TO, extent, filters};
use crate::answer::{Answer, MOST, USUAL, pruned, room, shortened, size};
use crate::arguments::{Arguments, Field, Kind, may, must};
use crate::refusal::Refusal;
use crate::shape::{answer, list as list_of, object, open, text, whole};

pub(super) const LIST: &[Field] = &[
    FROM,
    TO,
    LAST_DAYS,
    REPS,
    ACCOUNTS,
    may(
        "scope",
        Kind::OneOf(&["external", "internal", "unknown"]),
        "",
    ),
    may(
        "direction",
        Kind::OneOf(&["inbound", "outbound", "conference"]),
        "",
    ),
    may("min_duration_s", Kind::Number(1, 86_400), ""),
    may("limit", Kind::Number(1, 100), "10 by default"),
    CURSOR,
];

pub(super) const CALL: &[Field] = &[must(
    "call_id",
    Kind::Id,
    "Always a string: ids exceed doubles",
)];

/// Texts that Gong wrote about a call are cut at this.
const LONGEST: usize = 700;

pub(super) fn list_output() -> Value {
    let rep = object(&[("user_id", text()), ("name", text())]);
    let call = object(&[
        ("call_id", text()),
        ("title", text()),
        ("started_at", text()),
        ("duration_s", whole()),
        ("direction", text()),
        ("scope", text()),
        ("reps", list_of(&rep)),
        ("accounts", list_of(&text())),
        ("domains", list_of(&text())),
        ("transcript", text()),
        ("url", text()),
    ]);
    answer(&[("calls", list_of(&call))])
}

pub(super) fn call_output() -> Value {
    answer(&[
        ("call_id", text()),
        ("title?", text()),
        ("started_at", text()),
        ("duration_s?", whole()),
        ("direction?", text()),
        ("scope?", text()),
        ("language?", text()),
        ("source", text()),
        ("accounts", list_of(&text())),
        ("tags", list_of(&text())),
        ("parties", list_of(&open())),
        ("transcript", text()),
        ("sentences", whole()),
        ("gong_brief?", text()),
        ("gong_key_points?", list_of(&text())),
        ("gong_outcome?", text()),
        ("gong_trackers?", list_of(&open())),
        ("gong_topics?", list_of(&open())),
        ("missing_in_gong_since?", text()),
        ("url?", text()),
    ])
}

pub(super) async fn list(app: &App, now: Timestamp, given: &Arguments) -> Result<Answer, Refusal> {
    let limit = given.number("limit").unwrap_or(10);
    let limit = usize::try_from(limit).ok().and_then(NonZeroUsize::new);
    let mut request = CallsRequest::new(limit.unwrap_or(NonZeroUsize::MIN));
    request.filters = filters(given, now)?;
    request.scope = given.owned("scope");
    request.direction = given.owned("direction");
    request.lasting = given.number("min_duration_s").map(Duration::from_secs);
    request.after = given.owned("cursor");
    let most = if given.has("limit") { MOST } else { USUAL };
    request.room = room(most);
    request.weigh = |row| size(&shown(row)) + 4;
    let view = app.calls(&request).await?;
    Ok(Answer::new(json!({"calls": rows(&view.calls)}))
        .page(view.total, view.next)
        .covering(extent(app).await?)
        .up_to(most))
}

/// Calls as a list shows them.
pub(crate) fn rows(calls: &[CallRowView]) -> Vec<Value> {
    calls.iter().map(shown).collect()
}

fn shown(row: &CallRowView) -> Value {
    let reps = row.reps.iter().take(5);
    let reps = reps.map(|rep| json!({"user_id": rep.user_id, "name": rep.name}));
    pruned(json!({
        "call_id": row.id,
        "title": row.title.as_deref().map(|title| shortened(title, 150)),
        "started_at": row.started,
        "duration_s": row.duration_s,
        "direction": row.direction,
        "scope": row.scope,
        "reps": reps.collect::<Vec<_>>(),
        "accounts": row.account_ids.iter().take(5).collect::<Vec<_>>(),
        "domains": row.domains.iter().take(5).collect::<Vec<_>>(),
        "transcript": row.transcript,
        "url": row.url,
    }))
}

pub(super) async fn call(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let id = given.text("call_id").unwrap_or_default();
    let view = app.call(id, false).await?;
    Ok(of_call(&view).covering(extent(app).await?).link(
        format!("gong://calls/{}/transcript", view.call.id),
        "Its transcript",
    ))
}

/// A call as it is shown, by the tool and as a resource.
pub(crate) fn of_call(view: &CallFactsView) -> Answer {
    let call = &view.call;
    let parties = call.parties.iter().map(|party| {
        json!({
            "name": party.name, "email": party.email, "title": party.title,
            "user_id": party.user_id, "side": party.side,
        })
    });
    let content = view.content.as_ref();
    let short = |text: &String| shortened(text, LONGEST);
    let named = |list: &[(String, u64)], figure: &str| -> Vec<Value> {
        list.iter()
            .map(|(name, value)| json!({"name": name, figure: value}))
            .collect()
    };
    Answer::new(json!({
        "call_id": call.id,
        "title": call.title.as_deref().map(|title| shortened(title, 300)),
        "started_at": call.started,
        "duration_s": call.duration_s,
        "direction": call.direction,
        "scope": call.scope,
        "language": call.language,
        "source": call.source,
        "accounts": call.account_ids,
        "tags": call.tags,
        "parties": parties.collect::<Vec<_>>(),
        "transcript": call.transcript,
        "sentences": view.sentences,
        "gong_brief": content.and_then(|content| content.brief.as_ref()).map(short),
        "gong_key_points": content.map(|content| content.key_points.iter().map(short).collect::<Vec<_>>()),
        "gong_outcome": content.and_then(|content| content.outcome.as_ref()),
        "gong_trackers": content.map(|content| named(&content.trackers, "count")),
        "gong_topics": content.map(|content| named(&content.topics, "seconds")),
        "missing_in_gong_since": call.missing_since,
        "url": call.url,
    }))
    .giving_way(&["gong_topics", "gong_trackers", "gong_key_points", "tags", "parties", "accounts"])
}
