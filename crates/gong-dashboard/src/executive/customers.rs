//! What customers say: objections, red flags, pains and signs of buying, by calls.

use gong_app::views::{HeardView, ThemeView};
use gong_app::{Error, Why};
use maud::{Markup, html};

use crate::charts;
use crate::layout::empty;
use crate::moments;
use crate::visit::Visit;
use crate::words::said;

/// As many themes are shown.
const MOST: usize = 9;
/// As many of them with a sentence.
const QUOTED: usize = 4;

pub(super) async fn part(visit: Visit) -> Result<Markup, Error> {
    let view = visit.app.heard(&visit.outlook(Why::Said)?).await?;
    if view.themes.is_empty() {
        return Ok(empty(&html! {
            p { "Nothing of the kind was heard: " (view.with_transcript) " calls of this period have a transcript." }
            p.hint { "Choose a period with calls above, or bring calls with " code { "gongkit sync" } "." }
        }));
    }
    Ok(html! {
        (table(&visit, &view))
        div.quotes {
            @for theme in view.themes.iter().filter(|theme| !theme.quotes.is_empty()).take(QUOTED) {
                @if let Some(first) = theme.quotes.first() {
                    div { p.about-quote { (name(theme)) } (moments::quote(&visit, first)) }
                }
            }
        }
    })
}

fn table(visit: &Visit, view: &HeardView) -> Markup {
    let shown = || view.themes.iter().take(MOST);
    let most = shown()
        .flat_map(|theme| [theme.lately.rate, theme.before.rate])
        .flatten()
        .fold(0.05, f64::max);
    html! {
        div.scroll tabindex="0" { table data-sort="" {
            caption { "Calls in which a customer said it, of " (view.with_transcript)
                " with a transcript; the mark is " (view.compared_with.from) " to " (view.compared_with.to)
                " (" (view.with_transcript_before) " calls)" }
            thead { tr { th scope="col" { "what" } th scope="col" { "share of calls" } th.n scope="col" { "calls" } th.n scope="col" { "before" } } }
            tbody { @for theme in shown() { tr {
                th scope="row" { a href=(place(visit, theme)) { (name(theme)) } }
                td { (charts::share(theme.lately.rate, theme.before.rate, most)) }
                td.n { a href=(rows(visit, theme, "")) { (theme.lately.part) } }
                td.n { a href=(rows(visit, theme, "before")) { (theme.before.part) } }
            } } }
        } }
    }
}

/// The calls of a theme, in the period that is looked at or in the time before.
fn rows(visit: &Visit, theme: &ThemeView, when: &str) -> String {
    let about = theme.about.as_deref().unwrap_or_default();
    visit.to(
        "/calls",
        [("kind", theme.kind), ("about", about), ("when", when)],
    )
}

/// What a theme is called.
pub(crate) fn name(theme: &ThemeView) -> String {
    match &theme.about {
        Some(about) => format!("{}: {}", said(theme.kind), said(about)),
        None => said(theme.kind),
    }
}

/// The page of a theme.
pub(crate) fn place(visit: &Visit, theme: &ThemeView) -> String {
    let about = theme.about.as_deref().unwrap_or_default();
    visit.to("/theme", [("kind", theme.kind), ("about", about)])
}
