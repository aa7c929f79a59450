//! Trackers: what a user wants to hear of, by words or by examples.
//!
//! A keyword tracker is an [`Expression`]. A [`SmartTracker`] looks for sentences that mean what
//! some example sentences mean; it needs one vector per sentence and at least five examples, and
//! learns from what people say of its hits.

mod calibration;
mod expression;
mod regression;
mod smart;

use conversation::Side;

use crate::{
    CallView, DetectError, Detector, DetectorSpec, Digest, Evidence, Finding, Line, Value,
};

pub use crate::inference::ReliabilityBin;
pub use expression::{Expression, InvalidExpression};
pub use smart::{Examples, SmartTracker, TooFewExamples};

/// Who must have said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "one side or anybody is the meaning"
)]
pub enum SaidBy {
    /// Anybody.
    #[default]
    Anybody,
    /// Only this side.
    Only(Side),
}

impl SaidBy {
    fn admits(self, line: &Line<'_>) -> bool {
        match self {
            Self::Anybody => true,
            Self::Only(side) => line.side == side,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Only(side) => side.as_str(),
        }
    }
}

/// The detector id of a tracker: a fingerprint, because a name is a user's own text.
pub fn tracker_id(name: &str) -> String {
    let digest = Digest::of([name.as_bytes()]).to_string();
    format!("tracker:{}", digest.get(..16).unwrap_or(&digest))
}

/// Finds sentences by their words.
#[derive(Clone, Debug)]
pub struct KeywordTracker {
    spec: DetectorSpec,
    name: String,
    expression: Expression,
    said_by: SaidBy,
}

impl KeywordTracker {
    /// A tracker of this name.
    pub fn new(name: impl Into<String>, expression: Expression, said_by: SaidBy) -> Self {
        let name = name.into();
        let params = Digest::of([
            expression.to_string().as_bytes(),
            said_by.as_str().as_bytes(),
        ]);
        Self {
            spec: DetectorSpec::new(tracker_id(&name), 1).with_params(params),
            name,
            expression,
            said_by,
        }
    }

    /// Is known by this id: whoever keeps findings keys what a name could be guessed from.
    #[must_use = "gives the tracker back"]
    pub fn known_as(mut self, id: impl Into<String>) -> Self {
        self.spec.id = id.into();
        self
    }
}

impl Detector for KeywordTracker {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let lines = call.lines().iter();
        let hits = lines
            .filter(|line| self.said_by.admits(line) && self.expression.is_said_in(&line.words));
        let found = hits.map(|line| {
            let value = Value::Tracker {
                name: self.name.clone(),
            };
            let evidence = Evidence::sentence(call.cite(line));
            self.spec.found(call, value, evidence).scored(1.0)
        });
        Ok(found.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn hits(expression: &str, said_by: SaidBy, turns: &[(&str, &str)]) -> Vec<u32> {
        let call = call_of(turns);
        let expression = expression.parse().expect("it is an expression");
        let tracker = KeywordTracker::new("mine", expression, said_by);
        let found = tracker.run(&call.view()).expect("it runs");
        found
            .iter()
            .map(|finding| {
                finding
                    .evidence()
                    .place()
                    .expect("cited")
                    .sentence
                    .utterance
            })
            .collect()
    }

    #[test]
    fn a_tracker_finds_what_one_side_says() {
        let turns = [
            ("ours", "Our price is on the page."),
            ("theirs", "The price is the thing."),
            ("theirs", "Prices, though."),
        ];
        assert_eq!(hits("price", SaidBy::Anybody, &turns), [0, 1]);
        assert_eq!(hits("price~", SaidBy::Only(Side::Theirs), &turns), [1, 2]);
    }

    #[test]
    fn the_detector_id_of_a_tracker_does_not_show_its_name() {
        assert_eq!(tracker_id("Project Falcon"), tracker_id("Project Falcon"));
        assert!(!tracker_id("falcon").contains("falcon"));
    }
}
