//! Objections of the customer: reasons against, doubts, conditions that hold the purchase back.

use super::labels::{OBJECTION, Speakers, hits, spec};
use crate::{
    CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, ObjectionKind, Value,
};

/// Finds objections and says what each is about.
#[derive(Clone, Debug)]
pub struct Objections {
    spec: DetectorSpec,
}

impl Objections {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("objections", "objection", &[&OBJECTION]),
        }
    }
}

impl Default for Objections {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Objections {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "objection", Speakers::Customers) {
            let kind = OBJECTION.best(call, hit.line);
            let kind = kind.and_then(ObjectionKind::from_word);
            let (Some(line), Some(kind)) = (call.lines().get(hit.line), kind) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::Objection(kind), evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
