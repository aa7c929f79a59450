//! One theme: in how many calls customers said it, and their sentences.

use axum::Extension;
use axum::response::Response;
use gong_app::views::HeardView;
use gong_app::{Error, Operation, Why};
use maud::{Markup, html};

use crate::cells::percent;
use crate::executive::customers::name;
use crate::visit::Visit;
use crate::{answer, moments};

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::FINDINGS) {
        return answer::not_found(&visit);
    }
    match heard(&visit).await {
        Ok(view) => made(&visit, &view),
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn heard(visit: &Visit) -> Result<HeardView, Error> {
    visit.app.heard(&visit.outlook(Why::Said)?).await
}

fn made(visit: &Visit, view: &HeardView) -> Response {
    let (kind, about) = (visit.asked.text("kind"), visit.asked.get("about"));
    let theme = view
        .themes
        .iter()
        .find(|theme| theme.kind == kind && theme.about.as_deref() == about);
    let Some(theme) = theme else {
        return answer::not_found(visit);
    };
    let title = name(theme);
    let rows = [("kind", kind), ("about", about.unwrap_or_default())];
    let interval = |lo: Option<f64>, hi: Option<f64>| match (lo, hi) {
        (Some(lo), Some(hi)) => format!(" ({} to {})", percent(lo), percent(hi)),
        _ => String::new(),
    };
    let content: Markup = html! {
        h1 { (title) }
        p { "Said by customers in " a href=(visit.to("/calls", rows)) { (theme.lately.part) " calls" }
            " of " (theme.lately.of) " with a transcript, " (view.period.from) " to " (view.period.to) (interval(theme.lately.lo, theme.lately.hi)) "." }
        p { "From " (view.compared_with.from) " to " (view.compared_with.to) ": " (theme.before.part) " of " (theme.before.of) (interval(theme.before.lo, theme.before.hi)) "." }
        @for quote in &theme.quotes { (moments::quote(visit, quote)) }
        p.hint { "The newest sentences; each call has the rest in its margin." }
    };
    answer::page(visit, &title, &content)
}
