//! Deals as rows: all of a day, or those behind a number. The same as CSV.

use std::collections::BTreeSet;

use axum::Extension;
use axum::response::Response;
use gong_app::views::{CurrencyPipelineView, DealLineView};
use gong_app::{CompetitorsRequest, DealsRequest, Error, Operation, RiskRequest, Standing, Why};
use maud::{Markup, html};

use crate::answer;
use crate::cells::{amount, day, whole};
use crate::csv;
use crate::executive::risk::is_at_risk;
use crate::layout::empty;
use crate::visit::Visit;

/// Rows on a page; a file has them all.
const MOST: usize = 500;

const COLUMNS: [&str; 12] = [
    "deal_id",
    "name",
    "account",
    "owner",
    "stage",
    "outcome",
    "amount",
    "currency",
    "close_date",
    "created",
    "closed_on",
    "calls",
];

/// The page, or the file.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::DEALS) {
        return answer::not_found(&visit);
    }
    let rows = match rows(&visit).await {
        Ok(rows) => rows,
        Err(error) => return answer::problem(&visit, &error),
    };
    if visit.asked.get("format") == Some("csv") {
        let header = COLUMNS.map(str::to_owned).to_vec();
        let lines = std::iter::once(header).chain(rows.iter().map(line));
        return csv::file("deals", lines);
    }
    answer::page(&visit, "Deals", &page(&visit, &rows))
}

/// The deals that are asked for.
async fn rows(visit: &Visit) -> Result<Vec<DealLineView>, Error> {
    let mut request = DealsRequest::default();
    request.as_of = visit.as_of()?;
    let set = visit.asked.get("set");
    request.standing = match set {
        Some("all-open") => Some(Standing::Open),
        Some("all-won") => Some(Standing::Won),
        Some("all-lost") => Some(Standing::Lost),
        _ => None,
    };
    request.owner = visit.asked.get("owner").map(str::to_owned);
    let mut rows = visit.app.deals(&request).await?.deals;
    if let Some(ids) = behind(visit, set).await? {
        rows.retain(|deal| ids.contains(&deal.id));
    }
    if set == Some("all-closed") {
        rows.retain(|deal| deal.outcome != "open");
    }
    if let Some(currency) = visit.asked.get("currency") {
        rows.retain(|deal| deal.currency.as_deref() == Some(currency));
    }
    Ok(rows)
}

/// The ids behind a number; none where all deals are meant.
async fn behind(visit: &Visit, set: Option<&str>) -> Result<Option<BTreeSet<String>>, Error> {
    if let Some(name) = visit.asked.get("competitor") {
        return Ok(Some(of_competitor(visit, name).await?));
    }
    let of_pipeline: fn(CurrencyPipelineView) -> Vec<String> = match set {
        Some("won") => |one| one.won.deals,
        Some("open") => |one| one.open.deals,
        Some("slipped") => |one| one.slipped.deals,
        Some("closed") => |one| [one.won_deals, one.lost_deals].concat(),
        Some("forecast") => return Ok(Some(of_forecast(visit).await?)),
        Some("at-risk") => return Ok(Some(at_risk(visit).await?)),
        _ => return Ok(None),
    };
    let view = visit.app.pipeline_of(&visit.outlook(Why::Said)?).await?;
    Ok(Some(
        view.currencies.into_iter().flat_map(of_pipeline).collect(),
    ))
}

async fn of_forecast(visit: &Visit) -> Result<BTreeSet<String>, Error> {
    let view = visit.app.forecast(&visit.outlook(Why::Said)?).await?;
    let ids = view.currencies.into_iter().flat_map(|one| {
        let open = one.open_deals.into_iter().map(|deal| deal.id);
        open.chain(one.won.deals)
    });
    Ok(ids.collect())
}

/// Open deals with three points or more.
async fn at_risk(visit: &Visit) -> Result<BTreeSet<String>, Error> {
    let mut request = RiskRequest::default();
    request.as_of = visit.as_of()?;
    let view = visit.app.risk(&request).await?;
    let at_risk = view.deals.into_iter().filter(is_at_risk);
    Ok(at_risk.map(|deal| deal.id).collect())
}

async fn of_competitor(visit: &Visit, name: &str) -> Result<BTreeSet<String>, Error> {
    let mut request = CompetitorsRequest::default();
    request.name = Some(name.to_owned());
    request.as_of = visit.as_of()?;
    request.why = Why::Said;
    let view = visit.app.competitors(&request).await?;
    Ok(view
        .competitors
        .into_iter()
        .flat_map(|one| one.deal_ids)
        .collect())
}

