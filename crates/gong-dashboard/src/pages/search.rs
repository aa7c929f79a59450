//! Search: a question and its filters in the address, places with quotes, and what was searched.

use axum::Extension;
use axum::response::Response;
use gong_app::views::{HitView, QuoteView, SearchView, WhyView};
use gong_app::{Error, ErrorKind, Operation, SearchFilters, SearchMode, SearchRequest};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::cells::minute;
use crate::layout::empty;
use crate::visit::Visit;
use crate::words::said;
use crate::{answer, moments};

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::SEARCH) {
        return answer::not_found(&visit);
    }
    let found = match visit.asked.get("q") {
        Some(question) => Some(searched(&visit, question).await),
        None => None,
    };
    let content = html! {
        h1 { "Search" }
        (form(&visit))
        @match &found {
            None => p.hint { "Ask in your own words: what was said is found by meaning and by words." },
            Some(Ok(view)) => (results(&visit, view)),
            Some(Err(error)) => (answer::note_of(error)),
        }
    };
    answer::page(&visit, "Search", &content)
}

async fn searched(visit: &Visit, question: &str) -> Result<SearchView, Error> {
    let mut request = SearchRequest::new(question);
    request.filters = filters(visit)?;
    request.explain = visit.asked.get("explain").is_some();
    request.mode = match visit.asked.text("mode") {
        "words" => SearchMode::Words,
        "meaning" => SearchMode::Meaning,
        _ => SearchMode::Hybrid,
    };
    visit.app.search(&request).await
}

fn filters(visit: &Visit) -> Result<SearchFilters, Error> {
    let list = |name: &str| {
        visit
            .asked
            .get(name)
            .map(str::to_owned)
            .into_iter()
            .collect()
    };
    let mut filters = SearchFilters::default();
    filters.from = begin_of(visit.asked.get("from"))?;
    filters.to = begin_of(visit.asked.get("to"))?;
    filters.accounts = list("account");
    filters.reps = list("rep");
    filters.deals = list("deal");
    filters.side = visit.asked.get("side").map(str::to_owned);
    Ok(filters)
}

fn begin_of(day: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let Some(text) = day else { return Ok(None) };
    let day = text.parse::<Date>().ok();
    let start = day.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
    start.map(Some).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "that is no day").hint("write days like 2026-03-31")
    })
}

fn form(visit: &Visit) -> Markup {
    let asked = &visit.asked;
    let chosen = |name: &str, value: &str| asked.text(name) == value;
    html! {
        form.search method="get" action="/search" role="search" {
            label.question { span { "Question" } input name="q" type="search" value=(asked.text("q")) maxlength="1000"; }
            button type="submit" { "Search" }
            fieldset {
                legend.hidden { "Filters" }
                label { span { "From" } input name="from" type="date" value=(asked.text("from")); }
                label { span { "Before" } input name="to" type="date" value=(asked.text("to")); }
                label { span { "Customer" } input name="account" value=(asked.text("account")); }
                label { span { "Our person" } input name="rep" value=(asked.text("rep")); }
                label { span { "Deal" } input name="deal" value=(asked.text("deal")) placeholder="salesforce:0061"; }
                label { span { "Said by" } select name="side" {
                    option value="" selected[chosen("side", "")] { "anybody" }
                    option value="theirs" selected[chosen("side", "theirs")] { "the customer" }
                    option value="ours" selected[chosen("side", "ours")] { "us" }
                } }
                label { span { "Compared" } select name="mode" {
                    option value="" selected[chosen("mode", "")] { "meaning and words" }
                    option value="meaning" selected[chosen("mode", "meaning")] { "meaning only" }
                    option value="words" selected[chosen("mode", "words")] { "words only" }
                } }
                label.check { input name="explain" type="checkbox" value="1" checked[asked.get("explain").is_some()];
                    span { "Explain the order" } }
            }
            @for kept in ["period", "as_of"] { @if let Some(text) = asked.get(kept) { input type="hidden" name=(kept) value=(text); } }
        }
    }
}

