//! How far the numbers can be trusted: what they rest on, how fresh it is, and how often they are right.

use gong_app::views::{JudgedView, StatusView};
use gong_app::{Error, Operation};
use maud::{Markup, html};

use crate::cells::{minute, percent};
use crate::visit::Visit;

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let view = visit.app.status().await?;
    let judged = if visit.may(Operation::FINDINGS) {
        Some(visit.app.judged().await?)
    } else {
        None
    };
    Ok(html! {
        dl.trust { (coverage(&view)) (freshness(&view)) (company(&view))
            @if let Some(judged) = &judged { (rightness(&visit, judged)) } }
        @if !view.limitations.is_empty() {
            ul.limits { @for limitation in &view.limitations { li { (limitation) } } }
        }
        p.hint {
            "Say right or wrong beside a finding on the page of its call; how often each detector is right stands in "
            a href=(visit.to("/health", [])) { "Health" }
            @if visit.may(Operation::FORECAST) { "; how good past forecasts were, beside the forecast" } "."
        }
    })
}

fn coverage(view: &StatusView) -> Markup {
    let calls = view.extent.calls;
    let share = view
        .extent
        .without_transcript
        .filter(|_| calls > 0)
        .map(|without| calls.saturating_sub(without) as f64 / calls as f64);
    html! {
        div { dt { "calls that you see" } dd { a href="/calls" { (calls) } } }
        @if let Some(share) = share { div { dt { "with a transcript" } dd { (percent(share)) } } }
    }
}

/// How often findings were right, by what people said on the pages of calls.
fn rightness(visit: &Visit, judged: &JudgedView) -> Markup {
    html! {
        div { dt { "findings that people found right" } dd { a href=(visit.to("/health#quality", [])) {
            @match &judged.precision {
                Some(share) => { (percent(share.p)) " (" (percent(share.lo)) "–" (percent(share.hi)) ") of " (share.n) },
                None => { (judged.right) " of " (judged.judged) ", too few for a share" },
            }
        } } }
    }
}

fn freshness(view: &StatusView) -> Markup {
    html! {
        div { dt { "synced through" } dd {
            @match &view.extent.synced_through { Some(at) => (minute(at)), None => "never" } } }
        @if let Some(newest) = &view.newest_call { div { dt { "newest call" } dd { (minute(newest)) } } }
    }
}

fn company(view: &StatusView) -> Markup {
    html! {
        @if let Some(company) = &view.company {
            div { dt { "in the index" } dd { (company.indexed) " of " (company.with_transcript) } }
            div { dt { "private, withheld" } dd { (company.private) } }
            div { dt { "model of search" } dd { (company.model) } }
        }
    }
}
