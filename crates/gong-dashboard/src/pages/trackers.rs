//! Trackers: those that are saved, and one in hand, which is tried on past calls before it is saved.

use axum::Extension;
use axum::response::Response;
use gong_app::views::{TrackerHitsView, TrackersView};
use gong_app::{Operation, TrackerDraft};
use maud::{Markup, html};

use crate::asked::Asked;
use crate::cells::percent;
use crate::layout::{empty, form_token, section};
use crate::visit::Visit;
use crate::{answer, moments, sessions};

/// Calls that a tracker is tried on, the newest.
const CALLS: usize = 50;

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::TRACKERS_LIST) {
        return answer::not_found(&visit);
    }
    let draft = match visit.asked.get("edit") {
        Some(detector) if visit.may(Operation::TRACKERS_SAVE) => {
            match visit.app.tracker_draft(detector).await {
                Ok(draft) => draft,
                Err(error) => return answer::problem(&visit, &error),
            }
        }
        _ => TrackerDraft::default(),
    };
    page(&visit, &draft, &html! {}).await
}

/// Tries or saves what the form holds.
pub(crate) async fn send(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::TRACKERS_SAVE) {
        return answer::not_found(&visit);
    }
    let draft = draft(&visit.form);
    let is_tried = sessions::is_form_token(visit.form.text("tried"), &print(&visit, &draft));
    if visit.form.text("do") == "save" && is_tried {
        return match visit.app.save_tracker(&draft).await {
            Ok(_) => answer::go_to(&visit.to("/trackers", [])),
            Err(error) => page(&visit, &draft, &answer::note_of(&error)).await,
        };
    }
    let told = match visit.app.test_tracker(&draft, CALLS).await {
        Ok(view) => tried(&visit, &draft, &view),
        Err(error) => answer::note_of(&error),
    };
    page(&visit, &draft, &told).await
}

/// What ties a trial to the very draft and to whoever tried it.
fn print(visit: &Visit, draft: &TrackerDraft) -> String {
    format!("{} {draft:?}", visit.form_token)
}

fn draft(form: &Asked) -> TrackerDraft {
    let mut draft = TrackerDraft::default();
    form.text("name").trim().clone_into(&mut draft.name);
    let lines = form.text("words").lines().map(str::trim);
    draft.words = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    draft.expression = form.get("expression").map(str::to_owned);
    draft.side = form.get("side").map(str::to_owned);
    draft
}

async fn page(visit: &Visit, draft: &TrackerDraft, told: &Markup) -> Response {
    let saved = match visit.app.list_trackers().await {
        Ok(saved) => list(visit, &saved),
        Err(error) => answer::note_of(&error),
    };
    let content = html! {
        h1 { "Trackers" }
        (section(visit, "saved", "Saved trackers", &saved))
        @if visit.may(Operation::TRACKERS_SAVE) {
            (section(visit, "tracker", "A tracker of words", &form(visit, draft)))
            (told)
        }
    };
    answer::page(visit, "Trackers", &content)
}

fn list(visit: &Visit, saved: &TrackersView) -> Markup {
    if saved.trackers.is_empty() {
        return empty(&html! { p { "None is saved yet." }
        p.hint { "Write one below and try it on past calls. One of example sentences is made from a file: "
            code { "gongkit trackers save FILE" } "." } });
    }
    html! {
        div.scroll tabindex="0" { table {
            caption.hidden { "Saved trackers" }
            thead { tr { th scope="col" { "tracker" } th scope="col" { "kind" } th.n scope="col" { "judged" } th scope="col" { "right" } } }
            tbody { @for one in &saved.trackers { tr {
                th scope="row" { @let name = one.name.as_deref().unwrap_or(&one.detector);
                    @if one.kind == "keywords" && visit.may(Operation::TRACKERS_SAVE) {
                        a href=(visit.to("/trackers#tracker", [("edit", one.detector.as_str())])) { (name) }
                    } @else { (name) } }
                td { (one.kind) }
                td.n { (one.judged) }
                td { @match &one.precision {
                    Some(precision) => { (percent(precision.p)) " (" (percent(precision.lo)) "–" (percent(precision.hi)) ")" },
                    None => "untested: fewer than thirty hits were judged",
                } }
            } } }
        } }
    }
}

fn form(visit: &Visit, draft: &TrackerDraft) -> Markup {
    let side = draft.side.as_deref().unwrap_or_default();
    html! {
        form.tracker method="post" action=(visit.to("/trackers", [])) {
            (form_token(visit))
            label { span { "Name" } input name="name" value=(draft.name) maxlength="120" required; }
            label { span { "Words, one word or phrase a line; any of them is heard" }
                textarea name="words" rows="4" { (draft.words.join("\n")) } }
            label { span { "Or an expression with AND, OR, NOT and NEAR" }
                input name="expression" value=(draft.expression.as_deref().unwrap_or_default()) maxlength="2000"; }
            label { span { "Said by" } select name="side" {
                option value="" selected[side.is_empty()] { "anybody" }
                option value="theirs" selected[side == "theirs"] { "the customer" }
                option value="ours" selected[side == "ours"] { "us" }
            } }
            button name="do" value="test" type="submit" { "Try it on the newest " (CALLS) " calls" }
        }
    }
}

/// What a trial found, and now it may be saved.
fn tried(visit: &Visit, draft: &TrackerDraft, view: &TrackerHitsView) -> Markup {
    let content = html! {
        p { "Heard in " strong { (view.calls_hit) " of " (view.calls) } " calls, in " (view.hits) " sentences." }
        @if view.hits == 0 { p.hint { "Nothing was heard; other words may do better." } }
        form.save method="post" action=(visit.to("/trackers", [])) {
            (form_token(visit))
            input type="hidden" name="tried" value=(sessions::form_token(&print(visit, draft)));
            input type="hidden" name="name" value=(draft.name);
            input type="hidden" name="words" value=(draft.words.join("\n"));
            input type="hidden" name="expression" value=(draft.expression.as_deref().unwrap_or_default());
            input type="hidden" name="side" value=(draft.side.as_deref().unwrap_or_default());
            button name="do" value="save" type="submit" { "Save it" }
        }
        @for (call, one) in &view.examples {
            p.about-quote { (call.title.as_deref().unwrap_or(&call.id)) }
            (moments::said_in(visit, &call.id, one))
        }
    };
    section(visit, "trial", "What it would have heard", &content)
}
