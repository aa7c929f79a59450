//! One call: what was said with what was found in the margin, and how people talked.

mod margin;
mod talk;
mod voices;

use axum::Extension;
use axum::response::Response;
use gong_app::views::{CallView, InsightsView};
use gong_app::{Error, ErrorKind, Operation};
use maud::{Markup, html};

use crate::cells::{clock, minute};
use crate::charts;
use crate::layout::{empty, section};
use crate::visit::Visit;
use crate::{answer, labels, moments};

use margin::Margin;
use voices::Voices;

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::GET_CALL) {
        return answer::not_found(&visit);
    }
    match made(&visit).await {
        Ok((title, content)) => answer::page(&visit, &title, &content),
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn made(visit: &Visit) -> Result<(String, Markup), Error> {
    let id = visit.asked.get("id").unwrap_or_default();
    let call = visit.app.show(id, false).await?;
    let found = found(visit, id).await?;
    let voices = Voices::of(&call, found.as_ref());
    let title = call
        .title
        .clone()
        .unwrap_or_else(|| format!("Call {}", call.id));
    let content = html! {
        (charts::patterns())
        @if found.is_some() { (labels::form(visit)) }
        h1 { (title) }
        (facts(visit, &call))
        (people(visit, &call, &voices))
        @if let Some(found) = &found {
            (section(visit, "talk", "How people talked", &talk::part(&call, &found.statistics, &voices)))
            (section(visit, "summary", "What was found", &margin::summary(visit, found)))
        }
        (section(visit, "transcript", "What was said", &transcript(visit, &call, found.as_ref(), &voices)))
    };
    Ok((title, content))
}

/// What was found; none without a transcript, or for whoever may not see it.
async fn found(visit: &Visit, id: &str) -> Result<Option<InsightsView>, Error> {
    if !visit.may(Operation::ANALYSE_CALL) {
        return Ok(None);
    }
    match visit.app.insights(id, false).await {
        Ok(view) => Ok(Some(view)),
        Err(error) if error.kind() == ErrorKind::TryLater => Ok(None),
        Err(error) => Err(error),
    }
}

fn facts(visit: &Visit, call: &CallView) -> Markup {
    html! {
        p.hint {
            (minute(&call.started)) " UTC"
            @if let Some(seconds) = call.duration_s { " · " (clock(seconds as f64)) }
            @if let Some(direction) = &call.direction { " · " (direction) }
            @if let Some(language) = &call.language { " · " (language) }
            @for account in &call.account_ids { " · " a href=(visit.to("/account", [("id", account.as_str())])) { (account) } }
            @if call.url.is_some() { " · " (moments::in_gong(call.url.as_deref())) }
            @if call.source == "demo" { " · " strong { "an invented call" } }
            @if let Some(since) = &call.missing_since { " · not in Gong's list since " (minute(since)) }
        }
    }
}

fn people(visit: &Visit, call: &CallView, voices: &Voices) -> Markup {
    html! {
        ul.people { @for party in &call.parties {
            @let name = party.name.as_deref().unwrap_or("somebody");
            li data-side=(party.side) {
                (charts::swatch(voices.look(Some(&party.id))))
                @match &party.user_id {
                    Some(user) if visit.may(Operation::COACH) => a href=(visit.to("/rep", [("id", user.as_str())])) { (name) },
                    _ => (name),
                }
                span.hint { @if let Some(title) = &party.title { " " (title) } " · " (crate::words::said(party.side)) }
            }
        } }
    }
}

fn transcript(
    visit: &Visit,
    call: &CallView,
    found: Option<&InsightsView>,
    voices: &Voices,
) -> Markup {
    if call.sentences.is_empty() {
        return empty(&html! {
            @match call.transcript {
                "present" => p { "The words of this call are not shown to you." },
                "pending" => { p { "The transcript is waited for." } p.hint { code { "gongkit sync" } " asks for it again." } },
                _ => p { "This call has no transcript." },
            }
        });
    }
    let margin = Margin::of(found);
    html! {
        div.transcript {
            @for (at, said) in call.sentences.iter().enumerate() {
                @let before = at.checked_sub(1).and_then(|at| call.sentences.get(at));
                @let is_same = before.is_some_and(|before| before.party_id == said.party_id);
                (sentence(visit, call, said, is_same, &margin, voices))
            }
        }
    }
}

fn sentence(
    visit: &Visit,
    call: &CallView,
    said: &gong_app::views::SentenceView,
    is_same_voice: bool,
    margin: &Margin<'_>,
    voices: &Voices,
) -> Markup {
    let anchor = moments::anchor(&said.sentence);
    let here = format!("#{anchor}");
    let speaker = said.speaker.as_deref().unwrap_or("somebody");
    let notes = margin.at(&said.sentence);
    html! {
        div.said id=(anchor) data-side=(said.side) data-look=(voices.look(said.party_id.as_deref())) {
            div.who { @if !is_same_voice { (charts::swatch(voices.look(said.party_id.as_deref()))) (speaker) } }
            a.time href=(here) { (said.time) }
            p.words { (said.text) }
            div.margin {
                @if !notes.is_empty() { (margin::notes(visit, &call.id, &notes)) (moments::in_gong(margin.url(&said.sentence).or(call.url.as_deref()))) }
            }
        }
    }
}
