//! Who is in the way: counted by deals and calls, not by mentions.

use gong_app::views::{CompetitorView, CompetitorsView};
use gong_app::{CompetitorsRequest, Error};
use maud::{Markup, html};

use crate::cells::{money, percent};
use crate::charts;
use crate::layout::empty;
use crate::visit::Visit;

/// As many are shown.
const MOST: usize = 8;

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let mut request = CompetitorsRequest::default();
    request.as_of = visit.as_of()?;
    let view = visit.app.competitors(&request).await?;
    if view.competitors.is_empty() {
        return Ok(empty(&html! {
            p { "No competitor was heard in " (view.with_transcript) " calls with a transcript." }
            p.hint { code { "gongkit trackers competitors FILE" } " names those that are watched, with their other names." }
        }));
    }
    Ok(html! {
        (table(&visit, &view))
        p.hint {
            "Of " (view.with_transcript) " calls with a transcript (" (view.known) " are known). "
            "Without any competitor " (view.without.part) " of " (view.without.of) " closed deals were won"
            @if let Some(rate) = view.without.rate { " (" (percent(rate)) ", the mark in the drawing)" } ". "
            @if let Some(recall) = &view.recall {
                "The detector finds about " (percent(recall.recall)) " of the mentions (" (recall.source) ")."
            }
        }
    })
}

fn table(visit: &Visit, view: &CompetitorsView) -> Markup {
    let shown = || view.competitors.iter().take(MOST);
    let most = shown()
        .filter_map(|one| one.lately.rate)
        .fold(0.05, f64::max);
    let days = view.days;
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Competitors by the deals they were heard in" }
            thead { tr { th scope="col" { "competitor" } th.n scope="col" { "deals" } th.n scope="col" { "open amount" }
                th scope="col" { "calls, last " (days) " days" } th scope="col" { "won against it" } th scope="col" { "what can be said" } } }
            tbody { @for one in shown() { (row(visit, view, one, most)) } }
        } }
    }
}

fn row(visit: &Visit, view: &CompetitorsView, one: &CompetitorView, most: f64) -> Markup {
    let name = one.name.as_str();
    let days = view.days.to_string();
    let lately = [("competitor", name), ("last", days.as_str())];
    html! {
        tr {
            th scope="row" { a href=(visit.to("/competitor", [("name", name)])) { (name) } }
            td.n { a href=(visit.to("/deals", [("competitor", name)])) { (one.deals) } }
            td.n { @if one.open_amounts.is_empty() { "–" }
                @for sum in &one.open_amounts {
                    a href=(visit.to("/deals", [("competitor", name), ("set", "all-open")])) { (money(sum)) } br; } }
            td { (charts::share(one.lately.rate, one.before.rate, most)) " "
                a href=(visit.to("/calls", lately)) { (one.lately.part) } " of " (one.lately.of)
                ", before " (one.before.part) }
            td { (charts::interval(&one.win_rate, view.without.rate)) " "
                a href=(visit.to("/deals", [("competitor", name), ("set", "all-won")])) { (one.win_rate.part) } " of "
                a href=(visit.to("/deals", [("competitor", name), ("set", "all-closed")])) { (one.win_rate.of) } }
            td.small { (one.against_none) }
        }
    }
}
