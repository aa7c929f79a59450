//! A customer at a glance.

use std::fmt::Write as _;

use gong_app::views::{AccountBriefView, BriefDealView, FoundView, MetView, ValueView};

use super::deals::{call_line, line};
use super::risk::moment;
use super::table;

/// Deals with their warnings, people, what is open, and the newest calls.
pub(crate) fn glance(view: &AccountBriefView) -> String {
    let name = view.account.clone().unwrap_or_default();
    let mut text = format!("{} {name}", view.account_id).trim_end().to_owned();
    text.push_str("\n\n");
    for deal in &view.deals {
        text.push_str(&with_warnings(deal));
    }
    if !view.people.is_empty() {
        let people = view.people.iter().map(person);
        text.push_str(&table(&["who", "job", "calls", "last met"], people));
        text.push_str("\n\n");
    }
    for (title, found) in [
        ("next steps", &view.next_steps),
        ("concerns", &view.concerns),
        ("competitors", &view.competitors),
        ("asked in the newest call", &view.questions),
    ] {
        if !found.is_empty() {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{title}");
            for one in found {
                text.push_str(&said(one));
            }
            text.push('\n');
        }
    }
    let calls = view.calls.iter().map(call_line);
    text.push_str(&table(&["call", "day", "title", "link"], calls));
    let _ = write!(
        text,
        "\n\n{} calls; {} of those looked through have no words yet",
        view.total_calls, view.without_transcript
    );
    text
}

fn with_warnings(one: &BriefDealView) -> String {
    let mut facts = line(&one.deal);
    facts.retain(|fact| !fact.is_empty());
    let mut text = format!("{}  {}\n", one.level.unwrap_or("–"), facts.join(", "));
    for warning in &one.warnings {
        let _ = writeln!(
            text,
            "    {} {}: {}",
            warning.points, warning.warning, warning.reason
        );
    }
    text.push('\n');
    text
}

fn person(one: &MetView) -> Vec<String> {
    vec![
        one.name.clone().unwrap_or_else(|| "–".to_owned()),
        one.title.clone().unwrap_or_default(),
        one.calls.to_string(),
        one.last_met.get(..10).unwrap_or(&one.last_met).to_owned(),
    ]
}

fn said(one: &FoundView) -> String {
    let ValueView {
        kind,
        owner,
        status,
        due,
        name,
        stance,
        ..
    } = &one.value;
    let words = [
        *kind,
        *owner,
        *status,
        due.as_deref(),
        name.as_deref(),
        *stance,
    ];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    format!(
        "    {} {}\n{}",
        one.kind,
        words.join(" "),
        moment(&one.moment)
    )
}
