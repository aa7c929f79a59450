//! Red flags: what a good manager would want to hear of today.

use super::labels::{RED_FLAG, Speakers, hits, spec};
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, RedFlagKind, Value};

/// Finds red flags and says what each is about.
#[derive(Clone, Debug)]
pub struct RedFlags {
    spec: DetectorSpec,
}

impl RedFlags {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("red_flags", "red_flag", &[&RED_FLAG]),
        }
    }
}

impl Default for RedFlags {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for RedFlags {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for hit in hits(call, "red_flag", Speakers::Customers) {
            let kind = RED_FLAG.best(call, hit.line);
            let kind = kind.and_then(RedFlagKind::from_word);
            let (Some(line), Some(kind)) = (call.lines().get(hit.line), kind) else {
                continue;
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, Value::RedFlag(kind), evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}
