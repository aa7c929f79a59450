//! Smart trackers: sentences that mean what examples mean.
//!
//! With few labels a sentence's score is the mean of its three best cosines to the examples, less the
//! same to the counter-examples, and the threshold comes from leaving each example out once. From
//! thirty labels on a logistic regression decides instead, and from fifty on its score is a
//! probability, which is shown with how earlier ones turned out.

use super::calibration::{Calibration, reliability};
use super::regression::Regression;
use super::{SaidBy, tracker_id};
use crate::inference::{ReliabilityBin, wilson};
use crate::{
    CallView, Confidence, DetectError, Detector, DetectorSpec, Digest, Evidence, Finding, Value,
};

/// Fewer examples say too little.
const FEWEST: usize = 5;

/// How many of the nearest examples count.
const NEAREST: usize = 3;

/// Below so many judged hits a tracker is untested.
const ENOUGH_JUDGED: u32 = 30;

/// Vectors of example sentences, all of one space.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Examples {
    /// What is meant.
    pub positive: Vec<Vec<f32>>,
    /// What looks like it and is not meant.
    pub negative: Vec<Vec<f32>>,
}

impl Examples {
    /// Examples without counter-examples.
    pub const fn of(positive: Vec<Vec<f32>>) -> Self {
        Self {
            positive,
            negative: Vec::new(),
        }
    }
}

/// Says that there are too few examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a smart tracker needs at least {FEWEST} examples, not {found}")]
#[non_exhaustive]
pub struct TooFewExamples {
    /// How many there are.
    pub found: usize,
}

/// Finds sentences that mean what examples mean.
#[derive(Clone, Debug)]
pub struct SmartTracker {
    spec: DetectorSpec,
    name: String,
    examples: Examples,
    judge: Judge,
    said_by: SaidBy,
}

/// What decides.
#[derive(Clone, Debug)]
enum Judge {
    Nearest { threshold: f32 },
    Regression(Regression, Option<Calibration>),
}

impl SmartTracker {
    /// A tracker of this name. `right` of `judged` hits were right so far: below 30 it is untested.
    pub fn new(
        name: impl Into<String>,
        examples: Examples,
        said_by: SaidBy,
        (right, judged): (u32, u32),
    ) -> Result<Self, TooFewExamples> {
        let found = examples.positive.len();
        if found < FEWEST {
            return Err(TooFewExamples { found });
        }
        let name = name.into();
        let bytes = |vectors: &[Vec<f32>]| -> Vec<u8> {
            let numbers = vectors.iter().flatten();
            numbers.flat_map(|number| number.to_le_bytes()).collect()
        };
        let params = Digest::of([
            bytes(&examples.positive).as_slice(),
            &bytes(&examples.negative),
            said_by.as_str().as_bytes(),
        ]);
        let confidence = if judged >= ENOUGH_JUDGED {
            wilson(right, judged)
        } else {
            Confidence::Untested
        };
        Ok(Self {
            spec: DetectorSpec::new(tracker_id(&name), 2)
                .with_params(params)
                .with_vectors()
                .measured(confidence),
            name,
            judge: Judge::of(&examples),
            examples,
            said_by,
        })
    }

    /// Is known by this id: whoever keeps findings keys what a name could be guessed from.
    #[must_use = "gives the tracker back"]
    pub fn known_as(mut self, id: impl Into<String>) -> Self {
        self.spec.id = id.into();
        self
    }

    /// What decides: `examples`, or `regression` from thirty labels on.
    pub const fn method(&self) -> &'static str {
        match self.judge {
            Judge::Nearest { .. } => "examples",
            Judge::Regression(..) => "regression",
        }
    }

    /// How many sentences it learned from: examples, counter-examples and judged hits.
    pub fn labels(&self) -> usize {
        self.examples.positive.len() + self.examples.negative.len()
    }

    /// How its probabilities turn out on labelled sentences that neither the model nor the curve had
    /// seen; `None` while its scores are no probabilities (below fifty labels).
    pub fn reliability(&self) -> Option<Vec<ReliabilityBin>> {
        match &self.judge {
            Judge::Regression(model, Some(_)) => reliability(&model.judged),
            _ => None,
        }
    }
}

impl Judge {
    fn of(examples: &Examples) -> Self {
        match Regression::fit(examples) {
            Some(model) => {
                let curve = Calibration::fit(&model.judged);
                Self::Regression(model, curve)
            }
            None => Self::Nearest {
                threshold: threshold(examples),
            },
        }
    }

    /// The score of a hit: a probability where there is a curve; `None` for what is no hit.
    fn hit(&self, vector: &[f32], examples: &Examples) -> Option<f64> {
        match self {
            Self::Nearest { threshold } => {
                let score = score(vector, examples, None);
                (score >= *threshold).then(|| f64::from(score))
            }
            Self::Regression(model, curve) => {
                let score = model.score(vector);
                let is_hit = score >= model.threshold;
                is_hit.then(|| curve.map_or(score, |curve| curve.probability(score)))
            }
        }
    }
}

impl Detector for SmartTracker {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let dimensions = self.examples.positive.first().map_or(0, Vec::len);
        let mut found = Vec::new();
        for (index, line) in call.lines().iter().enumerate() {
            let vector = call
                .vector(index)
                .filter(|vector| vector.len() == dimensions);
            let vector = vector.ok_or_else(|| DetectError::NeedsVectors {
                detector: self.spec.id.clone(),
                dimensions,
            })?;
            let hit = self.judge.hit(vector, &self.examples);
            if let Some(score) = hit.filter(|_| self.said_by.admits(line)) {
                let value = Value::Tracker {
                    name: self.name.clone(),
                };
                let evidence = Evidence::sentence(call.cite(line));
                let finding = self.spec.found(call, value, evidence);
                found.push(finding.scored(score));
            }
        }
        Ok(found)
    }
}

