//! How far archive and index are, what waits, what of the day's requests is left, and how often
//! detectors are right.

use axum::Extension;
use axum::response::Response;
use gong_app::Operation;
use gong_app::views::{DoctorView, ReportView, StatusView};
use maud::{Markup, html};

use crate::answer;
use crate::cells::{minute, percent};
use crate::layout::section;
use crate::visit::Visit;

/// The page. The checks ask Gong, so they are made only when somebody asks for them.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::STATUS) {
        return answer::not_found(&visit);
    }
    let status = match visit.app.status().await {
        Ok(status) => status,
        Err(error) => return answer::problem(&visit, &error),
    };
    let quality = if visit.may(Operation::FINDINGS) && visit.may(Operation::TRANSCRIPT) {
        Some(visit.app.eval_report().await)
    } else {
        None
    };
    let may_check = visit.may(Operation::CONFIG);
    let checks = if may_check && visit.asked.get("check").is_some() {
        Some(visit.app.doctor().await)
    } else {
        None
    };
    let content = html! {
        h1 { "Health" }
        (section(&visit, "status", "Archive and index", &rows(&status)))
        @if let Some(quality) = &quality {
            (section(&visit, "quality", "How often detectors are right", &match quality {
                Ok(rows) => report(rows),
                Err(error) => answer::note_of(error),
            }))
        }
        @if may_check { (section(&visit, "checks", "Checks", &checked(&visit, checks.as_ref()))) }
    };
    answer::page(&visit, "Health", &content)
}

fn rows(view: &StatusView) -> Markup {
    let line = |name: &str, text: &str| html! { div { dt { (name) } dd { (text) } } };
    html! {
        dl.facts {
            (line("calls that you see", &view.extent.calls.to_string()))
            (line("synced through", &view.extent.synced_through.as_deref().map_or_else(|| "never".to_owned(), minute)))
            (line("newest call", &view.newest_call.as_deref().map_or_else(|| "none".to_owned(), minute)))
            @if let Some(company) = &view.company {
                (line("with a transcript", &company.with_transcript.to_string()))
                (line("transcript waited for", &company.waiting_for_transcript.to_string()))
                (line("in the index", &company.indexed.to_string()))
                (line("jobs that wait", &company.jobs_waiting.to_string()))
                (line("jobs given up", &company.jobs_dead.to_string()))
                (line("private calls", &company.private.to_string()))
                (line("requests to Gong left today", &company.requests_left.to_string()))
                (line("model of search", &company.model))
            }
        }
        @if view.limitations.is_empty() { p { "Nothing limits the answers at the moment." } }
        @else { ul.limits { @for one in &view.limitations { li { (one) } } } }
    }
}

fn report(rows: &[ReportView]) -> Markup {
    html! {
        p.hint { "By your own labels: a precision is shown from thirty on ("
            code { "gongkit insights label" } "). Figures of the shipped detectors on invented and on real conversations stand in docs/quality.md." }
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Detectors" }
            thead { tr { th scope="col" { "detector" } th.n scope="col" { "right" } th.n scope="col" { "judged" } th scope="col" { "precision" } th scope="col" { "found again" } th scope="col" { "state" } } }
            tbody { @for one in rows { tr {
                th scope="row" { (one.detector) }
                td.n { (one.right) }
                td.n { (one.judged) }
                td { @match &one.precision { Some(share) => { (percent(share.p)) " (" (percent(share.lo)) "–" (percent(share.hi)) ")" }, None => "–" } }
                td { @match &one.recall { Some(share) => { (one.found) " of " (one.meant) " (" (percent(share.lo)) "–" (percent(share.hi)) ")" }, None => "–" } }
                td { (one.state) }
            } } }
        } }
    }
}

fn checked(visit: &Visit, checks: Option<&DoctorView>) -> Markup {
    html! {
        @match checks {
            None => p { a href=(visit.here(&[("check", "1")])) { "Check everything now" } " " span.hint { "(asks Gong for three small answers)" } },
            Some(view) => {
                p { "All in all: " strong { (view.status.as_str()) } }
                ul.checks { @for check in &view.checks { li {
                    span class=(format!("level {}", check.status.as_str())) { (check.status.as_str()) }
                    " " (check.id) ": " (check.what)
                    @if let Some(why) = &check.why { br; span.hint { (why) } }
                    @if let Some(fix) = &check.fix { br; code { (fix) } }
                } } }
            },
        }
    }
}
