//! What is to be erased, what was, and what must be kept.

use gong_app::views::{HoldsView, PurgePreviewView, PurgeView, ReceiptView, ReceiptsView};

use super::table;

/// How much a purge would take.
pub(crate) fn purge_preview(view: &PurgePreviewView) -> String {
    let mut rows = vec![
        row("calls", view.calls),
        row("with words", view.with_text),
        row("sentences", view.sentences),
    ];
    if let (Some(oldest), Some(newest)) = (&view.oldest, &view.newest) {
        rows.push(vec!["from".to_owned(), oldest.clone()]);
        rows.push(vec!["to".to_owned(), newest.clone()]);
    }
    if view.unknown > 0 {
        rows.push(row("not here, refused from then on", view.unknown));
    }
    if view.deals > 0 {
        rows.push(row("deals", view.deals));
    }
    for hold in &view.held_by {
        let keeps = format!("{} keeps {} of them", hold.hold, hold.calls);
        rows.push(vec!["legal hold".to_owned(), keeps]);
    }
    table(&[], rows)
}

/// What a purge did.
pub(crate) fn purge(view: &PurgeView) -> String {
    let receipt = &view.receipt;
    let mut rows = vec![
        vec!["receipt".to_owned(), receipt.id.clone()],
        row("calls erased", receipt.calls),
        row("sentences erased", receipt.sentences),
        vec!["state".to_owned(), state(receipt)],
    ];
    if view.is_held_elsewhere {
        let held = "another gongkit holds it and does the erasing";
        rows.push(vec!["index".to_owned(), held.to_owned()]);
    }
    table(&[], rows) + &remarks(&view.remarks)
}

fn remarks(remarks: &[&str]) -> String {
    remarks.iter().flat_map(|remark| ["\n", *remark]).collect()
}

/// Every receipt.
pub(crate) fn receipts(view: &ReceiptsView) -> String {
    if view.receipts.is_empty() {
        return "no receipts: nothing was purged".to_owned();
    }
    let rows = view.receipts.iter().map(|receipt| {
        vec![
            receipt.begun.clone(),
            receipt.kind.clone(),
            receipt.reason.clone(),
            receipt.actor.clone(),
            receipt.calls.to_string(),
            receipt.kept_by_hold.to_string(),
            state(receipt),
        ]
    });
    table(
        &[
            "begun",
            "named",
            "why",
            "by",
            "calls",
            "kept by hold",
            "state",
        ],
        rows,
    ) + &remarks(&view.remarks)
}

/// Every legal hold.
pub(crate) fn holds(view: &HoldsView) -> String {
    if view.holds.is_empty() {
        return "no legal holds".to_owned();
    }
    let rows = view.holds.iter().map(|hold| {
        let released = hold.released.clone().unwrap_or_else(|| "holds".to_owned());
        vec![
            hold.name.clone(),
            hold.kind.clone(),
            hold.value.clone(),
            hold.since.clone(),
            released,
        ]
    });
    table(&["name", "on", "which", "since", "released"], rows)
}

fn state(receipt: &ReceiptView) -> String {
    match &receipt.finished {
        Some(at) => format!("finished {at}"),
        None if receipt.left > 0 => format!("{} hidden, not destroyed yet", receipt.left),
        None => format!("not reached yet: {}", receipt.unreached.join(", ")),
    }
}

fn row(name: &str, count: u64) -> Vec<String> {
    vec![name.to_owned(), count.to_string()]
}
