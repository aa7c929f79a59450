//! `competitor_mentions`.

use gong_app::views::CompetitorView;
use gong_app::{App, CompetitorsRequest, Why};
use serde_json::{Value, json};

use super::deals::rate;
use super::{DETAIL, extent, is_full, moment, most};
use crate::answer::{Answer, pruned};
use crate::arguments::{Arguments, Field, Kind, may};
use crate::refusal::Refusal;
use crate::shape::{answer, list, object, open, text, whole};

pub(super) const FIELDS: &[Field] = &[
    may("competitor", Kind::Text, "All that are watched if left out"),
    may(
        "days",
        Kind::Number(7, 730),
        "Trend: against as many days before; 90 by default",
    ),
    DETAIL,
];

pub(super) fn output() -> Value {
    let competitor = object(&[
        ("name", text()),
        ("deals", whole()),
        ("calls", whole()),
        ("amounts", list(&text())),
        ("open_amounts", list(&text())),
        ("lately", open()),
        ("before", open()),
        ("stances", open()),
        ("win_rate", open()),
        ("against_none", text()),
        ("deal_ids", list(&text())),
        ("quotes", list(&open())),
    ]);
    answer(&[
        ("competitors", list(&competitor)),
        ("win_rate_without", open()),
    ])
}

pub(super) async fn mentions(app: &App, given: &Arguments) -> Result<Answer, Refusal> {
    let mut request = CompetitorsRequest::default();
    request.name = given.owned("competitor");
    if let Some(days) = given.number("days") {
        request.days = u32::try_from(days).unwrap_or(u32::MAX);
    }
    request.why = Why::Said;
    let view = app.competitors(&request).await?;
    let quotes = match (is_full(given), view.competitors.len()) {
        (true, _) => 5,
        (false, 1) => 3,
        (false, _) => 1,
    };
    let shown = view.competitors.iter();
    let shown: Vec<Value> = shown.map(|one| competitor(one, quotes)).collect();
    let nothing = shown.is_empty();
    let answer = Answer::new(json!({
        "competitors": shown,
        "win_rate_without": rate(&view.without),
    }))
    .giving_way(&["competitors", "competitors.deal_ids", "competitors.quotes"])
    .up_to(most(given))
    .covering(extent(app).await?)
    .note(format!(
        "Deals and calls are counted, not mentions. {} of {} known calls have a transcript.",
        view.with_transcript, view.known
    ));
    Ok(if nothing {
        answer.note("No watched competitor was heard; search_calls finds other names.")
    } else {
        answer
    })
}

fn competitor(one: &CompetitorView, quotes: usize) -> Value {
    let stances = one.stances.iter();
    let stances = stances.map(|stance| (stance.stance.to_owned(), stance.deals.into()));
    let is_alone = quotes > 1;
    let deals = is_alone.then(|| one.deal_ids.iter().take(50).collect::<Vec<_>>());
    pruned(json!({
        "name": one.name,
        "deals": one.deals,
        "calls": one.calls,
        "amounts": one.amounts,
        "open_amounts": one.open_amounts,
        "lately": rate(&one.lately),
        "before": rate(&one.before),
        "stances": Value::Object(stances.collect()),
        "win_rate": rate(&one.win_rate),
        "against_none": one.against_none,
        "deal_ids": deals,
        "quotes": one.quotes.iter().take(quotes).map(moment).collect::<Vec<_>>(),
    }))
}
