//! Signs that the customer is willing to go on or buy.

use super::labels::{Speakers, hits, spec};
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Value};

/// Finds sentences in which the customer signals willingness.
#[derive(Clone, Debug)]
pub struct BuyingSignals {
    spec: DetectorSpec,
}

impl BuyingSignals {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("buying_signals", "buying_signal", &[]),
        }
    }
}

impl Default for BuyingSignals {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for BuyingSignals {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "buying_signal", Speakers::Customers) {
            let Some(line) = call.lines().get(hit.line) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::BuyingSignal, evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
