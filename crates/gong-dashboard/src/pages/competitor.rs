//! One competitor: deals, stances, and what was said.

use axum::Extension;
use axum::response::Response;
use gong_app::views::{CompetitorView, CompetitorsView};
use gong_app::{CompetitorsRequest, Error, Operation, Why};
use maud::{Markup, html};

use crate::cells::money;
use crate::charts;
use crate::layout::section;
use crate::visit::Visit;
use crate::words::said;
use crate::{answer, moments};

/// Sentences on the page.
const MOST: usize = 30;

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::COMPETITORS) {
        return answer::not_found(&visit);
    }
    match known(&visit).await {
        Ok(view) => match view.competitors.first() {
            Some(one) => answer::page(&visit, &one.name, &page(&visit, &view, one)),
            None => answer::not_found(&visit),
        },
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn known(visit: &Visit) -> Result<CompetitorsView, Error> {
    let mut request = CompetitorsRequest::default();
    request.name = Some(visit.asked.text("name").to_owned());
    request.as_of = visit.as_of()?;
    request.why = Why::Said;
    visit.app.competitors(&request).await
}

fn page(visit: &Visit, view: &CompetitorsView, one: &CompetitorView) -> Markup {
    let name = one.name.as_str();
    html! {
        h1 { (name) }
        dl.facts {
            div { dt { "deals" } dd { a href=(visit.to("/deals", [("competitor", name)])) { (one.deals) } } }
            div { dt { "calls" } dd { a href=(visit.to("/calls", [("competitor", name)])) { (one.calls) } } }
            div { dt { "worth of these deals" } dd { @for sum in &one.amounts { (money(sum)) " " } } }
            div { dt { "of which open" } dd { @for sum in &one.open_amounts {
                a href=(visit.to("/deals", [("competitor", name), ("set", "all-open")])) { (money(sum)) } " " } @if one.open_amounts.is_empty() { "–" } } }
            div { dt { "won against it" } dd {
                a href=(visit.to("/deals", [("competitor", name), ("set", "all-won")])) { (one.win_rate.part) } " of "
                a href=(visit.to("/deals", [("competitor", name), ("set", "all-closed")])) { (one.win_rate.of) } " " (charts::interval(&one.win_rate, view.without.rate)) } }
        }
        p { (one.against_none) }
        (section(visit, "stances", "How deals stand to it", &html! {
            ul { @for stance in &one.stances { li { (said(stance.stance)) ": " (stance.deals) @if stance.deals == 1 { " deal" } @else { " deals" } } } }
        }))
        (section(visit, "quotes", "What was said", &html! {
            @for quote in one.quotes.iter().take(MOST) { (moments::quote(visit, quote)) }
            @if one.quotes.len() > MOST { p.hint { "The newest " (MOST) " of " (one.quotes.len()) " sentences." } }
        }))
    }
}
