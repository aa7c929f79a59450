//! Deals and customers.

use std::fmt::Write as _;

use gong_app::views::{
    AccountView, CallLineView, DealCallView, DealLineView, DealShownView, DealsImportView,
    DealsView, PinView,
};

use super::table;

/// One line a deal.
pub(crate) fn deals(view: &DealsView) -> String {
    let day = view.as_of.get(..10).unwrap_or(&view.as_of);
    if view.deals.is_empty() {
        return format!("no deal as of {day}");
    }
    let mut text = lines(&view.deals);
    let _ = write!(text, "\n\n{} deals as of {day}", view.deals.len());
    for stage in &view.unknown_stages {
        let note = "pipeline.stages, won and lost do not name it; its deals count as open";
        let _ = write!(text, "\nstage {stage}: {note}");
    }
    text
}

fn lines(deals: &[DealLineView]) -> String {
    let heads = [
        "id", "account", "stage", "", "amount", "", "closes", "owner",
    ];
    table(&heads, deals.iter().map(line))
}

pub(super) fn line(deal: &DealLineView) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let account = deal.account.as_ref().or(deal.account_id.as_ref());
    vec![
        deal.id.clone(),
        account.cloned().unwrap_or_default(),
        text(&deal.stage),
        deal.outcome.to_owned(),
        text(&deal.amount),
        text(&deal.currency),
        text(&deal.close_date),
        text(&deal.owner),
    ]
}

/// A deal, what became of it, and its calls.
pub(crate) fn deal(view: &DealShownView) -> String {
    let deal = &view.deal;
    let amount = deal.amount.as_ref().zip(deal.currency.as_ref());
    let account = deal.account.as_ref().or(deal.account_id.as_ref());
    let facts = [
        ("deal", Some(deal.id.clone())),
        ("name", deal.name.clone()),
        ("account", account.cloned()),
        ("owner", deal.owner.clone()),
        (
            "stage",
            deal.stage
                .as_ref()
                .map(|stage| format!("{stage} ({})", deal.outcome)),
        ),
        (
            "amount",
            amount.map(|(amount, currency)| format!("{amount} {currency}")),
        ),
        ("closes", deal.close_date.clone()),
        ("created", deal.created.clone()),
        ("closed", deal.closed_on.clone()),
        ("told", Some(format!("{} by {}", deal.told, deal.source))),
    ];
    let facts = facts.into_iter();
    let facts = facts.filter_map(|(name, value)| Some(vec![name.to_owned(), value?]));
    let mut text = table(&[], facts);
    text.push_str("\n\n");
    let changes = view.history.iter().map(|change| {
        let from = change.from.clone().unwrap_or_default();
        vec![
            change.at.get(..10).unwrap_or(&change.at).to_owned(),
            change.field.to_owned(),
            from,
            change.to.clone(),
            change.source.to_owned(),
        ]
    });
    text.push_str(&table(&["day", "what", "from", "to", "told by"], changes));
    text.push_str("\n\n");
    if view.calls.is_empty() {
        text.push_str("no call about it");
        return text;
    }
    let calls = view.calls.iter().map(
        |DealCallView {
             call, linked_by, ..
         }| {
            let mut line = call_line(call);
            line.push((*linked_by).to_owned());
            line
        },
    );
    text.push_str(&table(&["call", "day", "title", "link", "found by"], calls));
    text
}

/// A customer, its deals and its calls.
pub(crate) fn account(view: &AccountView) -> String {
    let name = view.name.clone().unwrap_or_default();
    let mut text = format!("{} {name}\n\n", view.id).replace(" \n", "\n");
    if !view.deals.is_empty() {
        text.push_str(&lines(&view.deals));
        text.push_str("\n\n");
    }
    let calls = view.calls.iter().map(call_line);
    text.push_str(&table(&["call", "day", "title", "link"], calls));
    let _ = write!(text, "\n\n{} calls", view.total_calls);
    text
}

pub(super) fn call_line(call: &CallLineView) -> Vec<String> {
    vec![
        call.id.clone(),
        call.started.get(..10).unwrap_or(&call.started).to_owned(),
        call.title.clone().unwrap_or_default(),
        call.url.clone().unwrap_or_default(),
    ]
}

/// What came of a file.
pub(crate) fn deals_import(view: &DealsImportView) -> String {
    let mut text = String::new();
    for bad in &view.bad {
        let place = format!("line {}, {}", bad.line, bad.column);
        let _ = writeln!(text, "{place}: {}; {}", bad.problem, bad.hint);
    }
    if !view.stored {
        return text;
    }
    let _ = write!(
        text,
        "{} deals read as of {}: {} told something new, {} were known so, {} were erased for good",
        view.read - view.bad.len() as u64,
        view.as_of,
        view.added,
        view.unchanged,
        view.refused
    );
    if view.unknown_owners > 0 {
        let note = "addresses of owners belong to no user; `gongkit sync` lists the users";
        let _ = write!(text, "\n{} {note}", view.unknown_owners);
    }
    for stage in &view.unknown_stages {
        let _ = write!(
            text,
            "\nstage {stage} is not named in pipeline.*: it counts as open"
        );
    }
    text
}

/// What became of a pin.
pub(crate) fn pin(view: &PinView) -> String {
    let state = match (view.is_pinned, view.is_changed) {
        (true, true) => "is pinned to",
        (true, false) => "was pinned before to",
        (false, true) => "is no longer pinned to",
        (false, false) => "was not pinned to",
    };
    format!("call {} {state} {}", view.call, view.deal)
}
