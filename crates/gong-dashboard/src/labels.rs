//! What people say about a finding: right or wrong, beside the sentence it is about.
//!
//! One form of a page holds the token; the buttons beside the findings belong to it.

use axum::Extension;
use axum::response::Response;
use gong_app::Operation;
use gong_app::views::FindingView;
use maud::{Markup, html};

use crate::answer;
use crate::layout::form_token;
use crate::moments;
use crate::visit::Visit;

/// The form that all buttons of a page belong to.
const FORM: &str = "labels";

/// Whether whoever asks may say it.
pub(crate) fn may(visit: &Visit) -> bool {
    visit.may(Operation::FINDINGS_LABEL) && visit.may(Operation::TRANSCRIPT)
}

/// The form, once on a page that has buttons.
pub(crate) fn form(visit: &Visit) -> Markup {
    html! {
        @if may(visit) {
            form id=(FORM) method="post" action=(visit.to("/label", [])) { (form_token(visit)) }
        }
    }
}

/// The buttons beside a finding of a call, for whoever may say it. What was said is pressed; saying
/// something else replaces it.
pub(crate) fn buttons(visit: &Visit, call: &str, finding: &FindingView, name: &str) -> Markup {
    let sentence = finding.quotes.first().map(|first| first.sentence.as_str());
    let fields = [("call", call), ("at", sentence.unwrap_or_default())];
    let place = visit.to("/label", fields);
    html! {
        @if may(visit) {
            span.judge {
                @for verdict in ["right", "wrong"] {
                    @let pressed = if finding.label == Some(verdict) { "true" } else { "false" };
                    button form=(FORM) formaction=(place) name=(verdict) value=(finding.id)
                        aria-pressed=(pressed) aria-label=(format!("{name}: {verdict}")) { (verdict) }
                    " "
                }
            }
        }
    }
}

/// Keeps what was said, and goes back to the sentence.
pub(crate) async fn send(Extension(visit): Extension<Visit>) -> Response {
    if !may(&visit) {
        return answer::not_found(&visit);
    }
    let said = ["right", "wrong"].map(|verdict| visit.form.get(verdict));
    let (finding, is_right) = match said {
        [Some(finding), None] => (finding, true),
        [None, Some(finding)] => (finding, false),
        _ => return answer::not_found(&visit),
    };
    match visit.app.label(finding, is_right, false).await {
        Ok(_) => {
            let (call, at) = (visit.asked.text("call"), visit.asked.text("at"));
            answer::go_to(&moments::place(&visit, call, at))
        }
        Err(error) => answer::problem(&visit, &error),
    }
}