fn results(visit: &Visit, view: &SearchView) -> Markup {
    let coverage = &view.coverage;
    html! {
        @if view.hits.is_empty() {
            (empty(&html! { p { "Nothing was found." } p.hint { "Leave a filter out, or say it in other words." } }))
        }
        ol.hits { @for hit in &view.hits { (place(visit, hit)) } }
        p.hint {
            "Searched " (coverage.searched) " of " (coverage.calls) " calls"
            @if coverage.without_transcript > 0 { ", " (coverage.without_transcript) " have no transcript" }
            @if coverage.pending_index > 0 { ", " (coverage.pending_index) " wait for the index" }
            @if coverage.private_withheld > 0 { ", " (coverage.private_withheld) " are not shown to you" }
            ". " (understood(view))
        }
    }
}

/// The filters as they were understood.
fn understood(view: &SearchView) -> Markup {
    let filters = &view.filters;
    let reps: Vec<&str> = filters
        .reps
        .iter()
        .map(|rep| rep.name.as_deref().unwrap_or(&rep.user_id))
        .collect();
    html! {
        @if !filters.accounts.is_empty() { "Customers: " (filters.accounts.join(", ")) ". " }
        @if !reps.is_empty() { "People: " (reps.join(", ")) ". " }
        @if !filters.deals.is_empty() { "Deals: " (filters.deals.join(", ")) ". " }
        @if let Some(from) = &filters.from { "From " (minute(from)) " UTC. " }
        @if let Some(to) = &filters.to { "Before " (minute(to)) " UTC. " }
        @if let Some(side) = filters.side { "Said by " (said(side)) ". " }
        @for what in &filters.understood { (what) ". " }
    }
}

fn place(visit: &Visit, hit: &HitView) -> Markup {
    let call = hit.call_id.as_str();
    html! {
        li {
            h2 { a href=(moments::place(visit, call, &hit.first)) { (hit.title.as_deref().unwrap_or(call)) } }
            p.hint { (minute(&hit.started)) " · score " (format!("{:.2}", hit.score)) }
            @for quote in &hit.quotes { (quoted(visit, quote)) }
            @if let Some(why) = &hit.why { (explained(hit.score, why)) }
        }
    }
}

/// What a score is the sum of, as `gongkit search --explain` tells it.
fn explained(score: f32, why: &WhyView) -> Markup {
    let given = |value: Option<f32>, none: &str| match value {
        Some(value) => format!("{value:.3}"),
        None => format!("not found by {none}"),
    };
    let parts = [
        (
            "meaning",
            why.meaning,
            given(why.cosine, "meaning"),
            "cosine with the question",
        ),
        (
            "words",
            why.words,
            given(why.bm25, "words"),
            "BM25 of its words",
        ),
        (
            "neighbours",
            why.neighbours,
            String::new(),
            "what the passages beside it add",
        ),
        (
            "call",
            why.call,
            String::new(),
            "what the rest of the call adds",
        ),
    ];
    html! {
        table.why {
            caption { "Why it stands here: the parts add up to " (format!("{score:.2}")) }
            thead { tr { th scope="col" { "part" } th.n scope="col" { "adds" } th.n scope="col" { "measured" } th scope="col" { "what it is" } } }
            tbody { @for (part, adds, measured, about) in &parts { tr {
                th scope="row" { (part) }
                td.n { (format!("{adds:+.2}")) }
                td.n { (measured) }
                td { (about) }
            } } }
        }
    }
}

fn quoted(visit: &Visit, quote: &QuoteView) -> Markup {
    let citation = &quote.citation;
    let place = moments::place(visit, &citation.call_id, &citation.sentence);
    let speaker = quote.speaker.clone().unwrap_or_else(|| said(citation.side));
    html! {
        figure.quote data-side=(citation.side) {
            blockquote { (quote.text) @if quote.is_cut { " …" } }
            figcaption { (speaker) " · " a href=(place) { (citation.time) } " " (moments::in_gong(citation.url.as_deref())) }
        }
    }
}
