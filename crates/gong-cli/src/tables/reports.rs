//! What commands did, and what is set up.

use std::fmt::Write as _;

use gong_app::views::{
    ConfigView, DoctorView, EvalView, FailureView, IndexView, ReindexView, SyncView,
};

use super::table;

/// More failures are in `--json`.
const FAILURES_SHOWN: usize = 20;

/// What a sync or an import did.
pub(crate) fn sync(view: &SyncView) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (outcome, count) in &view.outcomes {
        if *count > 0 {
            rows.push(row(in_words(outcome), *count));
        }
    }
    if view.calls == 0 {
        rows.push(row("calls", 0));
    }
    if view.requests > 0 {
        let requests = format!(
            "{} (these calls need at least {})",
            view.requests, view.requests_minimum
        );
        rows.push(vec!["requests to Gong".to_owned(), requests]);
    }
    for run in &view.runs {
        let how = if run.is_complete {
            ""
        } else {
            ", goes on next time"
        };
        let cost = format!(
            "{} (about {} expected){how}",
            run.requests, run.expected_requests
        );
        rows.push(vec![format!("  of these {}", run_in_words(run.run)), cost]);
    }
    for refused in &view.refused {
        let why = format!("the key lacks {} ({})", refused.scope, refused.operation);
        rows.push(vec!["refused by Gong".to_owned(), why]);
    }
    let counts = [
        ("users listed", view.users.listed),
        ("users who have left", view.users.left),
        ("transcripts waited for", view.transcripts_pending),
        ("missing upstream", view.marked_missing.len() as u64),
        ("deleted in Gong, erased", view.erased_upstream.len() as u64),
        ("fields of odd type", view.dropped_fields),
    ];
    rows.extend(
        counts
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| row(name, n)),
    );
    rows.extend(index(&view.index));
    let mut text = table(&[], rows);
    text.push_str(&failures(&view.failures));
    text
}

/// What a rebuilt index holds.
pub(crate) fn reindex(view: &ReindexView) -> String {
    let mut rows = vec![vec!["index".to_owned(), view.index_id.clone()]];
    rows.push(vec!["space".to_owned(), view.space.clone()]);
    rows.extend(index(&view.index));
    rows.push(row("older indexes dropped", view.dropped));
    let mut text = table(&[], rows);
    text.push_str(&failures(&view.failures));
    text
}

/// What an evaluation run did.
pub(crate) fn eval(view: &EvalView) -> String {
    let rate = view.queries as f64 / view.query_seconds.max(f64::EPSILON);
    table(
        &[],
        [
            vec!["task".to_owned(), view.task.to_owned()],
            row("calls", view.calls),
            row("passages", view.passages),
            row("questions", view.queries),
            vec![
                "indexed in".to_owned(),
                format!("{:.1} s", view.index_seconds),
            ],
            vec![
                "asked in".to_owned(),
                format!("{:.1} s ({rate:.0} a second)", view.query_seconds),
            ],
            vec!["written to".to_owned(), view.out.clone()],
        ],
    )
}

/// Every check, and under each that is not well why it matters and what mends it.
pub(crate) fn doctor(view: &DoctorView) -> String {
    let mut text = String::new();
    for check in &view.checks {
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "{:<5} {:<17} {}",
            check.status.as_str(),
            check.id,
            check.what
        );
        for (name, line) in [("why", &check.why), ("fix", &check.fix)] {
            if let Some(line) = line {
                let _ = writeln!(text, "{:<23} {name}: {line}", "");
            }
        }
    }
    text
}

/// Every setting.
pub(crate) fn config(view: &ConfigView, with_origin: bool) -> String {
    let rows = view.settings.iter().map(|setting| {
        let value = setting
            .value
            .clone()
            .unwrap_or_else(|| "(not set)".to_owned());
        let mut row = vec![setting.key.to_owned(), value];
        if with_origin {
            row.push(setting.origin.clone());
        }
        row
    });
    let header: &[&str] = if with_origin {
        &["setting", "value", "origin"]
    } else {
        &["setting", "value"]
    };
    table(header, rows)
}

/// A run as a person would say it.
fn run_in_words(run: &str) -> &str {
    match run {
        "new" => "for what is new",
        "month" => "for the last 30 days",
        "half-year" => "for the last 180 days",
        _ => "for everything",
    }
}

/// An outcome as a person would say it.
fn in_words(outcome: &str) -> &str {
    match outcome {
        "indexing" => "new or changed",
        "stored" => "stored, nothing to index",
        "not_ready" => "without transcript yet",
        "missing" => "unknown to Gong",
        "erased" => "purged before, refused",
        "private" => "private, withheld",
        other => other,
    }
}

fn index(view: &IndexView) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    if view.is_held_elsewhere {
        let held = "another gongkit holds it and does the waiting jobs";
        rows.push(vec!["index".to_owned(), held.to_owned()]);
    }
    if view.indexed > 0 {
        let indexed = format!(
            "{} calls, {} passages, {} embedded",
            view.indexed, view.passages, view.embedded
        );
        rows.push(vec!["indexed".to_owned(), indexed]);
    }
    let counts = [
        ("taken out", view.erased),
        ("purges not finished", view.open_receipts),
        ("taken over from a killed run", view.reclaimed),
        ("given up, not found", view.dead.len() as u64),
    ];
    rows.extend(
        counts
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| row(name, n)),
    );
    rows
}

pub(super) fn failures(failures: &[FailureView]) -> String {
    let mut text = String::new();
    for failure in failures.iter().take(FAILURES_SHOWN) {
        let call = failure.call_id.as_deref().unwrap_or("-");
        let _ = write!(
            text,
            "\nfailed  {call}  {} ({})",
            failure.reason, failure.class
        );
    }
    if failures.len() > FAILURES_SHOWN {
        let more = failures.len() - FAILURES_SHOWN;
        let _ = write!(text, "\nand {more} more; --json lists them all");
    }
    text
}

fn row(name: &str, count: u64) -> Vec<String> {
    vec![name.to_owned(), count.to_string()]
}
