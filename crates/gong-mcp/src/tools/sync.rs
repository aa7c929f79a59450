//! `sync_calls`.

use gong_app::{App, Error, ErrorKind, SyncReach};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::answer::{Answer, MOST};
use crate::arguments::{Arguments, Field, Kind, may};
use crate::refusal::Refusal;
use crate::shape::{answer, list, object, text, whole};

pub(super) const FIELDS: &[Field] = &[
    may("call_ids", Kind::Ids(50), "These calls, however old"),
    may(
        "reach",
        Kind::OneOf(&["new", "due", "month"]),
        "What is new (default), also what is due of the past, or 30 days again",
    ),
];

pub(super) fn output() -> Value {
    let call = object(&[("call_id", text()), ("outcome", text())]);
    let outcome = object(&[("outcome", text()), ("calls", whole())]);
    answer(&[
        ("calls?", list(&call)),
        ("outcomes?", list(&outcome)),
        ("requests?", whole()),
        ("indexed", whole()),
        ("problem?", text()),
    ])
}

pub(super) async fn sync(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let calls = given.texts("call_ids");
    if !calls.is_empty() && given.has("reach") {
        return Err(Refusal::saying(
            "call_ids and reach exclude each other: pass one of them.",
        ));
    }
    if !calls.is_empty() {
        let done = {
            let app = app.clone();
            let work = move || Handle::current().block_on(app.sync_calls(&calls));
            to_its_end(work).await?
        };
        let shown = done.view.calls.iter();
        let shown = shown.map(|(id, outcome)| json!({"call_id": id, "outcome": outcome}));
        return Ok(Answer::new(json!({
            "calls": shown.collect::<Vec<_>>(),
            "indexed": done.view.index.indexed,
            "problem": done.problem.map(|problem| Refusal::from(problem).text().to_owned()),
        }))
        .up_to(MOST));
    }
    let reach = match given.text("reach") {
        Some("due") => SyncReach::Due,
        Some("month") => SyncReach::Month,
        _ => SyncReach::New,
    };
    let work = {
        let app = app.clone();
        move || Handle::current().block_on(app.sync(reach))
    };
    let done = to_its_end(work).await?;
    let outcomes = done.view.outcomes.iter();
    let outcomes = outcomes.map(|(outcome, calls)| json!({"outcome": outcome, "calls": calls}));
    Ok(Answer::new(json!({
        "outcomes": outcomes.collect::<Vec<_>>(),
        "requests": done.view.requests,
        "indexed": done.view.index.indexed,
        "problem": done.problem.map(|problem| Refusal::from(problem).text().to_owned()),
    })))
}

/// Does it on a thread of its own. Who asked may cancel or hang up: what was begun is finished and
/// recorded all the same, until the whole server is told to stop.
async fn to_its_end<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Error::new(ErrorKind::Failed, "the sync was stopped").caused_by(error))
    })
}
