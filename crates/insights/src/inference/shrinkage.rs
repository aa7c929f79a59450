//! Values of few observations, drawn towards those of the whole team.

use super::Interval;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// With fewer, how much they vary among themselves cannot be told.
const FEWEST: usize = 5;

/// The mean of one person's observations.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "value and variance are the meaning"
)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// The variance of the mean (not of one observation): greater than 0.
    pub variance: f64,
}

/// A value after it was drawn towards the team.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "value and interval are the meaning"
)]
pub struct Shrunk {
    /// The value.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// How much of the way it went, 0 (none) to 1 (all).
    pub drawn: f64,
}

/// Draws each mean towards that of all, the more the less is known of it, in the order given; none
/// for fewer than five, or where a value is not finite or a variance not above 0.
///
/// Source: C. Morris, "Parametric Empirical Bayes Inference", Journal of the American Statistical
/// Association 78 (1983), with the variance between people as R. DerSimonian and N. Laird
/// estimate it, "Meta-Analysis in Clinical Trials", 1986. For equal variances this is the
/// estimator of James and Stein.
pub fn shrink(means: &[Mean]) -> Option<Vec<Shrunk>> {
    let is_usable =
        |one: &Mean| one.value.is_finite() && one.variance.is_finite() && one.variance > 0.0;
    if means.len() < FEWEST || !means.iter().all(is_usable) {
        return None;
    }
    let people = means.len() as f64;
    let between = between(means);
    let weight = |one: &Mean| 1.0 / (one.variance + between);
    let weights: f64 = means.iter().map(weight).sum();
    let middle = means.iter().map(|one| weight(one) * one.value).sum::<f64>() / weights;
    let typical = means
        .iter()
        .map(|one| weight(one) * one.variance)
        .sum::<f64>()
        / weights;
    let shrunk = |one: &Mean| {
        let drawn = (people - 3.0) / (people - 1.0) * one.variance * weight(one);
        let value = one.value + drawn * (middle - one.value);
        let of_value = one.variance * (1.0 - (1.0 - weight(one) / weights) * drawn);
        let of_drawn = 2.0 / (people - 3.0) * drawn.powi(2) * (typical + between) * weight(one);
        let spread = Z * (of_value + of_drawn * (one.value - middle).powi(2)).sqrt();
        Shrunk {
            value,
            interval: Interval {
                lo: value - spread,
                hi: value + spread,
            },
            drawn,
        }
    };
    Some(means.iter().map(shrunk).collect())
}

/// How much the true values vary between people.
fn between(means: &[Mean]) -> f64 {
    let weights: f64 = means.iter().map(|one| 1.0 / one.variance).sum();
    let squares: f64 = means.iter().map(|one| one.variance.powi(-2)).sum();
    let middle = means
        .iter()
        .map(|one| one.value / one.variance)
        .sum::<f64>()
        / weights;
    let off: f64 = means
        .iter()
        .map(|one| (one.value - middle).powi(2) / one.variance)
        .sum();
    ((off - (means.len() as f64 - 1.0)) / (weights - squares / weights)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.000_6
    }

    /// B. Efron, C. Morris, "Stein's Paradox in Statistics", Scientific American 236 (1977): the
    /// hits of eighteen players in 45 times at bat, with the variance of the mean of all.
    #[test]
    fn the_batting_averages_come_out_as_published() {
        let hits = [
            18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7,
        ];
        let all = f64::from(hits.iter().sum::<i32>()) / (45.0 * 18.0);
        let mean = |hits: &i32| Mean {
            value: f64::from(*hits) / 45.0,
            variance: all * (1.0 - all) / 45.0,
        };
        let shrunk = shrink(&hits.map(|hits| mean(&hits))).unwrap();
        let (first, last) = (shrunk[0], shrunk[17]);
        assert!(close(first.value, 0.294), "{first:?}");
        assert!(close(last.value, 0.242), "{last:?}");
        assert!(close(1.0 - first.drawn, 0.212), "{first:?}");
    }

    #[test]
    fn who_was_seen_less_is_drawn_further() {
        let mean = |value: f64, variance: f64| Mean { value, variance };
        let mut means = vec![mean(0.9, 0.001), mean(0.9, 0.1)];
        means.extend([0.2, 0.4, 0.5, 0.3].map(|value| mean(value, 0.01)));
        let shrunk = shrink(&means).unwrap();
        let (often, rarely) = (shrunk[0], shrunk[1]);
        assert!(rarely.value < often.value && often.value < 0.9);
        assert!(rarely.interval.hi - rarely.interval.lo > often.interval.hi - often.interval.lo);
    }

    #[test]
    fn a_handful_of_people_is_no_team() {
        let one = Mean {
            value: 0.5,
            variance: 0.01,
        };
        assert_eq!(shrink(&[one; 4]), None);
        assert!(shrink(&[one; 5]).is_some());
        assert_eq!(
            shrink(
                &[Mean {
                    variance: 0.0,
                    ..one
                }; 5]
            ),
            None
        );
    }
}
