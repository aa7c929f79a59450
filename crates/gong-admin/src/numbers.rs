//! Keeps the numbers of a process and writes them in Prometheus' text form.
//!
//! Counters and gauges are all that gongkit has, so this is a map of atomics: no task of its own, no
//! samples, nothing that grows with time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::atomics::AtomicU64;
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SetRecorderError, SharedString,
    Unit,
};

/// The numbers of a process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Numbers(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    meanings: BTreeMap<String, String>,
    families: BTreeMap<String, Family>,
}

/// A metric with each of its label sets.
#[derive(Debug)]
struct Family {
    kind: Kind,
    /// By the labels as they are written.
    rows: BTreeMap<String, Arc<AtomicU64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
}

impl Numbers {
    /// Makes these the numbers of the process: only `main` does.
    pub fn install() -> Result<Self, SetRecorderError<Self>> {
        let numbers = Self::default();
        metrics::set_global_recorder(numbers.clone())?;
        Ok(numbers)
    }

    /// Every number, in Prometheus' text form.
    pub fn text(&self) -> String {
        let state = self.state();
        let mut text = String::new();
        for (name, family) in &state.families {
            let meaning = state.meanings.get(name).map_or("", String::as_str);
            let kind = match family.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
            };
            let _ = writeln!(text, "# HELP {name} {}", escaped(meaning));
            let _ = writeln!(text, "# TYPE {name} {kind}");
            for (labels, value) in &family.rows {
                let bits = value.load(Ordering::Relaxed);
                let _ = match family.kind {
                    Kind::Counter => writeln!(text, "{name}{labels} {bits}"),
                    Kind::Gauge => writeln!(text, "{name}{labels} {}", f64::from_bits(bits)),
                };
            }
        }
        text
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(&self, key: &Key, kind: Kind) -> Arc<AtomicU64> {
        let mut state = self.state();
        let family = state
            .families
            .entry(key.name().to_owned())
            .or_insert_with(|| Family {
                kind,
                rows: BTreeMap::new(),
            });
        Arc::clone(family.rows.entry(labels(key)).or_default())
    }

    fn describe(&self, name: &KeyName, meaning: &SharedString) {
        let mut state = self.state();
        state
            .meanings
            .insert(name.as_str().to_owned(), meaning.to_string());
    }
}

impl Recorder for Numbers {
    fn describe_counter(&self, key: KeyName, _unit: Option<Unit>, meaning: SharedString) {
        self.describe(&key, &meaning);
    }

    fn describe_gauge(&self, key: KeyName, _unit: Option<Unit>, meaning: SharedString) {
        self.describe(&key, &meaning);
    }

    fn describe_histogram(&self, _key: KeyName, _unit: Option<Unit>, _meaning: SharedString) {}

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.row(key, Kind::Counter))
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.row(key, Kind::Gauge))
    }

    /// Nothing of ours is one.
    fn register_histogram(&self, _key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// `{kind="fetch",state="waiting"}`, or nothing.
fn labels(key: &Key) -> String {
    let mut labels: Vec<String> = key
        .labels()
        .map(|label| format!("{}=\"{}\"", label.key(), quoted(label.value())))
        .collect();
    if labels.is_empty() {
        return String::new();
    }
    labels.sort();
    format!("{{{}}}", labels.join(","))
}

fn quoted(value: &str) -> String {
    escaped(value).replace('"', "\\\"")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use metrics::{counter, describe_gauge, gauge, with_local_recorder};

    use super::*;

    #[test]
    fn numbers_are_written_by_name_with_what_they_mean() {
        let numbers = Numbers::default();
        with_local_recorder(&numbers, || {
            describe_gauge!("b", "One\nof two");
            gauge!("b").set(1.5);
            gauge!("b").decrement(2.0);
            counter!("a", "kind" => "x", "by" => "y\"").increment(1);
            counter!("a", "by" => "y\"", "kind" => "x").increment(2);
        });

        let wanted = "# HELP a \n# TYPE a counter\na{by=\"y\\\"\",kind=\"x\"} 3\n\
                      # HELP b One\\nof two\n# TYPE b gauge\nb -0.5\n";
        assert_eq!(numbers.text(), wanted);
    }
}