fn page(visit: &Visit, rows: &[DealLineView]) -> Markup {
    html! {
        h1 { "Deals" }
        (sets(visit))
        @if rows.is_empty() {
            (empty(&html! {
                p { "No deal is among these." }
                p.hint { "Choose another set, period or day above. Deals come with the calls of a CRM that is connected to Gong, or by "
                    code { "gongkit deals import FILE" } "." }
            }))
        } @else {
            p { (rows.len()) " deals" @for sum in sums(rows) { " · " (sum) }
                " · " a href=(visit.here(&[("format", "csv")])) { "as CSV" } }
            (table(visit, rows))
            @if rows.len() > MOST { p.hint { "The first " (MOST) " are shown; the file has them all." } }
        }
    }
}

fn sets(visit: &Visit) -> Markup {
    let sets = [
        ("", "all"),
        ("all-open", "open"),
        ("all-won", "won"),
        ("all-lost", "lost"),
        ("at-risk", "at risk"),
        ("open", "closing in the period"),
        ("won", "won in the period"),
        ("slipped", "slipped"),
        ("closed", "closed in the period"),
        ("forecast", "in the forecast"),
    ];
    let now = visit.asked.text("set");
    html! {
        nav.sets aria-label="Sets of deals" { ul { @for (set, name) in sets {
            @let current = (set == now && visit.asked.get("competitor").is_none()).then_some("true");
            li { a href=(visit.to("/deals", [("set", set)])) aria-current=[current] { (name) } }
        } } }
        @if let Some(name) = visit.asked.get("competitor") { p { "in which " strong { (name) } " was heard" } }
    }
}

/// The sums, each currency by itself.
fn sums(rows: &[DealLineView]) -> Vec<String> {
    let currencies: BTreeSet<&str> = rows
        .iter()
        .filter_map(|deal| deal.currency.as_deref())
        .collect();
    let sum = |currency: &str| {
        let own = rows
            .iter()
            .filter(|deal| deal.currency.as_deref() == Some(currency));
        let sum: f64 = own
            .filter_map(|deal| deal.amount.as_deref())
            .map(amount)
            .sum();
        format!("{} {currency}", whole(sum))
    };
    currencies.into_iter().map(sum).collect()
}

/// A table of deals.
pub(crate) fn table(visit: &Visit, rows: &[DealLineView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Deals" }
            thead { tr { th scope="col" { "deal" } th scope="col" { "account" } th scope="col" { "owner" } th scope="col" { "stage" }
                th.n scope="col" { "amount" } th scope="col" { "closes" } th.n scope="col" { "calls" } th scope="col" { "last call" } } }
            tbody { @for deal in rows.iter().take(MOST) { tr {
                th scope="row" { a href=(visit.to("/deal", [("id", deal.id.as_str())])) { (deal.name.as_deref().unwrap_or(&deal.id)) } }
                td { (account(visit, deal)) }
                td { (deal.owner.as_deref().or(deal.owner_user_id.as_deref()).unwrap_or("–")) }
                td { (deal.stage.as_deref().unwrap_or("–")) @if deal.outcome != "open" { " " span class=(format!("level {}", deal.outcome)) { (deal.outcome) } } }
                td.n data-value=(deal.amount.as_deref().map_or(0.0, amount)) {
                    @match &deal.amount { Some(text) => { (whole(amount(text))) " " (deal.currency.as_deref().unwrap_or_default()) }, None => "–" } }
                td.day { (deal.closed_on.as_deref().or(deal.close_date.as_deref()).unwrap_or("–")) }
                td.n { (deal.calls) }
                td.day { (deal.last_call.as_deref().map_or("–", day)) }
            } } }
        } }
    }
}

/// The customer, with its page.
pub(crate) fn account(visit: &Visit, deal: &DealLineView) -> Markup {
    let name = deal
        .account
        .as_deref()
        .or(deal.account_id.as_deref())
        .unwrap_or("–");
    html! {
        @match &deal.account_id {
            Some(id) => a href=(visit.to("/account", [("id", id.as_str())])) { (name) },
            None => (name),
        }
    }
}

fn line(deal: &DealLineView) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        deal.id.clone(),
        text(&deal.name),
        deal.account
            .clone()
            .or_else(|| deal.account_id.clone())
            .unwrap_or_default(),
        deal.owner
            .clone()
            .or_else(|| deal.owner_user_id.clone())
            .unwrap_or_default(),
        text(&deal.stage),
        deal.outcome.to_owned(),
        text(&deal.amount),
        text(&deal.currency),
        text(&deal.close_date),
        text(&deal.created),
        text(&deal.closed_on),
        deal.calls.to_string(),
    ]
}
