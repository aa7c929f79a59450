//! What the simulator was asked: the independent count behind every claim about requests.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

/// Counts of everything that arrived under `/v2`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SimStats {
    /// Everything that arrived, refused or not.
    pub total: u64,
    /// Arrivals by operation (Gong's `operationId`; `unknown` for anything else).
    pub requests: BTreeMap<String, u64>,
    /// Answers by status. A dropped connection has none.
    pub answers: BTreeMap<u16, u64>,
    /// Faults given, by name.
    pub faults: BTreeMap<String, u64>,
    /// The most arrivals within any one second (a sliding second, refused ones included).
    pub max_in_any_second: u64,
    /// How many were refused with 429, by a limit or by a fault.
    pub rejected_429: u64,
    /// How many were refused for their key.
    pub unauthorized: u64,
    /// The most requests that were being answered at the same time.
    pub max_in_flight: u64,
    /// The time from the first arrival to the last.
    pub span: Duration,
}

impl SimStats {
    /// Arrivals of one operation.
    pub fn of(&self, operation: crate::Operation) -> u64 {
        self.requests.get(operation.as_str()).copied().unwrap_or(0)
    }

    /// Arrivals a second on the mean, from the first to the last; 0 with fewer than two.
    pub fn mean_per_second(&self) -> f64 {
        let seconds = self.span.as_secs_f64();
        if self.total < 2 || seconds == 0.0 {
            0.0
        } else {
            (self.total - 1) as f64 / seconds
        }
    }

    /// The same counts as JSON.
    pub fn to_json(&self) -> Value {
        let answers: BTreeMap<String, u64> = self
            .answers
            .iter()
            .map(|(status, n)| (status.to_string(), *n))
            .collect();
        json!({
            "total": self.total,
            "requests": self.requests,
            "answers": answers,
            "faults": self.faults,
            "max_in_any_second": self.max_in_any_second,
            "mean_per_second": self.mean_per_second(),
            "rejected_429": self.rejected_429,
            "unauthorized": self.unauthorized,
            "max_in_flight": self.max_in_flight,
            "span_seconds": self.span.as_secs_f64(),
        })
    }
}

/// One request as the simulator read it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recorded {
    /// Gong's `operationId`, or `unknown`.
    pub operation: String,
    /// Path and query as sent.
    pub target: String,
    /// The body, when it was JSON.
    pub body: Option<Value>,
    /// The status that was meant to go out.
    pub status: u16,
}

const SECOND: Duration = Duration::from_secs(1);
/// Arrivals remembered for the sliding second; more than this in one second are counted as this many.
const MAX_ARRIVALS_REMEMBERED: usize = 65_536;
/// Requests remembered word for word; the oldest go first.
const MAX_RECORDED: usize = 2_000;

/// Keeps the counts while the simulator runs, in bounded memory.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    counts: SimStats,
    recent: VecDeque<Instant>,
    first: Option<Instant>,
    in_flight: u64,
    recorded: VecDeque<Recorded>,
}

impl Ledger {
    pub(crate) fn arrived(&mut self, operation: &str, at: Instant) {
        let first = *self.first.get_or_insert(at);
        while self
            .recent
            .front()
            .is_some_and(|oldest| at.duration_since(*oldest) >= SECOND)
        {
            self.recent.pop_front();
        }
        if self.recent.len() == MAX_ARRIVALS_REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(at);
        self.in_flight += 1;

        let counts = &mut self.counts;
        counts.total += 1;
        *counts.requests.entry(operation.to_owned()).or_default() += 1;
        counts.max_in_any_second = counts.max_in_any_second.max(self.recent.len() as u64);
        counts.max_in_flight = counts.max_in_flight.max(self.in_flight);
        counts.span = at.duration_since(first);
    }

    pub(crate) fn decided(&mut self, recorded: Recorded) {
        match recorded.status {
            401 => self.counts.unauthorized += 1,
            429 => self.counts.rejected_429 += 1,
            _ => {}
        }
        if self.recorded.len() == MAX_RECORDED {
            self.recorded.pop_front();
        }
        self.recorded.push_back(recorded);
    }

    pub(crate) fn gave_fault(&mut self, name: &str) {
        *self.counts.faults.entry(name.to_owned()).or_default() += 1;
    }

    /// A request is over; `status` is `None` when its connection was dropped.
    pub(crate) fn finished(&mut self, status: Option<u16>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(status) = status {
            *self.counts.answers.entry(status).or_default() += 1;
        }
    }

    pub(crate) fn counts(&self) -> SimStats {
        self.counts.clone()
    }

    pub(crate) fn recorded(&self) -> Vec<Recorded> {
        self.recorded.iter().cloned().collect()
    }
}
