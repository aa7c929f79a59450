//! What stands against the open deals, those worth most first.

use gong_app::views::{RiskView, RisksView};
use gong_app::{Error, RiskRequest};
use maud::{Markup, html};

use crate::cells::{amount, money};
use crate::layout::empty;
use crate::visit::Visit;
use crate::words::said;

/// As many are shown; the rest stands among the deals.
const MOST: usize = 8;

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let mut request = RiskRequest::default();
    request.as_of = visit.as_of()?;
    let view = visit.app.risk(&request).await?;
    let mut at_risk: Vec<&RiskView> = view.deals.iter().filter(|deal| is_at_risk(deal)).collect();
    at_risk.sort_by(|one, other| worth(other).total_cmp(&worth(one)));
    Ok(html! {
        @if view.total == 0 { (none(&visit)) }
        @else if at_risk.is_empty() {
            p { "None of the " (view.total) " open deals has three points or more." }
        } @else {
            p { a href=(visit.to("/deals", [("set", "at-risk")])) { (at_risk.len()) } " of "
                a href=(visit.to("/deals", [("set", "all-open")])) { (view.total) } " open deals"
                " have three points or more; these are worth most." }
            (table(&visit, &at_risk))
            (model(&view))
        }
    })
}

/// Whether so much stands against a deal that it is named.
pub(crate) fn is_at_risk(deal: &RiskView) -> bool {
    deal.level != "low"
}

fn worth(deal: &RiskView) -> f64 {
    deal.amount.as_deref().map_or(0.0, amount)
}

fn none(visit: &Visit) -> Markup {
    empty(&html! {
        p { "No deal is open as of this day." }
        p.hint { "Choose another day above, or look at " a href=(visit.to("/deals", [])) { "all deals" } ". "
            "Deals come with the calls of a CRM that is connected to Gong, or by " code { "gongkit deals import FILE" } "." }
    })
}

fn table(visit: &Visit, deals: &[&RiskView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Open deals with three points or more" }
            thead { tr { th scope="col" { "deal" } th scope="col" { "stage" } th.n scope="col" { "amount" }
                th scope="col" { "closes" } th scope="col" { "level" } th scope="col" { "heaviest reason" } } }
            tbody { @for deal in deals.iter().take(MOST) { tr {
                th scope="row" { a href=(visit.to("/deal", [("id", deal.id.as_str())])) { (deal.name.as_deref().unwrap_or(&deal.id)) } }
                td { (deal.stage.as_deref().unwrap_or("–")) }
                td.n data-value=(worth(deal)) { (deal.amount.as_deref().map_or_else(|| "–".to_owned(), money)) }
                td.day { (deal.close_date.as_deref().unwrap_or("–")) }
                td { (level(deal)) }
                td { (reason(visit, deal)) }
            } } }
        } }
    }
}

/// The level with its points, told apart by words and not by colour alone.
pub(crate) fn level(deal: &RiskView) -> Markup {
    html! {
        span class=(format!("level {}", deal.level)) { (deal.level) }
        " " span.hint { (deal.points) " points, " (deal.fires) " of " (deal.asked) }
    }
}

fn reason(visit: &Visit, deal: &RiskView) -> Markup {
    let Some(first) = deal.warnings.first() else {
        return html! { "–" };
    };
    let why = format!("/deal#{}", first.warning);
    html! {
        a href=(visit.to(&why, [("id", deal.id.as_str())])) { (said(first.warning)) }
        ": " (first.reason)
    }
}

fn model(view: &RisksView) -> Markup {
    html! {
        p.hint {
            "Points are a checklist, no probability. "
            @match &view.model.reason {
                Some(reason) => { "A fitted model is withheld: " (reason) "." },
                None => "A fitted model passed its test on later deals; chances stand on the page of each deal.",
            }
        }
    }
}
