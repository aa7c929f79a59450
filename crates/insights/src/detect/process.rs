//! How the customer decides: who, by which steps and criteria, from which budget.

use super::labels::{Speakers, hits, spec};
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Value};

/// Finds sentences about how the customer decides.
#[derive(Clone, Debug)]
pub struct Process {
    spec: DetectorSpec,
}

impl Process {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("process", "process", &[]),
        }
    }
}

impl Default for Process {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Process {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "process", Speakers::All) {
            let Some(line) = call.lines().get(hit.line) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::Process, evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
