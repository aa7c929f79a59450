//! The page that is opened on Monday: will we make the number, what is at risk and why, who says what
//! about us, where to coach, and how far all of that can be trusted.
//!
//! Its head is sent at once and each part as soon as it is there: no part waits for a later one.

mod coaching;
mod competitors;
pub(crate) mod customers;
mod forecast;
pub(crate) mod newest;
pub(crate) mod risk;
mod tiles;
mod trust;

use axum::Extension;
use axum::response::Response;
use futures::FutureExt as _;
use gong_app::{Error, Operation, Why};
use maud::{Markup, html};

use crate::answer::{self, Part};
use crate::layout::section;
use crate::period::Period;
use crate::visit::Visit;

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    let outlook = match visit.outlook(Why::Unsaid) {
        Ok(outlook) => outlook,
        Err(error) => return answer::problem(&visit, &error),
    };
    let title = outlook
        .period
        .clone()
        .unwrap_or_else(|| "This quarter".to_owned());
    let as_of = visit.asked.get("as_of").map_or_else(
        || crate::cells::minute(&visit.now.to_string()),
        str::to_owned,
    );
    let head = html! {
        div.title {
            h1 { (title) }
            p.asof { "as of " (as_of) " UTC" }
        }
    };
    // The parts sum over the same rows: they are read once for the page.
    let mut once = visit.clone();
    once.app = visit.app.reading_once();
    answer::page_in_parts(&visit, &title, &head, parts(&once))
}

/// The parts that whoever asks may see, in the order in which they are read.
fn parts(visit: &Visit) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut add = |needs: Operation, part: Part| {
        if visit.may(needs) {
            parts.push(part);
        }
    };
    let own = || visit.clone();
    add(
        Operation::FORECAST,
        part(
            own(),
            "forecast",
            "Will we make the number?",
            forecast::part,
        ),
    );
    add(
        Operation::PIPELINE,
        part(own(), "pipeline", "The pipeline", tiles::part),
    );
    add(
        Operation::RISK,
        part(own(), "risk", "Deals at risk", risk::part),
    );
    add(
        Operation::COMPETITORS,
        part(own(), "competitors", "Competitors", competitors::part),
    );
    add(
        Operation::FINDINGS,
        part(own(), "customers", "What customers say", customers::part),
    );
    add(
        Operation::COACH,
        part(own(), "coaching", "Coaching", coaching::part),
    );
    add(
        Operation::LIST_CALLS,
        part(own(), "newest", "Newest calls", newest::part),
    );
    add(
        Operation::STATUS,
        part(own(), "trust", "How far this can be trusted", trust::part),
    );
    parts
}

/// A section; what keeps it from being shown stands in its place.
fn part<F, W>(visit: Visit, id: &'static str, title: &'static str, make: F) -> Part
where
    F: FnOnce(Visit) -> W + Send + 'static,
    W: Future<Output = Result<Markup, Error>> + Send + 'static,
{
    async move {
        let content = make(visit.clone()).await;
        let content = content.unwrap_or_else(|error| answer::note_of(&error));
        section(&visit, id, title, &content)
    }
    .boxed()
}

/// The period of a view, and the names of those around it.
fn around(visit: &Visit, from: &str, to: &str) -> Markup {
    let Some(period) = Period::of(from, to) else {
        return html! {};
    };
    let link = |period: Option<Period>| period.map(Period::name);
    html! {
        p.around {
            @if let Some(before) = link(period.before()) {
                a href=(visit.here(&[("period", before.as_str())])) rel="prev" { "← " (before) }
            }
            " " strong { (period.name()) } " "
            @if let Some(after) = link(period.after()) {
                a href=(visit.here(&[("period", after.as_str())])) rel="next" { (after) " →" }
            }
        }
    }
}
