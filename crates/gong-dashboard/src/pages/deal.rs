//! One deal: how it stands, what stands against it and why, what became of it, and its calls.

use axum::Extension;
use axum::response::Response;
use gong_app::views::{DealChangeView, DealShownView, RiskView, WarningView};
use gong_app::{Error, ErrorKind, Operation, RiskRequest, Why};
use maud::{Markup, html};

use super::deals::account;
use crate::cells::{amount, minute, percent, whole};
use crate::executive::risk::level;
use crate::layout::{empty, section};
use crate::visit::Visit;
use crate::words::said;
use crate::{answer, moments};

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::DEALS) {
        return answer::not_found(&visit);
    }
    match made(&visit).await {
        Ok((title, content)) => answer::page(&visit, &title, &content),
        Err(error) => answer::problem(&visit, &error),
    }
}

async fn made(visit: &Visit) -> Result<(String, Markup), Error> {
    let id = visit.asked.get("id").unwrap_or_default();
    let view = visit.app.deal(id, visit.as_of()?).await?;
    let risk = against(visit, id).await?;
    let title = view
        .deal
        .name
        .clone()
        .unwrap_or_else(|| view.deal.id.clone());
    let content = html! {
        h1 { (title) }
        (facts(visit, &view))
        (section(visit, "risk", "What stands against it", &risk_part(visit, risk.as_ref())))
        (section(visit, "history", "What became of it", &history(&view.history)))
        (section(visit, "calls", "Calls about it", &calls(visit, &view)))
    };
    Ok((title, content))
}

/// The warnings of the deal, if it is open.
async fn against(visit: &Visit, id: &str) -> Result<Option<RiskView>, Error> {
    let mut request = RiskRequest::default();
    request.deal = Some(id.to_owned());
    request.as_of = visit.as_of()?;
    request.why = Why::Said;
    match visit.app.risk(&request).await {
        Ok(view) => Ok(view.deals.into_iter().next()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn facts(visit: &Visit, view: &DealShownView) -> Markup {
    let deal = &view.deal;
    html! {
        dl.facts {
            div { dt { "customer" } dd { (account(visit, deal)) } }
            div { dt { "amount" } dd { @match &deal.amount {
                Some(text) => { (whole(amount(text))) " " (deal.currency.as_deref().unwrap_or_default()) }, None => "not known" } } }
            div { dt { "stage" } dd { (deal.stage.as_deref().unwrap_or("not known")) " (" (deal.outcome) ")" } }
            div { dt { "closes" } dd { (deal.closed_on.as_deref().or(deal.close_date.as_deref()).unwrap_or("not known")) } }
            div { dt { "owner" } dd { (deal.owner.as_deref().or(deal.owner_user_id.as_deref()).unwrap_or("not known")) } }
            div { dt { "told" } dd { (minute(&deal.told)) " by " (deal.source) } }
        }
        p.hint { "As of " (minute(&view.as_of)) " UTC · " code { (deal.id) } }
    }
}

fn risk_part(visit: &Visit, risk: Option<&RiskView>) -> Markup {
    let Some(risk) = risk else {
        return empty(&html! { p { "Warnings are asked of open deals only." } });
    };
    let of = |state: &'static str| risk.warnings.iter().filter(move |one| one.state == state);
    let list = |state| {
        let names: Vec<String> = of(state).map(|one| said(one.warning)).collect();
        names.join(", ")
    };
    html! {
        p { (level(risk)) ". Points are a checklist, no probability." }
        @if let Some(chance) = &risk.chance {
            details open { summary { "Chance to be won by the fitted model: " (percent(chance.chance)) }
                ul { @for part in &chance.contributions {
                    li { (said(part.feature)) " " (format!("{:.2}", part.value)) ": adds " (format!("{:+.2}", part.adds)) " to the log odds" }
                } } }
        }
        @for one in of("fires") { (warning(visit, one)) }
        @if of("unknown").count() > 0 {
            details { summary { (risk.unknown) " cannot be told: " (list("unknown")) }
                ul { @for one in of("unknown") { li { (said(one.warning)) ": " (one.reason) } } } }
        }
        @if of("clear").count() > 0 {
            details { summary { "clear: " (list("clear")) }
                ul { @for one in of("clear") { li { (said(one.warning)) ": " (one.reason) } } } }
        }
    }
}

fn warning(visit: &Visit, one: &WarningView) -> Markup {
    html! {
        article.warning id=(one.warning) {
            h3 { (said(one.warning)) " " span.hint { (one.points) @if one.points == 1 { " point" } @else { " points" } } }
            p { (one.reason) }
            @if let Some(evidence) = &one.evidence { (moments::evidence(visit, evidence)) }
            @if let Some(recall) = &one.recall {
                p.hint { "The detector " code { (recall.detector) } " finds about " (percent(recall.recall)) " of such sentences (" (recall.source) ")." }
            }
        }
    }
}

fn history(changes: &[DealChangeView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            caption.hidden { "Changes, the latest first" }
            thead { tr { th scope="col" { "when" } th scope="col" { "what" } th scope="col" { "from" } th scope="col" { "to" } th scope="col" { "told by" } } }
            tbody { @for change in changes.iter().rev() { tr {
                td.day { (minute(&change.at)) }
                td { (said(change.field)) }
                td { (change.from.as_deref().unwrap_or("–")) }
                td { (change.to) }
                td { (change.source) }
            } } }
        } }
    }
}

fn calls(visit: &Visit, view: &DealShownView) -> Markup {
    html! {
        @if view.calls.is_empty() { (empty(&html! {
            p { "No call about it is known." }
            p.hint { "A call is found by the CRM's context, its account, addresses and domains; "
                code { "gongkit deals pin CALL DEAL" } " says it." } })) }
        ul.calls { @for one in &view.calls { li {
            a href=(visit.to("/call", [("id", one.call.id.as_str())])) { (one.call.title.as_deref().unwrap_or(&one.call.id)) }
            " " span.hint { (minute(&one.call.started)) " · found by " (one.linked_by) }
        } } }
    }
}
