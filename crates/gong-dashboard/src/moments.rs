//! A quote, and the way to the moment it was said.

use gong_app::views::{EvidenceView, MomentView, SaidView};
use maud::{Markup, html};

use crate::cells;
use crate::visit::Visit;
use crate::words::said;

/// The anchor of a sentence on the page of its call.
pub(crate) fn anchor(sentence: &str) -> String {
    format!("s{sentence}")
}

/// Where a sentence stands on the page of its call.
pub(crate) fn place(visit: &Visit, call: &str, sentence: &str) -> String {
    visit.to(&format!("/call#{}", anchor(sentence)), [("id", call)])
}

/// Opens the call in Gong at the moment.
pub(crate) fn in_gong(url: Option<&str>) -> Markup {
    html! {
        @if let Some(url) = url {
            a.gong href=(url) target="_blank" rel="noopener noreferrer" { "in Gong" span.hidden { " (opens another window)" } }
        }
    }
}

/// A quote with who said it, when, and where to check it.
pub(crate) fn quote(visit: &Visit, moment: &MomentView) -> Markup {
    let place = place(visit, &moment.call, &moment.sentence);
    let speaker = moment.speaker.clone().unwrap_or_else(|| said(moment.side));
    html! {
        figure.quote data-side=(moment.side) {
            blockquote {
                @match &moment.text {
                    Some(text) => (text),
                    None => span.withheld { "The words are not shown to you, or were changed since." },
                }
            }
            figcaption {
                (speaker) " · " a href=(place) { (cells::day(&moment.call_started)) ", " (moment.time) }
                " " (in_gong(moment.url.as_deref()))
            }
        }
    }
}

/// A sentence of a call whose page is known.
pub(crate) fn said_in(visit: &Visit, call: &str, one: &SaidView) -> Markup {
    let place = place(visit, call, &one.sentence);
    let speaker = one.speaker.clone().unwrap_or_else(|| said(one.side));
    html! {
        figure.quote data-side=(one.side) {
            blockquote {
                @match &one.text {
                    Some(text) => (text),
                    None => span.withheld { "The words are not shown to you." },
                }
            }
            figcaption { (speaker) " · " a href=(place) { (one.time) } " " (in_gong(one.url.as_deref())) }
        }
    }
}

/// What something rests on.
pub(crate) fn evidence(visit: &Visit, evidence: &EvidenceView) -> Markup {
    html! {
        @for moment in &evidence.quotes { (quote(visit, moment)) }
        @if let Some(all) = evidence.sentences.filter(|all| *all > evidence.quotes.len()) {
            p.hint { "These are " (evidence.quotes.len()) " of " (all) " sentences." }
        }
        @if let (Some(with), Some(known)) = (evidence.with_transcript, evidence.known) {
            p.hint { "Searched " (with) " calls with a transcript, of " (known) " that are known"
                @if !evidence.calls.is_empty() { ": " (call_links(visit, &evidence.calls)) } "." }
        }
        @if let Some(query) = &evidence.query {
            p.hint { "Counted: " code { (query) } @if let Some(rows) = evidence.rows { ", " (rows) " rows" } }
        }
    }
}

/// Links to calls, a few by number.
pub(crate) fn call_links(visit: &Visit, calls: &[String]) -> Markup {
    html! {
        @for (at, call) in calls.iter().take(12).enumerate() {
            @if at > 0 { ", " }
            a href=(visit.to("/call", [("id", call.as_str())])) { (call) }
        }
        @if calls.len() > 12 { " and " (calls.len() - 12) " more" }
    }
}
