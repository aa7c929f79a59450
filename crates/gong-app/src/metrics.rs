//! Every metric, with what it means: whatever recorder is installed is told of them.
//!
//! Labels have few values, all of them from lists of ours: no call, no person and no address ever
//! stands in one.

use std::time::Duration;

use call_archive::{BudgetLeft, Queue};
use jiff::Timestamp;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two kinds are the meaning")]
pub enum Kind {
    /// It only grows, from the start of the process on.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// A metric that is exported.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the row is the meaning")]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

const WEBHOOK_RECEIVED: &str = "gongkit_webhook_received_total";
const WEBHOOK_REFUSED: &str = "gongkit_webhook_refused_total";
const FETCHED: &str = "gongkit_calls_fetched_total";
const INDEXED: &str = "gongkit_calls_indexed_total";
const ERASED: &str = "gongkit_calls_erased_total";
const EMBEDDED: &str = "gongkit_passages_embedded_total";
const FAILURES: &str = "gongkit_work_failures_total";
const REQUESTS: &str = "gongkit_gong_requests_total";
const REQUESTS_LEFT: &str = "gongkit_gong_requests_left";
const QUEUE: &str = "gongkit_queue_jobs";
const QUEUE_AGE: &str = "gongkit_queue_oldest_age_seconds";
const DEAD: &str = "gongkit_dead_letters";
const SYNC_LAG: &str = "gongkit_sync_lag_seconds";
const HOLDS_DUTY: &str = "gongkit_holds_sync_duty";
const HOLDS_INDEX: &str = "gongkit_holds_index";
const READY: &str = "gongkit_ready";

/// Every metric there is, in the order of the documents.
pub const METRICS: [Metric; 16] = [
    Metric {
        name: WEBHOOK_RECEIVED,
        kind: Kind::Counter,
        labels: &["outcome"],
        meaning: "Deliveries of Gong that were answered as taken in, by outcome: new, duplicate, erased or test",
    },
    Metric {
        name: WEBHOOK_REFUSED,
        kind: Kind::Counter,
        labels: &["reason"],
        meaning: "Deliveries that were not taken in, by reason: a word of a refusal, unreadable, busy or not-kept",
    },
    Metric {
        name: FETCHED,
        kind: Kind::Counter,
        labels: &["outcome"],
        meaning: "Calls that this process fetched from Gong outside of syncs, by what became of them",
    },
    Metric {
        name: INDEXED,
        kind: Kind::Counter,
        labels: &[],
        meaning: "Calls that this process brought into the index",
    },
    Metric {
        name: ERASED,
        kind: Kind::Counter,
        labels: &[],
        meaning: "Calls that this process took out for good",
    },
    Metric {
        name: EMBEDDED,
        kind: Kind::Counter,
        labels: &[],
        meaning: "Passages that this process turned into vectors",
    },
    Metric {
        name: FAILURES,
        kind: Kind::Counter,
        labels: &["part"],
        meaning: "Turns of a worker that failed and were tried again, by part: fetch, index, sync or detect",
    },
    Metric {
        name: REQUESTS,
        kind: Kind::Counter,
        labels: &["status"],
        meaning: "Requests of this process to Gong, by the class of the answer: 2xx, 3xx, 4xx, 429, 5xx or none",
    },
    Metric {
        name: REQUESTS_LEFT,
        kind: Kind::Gauge,
        labels: &["priority"],
        meaning: "Requests to Gong that the company may still make today (UTC), by who asks: interactive or background",
    },
    Metric {
        name: QUEUE,
        kind: Kind::Gauge,
        labels: &["kind", "state"],
        meaning: "Jobs by kind (fetch, transcript, index, erase) and state (waiting, leased)",
    },
    Metric {
        name: QUEUE_AGE,
        kind: Kind::Gauge,
        labels: &["kind"],
        meaning: "How long the oldest job of a kind has been due; of fetch it is the age of the inbox, of index how far search lags behind",
    },
    Metric {
        name: DEAD,
        kind: Kind::Gauge,
        labels: &["kind"],
        meaning: "Jobs that were given up, by kind",
    },
    Metric {
        name: SYNC_LAG,
        kind: Kind::Gauge,
        labels: &[],
        meaning: "How long ago the last sync began that came to its end; -1 before the first",
    },
    Metric {
        name: HOLDS_DUTY,
        kind: Kind::Gauge,
        labels: &[],
        meaning: "Whether this process is the one that syncs at fixed times",
    },
    Metric {
        name: HOLDS_INDEX,
        kind: Kind::Gauge,
        labels: &[],
        meaning: "Whether this process writes the index",
    },
    Metric {
        name: READY,
        kind: Kind::Gauge,
        labels: &[],
        meaning: "Whether this process is ready for work, as /readyz says",
    },
];

/// Says what each metric means, to whatever recorder is installed.
pub(crate) fn describe() {
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, Unit::Count, metric.meaning),
            Kind::Gauge => describe_gauge!(metric.name, Unit::Count, metric.meaning),
        }
    }
}