/// Which example is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Positive(usize),
    Negative(usize),
}

fn score(vector: &[f32], examples: &Examples, left: Option<Left>) -> f32 {
    let without = |which: fn(usize) -> Left, vectors: &[Vec<f32>]| -> f32 {
        let others = vectors
            .iter()
            .enumerate()
            .filter(|(at, _)| left != Some(which(*at)));
        let mut cosines: Vec<f32> = others.map(|(_, other)| dot(vector, other)).collect();
        cosines.sort_by(|a, b| b.total_cmp(a));
        cosines.truncate(NEAREST);
        let count = u16::try_from(cosines.len()).unwrap_or(u16::MAX);
        if count == 0 {
            return 0.0;
        }
        cosines.iter().sum::<f32>() / f32::from(count)
    };
    without(Left::Positive, &examples.positive) - without(Left::Negative, &examples.negative)
}

/// The lowest score that four of five examples reach when they are left out, but no lower than what
/// every counter-example stays below when it is left out, as far as any example reaches that.
fn threshold(examples: &Examples) -> f32 {
    let mut own: Vec<f32> = examples
        .positive
        .iter()
        .enumerate()
        .map(|(at, vector)| score(vector, examples, Some(Left::Positive(at))))
        .collect();
    own.sort_by(f32::total_cmp);
    let fifth = own.get(own.len() / 5).copied().unwrap_or_default();
    let best = own.last().copied().unwrap_or_default();
    let other = examples
        .negative
        .iter()
        .enumerate()
        .map(|(at, vector)| score(vector, examples, Some(Left::Negative(at))))
        .fold(f32::MIN, f32::max);
    fifth.max(other.min(best) + f32::EPSILON)
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SentenceVectors;
    use crate::testing::call_of;

    /// A unit vector in a plane.
    fn towards(degrees: f32) -> Vec<f32> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        vec![cos, sin]
    }

    fn five() -> Vec<Vec<f32>> {
        [0.0, 2.0, 4.0, 6.0, 8.0].map(towards).to_vec()
    }

    fn hits(tracker: &SmartTracker, degrees: &[f32]) -> Vec<u32> {
        let turns: Vec<_> = degrees.iter().map(|_| ("theirs", "Something.")).collect();
        let call = call_of(&turns);
        let numbers: Vec<f32> = degrees.iter().flat_map(|d| towards(*d)).collect();
        let view = call
            .view()
            .with_vectors(SentenceVectors::new("plane", 2, &numbers));
        let found = tracker.run(&view).expect("there are vectors");
        found
            .iter()
            .map(|f| f.evidence().place().expect("cited").sentence.utterance)
            .collect()
    }

    #[test]
    fn what_means_the_same_is_found() {
        let tracker = SmartTracker::new("t", Examples::of(five()), SaidBy::Anybody, (0, 0));
        let tracker = tracker.expect("five are enough");
        assert_eq!(hits(&tracker, &[3.0, 90.0, 5.0, 40.0]), [0, 2]);
        assert_eq!(tracker.spec().confidence, Confidence::Untested);
    }

    #[test]
    fn counter_examples_move_the_border() {
        let mut examples = Examples::of(five());
        examples.negative = [20.0, 22.0, 24.0, 26.0, 28.0].map(towards).to_vec();
        let with = SmartTracker::new("t", examples, SaidBy::Anybody, (0, 0)).expect("enough");
        assert_eq!(hits(&with, &[4.0, 21.0, 25.0]), [0]);
    }

    #[test]
    fn four_examples_are_too_few_and_vectors_are_needed() {
        let few = Examples::of(five()[..4].to_vec());
        let wrong = SmartTracker::new("t", few, SaidBy::Anybody, (0, 0)).err();
        assert_eq!(wrong, Some(TooFewExamples { found: 4 }));
        let tracker = SmartTracker::new("t", Examples::of(five()), SaidBy::Anybody, (0, 0));
        let call = call_of(&[("ours", "Hi.")]);
        assert!(tracker.expect("enough").run(&call.view()).is_err());
    }

    #[test]
    fn thirty_judged_hits_make_a_precision() {
        let of = |right, judged| {
            let tracker =
                SmartTracker::new("t", Examples::of(five()), SaidBy::Anybody, (right, judged));
            tracker.expect("enough").spec().confidence
        };
        assert_eq!(of(29, 29), Confidence::Untested);
        assert!(matches!(of(24, 30), Confidence::Precision { n: 30, .. }));
    }

    #[test]
    fn thirty_labels_make_a_regression_and_fifty_a_probability() {
        let of = |each: u8| {
            let many = |from: f32| (0..each).map(|n| towards(from + f32::from(n))).collect();
            let mut examples = Examples::of(many(0.0));
            examples.negative = many(60.0);
            let tracker = SmartTracker::new("t", examples, SaidBy::Anybody, (0, 0));
            tracker.expect("enough")
        };
        let (few, some, many) = (of(14), of(15), of(25));
        assert_eq!(
            [few.method(), some.method(), many.method()],
            ["examples", "regression", "regression"]
        );
        assert_eq!((some.labels(), some.reliability()), (30, None));
        let bins = many.reliability().expect("fifty labels");
        assert_eq!(bins.iter().map(|bin| bin.judged).sum::<u32>(), 50);
        for tracker in [few, some, many] {
            assert_eq!(hits(&tracker, &[5.0, 90.0]), [0]);
        }
    }
}
