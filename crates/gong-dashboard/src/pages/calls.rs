//! Calls as rows: the newest, or those behind a number. The same as CSV.

use std::num::NonZeroUsize;

use axum::Extension;
use axum::response::Response;
use gong_app::views::{CallRowView, CallsView};
use gong_app::{CallsRequest, CompetitorsRequest, Error, ErrorKind, Operation, Why};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use crate::answer;
use crate::cells::{clock, minute};
use crate::csv;
use crate::executive::newest as list_of_newest;
use crate::layout::empty;
use crate::visit::Visit;

const ON_A_PAGE: NonZeroUsize = NonZeroUsize::new(50).expect("not zero");
/// Rows of a file.
const IN_A_FILE: NonZeroUsize = NonZeroUsize::new(5_000).expect("not zero");

const COLUMNS: [&str; 9] = [
    "call_id",
    "title",
    "started",
    "seconds",
    "reps",
    "accounts",
    "direction",
    "transcript",
    "url",
];

/// The page, or the file.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::LIST_CALLS) {
        return answer::not_found(&visit);
    }
    let is_file = visit.asked.get("format") == Some("csv");
    let view = match rows(&visit, if is_file { IN_A_FILE } else { ON_A_PAGE }).await {
        Ok(view) => view,
        Err(error) => return answer::problem(&visit, &error),
    };
    if is_file {
        let header = COLUMNS.map(str::to_owned).to_vec();
        let lines = std::iter::once(header).chain(view.calls.iter().map(line));
        return csv::file("calls", lines);
    }
    answer::page(&visit, "Calls", &page(&visit, &view))
}

