//! L2-regularised logistic regression, for trackers with many labels and for deals with many ends.
//!
//! It is fitted by gradient descent with a fixed number of steps from zero, so the same rows give
//! the same weights.

/// How much a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weighing {
    /// Both classes weigh alike, however many there are of each: scores part them.
    Classes,
    /// Every row weighs alike: scores are the logarithm of the odds.
    Rows,
}

/// How it is fitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// How strongly weights are held back, against one row of unit length.
    pub(crate) penalty: f64,
    pub(crate) steps: usize,
    /// Below the inverse of the largest curvature (a quarter of a row's squared length with its
    /// bias, and the penalty), so that each step descends.
    pub(crate) rate: f64,
    pub(crate) weighing: Weighing,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logistic {
    pub(crate) weights: Vec<f64>,
    pub(crate) bias: f64,
}

impl Logistic {
    /// The weights and the bias at which the loss is least.
    pub(crate) fn fit<N: Copy + Into<f64>>(rows: &[(&Vec<N>, bool)], fit: Fit) -> Self {
        let dimensions = rows.first().map_or(0, |(row, _)| row.len());
        let right = rows.iter().filter(|(_, is)| *is).count();
        let share = |is: bool| match fit.weighing {
            Weighing::Classes => 0.5 / if is { right } else { rows.len() - right } as f64,
            Weighing::Rows => 1.0 / rows.len() as f64,
        };
        let (mut weights, mut bias) = (vec![0.0; dimensions], 0.0);
        for _ in 0..fit.steps {
            let mut slope: Vec<f64> = weights.iter().map(|weight| fit.penalty * weight).collect();
            let mut slope_of_bias = 0.0;
            for (row, is) in rows {
                let p = probability(dot(&weights, row) + bias);
                let off = (p - f64::from(u8::from(*is))) * share(*is);
                slope_of_bias += off;
                for (slope, number) in slope.iter_mut().zip(*row) {
                    *slope += off * (*number).into();
                }
            }
            bias -= fit.rate * slope_of_bias;
            for (weight, slope) in weights.iter_mut().zip(slope) {
                *weight -= fit.rate * slope;
            }
        }
        Self { weights, bias }
    }

    /// How far a row is on the side of yes.
    pub(crate) fn score<N: Copy + Into<f64>>(&self, row: &[N]) -> f64 {
        dot(&self.weights, row) + self.bias
    }
}

/// The probability of a logarithm of odds.
pub(crate) fn probability(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

fn dot<N: Copy + Into<f64>>(weights: &[f64], row: &[N]) -> f64 {
    let products = weights.iter().zip(row).map(|(w, v)| w * (*v).into());
    products.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a hundred rows with the feature sixty are right, of a hundred without it twenty: the bias
    /// is the logarithm of the odds 1/4, the weight that of their ratio, 6.
    #[test]
    fn weights_are_logarithms_of_odds() {
        let (with, without) = (vec![1.0_f64], vec![0.0_f64]);
        let row = |n: u32| {
            let has = n < 100;
            let is = if has { n < 60 } else { n < 120 };
            (if has { &with } else { &without }, is)
        };
        let rows: Vec<_> = (0..200).map(row).collect();
        let fit = Fit {
            penalty: 0.0,
            steps: 3_000,
            rate: 1.5,
            weighing: Weighing::Rows,
        };

        let model = Logistic::fit(&rows, fit);

        assert!((model.bias - 0.25_f64.ln()).abs() < 1e-6, "{model:?}");
        assert!((model.weights[0] - 6.0_f64.ln()).abs() < 1e-6, "{model:?}");
        assert!((probability(model.score(&with)) - 0.6).abs() < 1e-6);
    }
}
