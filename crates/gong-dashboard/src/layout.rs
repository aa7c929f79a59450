//! What stands around every page.

use gong_app::Operation;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets::{ICON, SCRIPT, STYLE};
use crate::definitions;
use crate::visit::{Theme, Visit};

/// The pages that are always offered, to whoever may see them.
const PAGES: [(&str, &str, Operation); 6] = [
    ("/", "Overview", Operation::STATUS),
    ("/deals", "Deals", Operation::DEALS),
    ("/calls", "Calls", Operation::LIST_CALLS),
    ("/search", "Search", Operation::SEARCH),
    ("/trackers", "Trackers", Operation::TRACKERS_LIST),
    ("/health", "Health", Operation::STATUS),
];

/// A whole page.
pub(crate) fn page(visit: &Visit, title: &str, content: &Markup) -> Markup {
    let (before, after) = around(visit, title);
    html! { (before) (content) (after) }
}

/// What stands before the content of a page and after it.
pub(crate) fn around(visit: &Visit, title: &str) -> (Markup, Markup) {
    let before = html! {
        (DOCTYPE)
        (opened("<html lang=\"en\""))
        @if visit.theme != Theme::System { (PreEscaped(format!(" data-theme=\"{}\"", visit.theme.as_str()))) }
        (opened(">"))
        (head(title))
        (opened("<body>"))
        a.skip href="#main" { "To the content" }
        (top(visit))
        @if let Some(note) = &visit.note { p.note role="note" { (note) } }
        (opened("<main id=\"main\" tabindex=\"-1\">"))
    };
    let after = html! {
        (opened("</main>"))
        (foot(visit))
        (opened("</body></html>"))
    };
    (before, after)
}

/// A page without the frame, for whoever is not let in.
pub(crate) fn bare(theme: Theme, title: &str, content: &Markup) -> Markup {
    let theme = (theme != Theme::System).then(|| theme.as_str());
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            (head(title))
            body.bare { (content) }
        }
    }
}

fn opened(tag: &str) -> PreEscaped<&str> {
    PreEscaped(tag)
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex";
            title { (title) " · gongkit" }
            link rel="icon" href=(ICON.path());
            link rel="stylesheet" href=(STYLE.path());
            script src=(SCRIPT.path()) defer {}
        }
    }
}

fn top(visit: &Visit) -> Markup {
    let offered = PAGES.iter().filter(|(_, _, needs)| visit.may(*needs));
    html! {
        header.top {
            a.brand href=(visit.to("/", [])) { (mark()) "gongkit" }
            nav aria-label="Pages" {
                ul { @for (path, name, _) in offered {
                    @let current = (visit.path == *path).then_some("page");
                    li { a href=(visit.to(path, [])) aria-current=[current] { (name) } }
                } }
            }
            (period_form(visit))
        }
    }
}

/// The mark: a band with a point in it.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" {
            rect x="1" y="7" width="18" height="6" rx="3" class="band" {}
            circle cx="12.5" cy="10" r="4" class="dot" {}
        }
    }
}

/// The period and the day stand in the address, so a form that reads is all there is to it.
fn period_form(visit: &Visit) -> Markup {
    let rest: Vec<(&str, &str)> = visit.asked.without(&["period", "as_of", "after"]).collect();
    html! {
        form.period method="get" action=(visit.path) aria-label="Period" {
            @for (name, text) in rest { input type="hidden" name=(name) value=(text); }
            label { span { "Period" }
                input name="period" value=(visit.asked.text("period")) placeholder="this quarter"
                    size="10" title="2026-Q2, 2026-05 or 2026-05-01..2026-05-15"; }
            label { span { "As of" }
                input name="as_of" type="date" value=(visit.asked.text("as_of")); }
            button type="submit" { "Show" }
        }
    }
}

fn foot(visit: &Visit) -> Markup {
    let who = visit.app.whoami();
    let role = who.role.unwrap_or("nobody");
    html! {
        footer.foot {
            div.look {
                form method="post" action="/look" {
                    (form_token(visit))
                    input type="hidden" name="back" value=(visit.here(&[]));
                    span { "Look " }
                    @for theme in [Theme::System, Theme::Light, Theme::Dark] {
                        @let pressed = if theme == visit.theme { "true" } else { "false" };
                        button name="theme" value=(theme.as_str()) aria-pressed=(pressed) { (theme.as_str()) }
                    }
                }
                form method="post" action="/logout" {
                    (form_token(visit))
                    span { "Signed in as " (role) " (" (who.proof) ") " }
                    button type="submit" { "Sign out" }
                }
            }
            p { "Times and days are UTC. Amounts are sums of one currency; currencies are never added. "
                a href=(visit.to("/definitions", [])) { "What each number means" } "." }
            p.live id="live" role="status" aria-live="polite" data-live="/live" {}
        }
    }
}

/// What a form of ours must show.
pub(crate) fn form_token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="form_token" value=(visit.form_token); }
}

/// A section with a heading, and where its numbers are explained.
pub(crate) fn section(visit: &Visit, id: &str, title: &str, content: &Markup) -> Markup {
    let heading = format!("{id}-title");
    let definition = visit.to(&format!("/definitions#{id}"), []);
    let about = format!("What \"{title}\" means");
    html! {
        section id=(id) aria-labelledby=(heading) {
            h2 id=(heading) { (title) @if definitions::has(id) { " " a.about href=(definition) aria-label=(about) title=(about) { "?" } } }
            (content)
        }
    }
}

/// Something that is not there, and what to do about it.
pub(crate) fn empty(content: &Markup) -> Markup {
    html! { div.empty { (content) } }
}
