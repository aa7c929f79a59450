//! `get_transcript`.

use gong_app::views::{SentenceView, TranscriptView};
use gong_app::{App, Page, TranscriptRequest};
use serde_json::{Value, json};

use super::{SIDE, extent};
use crate::answer::{Answer, MOST, USUAL, pruned, room, shortened};
use crate::arguments::{Arguments, Field, Kind, may, must};
use crate::refusal::Refusal;
use crate::shape::{answer, flag, list, object, text, whole};

pub(super) const FIELDS: &[Field] = &[
    must("call_id", Kind::Id, "Always a string"),
    may("start_ms", Kind::Number(0, MAX_MS), "From here"),
    may("end_ms", Kind::Number(1, MAX_MS), "Up to here"),
    may(
        "around_ms",
        Kind::Number(0, MAX_MS),
        "What is said about this moment",
    ),
    may(
        "window_ms",
        Kind::Number(1_000, 3_600_000),
        "Each way of around_ms; 60000 by default",
    ),
    may(
        "speakers",
        Kind::Texts(10),
        "Only these: name, e-mail or id",
    ),
    SIDE,
    may(
        "max_chars",
        Kind::Number(200, 18_000),
        "Of words, about; 3000 by default",
    ),
    may("cursor", Kind::Text, "next_cursor of the part before"),
];

/// A day: no call is longer.
const MAX_MS: u64 = 86_400_000;
const WINDOW_MS: u64 = 60_000;
/// What stands around the words of a turn in both halves of a result, without the speaker's name.
const AROUND_A_TURN: usize = 300;

pub(super) fn output() -> Value {
    let turn = object(&[
        ("at", text()),
        ("start_ms", whole()),
        ("end_ms", whole()),
        ("speaker", text()),
        ("side", text()),
        ("text", text()),
        ("continued", flag()),
    ]);
    answer(&[
        ("call_id", text()),
        ("title?", text()),
        ("started_at", text()),
        ("url?", text()),
        ("sentences_in_all", whole()),
        ("turns", list(&turn)),
    ])
}

pub(super) async fn read(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = TranscriptRequest::new(given.text("call_id").unwrap_or_default());
    (request.from_ms, request.to_ms) = part(given)?;
    request.side = given.owned("side");
    request.speakers = given.texts("speakers");
    request.after = given.owned("cursor");
    let most = match given.number("max_chars") {
        Some(chars) => usize::try_from(chars).unwrap_or(MOST).saturating_mul(2),
        None => USUAL,
    };
    // The words stand in both halves, so twice as many characters are needed as were asked for.
    let most = most.saturating_add(room_taken()).clamp(2_000, MOST);
    let most = if given.has("max_chars") { most } else { USUAL };
    piece_of(app, request, most).await
}

const fn room_taken() -> usize {
    MOST - room(MOST)
}

fn part(given: &Arguments) -> Result<(Option<u64>, Option<u64>), Refusal> {
    let (start, end) = (given.number("start_ms"), given.number("end_ms"));
    let Some(around) = given.number("around_ms") else {
        if given.has("window_ms") {
            return Err(Refusal::saying(
                "window_ms needs around_ms: pass both, or neither.",
            ));
        }
        return match (start, end) {
            (Some(start), Some(end)) if start >= end => Err(Refusal::saying(
                "start_ms must lie before end_ms: swap them, or leave one out.",
            )),
            both => Ok(both),
        };
    };
    if start.or(end).is_some() {
        return Err(Refusal::saying(
            "around_ms and start_ms or end_ms exclude each other: pass one or the other.",
        ));
    }
    let window = given.number("window_ms").unwrap_or(WINDOW_MS);
    Ok((
        Some(around.saturating_sub(window)),
        Some(around.saturating_add(window)),
    ))
}

/// A part of a transcript as it is shown, by the tool and as a resource.
pub(crate) async fn piece_of(
    app: &App,
    request: TranscriptRequest,
    most: usize,
) -> Result<Answer, Refusal> {
    let page = Page {
        most: room(most),
        weigh,
    };
    let view = app.transcript(&request, page).await?;
    let answer = Answer::new(json!({
        "call_id": view.call.id,
        "title": view.call.title.as_deref().map(|title| shortened(title, 150)),
        "started_at": view.call.started,
        "url": view.call.url,
        "sentences_in_all": view.total,
        "turns": turns(&view),
    }))
    .up_to(most)
    .covering(extent(app).await?);
    let answer = if view.is_cut {
        answer.note("The last sentence is longer than this part and goes on in the next one.")
    } else {
        answer
    };
    Ok(answer.page(None, view.next))
}

/// What a sentence adds to both halves of the answer.
fn weigh(before: Option<&SentenceView>, sentence: &SentenceView) -> usize {
    let is_same_turn = before.is_some_and(|before| turn_of(before) == turn_of(sentence));
    let around = if is_same_turn {
        2
    } else {
        AROUND_A_TURN + sentence.speaker.as_deref().map_or(0, in_both)
    };
    around + in_both(&sentence.text)
}

/// How many characters a text takes in both halves.
fn in_both(text: &str) -> usize {
    crate::answer::size(&Value::from(text))
}

fn turn_of(sentence: &SentenceView) -> &str {
    let at = sentence.sentence.as_str();
    at.split_once('.').map_or(at, |(turn, _)| turn)
}

fn turns(view: &TranscriptView) -> Vec<Value> {
    let said = view
        .sentences
        .chunk_by(|one, next| turn_of(one) == turn_of(next));
    said.enumerate()
        .filter_map(|(position, turn)| {
            let (first, last) = (turn.first()?, turn.last()?);
            let texts: Vec<&str> = turn.iter().map(|said| said.text.trim()).collect();
            let is_continued = position == 0 && view.is_continued;
            Some(pruned(json!({
                "at": first.sentence,
                "start_ms": first.start_ms,
                "end_ms": last.end_ms,
                "speaker": first.speaker,
                "side": first.side,
                "text": texts.join(" "),
                "continued": is_continued.then_some(true),
            })))
        })
        .collect()
}
