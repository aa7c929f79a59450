//! Where to coach: reps beside the middle half of their team, with how many calls that rests on.

use gong_app::views::{BandView, TeamRepView, TeamView};
use gong_app::{Error, Why};
use maud::{Markup, html};

use crate::layout::empty;
use crate::visit::Visit;
use crate::words::{measured, said};

/// The figures that are shown; the rest stand on the page of each rep.
const SHOWN: [&str; 5] = [
    "talk_ratio",
    "longest_monologue",
    "patience",
    "questions_per_hour",
    "next_step_agreed",
];

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let view = visit.app.team(&visit.outlook(Why::Unsaid)?).await?;
    if view.reps.is_empty() {
        return Ok(empty(&html! {
            p { "No rep has a call with a transcript in this period." }
            p.hint { "Choose another period above." }
        }));
    }
    Ok(html! {
        (table(&visit, &view))
        p.hint {
            "Means over each rep's calls, by name; no score, and not for decisions about pay. "
            @if view.bands.is_empty() {
                "There is no band yet: it needs " (view.fewest_reps) " reps with " (view.fewest_calls) " calls each."
            } @else { "The band is the middle half of the reps' means." }
        }
    })
}

fn table(visit: &Visit, view: &TeamView) -> Markup {
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption.hidden { "Reps by name" }
            thead { tr { th scope="col" { "rep" } th.n scope="col" { "calls" }
                @for metric in SHOWN { th.n scope="col" { (said(metric)) } } } }
            tbody {
                @for rep in &view.reps { (row(visit, view, rep)) }
                @if !view.bands.is_empty() { tr.band-row {
                    th scope="row" { "the team's middle half" } td.n {}
                    @for metric in SHOWN { td.n { @if let Some(band) = band(view, metric) {
                        (measured(metric, band.lo)) " – " (measured(metric, band.hi)) } } }
                } }
            }
        } }
    }
}

fn row(visit: &Visit, view: &TeamView, rep: &TeamRepView) -> Markup {
    let id = rep.user_id.as_str();
    html! { tr {
        th scope="row" { a href=(visit.to("/rep", [("id", id)])) { (rep.name.as_deref().unwrap_or(id)) } }
        td.n { a href=(visit.to("/calls", [("coached", id)])) { (rep.calls) } }
        @for metric in SHOWN {
            td.n { @match rep.figures.iter().find(|one| one.metric == metric) {
                Some(one) => {
                    (measured(metric, one.mean))
                    @if one.calls >= view.fewest_calls { @if let Some(band) = band(view, metric) { " " (beside(band, one.mean)) } }
                },
                None => "–",
            } }
        }
    } }
}

fn band<'v>(view: &'v TeamView, metric: &str) -> Option<&'v BandView> {
    view.bands.iter().find(|band| band.metric == metric)
}

/// Where a mean lies to the band; only the side that trainers would not have is marked.
fn beside(band: &BandView, mean: f64) -> Markup {
    let (is_above, is_below) = (mean > band.hi, mean < band.lo);
    let is_outside = (is_above && band.wanted == "less") || (is_below && band.wanted == "more");
    html! {
        @if is_outside { span.outside { @if is_above { "above the band" } @else { "below the band" } } }
    }
}
