//! From a score to a probability, by what people said of earlier sentences (Platt's way).
//!
//! Source: J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999, with its smoothed
//! targets; fitted by Newton's method.

use crate::inference::{ReliabilityBin, reliability};
use crate::logistic;

/// Below so many judged sentences a score is no probability.
const FEWEST: usize = 50;

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
        let right = judged.iter().filter(|(_, is)| *is).count();
        if judged.len() < FEWEST || right == 0 || right == judged.len() {
            return None;
        }
        let wrong = judged.len() - right;
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

    /// How the probabilities turned out on judged sentences; empty bins are left out.
    pub(super) fn reliability(&self, judged: &[Judged]) -> Vec<ReliabilityBin> {
        let turned = |(score, is): &Judged| (self.probability(*score), *is);
        reliability(&judged.iter().map(turned).collect::<Vec<_>>())
    }
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
        let bins = curve.reliability(&judged);
        assert_eq!(bins.iter().map(|bin| bin.judged).sum::<u32>(), 100);
        for bin in bins {
            assert!((bin.predicted - bin.observed).abs() < 0.15, "{bin:?}");
        }
    }

    #[test]
    fn few_sentences_or_one_answer_make_no_curve() {
        assert_eq!(Calibration::fit(&even(49)), None);
        let alike: Vec<Judged> = (0..60).map(|n| (f64::from(n), true)).collect();
        assert_eq!(Calibration::fit(&alike), None);
    }
}
