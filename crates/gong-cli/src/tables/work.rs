//! What a worker did.

use gong_app::views::WorkView;

/// One line a number that is not zero.
pub(crate) fn work(view: &WorkView) -> String {
    let lines = [
        (view.syncs, "syncs were due and done"),
        (view.fetched, "calls fetched between them"),
        (view.indexed, "calls brought into the index"),
        (view.looked_at, "calls looked at by detectors"),
        (view.erased, "calls taken out"),
        (view.written, "records written to the CRM"),
        (view.failures, "failures, each tried again or a dead letter"),
    ];
    let done: Vec<String> = lines
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if done.is_empty() {
        "there was nothing to do".to_owned()
    } else {
        done.join("\n")
    }
}
