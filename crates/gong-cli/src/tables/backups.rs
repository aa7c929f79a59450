//! Backups, and the state of the archive.

use gong_app::views::{BackupView, DbCountsView, RestoreView, VerifyView};

use super::table;

/// A backup that was written.
pub(crate) fn backup(view: &BackupView) -> String {
    table(
        &[],
        [
            vec!["backup".to_owned(), view.file.clone()],
            row("bytes", view.bytes),
        ],
    )
}

/// A backup that was brought back.
pub(crate) fn restore(view: &RestoreView) -> String {
    table(
        &[],
        [
            vec!["restored from".to_owned(), view.file.clone()],
            row("calls", view.calls),
            row("hidden until listed again", view.hidden),
            row("erased again", view.erased_again),
            vec!["state".to_owned(), state(view.is_whole)],
        ],
    )
}

/// What a look at every stored value found.
pub(crate) fn verify(view: &VerifyView) -> String {
    let mut rows = vec![
        vec!["state".to_owned(), state(view.is_whole)],
        row("calls that are sound", view.calls),
        row("transcripts that open", view.transcripts),
        row("users that open", view.users),
        row("deals that open", view.deals),
        row("customers that open", view.accounts),
        row("secrets that open", view.secrets),
    ];
    if view.has_damaged_users {
        rows.push(vec!["damaged".to_owned(), "users".to_owned()]);
    }
    for deal in &view.damaged_deals {
        rows.push(vec!["damaged deal".to_owned(), deal.clone()]);
    }
    for account in &view.damaged_accounts {
        rows.push(vec!["damaged customer".to_owned(), account.clone()]);
    }
    for name in &view.damaged_secrets {
        rows.push(vec!["damaged secret".to_owned(), name.clone()]);
    }
    for call in &view.damaged {
        rows.push(vec!["damaged".to_owned(), call.clone()]);
    }
    for fault in &view.faults {
        rows.push(vec!["fault".to_owned(), fault.clone()]);
    }
    table(&[], rows)
}

/// Counts of the archive.
pub(crate) fn db_counts(view: &DbCountsView) -> String {
    let mut rows = vec![
        row("calls", view.calls),
        row("with words", view.with_text),
        row("words waited for", view.pending_text),
        row("private", view.private),
        row("missing upstream", view.missing),
        row("hidden until listed again", view.hidden),
        row("indexed", view.indexed),
    ];
    for (kind, count) in &view.jobs {
        rows.push(row(&format!("jobs: {kind}"), *count));
    }
    rows.push(row("given up by the index", view.dead));
    rows.push(row("purges", view.receipts));
    rows.push(row("purges not finished", view.open_receipts));
    rows.push(row("legal holds", view.holds));
    table(&[], rows)
}

fn state(is_whole: bool) -> String {
    let state = if is_whole {
        "whole: every value opens and agrees with its hash"
    } else {
        "damaged"
    };
    state.to_owned()
}

fn row(name: &str, count: u64) -> Vec<String> {
    vec![name.to_owned(), count.to_string()]
}
