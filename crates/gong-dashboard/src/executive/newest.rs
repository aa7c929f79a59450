//! The newest calls; a page that listens for news loads them again when one came.

use std::num::NonZeroUsize;

use gong_app::views::CallRowView;
use gong_app::{CallsRequest, Error};
use maud::{Markup, html};

use crate::cells::{clock, minute};
use crate::layout::empty;
use crate::visit::Visit;

const MOST: NonZeroUsize = NonZeroUsize::new(6).expect("not zero");

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let list = list(&visit).await?;
    Ok(html! { div id="newest-list" data-newest=(visit.to("/newest", [])) { (list) } })
}

/// The list alone.
pub(crate) async fn list(visit: &Visit) -> Result<Markup, Error> {
    let mut request = CallsRequest::new(MOST);
    // Up to the day that is looked at, and none of later ones.
    request.filters.to = visit.as_of()?;
    let view = visit.app.calls(&request).await?;
    if view.calls.is_empty() {
        return Ok(empty(&html! {
            p { "There is no call yet." }
            p.hint { code { "gongkit sync" } " brings the calls of Gong, " code { "gongkit import DIR" } " those of files." }
        }));
    }
    Ok(html! {
        ul.calls { @for call in &view.calls { li { (line(visit, call)) } } }
        p { a href=(visit.to("/calls", [])) { @match view.total {
            Some(total) => { "All " (total) " calls" },
            None => "All calls",
        } } }
    })
}

/// A call in a line.
pub(crate) fn line(visit: &Visit, call: &CallRowView) -> Markup {
    html! {
        a href=(visit.to("/call", [("id", call.id.as_str())])) { (call.title.as_deref().unwrap_or(&call.id)) }
        " " span.hint { (minute(&call.started))
            @if let Some(seconds) = call.duration_s { " · " (clock(seconds as f64)) }
            @if call.transcript != "present" { " · transcript " (call.transcript) } }
    }
}
