//! What our offer costs: prices, discounts, payment, contract terms.

use super::labels::{Speakers, hits, spec};
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Value};

/// Finds sentences of either side about price or terms of our offer; other people's prices are not meant.
#[derive(Clone, Debug)]
pub struct Pricing {
    spec: DetectorSpec,
}

impl Pricing {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("pricing", "pricing", &[]),
        }
    }
}

impl Default for Pricing {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Pricing {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "pricing", Speakers::All) {
            let Some(line) = call.lines().get(hit.line) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::Pricing, evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