/// The newest calls alone, for a page that listens for news.
pub(crate) async fn newest(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::LIST_CALLS) {
        return answer::not_found(&visit);
    }
    match list_of_newest::list(&visit).await {
        Ok(list) => answer::whole(axum::http::StatusCode::OK, &list),
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn rows(visit: &Visit, limit: NonZeroUsize) -> Result<CallsView, Error> {
    let mut request = CallsRequest::new(limit);
    request.after = visit.asked.get("after").map(str::to_owned);
    request.filters.to = visit.as_of()?;
    request.filters.from = begin(visit)?;
    request.filters.reps = visit
        .asked
        .get("rep")
        .map(str::to_owned)
        .into_iter()
        .collect();
    request.filters.accounts = visit
        .asked
        .get("account")
        .map(str::to_owned)
        .into_iter()
        .collect();
    if let Some(calls) = behind(visit).await? {
        if calls.is_empty() {
            // No id at all would narrow nothing.
            return nothing(visit).await;
        }
        request.filters.calls = calls;
    }
    visit.app.calls(&request).await
}

/// Where the last days begin that are asked for.
fn begin(visit: &Visit) -> Result<Option<Timestamp>, Error> {
    let Some(text) = visit.asked.get("last") else {
        return Ok(None);
    };
    let days = text.parse::<u16>().map_err(|_| {
        Error::new(ErrorKind::Usage, "that is no number of days").hint("write last=90")
    })?;
    let end = visit.as_of()?.unwrap_or(visit.now);
    let length = SignedDuration::from_hours(24 * i64::from(days));
    Ok(end.checked_sub(length).ok())
}

/// A list without a row.
async fn nothing(visit: &Visit) -> Result<CallsView, Error> {
    let mut view = visit
        .app
        .calls(&CallsRequest::new(NonZeroUsize::MIN))
        .await?;
    view.calls.clear();
    view.total = Some(0);
    view.next = None;
    Ok(view)
}

/// The calls behind a number; none where all are meant.
async fn behind(visit: &Visit) -> Result<Option<Vec<String>>, Error> {
    if let Some(name) = visit.asked.get("competitor") {
        let mut request = CompetitorsRequest::default();
        request.name = Some(name.to_owned());
        request.as_of = visit.as_of()?;
        request.why = Why::Said;
        let view = visit.app.competitors(&request).await?;
        return Ok(Some(
            view.competitors
                .into_iter()
                .flat_map(|one| one.call_ids)
                .collect(),
        ));
    }
    if let Some(rep) = visit.asked.get("coached") {
        let view = visit.app.team(&visit.outlook(Why::Said)?).await?;
        let of_rep = view.reps.into_iter().filter(|one| one.user_id == rep);
        return Ok(Some(of_rep.flat_map(|one| one.call_ids).collect()));
    }
    let Some(kind) = visit.asked.get("kind") else {
        return Ok(None);
    };
    let about = visit.asked.get("about");
    let view = visit.app.heard(&visit.outlook(Why::Said)?).await?;
    let theme = view
        .themes
        .into_iter()
        .find(|theme| theme.kind == kind && theme.about.as_deref() == about);
    let is_before = visit.asked.get("when") == Some("before");
    Ok(Some(theme.map_or_else(Vec::new, |theme| {
        if is_before {
            theme.call_ids_before
        } else {
            theme.call_ids
        }
    })))
}

fn page(visit: &Visit, view: &CallsView) -> Markup {
    html! {
        h1 { "Calls" }
        (narrowed(visit))
        @if view.calls.is_empty() {
            (empty(&html! { p { "No call is among these." }
                p.hint { code { "gongkit sync" } " brings the calls of Gong. Only calls that you may see are listed." } }))
        } @else {
            p { @match view.total { Some(total) => { (total) " calls" }, None => { (view.calls.len()) " calls on this page" } }
                " · " a href=(visit.here(&[("format", "csv")])) { "as CSV" } }
            (table(visit, &view.calls))
            @if let Some(next) = &view.next { p { a href=(visit.here(&[("after", next.as_str())])) rel="next" { "Older calls" } } }
        }
    }
}

fn narrowed(visit: &Visit) -> Markup {
    let names = [
        ("rep", "our person"),
        ("coached", "calls of the period of"),
        ("account", "customer"),
        ("competitor", "competitor"),
        ("last", "the last days"),
        ("kind", "what was said"),
        ("about", "about"),
        ("when", "when"),
    ];
    html! {
        @for (name, told) in names { @if let Some(text) = visit.asked.get(name) {
            p { (told) ": " strong { (text) } " " a href=(visit.here(&[(name, ""), ("after", "")])) { "remove" } }
        } }
    }
}

fn table(visit: &Visit, calls: &[CallRowView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Calls, the newest first" }
            thead { tr { th scope="col" { "call" } th scope="col" { "began" } th.n scope="col" { "length" } th scope="col" { "our people" } th scope="col" { "customer" } th scope="col" { "transcript" } } }
            tbody { @for call in calls { tr {
                th scope="row" { a href=(visit.to("/call", [("id", call.id.as_str())])) { (call.title.as_deref().unwrap_or(&call.id)) }
                    @if call.is_private { " " span.level { "private" } } }
                td.day { (minute(&call.started)) }
                td.n data-value=(call.duration_s.unwrap_or(0)) { (call.duration_s.map_or_else(|| "–".to_owned(), |seconds| clock(seconds as f64))) }
                td { @for (at, rep) in call.reps.iter().enumerate() { @if at > 0 { ", " }
                    a href=(visit.to("/rep", [("id", rep.user_id.as_str())])) { (rep.name.as_deref().unwrap_or(&rep.user_id)) } } }
                td { @for (at, id) in call.account_ids.iter().enumerate() { @if at > 0 { ", " }
                    a href=(visit.to("/account", [("id", id.as_str())])) { (id) } } }
                td { (call.transcript) }
            } } }
        } }
    }
}

fn line(call: &CallRowView) -> Vec<String> {
    let reps: Vec<&str> = call
        .reps
        .iter()
        .map(|rep| rep.name.as_deref().unwrap_or(&rep.user_id))
        .collect();
    vec![
        call.id.clone(),
        call.title.clone().unwrap_or_default(),
        call.started.clone(),
        call.duration_s
            .map(|seconds| seconds.to_string())
            .unwrap_or_default(),
        reps.join("; "),
        call.account_ids.join("; "),
        call.direction.clone().unwrap_or_default(),
        call.transcript.to_owned(),
        call.url.clone().unwrap_or_default(),
    ]
}
