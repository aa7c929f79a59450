//! `ask_calls`.

use std::num::NonZeroUsize;

use gong_app::views::{AnswerView, QuoteView};
use gong_app::{App, AskRequest};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ACCOUNTS, CALLS, DETAIL, FROM, LAST_DAYS, REPS, SIDE, TO, extent, filters, most};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, may, must};
use crate::refusal::Refusal;
use crate::shape::{answer, cited_with, list, text};

pub(super) const FIELDS: &[Field] = &[
    must("question", Kind::Text, "One question"),
    FROM,
    TO,
    LAST_DAYS,
    REPS,
    ACCOUNTS,
    CALLS,
    SIDE,
    may("limit", Kind::Number(1, 10), "Sentences; 1 or 2 by default"),
    DETAIL,
];

pub(super) fn output() -> Value {
    answer(&[
        ("standing", text()),
        ("answers", list(&cited_with(&["title", "said_before"]))),
    ])
}

pub(super) async fn ask(app: &App, now: Timestamp, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = AskRequest::new(given.text("question").unwrap_or_default());
    let limit = given
        .number("limit")
        .and_then(|limit| usize::try_from(limit).ok());
    request.most = limit.and_then(NonZeroUsize::new);
    request.filters = filters(given, now)?;
    let view = app.ask(&request).await?;
    let said = match view.standing {
        "answered" => "These sentences answer it, by how such questions turned out.",
        "nearest" => "These are the nearest sentences there are; they may not answer it.",
        _ => "Nothing that was searched has to do with it: use other words, or fewer filters.",
    };
    let answers = view.answers.iter().map(answered);
    Ok(Answer::new(json!({
        "standing": view.standing,
        "answers": answers.collect::<Vec<_>>(),
    }))
    .giving_way(&["answers"])
    .up_to(most(given))
    .covering(extent(app).await?)
    .note(said))
}

fn answered(one: &AnswerView) -> Value {
    let QuoteView {
        text,
        speaker,
        citation,
        ..
    } = &one.quote;
    let before = one.before.as_ref();
    pruned(json!({
        "call_id": one.call_id,
        "title": one.title.as_deref().map(|title| shortened(title, 150)),
        "started_at": one.started,
        "said_before": before.map(|before| shortened(&before.text, 200)),
        "at": citation.sentence,
        "start_ms": citation.start_ms,
        "end_ms": citation.end_ms,
        "speaker": speaker,
        "side": citation.side,
        "quote": shortened(text, 600),
        "url": citation.url,
    }))
}
