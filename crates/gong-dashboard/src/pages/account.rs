//! One customer: its deals, people, what is open, and its calls.

use axum::Extension;
use axum::response::Response;
use gong_app::views::{AccountBriefView, BriefDealView, CallLineView, FoundView};
use gong_app::{AccountBriefRequest, Error, Operation};
use maud::{Markup, html};

use super::deals::table;
use crate::cells::{amount, day, minute, whole};
use crate::layout::{empty, section};
use crate::visit::Visit;
use crate::words::said;
use crate::{answer, moments};

/// The page; who may see no deals gets the calls.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::ACCOUNTS) {
        return answer::not_found(&visit);
    }
    let made = if visit.may(Operation::ACCOUNT_BRIEF) {
        brief(&visit).await
    } else {
        plain(&visit).await
    };
    match made {
        Ok((title, content)) => answer::page(&visit, &title, &content),
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn plain(visit: &Visit) -> Result<(String, Markup), Error> {
    let id = visit.asked.get("id").unwrap_or_default();
    let view = visit.app.account(id).await?;
    let title = view.name.clone().unwrap_or_else(|| view.id.clone());
    let content = html! {
        h1 { (title) }
        @if !view.deals.is_empty() { (section(visit, "deals", "Deals", &table(visit, &view.deals))) }
        (section(visit, "calls", "Calls", &calls(visit, &view.calls)))
    };
    Ok((title, content))
}

async fn brief(visit: &Visit) -> Result<(String, Markup), Error> {
    let mut request = AccountBriefRequest::new(visit.asked.get("id").unwrap_or_default());
    request.as_of = visit.as_of()?;
    let view = visit.app.account_brief(&request).await?;
    let title = view
        .account
        .clone()
        .unwrap_or_else(|| view.account_id.clone());
    let content = html! {
        h1 { (title) }
        p.hint { "As of " (minute(&view.as_of)) " UTC · " (view.total_calls) " calls"
            @if view.without_transcript > 0 { ", " (view.without_transcript) " of the newest without a transcript" }
            " · " code { (view.account_id) } " · "
            a href=(visit.to("/calls", [("account", view.account_id.as_str())])) { "all its calls" } }
        (section(visit, "deals", "Deals", &deals(visit, &view.deals)))
        div.columns {
            (section(visit, "open-steps", "What is open", &found(visit, &view.next_steps, "No step of the newest calls is open.")))
            (section(visit, "concerns", "What worries them", &found(visit, &view.concerns, "No objection was heard.")))
            (section(visit, "competitors", "Competitors", &found(visit, &view.competitors, "None was heard.")))
            (section(visit, "questions", "What they asked last", &found(visit, &view.questions, "They asked nothing in the newest call.")))
        }
        (section(visit, "people", "People", &people(&view)))
        (section(visit, "calls", "Newest calls", &calls(visit, &view.calls)))
    };
    Ok((title, content))
}

fn deals(visit: &Visit, deals: &[BriefDealView]) -> Markup {
    html! {
        @if deals.is_empty() { (empty(&html! { p { "No deal of this customer is known." } })) }
        @for one in deals { article.deal {
            @let deal = &one.deal;
            h3 { a href=(visit.to("/deal", [("id", deal.id.as_str())])) { (deal.name.as_deref().unwrap_or(&deal.id)) }
                @if let Some(level) = one.level { " " span class=(format!("level {level}")) { (level) } } }
            p { (deal.stage.as_deref().unwrap_or("no stage")) " (" (deal.outcome) ")"
                @if let Some(text) = &deal.amount { " · " (whole(amount(text))) " " (deal.currency.as_deref().unwrap_or_default()) }
                @if let Some(closes) = deal.closed_on.as_deref().or(deal.close_date.as_deref()) { " · " (closes) } }
            @if !one.warnings.is_empty() { ul { @for warning in &one.warnings {
                li { (said(warning.warning)) ": " (warning.reason) } } } }
        } }
    }
}

fn found(visit: &Visit, found: &[FoundView], none: &str) -> Markup {
    html! {
        @if found.is_empty() { p.hint { (none) } }
        @for one in found.iter().take(6) {
            @let value = &one.value;
            @let about = [value.name.clone(), value.kind.map(said), value.stance.map(said), value.due.as_ref().map(|due| format!("due {due}"))];
            p.about-quote { (said(one.kind)) @for part in about.iter().flatten() { " · " (part) } }
            (moments::quote(visit, &one.moment))
        }
    }
}

fn people(view: &AccountBriefView) -> Markup {
    html! {
        @if view.people.is_empty() { p.hint { "Nobody of theirs took part in the newest calls." } }
        ul.people { @for one in &view.people {
            li { (one.name.as_deref().unwrap_or("somebody")) span.hint {
                @if let Some(title) = &one.title { " " (title) } " · " (one.calls) " calls, last " (day(&one.last_met)) } }
        } }
    }
}

fn calls(visit: &Visit, calls: &[CallLineView]) -> Markup {
    html! {
        @if calls.is_empty() { (empty(&html! { p { "No call with this customer is known." } })) }
        ul.calls { @for call in calls { li {
            a href=(visit.to("/call", [("id", call.id.as_str())])) { (call.title.as_deref().unwrap_or(&call.id)) }
            " " span.hint { (minute(&call.started)) }
        } } }
    }
}
