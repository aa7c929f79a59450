//! One rep: each sort of call beside the team's middle half, and what to try.

use std::num::NonZeroUsize;

use axum::Extension;
use axum::response::Response;
use gong_app::views::{CoachedView, MeasureView, RecommendationView};
use gong_app::{CallsRequest, CoachRequest, Error, ErrorKind, Operation, Why};
use maud::{Markup, html};

use crate::charts::Scale;
use crate::layout::{empty, section};
use crate::visit::Visit;
use crate::words::{measured, said};
use crate::{answer, moments};

/// The page.
pub(crate) async fn show(Extension(visit): Extension<Visit>) -> Response {
    if !visit.may(Operation::COACH) {
        return answer::not_found(&visit);
    }
    let made = match made(&visit).await {
        Err(error) if error.kind() == ErrorKind::NotFound => uncoached(&visit, error).await,
        made => made,
    };
    match made {
        Ok((title, content)) => answer::page(&visit, &title, &content),
        Err(error) => answer::problem(&visit, &error),
    }
}

/// Somebody who took part in calls and led none with a transcript; whoever sees none of them gets the
/// error.
async fn uncoached(visit: &Visit, error: Error) -> Result<(String, Markup), Error> {
    let Some(id) = visit.asked.get("id") else {
        return Err(error);
    };
    let mut request = CallsRequest::new(NonZeroUsize::MIN);
    request.filters.reps = vec![id.to_owned()];
    request.filters.to = visit.as_of()?;
    let calls = visit.app.calls(&request).await?.calls;
    let people = calls.into_iter().flat_map(|call| call.reps);
    let mut own = people.filter(|rep| rep.user_id == id);
    let name = own.next().ok_or(error)?.name;
    let title = name.unwrap_or_else(|| id.to_owned());
    let content = html! {
        h1 { (title) }
        (empty(&html! { p { "Nothing can be said of how " (title) " talks: no call that was led by this person has a transcript." }
            p { a href=(visit.to("/calls", [("rep", id)])) { "Calls with " (title) } } }))
    };
    Ok((title, content))
}

async fn made(visit: &Visit) -> Result<(String, Markup), Error> {
    let mut request = CoachRequest::new(visit.asked.get("id").unwrap_or_default());
    request.as_of = visit.as_of()?;
    request.why = Why::Said;
    let view = visit.app.coach(&request).await?;
    let title = view.rep.clone().unwrap_or_else(|| view.rep_user_id.clone());
    let id = view.rep_user_id.as_str();
    let content = html! {
        h1 { (title) }
        p.hint { "Beside the team, each sort of call by itself; no score, and not for decisions about pay. "
            a href=(visit.to("/calls", [("rep", id)])) { "Calls" }
            @if visit.may(Operation::DEALS) { " · " a href=(visit.to("/deals", [("owner", id)])) { "Deals" } } }
        @for (at, one) in view.call_types.iter().enumerate() {
            (section(visit, &format!("sort-{at}"), &said(&one.call_type), &coached(visit, one)))
        }
    };
    Ok((title, content))
}

fn coached(visit: &Visit, one: &CoachedView) -> Markup {
    html! {
        @if let Some(refused) = &one.refused {
            (empty(&html! { p { (one.calls) " calls. Nothing is said yet: " (refused) "." } }))
        } @else {
            p { (one.calls) " calls, beside " (one.reps.unwrap_or(0)) " reps." }
            @for what in &one.recommendations { (recommendation(visit, what)) }
            @if one.recommendations.is_empty() { p { "Nothing lies outside the team's middle half for certain." } }
            (measures(visit, &one.measures))
        }
    }
}

fn recommendation(visit: &Visit, one: &RecommendationView) -> Markup {
    html! {
        article.warning {
            h3 { (said(one.metric)) ": try " (one.towards) }
            @for moment in &one.moments { (moments::quote(visit, moment)) }
            @if let Some(example) = &one.example {
                p.about-quote { "A colleague's moment:" } (moments::quote(visit, example))
            }
        }
    }
}

fn measures(visit: &Visit, measures: &[MeasureView]) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            caption { "The mean with its 95 % interval; the bar is the team's middle half" }
            thead { tr { th scope="col" { "figure" } th.n scope="col" { "own mean" } th scope="col" { "beside the team" } th.n scope="col" { "middle half" } th.n scope="col" { "calls" } } }
            tbody { @for one in measures { tr {
                th scope="row" { (said(one.metric)) }
                td.n { (measured(one.metric, one.own)) }
                td { (beside(one)) }
                td.n { (measured(one.metric, one.band_lo)) " – " (measured(one.metric, one.band_hi)) }
                td.n { details { summary { (one.calls) } (moments::call_links(visit, &one.call_ids)) } }
            } } }
        } }
    }
}

/// The drawn mean on the stretch that holds interval and band.
fn beside(one: &MeasureView) -> Markup {
    let (lo, hi) = (one.lo.min(one.band_lo), one.hi.max(one.band_hi));
    let room = (hi - lo) * 0.08;
    let x = Scale::new((lo - room, hi + room), (0.0, 160.0));
    let told = format!(
        "{}, interval {} to {}, team {} to {}",
        measured(one.metric, one.value),
        measured(one.metric, one.lo),
        measured(one.metric, one.hi),
        measured(one.metric, one.band_lo),
        measured(one.metric, one.band_hi)
    );
    html! {
        svg.mini viewBox="0 0 160 18" width="160" height="18" role="img" aria-label=(told) {
            title { (told) }
            rect.track x="0" y="4" width="160" height="10" rx="2" {}
            rect.bandbar x=(x.at(one.band_lo)) width=(x.width(one.band_lo, one.band_hi)) y="4" height="10" {}
            line.whisker x1=(x.at(one.lo)) x2=(x.at(one.hi)) y1="9" y2="9" {}
            circle.point cx=(x.at(one.value)) cy="9" r="4" {}
        }
    }
}
