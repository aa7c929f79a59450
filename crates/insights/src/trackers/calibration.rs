//! From a score to a probability, by what people said of earlier sentences (Platt's way).
//!
//! Source: J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999, with its smoothed
//! targets; fitted by Newton's method.

use crate::inference::{self, ReliabilityBin};
use crate::logistic;

/// Below so many judged sentences a score is no probability.
const FEWEST: usize = 50;

/// What is shown of a curve comes from curves that saw four of five of the sentences.
const FOLDS: usize = 5;

/// Newton steps at most; a handful is the rule.
const STEPS: usize = 200;

/// A sentence that was judged: its score from a model that had not seen it, and whether it is meant.
pub(super) type Judged = (f64, bool);

/// A curve from scores to probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calibration {
    slope: f64,
    shift: f64,
}

impl Calibration {
    /// Fits the curve; `None` below fifty judged sentences, or where all were judged alike.
    pub(super) fn fit(judged: &[Judged]) -> Option<Self> {
        (judged.len() >= FEWEST)
            .then(|| Self::through(judged))
            .flatten()
    }

    /// The curve through some judged sentences; `None` where all were judged alike.
    fn through(judged: &[Judged]) -> Option<Self> {
        let right = judged.iter().filter(|(_, is)| *is).count();
        let wrong = judged.len() - right;
        if right == 0 || wrong == 0 {
            return None;
        }
        // Platt's targets keep the curve from becoming certain.
        let yes = (right as f64 + 1.0) / (right as f64 + 2.0);
        let no = 1.0 / (wrong as f64 + 2.0);
        let mut curve = Self {
            slope: 1.0,
            shift: 0.0,
        };
        for _ in 0..STEPS {
            let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
            for (score, is) in judged {
                let p = curve.probability(*score);
                let off = p - if *is { yes } else { no };
                let bend = p * (1.0 - p);
                g0 += off * score;
                g1 += off;
                h00 += bend * score * score;
                h01 += bend * score;
                h11 += bend;
            }
            let determinant = h00 * h11 - h01 * h01;
            curve.slope -= (h11 * g0 - h01 * g1) / determinant;
            curve.shift -= (h00 * g1 - h01 * g0) / determinant;
            if g0.abs() + g1.abs() < 1e-9 {
                break;
            }
        }
        (curve.slope.is_finite() && curve.shift.is_finite()).then_some(curve)
    }

    /// How likely a sentence of this score is meant, 0–1.
    pub(super) fn probability(&self, score: f64) -> f64 {
        logistic::probability(self.slope * score + self.shift)
    }
}

/// How probabilities turned out on judged sentences, each by a curve that had not seen it. `None`
/// where there is no such curve.
pub(super) fn reliability(judged: &[Judged]) -> Option<Vec<ReliabilityBin>> {
    unseen(judged).map(|turned| inference::reliability(&turned))
}

/// For each judged sentence its probability by a curve that was fitted without its fold.
fn unseen(judged: &[Judged]) -> Option<Vec<(f64, bool)>> {
    // Dealt out class by class, so that no fold holds all that were meant.
    let (mut right, mut wrong) = (0, 0);
    let folds: Vec<usize> = judged
        .iter()
        .map(|(_, is)| {
            let dealt = if *is { &mut right } else { &mut wrong };
            *dealt += 1;
            *dealt % FOLDS
        })
        .collect();
    let without = |fold: usize| {
        let others = judged.iter().zip(&folds).filter(|(_, of)| **of != fold);
        Calibration::through(&others.map(|(one, _)| *one).collect::<Vec<_>>())
    };
    let curves: Vec<Calibration> = (0..FOLDS).map(without).collect::<Option<_>>()?;
    let one = |((score, is), fold): (&Judged, &usize)| {
        let curve = curves.get(*fold)?;
        Some((curve.probability(*score), *is))
    };
    judged.iter().zip(&folds).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of every ten sentences of a score one more is meant than of those a step below.
    fn even(count: u32) -> Vec<Judged> {
        let one = |n: u32| (f64::from(n / 10) - 4.5, n % 10 < n / 10 + 1);
        (0..count).map(one).collect()
    }

    #[test]
    fn a_probability_grows_with_the_score_and_comes_true() {
        let judged = even(100);
        let curve = Calibration::fit(&judged).expect("enough");
        assert!(curve.probability(-4.0) < 0.25 && curve.probability(4.0) > 0.75);
        let bins = reliability(&judged).expect("both classes");
        assert_eq!(bins.iter().map(|bin| bin.judged).sum::<u32>(), 100);
        for bin in bins {
            assert!((bin.predicted - bin.observed).abs() < 0.15, "{bin:?}");
        }
    }

    #[test]
    fn what_is_shown_comes_from_a_curve_that_had_not_seen_the_sentence() {
        let mut judged = even(100);
        judged.push((8.0, false));
        let seen = Calibration::fit(&judged).expect("enough").probability(8.0);
        let shown = unseen(&judged).expect("both classes");
        assert!(shown[100].0 > seen + 0.005, "{} {seen}", shown[100].0);
    }

    #[test]
    fn few_sentences_or_one_answer_make_no_curve() {
        assert_eq!(Calibration::fit(&even(49)), None);
        let alike: Vec<Judged> = (0..60).map(|n| (f64::from(n), true)).collect();
        assert_eq!(Calibration::fit(&alike), None);
    }
}
