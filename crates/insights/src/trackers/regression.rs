//! Logistic regression over sentence vectors, for a tracker with many labels.

use super::calibration::Judged;
use super::smart::Examples;
use crate::logistic::{Fit, Logistic, Weighing};

/// Below so many labelled sentences the nearest examples decide.
const FEWEST: usize = 30;

/// Each class needs so many, or its share of a fold has none.
const FEWEST_OF_A_CLASS: usize = 5;

/// Vectors have unit length, and a tracker's examples are no sample of what is said.
const FIT: Fit = Fit {
    penalty: 0.02,
    steps: 300,
    rate: 2.0,
    weighing: Weighing::Classes,
};

/// Each sentence is judged by a model that saw four of five of the others.
const FOLDS: usize = 5;

/// The share of hits that should be right.
const WANTED_PRECISION: f64 = 0.8;

/// A fitted model: the score of a sentence is above zero where it is rather meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Regression {
    model: Logistic,
    /// What a score must reach.
    pub(super) threshold: f64,
    /// The labelled sentences as models judged them that had not seen them.
    pub(super) judged: Vec<Judged>,
}

impl Regression {
    /// Fits the labelled sentences; `None` while they are too few.
    pub(super) fn fit(examples: &Examples) -> Option<Self> {
        let (right, wrong) = (examples.positive.len(), examples.negative.len());
        if right + wrong < FEWEST || right.min(wrong) < FEWEST_OF_A_CLASS {
            return None;
        }
        let of_class = |vectors, is| std::iter::repeat(is).zip(vectors).map(|(is, v)| (v, is));
        let all: Vec<(&Vec<f32>, bool)> = of_class(&examples.positive, true)
            .chain(of_class(&examples.negative, false))
            .collect();
        let mut judged = Vec::with_capacity(all.len());
        for fold in 0..FOLDS {
            let others = all.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
            let others: Vec<_> = others.map(|(_, one)| *one).collect();
            let model = Logistic::fit(&others, FIT);
            let own = all.iter().skip(fold).step_by(FOLDS);
            judged.extend(own.map(|(vector, is)| (model.score(vector), *is)));
        }
        Some(Self {
            model: Logistic::fit(&all, FIT),
            threshold: threshold(&judged),
            judged,
        })
    }

    pub(super) fn score(&self, vector: &[f32]) -> f64 {
        self.model.score(vector)
    }
}

/// The lowest score from which on enough of the judged sentences are meant; where no score is that
/// good, the one with the best F1.
fn threshold(judged: &[Judged]) -> f64 {
    let mut best_first = judged.to_vec();
    best_first.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = best_first.iter().filter(|(_, is)| *is).count() as f64;
    let (mut meant, mut precise, mut best) = (0.0, None, (0.0, f64::MAX));
    for (taken, (score, is)) in (1u32..).zip(&best_first) {
        meant += f64::from(u8::from(*is));
        let precision = meant / f64::from(taken);
        if precision >= WANTED_PRECISION && meant > 2.0 {
            precise = Some(*score);
        }
        let f1 = 2.0 * meant / (f64::from(taken) + all);
        if f1 > best.0 {
            best = (f1, *score);
        }
    }
    precise.unwrap_or(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn towards(degrees: f32) -> Vec<f32> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        vec![cos, sin]
    }

    /// Meant from 0 to 30 degrees, not meant from 50 to 80.
    fn apart(each: u8) -> Examples {
        let step = 30.0 / f32::from(each);
        let many = |from: f32| {
            (0..each)
                .map(|n| towards(from + step * f32::from(n)))
                .collect()
        };
        let mut examples = Examples::of(many(0.0));
        examples.negative = many(50.0);
        examples
    }

    #[test]
    fn what_lies_apart_is_told_apart() {
        let model = Regression::fit(&apart(20)).expect("forty are enough");
        assert!(model.score(&towards(10.0)) > model.threshold);
        assert!(model.score(&towards(70.0)) < model.threshold);
        assert_eq!(model.judged.len(), 40);
        assert_eq!(Regression::fit(&apart(20)), Some(model), "the same again");
    }

    #[test]
    fn below_thirty_labels_or_with_one_class_there_is_no_model() {
        assert_eq!(Regression::fit(&apart(14)), None);
        let mut lopsided = apart(40);
        lopsided.negative.truncate(4);
        assert_eq!(Regression::fit(&lopsided), None);
    }

    #[test]
    fn the_border_keeps_four_of_five_hits_right_or_is_the_best_there_is() {
        let scores = [
            (5.0, true),
            (4.0, true),
            (3.0, true),
            (2.0, true),
            (1.0, false),
            (0.0, false),
        ];
        assert!((threshold(&scores) - 1.0).abs() < 1e-9, "four of five at 1");
        let mixed = [(3.0, false), (2.0, true), (1.0, false)];
        assert!((threshold(&mixed) - 2.0).abs() < 1e-9);
    }
}
