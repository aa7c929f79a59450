//! Filler words, counted per sentence.

use crate::text::fillers;
use crate::{CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Value};

/// Finds sentences with words that fill a pause ("um", "it is, like, slow").
#[derive(Clone, Debug)]
pub struct Filler {
    spec: DetectorSpec,
}

impl Filler {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: DetectorSpec::new("filler", 1),
        }
    }
}

impl Default for Filler {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Filler {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for line in call.lines() {
            let count = u32::try_from(fillers(line.text, &line.words)).unwrap_or(u32::MAX);
            if count > 0 {
                let evidence = Evidence::sentence(call.cite(line));
                let finding = self.spec.found(call, Value::Filler { count }, evidence);
                found.push(finding.scored(f64::from(count)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    #[test]
    fn fillers_are_counted_by_sentence() {
        let call = call_of(&[("ours", "Um, it is, uh, slow."), ("theirs", "I like it.")]);

        let found = Filler::new().run(&call.view()).expect("it runs");

        let values: Vec<_> = found.iter().map(Finding::value).collect();
        assert_eq!(values, [&Value::Filler { count: 2 }]);
    }
}
