//! Problems, costs and needs that the customer states.

use super::labels::{Speakers, hits, spec};
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Value};

/// Finds sentences in which the customer states a problem, a cost or a need.
#[derive(Clone, Debug)]
pub struct Pain {
    spec: DetectorSpec,
}

impl Pain {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("pain", "pain", &[]),
        }
    }
}

impl Default for Pain {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Pain {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "pain", Speakers::Customers) {
            let Some(line) = call.lines().get(hit.line) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::Pain, evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
