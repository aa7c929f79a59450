//! Will we make the number: the forecast with its band, and how the last ones did.

use gong_app::views::{CurrencyForecastView, ForecastView, TestedView};
use gong_app::{Error, Why};
use maud::{Markup, html};

use super::around;
use crate::cells::{amount, percent, short, whole};
use crate::charts;
use crate::layout::empty;
use crate::visit::Visit;

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let view = visit.app.forecast(&visit.outlook(Why::Unsaid)?).await?;
    let mut currencies: Vec<&CurrencyForecastView> = view.currencies.iter().collect();
    currencies.sort_by(|one, other| other.forecast.total_cmp(&one.forecast));
    Ok(html! {
        (around(&visit, &view.period.from, &view.period.to))
        @if let Some(refused) = &view.refused { (refusal(&visit, refused)) }
        @for (at, one) in currencies.iter().enumerate() { (currency(&visit, &view, one, at)) }
        @if view.refused.is_none() && currencies.is_empty() {
            (empty(&html! { p { "No deal of this period has an amount. "
                a href=(visit.to("/deals", [])) { "See all deals" } "." } }))
        }
    })
}

fn refusal(visit: &Visit, why: &str) -> Markup {
    empty(&html! {
        p { strong { "No forecast. " } (why) "." }
        p.hint { "It is counted over past periods, so it needs deals with their history: "
            code { "gongkit deals import FILE --as-of DAY" } " takes the CRM's deals as they were on a day. "
            "What is won and open now stands in "
            a href=(visit.to("/deals", [("set", "open")])) { "the open deals" } "." }
    })
}

fn currency(visit: &Visit, view: &ForecastView, one: &CurrencyForecastView, at: usize) -> Markup {
    let won = amount(&one.won.amount);
    let target = one.target.as_deref().map(amount);
    html! {
        div.forecast {
            div.answer {
                p.big { a href=(visit.to("/deals", [("set", "forecast"), ("currency", one.currency.as_str())])) {
                    (short(one.forecast)) " " span.unit { (one.currency) } } }
                p { "80 % interval " strong { (short(one.lo)) " – " (short(one.hi)) } }
                @if let Some(target) = target { (against(one, target)) }
                @else { p.hint { "No target is set: " code { "forecast.target" } " in the configuration." } }
                @if let Some(elapsed) = view.elapsed { p.hint { (percent(elapsed)) " of the period has passed." } }
            }
            div.drawn {
                (charts::band(one, &format!("band-{at}")))
                ul.legend {
                    li { span.key.won {} a href=(visit.to("/deals", [("set", "won"), ("currency", one.currency.as_str())])) {
                        "won " (short(won)) } " (" (one.won.count) ")" }
                    li { span.key.weighted {} a href=(visit.to("/deals", [("set", "forecast"), ("currency", one.currency.as_str())])) {
                        "open, by chance " (short(one.weighted)) } " (" (one.open) ")" }
                    li { span.key.expected {} "expected from new deals " (short(one.expected_new)) }
                }
            }
            (past(one, at))
        }
    }
}

/// Where the target lies to the band.
fn against(one: &CurrencyForecastView, target: f64) -> Markup {
    let gap = one.forecast - target;
    let (word, kind) = if one.lo >= target {
        ("Likely: the whole interval lies above the target.", "good")
    } else if one.hi < target {
        ("Unlikely: the whole interval lies below the target.", "bad")
    } else {
        ("Open: the target lies within the interval.", "open")
    };
    html! {
        p class=(format!("verdict {kind}")) { (word) }
        p { (short(gap.abs())) @if gap < 0.0 { " short of " } @else { " above " } "the target of " (short(target)) }
    }
}

fn past(one: &CurrencyForecastView, at: usize) -> Markup {
    let tests = &one.back_test;
    if tests.is_empty() {
        return html! {};
    }
    html! {
        div.past {
            h3 { "How good were the last " (tests.len()) "?" }
            p { "Off by " strong { (one.mean_error.map_or_else(|| "–".to_owned(), percent)) }
                " on average; the interval held what was won in " strong { (one.held) " of " (tests.len()) } "." }
            (charts::back_test(tests, &format!("past-{at}")))
            p.legend { "line: 80 % interval · dot: forecast · diamond: won in the end" }
            details { summary { "The numbers" } (table(tests)) }
        }
    }
}

fn table(tests: &[TestedView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            caption.hidden { "Past periods forecast again from what was known then" }
            thead { tr { th scope="col" { "from" } th.n scope="col" { "forecast" } th.n scope="col" { "80 % interval" }
                th.n scope="col" { "won" } th.n scope="col" { "error" } } }
            tbody { @for one in tests { tr {
                th scope="row" { (one.period.from) }
                td.n { (whole(one.forecast)) }
                td.n { (whole(one.lo)) " – " (whole(one.hi)) @if !one.held { " (missed)" } }
                td.n { (whole(one.actual)) }
                td.n { (one.error.map_or_else(|| "–".to_owned(), percent)) }
            } } }
        } }
    }
}
