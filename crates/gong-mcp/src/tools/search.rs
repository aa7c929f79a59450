//! `search_calls`.

use std::num::NonZeroUsize;

use gong_app::views::{HitView, QuoteView};
use gong_app::{App, SearchMode, SearchRequest};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ACCOUNTS, CALLS, DETAIL, FROM, LAST_DAYS, REPS, SIDE, TO, extent, filters, most};
use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, may, must};
use crate::refusal::Refusal;
use crate::shape::{answer, list, number, object, quote, text};

pub(super) const FIELDS: &[Field] = &[
    must("query", Kind::Text, "A question or a few words"),
    may("mode", Kind::OneOf(&["hybrid", "semantic", "keyword"]), ""),
    FROM,
    TO,
    LAST_DAYS,
    REPS,
    ACCOUNTS,
    CALLS,
    SIDE,
    may("limit", Kind::Number(1, 25), "Moments; 10 by default"),
    DETAIL,
];

/// So many moments of one call are shown at most.
const MOST_OF_A_CALL: usize = 3;

pub(super) fn output() -> Value {
    let call = object(&[
        ("call_id", text()),
        ("title", text()),
        ("started_at", text()),
        ("accounts", list(&text())),
        ("score", number()),
        ("moments", list(&quote())),
    ]);
    answer(&[("calls", list(&call))])
}

pub(super) async fn search(
    app: &App,
    now: Timestamp,
    given: &Arguments,
) -> Result<Answer, Refusal> {
    let mut request = SearchRequest::new(given.text("query").unwrap_or_default());
    let limit = given.number("limit").unwrap_or(10);
    request.limit = usize::try_from(limit).ok().and_then(NonZeroUsize::new);
    request.mode = match given.text("mode") {
        Some("semantic") => SearchMode::Meaning,
        Some("keyword") => SearchMode::Words,
        _ => SearchMode::Hybrid,
    };
    request.filters = filters(given, now)?;
    let view = app.search(&request).await?;
    let is_full = given.text("detail") == Some("full");
    let calls = by_call(&view.hits, if is_full { 3 } else { 1 });
    let mut answer = Answer::new(json!({"calls": calls}))
        .covering(extent(app).await?)
        .giving_way(&["calls"])
        .up_to(most(given));
    for understood in &view.filters.understood {
        answer = answer.note(format!("Understood in the question: {understood}."));
    }
    Ok(if view.hits.is_empty() {
        answer.note("Nothing was found: use other words, fewer filters, or another period.")
    } else {
        answer
    })
}

/// The moments, those of a call together, by the best of each call.
fn by_call(hits: &[HitView], quotes: usize) -> Vec<Value> {
    let mut calls: Vec<(&HitView, Vec<Value>)> = Vec::new();
    for hit in hits {
        let moments = moments(hit, quotes);
        match calls
            .iter_mut()
            .find(|(first, _)| first.call_id == hit.call_id)
        {
            Some((_, known)) => {
                let room = (MOST_OF_A_CALL * quotes).saturating_sub(known.len());
                known.extend(moments.into_iter().take(room));
            }
            None => calls.push((hit, moments)),
        }
    }
    calls
        .into_iter()
        .map(|(hit, moments)| {
            json!({
                "call_id": hit.call_id,
                "title": hit.title.as_deref().map(|title| shortened(title, 150)),
                "started_at": hit.started,
                "accounts": hit.account_ids.iter().take(3).collect::<Vec<_>>(),
                "score": (f64::from(hit.score) * 1_000.0).round() / 1_000.0,
                "moments": moments,
            })
        })
        .collect()
}

/// The quotes of a place; if only one is wanted, the best.
fn moments(hit: &HitView, quotes: usize) -> Vec<Value> {
    let best = hit.citation.as_ref().map(|citation| &citation.sentence);
    let is_best = |quote: &&QuoteView| best == Some(&quote.citation.sentence);
    let chosen: Vec<&QuoteView> = if quotes == 1 {
        hit.quotes.iter().find(is_best).into_iter().collect()
    } else {
        hit.quotes.iter().take(quotes).collect()
    };
    chosen
        .into_iter()
        .map(|quote| {
            let citation = &quote.citation;
            pruned(json!({
                "at": citation.sentence,
                "start_ms": citation.start_ms,
                "end_ms": citation.end_ms,
                "speaker": quote.speaker,
                "side": citation.side,
                "quote": shortened(&quote.text, 400),
                "url": citation.url,
            }))
        })
        .collect()
}