/// A delivery was answered as taken in.
pub(crate) fn webhook_received(outcome: &'static str) {
    counter!(WEBHOOK_RECEIVED, "outcome" => outcome).increment(1);
}

/// A delivery was not taken in.
pub(crate) fn webhook_refused(reason: &'static str) {
    counter!(WEBHOOK_REFUSED, "reason" => reason).increment(1);
}

/// What is left of the day, as of the last slot that this process took.
pub(crate) fn requests_left(left: &BudgetLeft) {
    gauge!(REQUESTS_LEFT, "priority" => "interactive").set(f64::from(left.interactive));
    gauge!(REQUESTS_LEFT, "priority" => "background").set(f64::from(left.background));
}

/// An answer of Gong, or none.
pub(crate) fn requested(status: Option<u16>) {
    let class = match status {
        None => "none",
        Some(429) => "429",
        Some(200..=299) => "2xx",
        Some(300..=399) => "3xx",
        Some(400..=499) => "4xx",
        Some(_) => "5xx",
    };
    counter!(REQUESTS, "status" => class).increment(1);
}

/// Calls that were fetched.
pub(crate) fn fetched(outcome: &'static str, calls: u64) {
    if calls > 0 {
        counter!(FETCHED, "outcome" => outcome).increment(calls);
    }
}

/// What a drain did.
pub(crate) fn indexed(calls: u64, embedded: u64, erased: u64) {
    counter!(INDEXED).increment(calls);
    counter!(EMBEDDED).increment(embedded);
    counter!(ERASED).increment(erased);
}

/// A turn that failed.
pub(crate) fn failed(part: &'static str) {
    counter!(FAILURES, "part" => part).increment(1);
}

/// The queues, as they are now.
pub(crate) fn queues(queues: &[Queue], now: Timestamp) {
    for queue in queues {
        let kind = queue.kind.as_str();
        gauge!(QUEUE, "kind" => kind, "state" => "waiting").set(queue.waiting as f64);
        gauge!(QUEUE, "kind" => kind, "state" => "leased").set(queue.leased as f64);
        gauge!(DEAD, "kind" => kind).set(queue.dead as f64);
        let age = queue.due_since.map(|since| since.duration_until(now));
        let age = age.map_or(0.0, |age| age.as_secs_f64().max(0.0));
        gauge!(QUEUE_AGE, "kind" => kind).set(age);
    }
}

/// How long ago the last whole sync began.
pub(crate) fn sync_lag(lag: Option<Duration>) {
    gauge!(SYNC_LAG).set(lag.map_or(-1.0, |lag| lag.as_secs_f64()));
}

/// Whether this process syncs at fixed times.
pub(crate) fn holds_duty(is_held: bool) {
    gauge!(HOLDS_DUTY).set(f64::from(u8::from(is_held)));
}

/// Whether this process writes the index.
pub(crate) fn holds_index(is_held: bool) {
    gauge!(HOLDS_INDEX).set(f64::from(u8::from(is_held)));
}

/// Whether this process is ready.
pub(crate) fn ready(is_ready: bool) {
    gauge!(READY).set(f64::from(u8::from(is_ready)));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn file(path: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join(path)).expect("it is there")
    }

    #[test]
    fn the_document_lists_every_metric_with_its_meaning() {
        let rows = METRICS.map(|metric| {
            let kind = match metric.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
            };
            let labels = match metric.labels {
                [] => "–".to_owned(),
                labels => labels.join(", "),
            };
            format!(
                "| `{}` | {kind} | {labels} | {} |",
                metric.name, metric.meaning
            )
        });
        let document = file("docs/serving.md");
        let (_, table) = document.split_once("<!-- metrics -->\n").expect("a table");
        let (table, _) = table.split_once("<!-- /metrics -->").expect("its end");

        let written: Vec<&str> = table.lines().skip(2).collect();

        assert_eq!(written, rows, "the rows are:\n{}", rows.join("\n"));
    }

    #[test]
    fn alerts_and_dashboard_ask_for_metrics_that_there_are() {
        let known: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        for name in ["rules.yml", "rules_test.yml", "grafana.json"] {
            let text = file(&format!("deploy/monitoring/{name}"));
            let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
            let words = text.split(|char| !is_word(char));
            let asked: BTreeSet<&str> = words.filter(|word| word.starts_with("gongkit_")).collect();
            assert!(!asked.is_empty(), "{name}");
            let unknown: Vec<_> = asked.difference(&known).collect();
            assert!(unknown.is_empty(), "{name} asks for {unknown:?}");
        }
    }
}
